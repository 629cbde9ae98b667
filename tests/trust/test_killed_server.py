"""The server is killed again and again while phones send: what it acknowledged is stored once, and derived right.

SIGKILL goes to the whole process group; clients try again, with the same id and body, until they get an answer. A
killed process is no power cut: that a commit waits for the disk is what test_engine.py checks. Six kills here,
200 with --soak (`make soak`).
"""

import http.client
import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from tests.browser.conftest import free_port
from tests.trust.server import Server, ask
from tests.web.world import house, mould, score, settings, world
from tracker.app import create_app
from tracker.services import access, summarise
from tracker.services.actor import operator
from tracker.web.database import session

__all__ = ["house", "mould", "world"]

KILLS, SOAK, PHONES = 6, 200, 4
BETWEEN = 10  # entries acknowledged from one kill to the next, at least
PATIENCE = 300  # seconds for those, however slow the disk


@dataclass
class Phone:
    """Sends scores one after another and keeps what was acknowledged; no answer means trying the same again."""

    port: int
    cookie: str
    body: str
    acknowledged: list[UUID] = field(default_factory=list)
    retries: int = 0
    refused: list[int] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            self.send(uuid4(), stop)

    def send(self, id: UUID, stop: threading.Event) -> None:
        """One score, until it is acknowledged."""
        while not stop.is_set():
            try:
                status, _ = ask(self.port, "PUT", f"/api/v1/readings/{id}", self.body, self.cookie)
            except (OSError, http.client.HTTPException):
                status = 0
            if status in (200, 201):
                self.acknowledged.append(id)
                return
            if status not in (0, 503):
                self.refused.append(status)
                return
            self.retries += 1
            time.sleep(0.05)


@pytest.fixture
def server(mould, tmp_path) -> Iterator[Server]:
    """A server on a copy of the small world."""
    mould[0].copy(tmp_path)
    server = Server(tmp_path, free_port())
    yield server
    server.kill()


@pytest.fixture
def cookie(server, world) -> str:
    """The cookie of the owner's phone."""
    app = create_app(settings(server.folder))
    with app.app_context():
        token = access.issue_link(session(), actor=operator(world.clinics["here"]), patient_id=world.patients["owner"])
        return f"device={access.redeem(session(), token=token).device_token}"


def counted(phones: list[Phone]) -> int:
    """Entries acknowledged so far."""
    return sum(len(phone.acknowledged) for phone in phones)


def until_acknowledged(phones: list[Phone], enough: int) -> None:
    """Wait for so many; a phone that was refused says so in the test."""
    until = time.monotonic() + PATIENCE
    while counted(phones) < enough and not any(phone.refused for phone in phones):
        assert time.monotonic() < until, f"{counted(phones)} of {enough}"
        time.sleep(0.02)


def test_what_was_acknowledged_is_stored_once_whenever_the_server_is_killed(server, world, cookie, soak):
    body = json.dumps(score(world, course_id=str(world.courses["owner"])))
    phones = [Phone(server.port, cookie, body) for _ in range(PHONES)]
    stop, rng, kills = threading.Event(), random.Random(1), SOAK if soak else KILLS
    threads = [threading.Thread(target=phone.run, args=(stop,)) for phone in phones]
    server.start()
    for thread in threads:
        thread.start()
    for _ in range(kills):
        until_acknowledged(phones, counted(phones) + BETWEEN)
        time.sleep(rng.uniform(0.0, 0.5))
        server.kill()
        server.start()
    stop.set()
    for thread in threads:
        thread.join()
    server.kill()

    print(f"{counted(phones)} acknowledged, {sum(p.retries for p in phones)} retries")  # noqa: T201
    acknowledged = [id.hex for phone in phones for id in phone.acknowledged]
    assert [phone.refused for phone in phones] == [[]] * PHONES
    assert len(acknowledged) >= BETWEEN * kills
    assert sum(phone.retries for phone in phones) > 0
    with sqlite3.connect(server.folder / "tracker.sqlite3") as store:
        stored = [id for (id,) in store.execute("SELECT id FROM reading")]
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    with create_app(settings(server.folder)).app_context():
        assert summarise.recompute(session(), check=True) == []
