"""Seen: what a person's page of reminders shows: what they chose, and what will be sent and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.reminders import HOUR, QUIET_FROM, QUIET_UNTIL
from tracker.services import asks, clock
from tracker.services.actor import Actor, admit
from tracker.services.remind import look, plan, when
from tracker.services.remind.plan import Planned
from tracker.storage import Clinic, Patient, ReminderChoice, columns


@dataclass(frozen=True)
class Seen:
    """`phones`: SHA-256 of each browser's address that takes pushes; `waits`: a code was mailed and not typed yet."""

    phones: tuple[str, ...] = ()
    mail_address: str | None = None
    confirmed: bool = False
    waits: bool = False
    hour: int = HOUR
    quiet_from: int = QUIET_FROM
    quiet_until: int = QUIET_UNTIL
    paused_until: date | None = None
    planned: tuple[Planned, ...] = ()


@dataclass(frozen=True)
class CheckInDay:
    """One day on which something is asked, for the calendar file: when it begins, and its name that never changes."""

    day: date
    at: datetime
    patient_id: UUID


def seen(db: Database, *, actor: Actor, offered: Collection[str], now: datetime | None = None) -> Seen:
    """What this person chose; what stands there before anybody has chosen anything is what would hold."""
    admit(actor, "patient")
    now = now or clock.now()
    row = db.get(ReminderChoice, (actor.clinic, actor.patient_id))
    if row is None:
        usual = db.get_one(Clinic, actor.clinic)
        return Seen(hour=usual.hour, quiet_from=usual.quiet_from, quiet_until=usual.quiet_until)
    told = when.wishes(db, actor.clinic, row.patient_id)
    today = now.astimezone(told.zone).date() if told else date.max
    return Seen(
        phones=tuple(sha256(p.endpoint.encode()).hexdigest() for p in look.live(db, actor.clinic, row.patient_id)),
        mail_address=row.mail_address,
        confirmed=row.mail_confirmed_at is not None,
        waits=row.mail_address is not None and row.mail_confirmed_at is None,
        hour=row.hour,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        paused_until=row.paused_until if row.paused_until and row.paused_until > today else None,
        planned=tuple(plan.planned(db, clinic_id=actor.clinic, patient_id=row.patient_id, offered=offered, now=now)),
    )


def offered(db: Database, *, actor: Actor) -> bool:
    """Whether the phone may still offer reminders: nothing was chosen, and nobody said *not now*."""
    row = db.get(ReminderChoice, (actor.clinic, actor.patient_id))
    return row is None or (row.declined_at is None and row.look_at is None and row.mail_address is None)


def days(db: Database, *, actor: Actor, now: datetime | None = None) -> tuple[CheckInDay, ...]:
    """The days of check-ins that are still to come, at the hour the person likes, for their calendar."""
    admit(actor, "patient")
    now = now or clock.now()
    patient = db.get_one(Patient, (actor.clinic, actor.patient_id))
    told = when.wishes(db, actor.clinic, patient.id) or when.usual(db, actor.clinic, patient.id)
    here = columns.zone(db, actor.clinic)
    first: dict[date, datetime] = {}
    for ask in asks.asks(db, clinic_id=actor.clinic, patient_id=patient.id, now=now):
        opens = max(when.hour_of(ask.due, told), when.midnight(ask.opens, here))
        if opens >= now - timedelta(days=1) and ask.closes >= now.astimezone(here).date():
            first[ask.due] = min(opens, first.get(ask.due, opens))
    return tuple(CheckInDay(day, at, patient.id) for day, at in sorted(first.items()))
