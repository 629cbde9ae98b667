"""Plan: what comes near is queued, once a person, occasion and channel; and the list of it for the person to read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import clock
from tracker.services.remind import look, when
from tracker.services.remind.when import Reminder
from tracker.services.transaction import writing
from tracker.storage import Clinic, Message, ReminderChoice

AT_ONCE = 200  # people of a clinic in one turn: the next turn is a minute away


@dataclass(frozen=True)
class Planned:
    """One reminder to come, as the person reads it: `at` on their own wall clock."""

    about: str
    at: datetime
    channels: tuple[str, ...]


def plan(db: Database, *, offered: Collection[str], now: datetime | None = None) -> int:
    """Queue what comes near for everybody whose turn it is; how many rows are new. `offered`: the ways we can send."""
    now = now or clock.now()
    clinics = db.scalars(select(Clinic.id).order_by(Clinic.id)).all()
    return sum(_person(db, id, one, offered, now) for id in clinics for one in _turn(db, id, now))


def planned(
    db: Database, *, clinic_id: UUID, patient_id: UUID, offered: Collection[str], now: datetime
) -> list[Planned]:
    """What will be sent to one person, as things stand now."""
    row = db.get(ReminderChoice, (clinic_id, patient_id))
    told = when.wishes(db, clinic_id, patient_id)
    if row is None or told is None:
        return []
    by = channels(db, row, offered)
    found = [(one, _by(one, by)) for one in when.upcoming(db, clinic_id, patient_id, now)]
    ahead = [(one, way) for one, way in found if way and one.due.at >= max(now, row.since)]
    return [Planned(one.about, one.due.at.astimezone(told.zone), way) for one, way in ahead]


def channels(db: Database, row: ReminderChoice, offered: Collection[str]) -> tuple[str, ...]:
    """The ways to this person that are chosen, confirmed and offered."""
    here = {"push": bool(look.live(db, row.clinic_id, row.patient_id)), "mail": row.mail_confirmed_at is not None}
    return tuple(one for one, open_ in here.items() if open_ and one in offered)


def _by(reminder: Reminder, ways: tuple[str, ...]) -> tuple[str, ...]:
    """A missing after-score is recalled by push, which is seen in time; by mail only where there is no push.

    Mail too, rather than nothing: its link takes the score for as long as the phone itself would ask for it first.
    """
    return ways[:1] if reminder.about == when.MISSING else ways


def _turn(db: Database, clinic_id: UUID, now: datetime) -> list[UUID]:
    """Whose turn it is."""
    due = select(ReminderChoice.patient_id).where(ReminderChoice.clinic_id == clinic_id, ReminderChoice.look_at <= now)
    return list(db.scalars(due.order_by(ReminderChoice.look_at).limit(AT_ONCE)))


def _person(db: Database, clinic_id: UUID, patient_id: UUID, offered: Collection[str], now: datetime) -> int:
    """Queue what comes near for one person and say when to look again."""
    with writing(db):
        row = db.get_one(ReminderChoice, (clinic_id, patient_id), with_for_update=True, populate_existing=True)
        if row.look_at is None or row.look_at > now:
            return 0  # another worker was faster
        ahead = [one for one in when.upcoming(db, clinic_id, patient_id, now) if one.due.at >= row.since]
        near = [one for one in ahead if one.due.at <= now + look.BEFORE]
        by = channels(db, row, offered)
        new = [_row(clinic_id, patient_id, one, way, now) for one in near for way in _by(one, by)]
        new = [one for one in new if not _known(db, one)]
        db.add_all(new)
        later = [one.due.at - look.BEFORE for one in ahead if one not in near]
        row.look_at = min([*later, now + look.EVERY]) if look.reachable(db, row) else None
        return len(new)


def _known(db: Database, row: Message) -> bool:
    """Whether it was queued before, whatever came of it."""
    same = ("clinic_id", "patient_id", "about", "key", "channel")
    return bool(db.scalar(select(Message.id).where(*(getattr(Message, n) == getattr(row, n) for n in same))))


def _row(clinic_id: UUID, patient_id: UUID, one: Reminder, channel: str, now: datetime) -> Message:
    return Message(
        clinic_id=clinic_id,
        id=uuid4(),
        patient_id=patient_id,
        about=one.about,
        key=one.key,
        channel=channel,
        due_at=one.due.at,
        until=one.due.until,
        state="queued",
        try_at=one.due.at,
        created_at=now,
    )
