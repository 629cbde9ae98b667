"""The small world, served: an app of this process on a port of its own, and phones signed in to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.conftest import PHONE
from tests.web.world import Door, World


def cut(environ: dict[str, Any]) -> Any:
    """End the connection without an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


@dataclass
class Signal:
    """An app that can be out of reach: what a browser emulates ends where it starts its service worker anew."""

    app: Any
    away: bool = False

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        """As the app answers, or nothing."""
        return cut(environ) if self.away else self.app(environ, start)


@dataclass
class Served:
    """Where it serves, and how to get in."""

    url: str
    door: Door
    browser: Browser
    signal: Signal
    workers: str = "block"  # service workers: installing one fetches the whole app again, in each test

    @property
    def world(self) -> World:
        """Ids by name."""
        return self.door.world

    def context(self, name: str = "owner", **how: Any) -> BrowserContext:
        """A phone on which somebody is signed in; `anonymous` is nobody."""
        context = self.browser.new_context(
            base_url=self.url, **{"viewport": PHONE, "service_workers": self.workers, **how}
        )
        client = self.door.enter(name)
        cookie = client.get_cookie("device")
        if cookie:
            context.add_cookies([{"name": "device", "value": cookie.value, "url": self.url}])
        return context

    def phone(self, name: str = "owner", **how: Any) -> Page:
        """The home of somebody, open."""
        page = self.context(name, **how).new_page()
        page.goto("/app")
        page.locator("h1").first.wait_for()
        return page

    def go_offline(self, context: BrowserContext, offline: bool = True) -> None:
        """Flight mode, and back: pages and their service workers alike."""
        self.signal.away = offline
        context.set_offline(offline)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request, and keeps a connection: a phone asks for a hundred files."""

    protocol_version = "HTTP/1.1"
    answering = 0  # requests, over all servers of this process
    changed = threading.Condition()

    def log_request(self, *_: object) -> None:
        """Nothing."""

    def run_wsgi(self) -> None:
        """One request, counted until it is answered or its phone is gone."""
        self.count(1)
        try:
            super().run_wsgi()
        finally:
            self.count(-1)

    @classmethod
    def count(cls, more: int) -> None:
        """One begins, or one has ended."""
        with cls.changed:
            cls.answering += more
            cls.changed.notify_all()

    @classmethod
    def rest(cls) -> None:
        """Until all are answered."""
        with cls.changed:
            assert cls.changed.wait_for(lambda: cls.answering == 0, timeout=60), f"{cls.answering} never ended"


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An app of this process on a port of its own; its address. No request outlives it, the next test lays the store
    anew: what a phone that is gone had asked for and nobody had read yet is not begun any more.
    """
    ended = threading.Event()

    def until_then(environ: dict[str, Any], start: Any) -> Any:
        return cut(environ) if ended.is_set() else app(environ, start)

    server = make_server("127.0.0.1", 0, until_then, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    ended.set()
    Quiet.rest()


@pytest.fixture
def served(app: Flask, door: Door, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Served]:
    """Serve, and close every phone afterwards; a file whose phones need their service worker says WORKERS = "allow"."""
    before = set(chromium.contexts)
    signal = Signal(app)
    with serving(signal) as url:
        yield Served(url, door, chromium, signal, getattr(request.module, "WORKERS", "block"))
        for context in set(chromium.contexts) - before:
            context.close()


def stored(page: Page, store: str) -> list[Any]:
    """Every row of a store on the phone."""
    return page.evaluate(
        """(name) => new Promise((resolve, reject) => {
            const asked = indexedDB.open("tracker");
            asked.onerror = () => reject(asked.error);
            asked.onsuccess = () => {
                const rows = asked.result.transaction(name).objectStore(name).getAll();
                rows.onsuccess = () => { asked.result.close(); resolve(rows.result); };
            };
        })""",
        store,
    )
