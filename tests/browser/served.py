"""The small world, served: an app of this process on a port of its own, and phones signed in to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from tests.browser.conftest import PHONE
from tests.web.world import Door, World


@dataclass
class Served:
    """Where it serves, and how to get in."""

    url: str
    door: Door
    browser: Browser

    @property
    def world(self) -> World:
        """Ids by name."""
        return self.door.world

    def context(self, name: str = "owner", **how: Any) -> BrowserContext:
        """A phone on which somebody is signed in; `anonymous` is nobody."""
        context = self.browser.new_context(base_url=self.url, **{"viewport": PHONE, **how})
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


class Quiet(WSGIRequestHandler):
    """Says nothing of each request, and keeps a connection: a phone asks for a hundred files."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Nothing."""


class Counted:
    """An app that knows how many requests it is answering: none of them may outlive its server and its database."""

    def __init__(self, app: Any) -> None:
        self.app, self.answering, self.changed = app, 0, threading.Condition()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """One request."""
        self.count(1)
        try:
            return ClosingIterator(self.app(environ, start_response), lambda: self.count(-1))
        except BaseException:
            self.count(-1)
            raise

    def count(self, more: int) -> None:
        """One begins, or one has ended."""
        with self.changed:
            self.answering += more
            self.changed.notify_all()

    def rest(self) -> None:
        """Until all are answered."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.answering == 0, timeout=60), f"{self.answering} never ended"


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """An app of this process on a port of its own; its address."""
    counted = Counted(app)
    server = make_server("127.0.0.1", 0, counted, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    counted.rest()


@pytest.fixture
def served(app: Flask, door: Door, chromium: Browser) -> Iterator[Served]:
    """Serve, and close every phone afterwards."""
    before = set(chromium.contexts)
    with serving(app) as url:
        yield Served(url, door, chromium)
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
