"""A person who wishes to be reminded, with a browser that takes pushes and a confirmed mail address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.remind.loopback import Browser, MailServer, PushService
from tests.storage.universe import Universe
from tracker.services import access, enrol, log
from tracker.services.actor import Actor
from tracker.services.remind import phones, plan, send, wish
from tracker.services.remind.post import Post
from tracker.services.visit import session_id
from tracker.storage import Message

PEG_ITEMS = ("pain", "enjoyment", "activity")
KEY = "c1Yq0Gm1vT5xWc7bQwG6C9l0o2y5n2xYp8u2d1s3f4E"


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """A push service on this machine."""
    made = PushService()
    yield made
    made.close()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server on this machine."""
    made = MailServer()
    yield made
    made.close()


@pytest.fixture
def by(push_service: PushService, mail_server: MailServer) -> Post:
    """How messages leave in these tests."""
    return Post(
        public_url="https://tracker.example.org",
        push_key=KEY,
        push_hosts=(push_service.origin,),
        smtp_url=mail_server.url,
        mail_from="Check-in <reminders@example.org>",
    )


@dataclass
class Life:
    """What happens in these tests, told in few words."""

    db: Session
    universe: Universe
    by: Post
    pushes: PushService
    mails: MailServer

    def person(self, zone: str, since: datetime, *, clinic: str = "willow", places: Any = ()) -> "Person":
        """Somebody with a course that was opened then; so the weekly question is due that day of each week."""
        who = self.universe.actors[clinic]
        id, course = uuid4(), uuid4()
        enrol.enrol_patient(self.db, actor=who, id=id, code=str(id)[:8], timezone=zone, now=since)
        told = {"patient_id": id, "condition": "low_back", "places": list(places), "now": since}
        enrol.open_course(self.db, actor=who, id=course, **told)
        link = access.issue_link(self.db, actor=who, patient_id=id, now=since)
        token = access.redeem(self.db, token=link, now=since).device_token
        actor = access.device(self.db, token=token or "", now=since)
        assert actor is not None
        return Person(self, actor, course, since)

    def tick(self, now: datetime | None = None) -> dict[str, int]:
        """What the worker does each minute."""
        plan.plan(self.db, offered=self.by.offered, now=now)
        return send.drain(self.db, by=self.by, now=now)

    def rows(self, **having: Any) -> list[Message]:
        """The outbox, without the codes."""
        self.db.rollback()
        chosen = select(Message).filter_by(**having).where(Message.about != wish.CODE).order_by(Message.due_at)
        return list(self.db.scalars(chosen))


@dataclass
class Person:
    """One of them."""

    life: Life
    actor: Actor
    course: UUID
    since: datetime

    def push_on(self, now: datetime | None = None) -> Browser:
        """Their browser takes pushes from now on."""
        browser = Browser(f"{self.life.pushes.origin}/{uuid4()}")
        told = {**browser.subscription(), "hosts": self.life.by.push_hosts}
        phones.subscribe(self.life.db, actor=self.actor, now=now or self.since, **told)
        return browser

    def mail_on(self, address: str, now: datetime | None = None) -> None:
        """They give an address, get the code and type it."""
        at = now or self.since
        wish.write_to(self.life.db, actor=self.actor, address=address, now=at)
        send.drain(self.life.db, by=self.life.by, now=at)
        wish.confirm(self.life.db, actor=self.actor, code=self.code(address), now=at)

    def code(self, address: str) -> str:
        """The code in the latest mail to an address."""
        mail = next(mail for to, mail in reversed(self.life.mails.got) if to == address)
        return next(word.strip(".") for word in mail.get_content().split() if word.strip(".").isdigit())

    def answer(self, instrument: str, at: datetime, **more: Any) -> None:
        """They log it in the app."""
        told = {"id": uuid4(), "course_id": self.course, "kind": "check_in", "value": 5, "recorded_at": at}
        parts = {"items": dict.fromkeys(PEG_ITEMS, 5)} if instrument == "peg" else {}
        log.reading(self.life.db, actor=self.actor, now=at, instrument=instrument, **(told | parts | more))

    def before(self, at: datetime, day: date) -> UUID:
        """They log before a session."""
        visit = session_id(self.course, day)
        self.answer("nrs_now", at, kind="before", session_id=visit)
        return visit


@pytest.fixture
def life(db: Session, universe: Universe, by: Post, push_service: PushService, mail_server: MailServer) -> Life:
    """The world of these tests."""
    return Life(db, universe, by, push_service, mail_server)


def minutes(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    """From start to end, so many minutes apart."""
    while start <= end:
        yield start
        start += timedelta(minutes=step)


def utc(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
