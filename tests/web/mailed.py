"""A mail's link of the small world, made by the services that make every link, so that its question is open today."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.remind.loopback import MailServer
from tests.web.world import World
from tracker.jobs.reminders import carrier
from tracker.services import access, enrol, log
from tracker.services.actor import Actor, operator
from tracker.services.remind import plan, send, wish
from tracker.services.visit import session_id
from tracker.storage import Reading
from tracker.web.database import session

SEOUL = ZoneInfo("Asia/Seoul")
KNEES = [("knee", "left"), ("knee", "right")]
ITEMS = {"pain": 5, "enjoyment": 5, "activity": 5}


@dataclass
class Mailed:
    """Makes people who are reminded by mail, and reads what is stored of them."""

    app: Flask
    world: World
    mails: MailServer

    def link(self, *answered: str, language: str = "en", **course: Any) -> str:
        """The link in the mail to somebody new whose course began three days ago; `answered` is no longer asked."""
        since = datetime.combine(datetime.now(SEOUL).date() - timedelta(days=3), time(9, 1), SEOUL).astimezone(UTC)
        with self.app.app_context():
            self.who = self.person(since, language, {"condition": "low_back", **course})
            for instrument in answered:
                self.answered(self.who, instrument, since)
            self.tick(since + timedelta(days=2))
        return self.address()

    def after(self) -> str:
        """The address in the mail to somebody who logged before a session two hours ago and not after it."""
        since = datetime.now(UTC) - timedelta(hours=2)
        with self.app.app_context():
            who = self.person(since, "en", {"condition": "low_back"})
            wish.times(session(), actor=who, hour=9, quiet_from=0, quiet_until=0, now=since)
            for instrument in ("nrs_week", "peg", "medicine_days"):
                self.answered(who, instrument, since)
            visit = session_id(self.course, since.astimezone(SEOUL).date())
            self.answered(who, "nrs_now", since, kind="before", session_id=visit)
            self.tick(since + timedelta(minutes=91))
        return self.address()

    def person(self, since: datetime, language: str, course: dict[str, Any], address: str = "me@example.org") -> Actor:
        """Somebody new with a phone, a course and a confirmed mail address."""
        by = operator(self.world.clinics["here"])
        id, self.course = uuid4(), uuid4()
        enrol.enrol_patient(session(), actor=by, id=id, code=str(id)[:8], language=language, now=since)
        enrol.open_course(session(), actor=by, id=self.course, patient_id=id, now=since, **course)
        joined = access.redeem(
            session(), token=access.issue_link(session(), actor=by, patient_id=id, now=since), now=since
        )
        who = access.device(session(), token=joined.device_token or "", now=since)
        assert who is not None
        wish.write_to(session(), actor=who, address=address, now=since)
        send.drain(session(), by=carrier(), now=since)
        wish.confirm(session(), actor=who, code=self.code(), now=since)
        return who

    def answered_meanwhile(self, instrument: str, **more: Any) -> None:
        """The person of the latest link logged it in the app just now."""
        with self.app.app_context():
            self.answered(self.who, instrument, datetime.now(UTC), **more)

    def answered(self, who: Actor, instrument: str, at: datetime, **more: Any) -> None:
        """They logged it in the app."""
        told = {"id": uuid4(), "course_id": self.course, "kind": "check_in", "value": 5, "recorded_at": at, **more}
        items = ITEMS if instrument == "peg" else None
        log.reading(session(), actor=who, now=at, instrument=instrument, items=items, **told)

    def tick(self, now: datetime) -> None:
        """What the worker does each minute."""
        plan.plan(session(), offered=carrier().offered, now=now)
        send.drain(session(), by=carrier(), now=now)

    def code(self) -> str:
        """The code in the latest mail."""
        return self.found(r"(?<!\d)\d{6}(?!\d)")

    def address(self) -> str:
        """The path of the latest mail's link, with its token."""
        return self.found(r"/answer#[\w-]+")

    def found(self, pattern: str) -> str:
        found = re.search(pattern, self.mails.got[-1][1].get_content())
        assert found, self.mails.got[-1][1].get_content()
        return found[0]

    def stored(self, instrument: str, **having: Any) -> list[Reading]:
        """What the latest person's course holds of an instrument, by place."""
        with self.app.app_context():
            chosen = select(Reading).filter_by(course_id=self.course, instrument=instrument, **having)
            rows = list(session().scalars(chosen.order_by(Reading.side)))
            session().expunge_all()
            return rows


@pytest.fixture
def mailed(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailed]:
    """The small world with mail, and a mail server on this machine."""
    mails = MailServer()
    told = {"smtp_url": mails.url, "mail_from": "Check-in <r@example.org>"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **told))
    yield Mailed(app, world, mails)
    mails.close()
