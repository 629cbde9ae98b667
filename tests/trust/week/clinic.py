"""The clinic of the tests: its server on a clock of the test's, the desk that enrols, and a look into the store."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import flask_migrate
from flask import Flask
from sqlalchemy.orm import Session

from tests.browser.conftest import free_port
from tests.trust.server import Server
from tests.trust.week.clocks import WorldClock
from tests.web.world import settings
from tracker.app import create_app
from tracker.services import access, enrol, epoch, log, summarise
from tracker.services.actor import Actor, operator
from tracker.services.secret import hashed
from tracker.services.visit import session_id
from tracker.web.database import db, session

ZONE = "Europe/Berlin"
CARE = {  # what somebody is treated for, and where it hurts
    "knee_oa": [("knee", "left"), ("knee", "right")],
    "low_back": [("low back", "none"), ("leg", "left")],
    "tension_headache": [("head", "none")],
}


@dataclass(frozen=True)
class Person:
    """Somebody in care: a course for each of these conditions, id by condition."""

    id: UUID
    initials: str
    courses: dict[str, UUID]


@dataclass
class Clinic:
    """One server for all runs; each run enrols people of its own."""

    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def clock(self) -> WorldClock:
        """The world's time."""
        return WorldClock(self.folder)

    def open(self) -> "Clinic":
        """Make the store, found the clinic, serve."""
        self.app: Flask = create_app(settings(self.folder))
        with self.desk() as store:
            flask_migrate.upgrade()
            made, _ = enrol.create_clinic(
                store,
                slug="week",
                name="Week",
                timezone=ZONE,
                emergency_number="112",
                admin_email="boss@week.example",
                now=self.clock.now(),
            )
            self.id: UUID = made.id
        self.server = Server(self.folder, self.port, "tests.trust.week.served:app")
        self.server.start()
        return self

    def close(self) -> None:
        """Stop serving."""
        self.server.kill()

    @contextmanager
    def desk(self) -> Iterator[Session]:
        """The services, called from here."""
        with self.app.app_context():
            yield session()
            session().rollback()
            db.engine.dispose()

    @property
    def operator(self) -> Actor:
        """Who enrols."""
        return operator(self.id)

    def person(self, initials: str, *conditions: str) -> Person:
        """Somebody new, whose courses began three weeks ago."""
        now = self.clock.now()
        with self.desk() as store:
            made = enrol.enrol_patient(
                store, actor=self.operator, code=f"{initials}-{uuid4().hex[:12]}", initials=initials, now=now
            )
            person = Person(made.id, initials, {condition: uuid4() for condition in conditions})
            for condition, id in person.courses.items():
                enrol.open_course(
                    store,
                    actor=self.operator,
                    id=id,
                    patient_id=made.id,
                    condition=condition,
                    started_on=(now - timedelta(days=21)).date(),
                    planned_sessions=12,
                    places=CARE[condition],
                    now=now,
                )
        return person

    def plan(self, person: Person) -> None:
        """A session of today, for the person's first course."""
        course, now = next(iter(person.courses.values())), self.clock.now()
        day = now.astimezone(ZoneInfo(ZONE)).date()
        told = {"id": session_id(course, day), "course_id": course, "held_on": day, "state": "planned", "now": now}
        with self.desk() as store:
            log.session(store, actor=self.operator, **told)

    def link(self, person: Person) -> str:
        """A one-time sign-in token for them."""
        with self.desk() as store:
            return access.issue_link(store, actor=self.operator, patient_id=person.id, now=self.clock.now())

    def device(self, *people: Person, token: str = "") -> str:
        """A phone's own session, new or with these people added, as the cookie holds it."""
        for person in people:
            link, now = self.link(person), self.clock.now()
            with self.desk() as store:
                phone = access.device(store, token=token, person="any", now=now) if token else None
                token = access.redeem(store, token=link, phone=phone, now=now).device_token or ""
        return token

    def end(self, device: str) -> None:
        """This phone is signed out, as after 400 days or by the desk."""
        with self.store() as store:
            ended = "UPDATE device_session SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL"
            store.execute(ended, (moment(self.clock.now()), hashed(device)))

    def put_back(self, people: list[Person], lost: int) -> set[UUID]:
        """The store is put back from a copy made so many of their readings ago, with a new epoch; what is gone."""
        gone = [UUID(row["id"]) for row in self.rows("reading", *people)[-lost:]]
        with self.store() as store:
            lose(store, gone)
        with self.desk() as store:
            epoch.renew(store)
        return set(gone)

    def stale(self) -> list[Any]:
        """Outcome rows that are not what follows from the readings."""
        with self.desk() as store:
            return list(summarise.recompute(store, check=True))

    @contextmanager
    def store(self) -> Iterator[sqlite3.Connection]:
        """The database file itself, past all our own code."""
        store = sqlite3.connect(self.folder / "tracker.sqlite3", timeout=30)
        store.row_factory = sqlite3.Row
        try:
            with store:
                yield store
        finally:
            store.close()

    def rows(self, table: str, *people: Person) -> list[dict[str, Any]]:
        """What is stored under these people, in the order in which it was stored."""
        marks = ", ".join("?" for _ in people)
        asked = f"SELECT * FROM {table} WHERE patient_id IN ({marks}) ORDER BY rowid"
        with self.store() as store:
            return [dict(row) for row in store.execute(asked, [one.id.hex for one in people])]


def moment(at: datetime) -> str:
    """A moment as the store's columns hold it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def read(text: str) -> datetime:
    """The moment in such a column."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def lose(store: sqlite3.Connection, readings: Iterable[UUID]) -> None:
    """These are gone, as from a store put back from a copy made before them; the guards against that stand again."""
    guards = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        store.execute(f"DROP TRIGGER {name}")
    store.executemany("DELETE FROM reading WHERE id = ?", [(id.hex,) for id in readings])
    for _, guard in guards:
        store.execute(guard)
