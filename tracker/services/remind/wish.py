"""Wish: a person chooses how and when to be reminded. Nothing is sent to anybody who has not chosen it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotFound, Refused
from tracker.services.faults import Faults
from tracker.services.remind import look, when
from tracker.services.secret import hashed, slowly_hashed
from tracker.services.transaction import writing
from tracker.storage import Clinic, Message, ReminderChoice
from tracker.tongue import _

ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,190}", re.ASCII)
LONGEST_PAUSE = 90  # days
CODE_DIGITS, CODE_LASTS, CODE_TRIES = 6, timedelta(minutes=30), 5
CODES_A_DAY = 5  # to anybody's address: nobody's mailbox is filled from here
CODE = "code"


def times(
    db: Database, *, actor: Actor, hour: int, quiet_from: int, quiet_until: int, now: datetime | None = None
) -> None:
    """The hour at which a check-in is recalled, and the hours in which nothing is sent."""
    told = {"hour": hour, "quiet_from": quiet_from, "quiet_until": quiet_until}
    faults = Faults()
    for name, value in told.items():
        faults.number(f"/{name}", value, 0, 23, whole=True, needed=True)
    faults.refuse()
    with changing(db, actor, now, "times") as row:
        for name, value in told.items():
            setattr(row, name, value)


def pause(db: Database, *, actor: Actor, days: int, now: datetime | None = None) -> None:
    """Nothing for so many days, today included; 0 ends a pause. What falls into it is not made up for."""
    faults = Faults()
    faults.number("/days", days, 0, LONGEST_PAUSE, whole=True, needed=True)
    faults.refuse()
    with changing(db, actor, now, "pause") as row:
        row.paused_until = today(db, row, now) + timedelta(days=days) if days else None


def decline(db: Database, *, actor: Actor, now: datetime | None = None) -> None:
    """Not now: the phone does not offer reminders again; the page stays."""
    with changing(db, actor, now, "decline") as row:
        row.declined_at = row.declined_at or now or clock.now()


def write_to(db: Database, *, actor: Actor, address: str, now: datetime | None = None) -> None:
    """A mail address; a code goes there, and nothing else until it has come back."""
    now = now or clock.now()
    if not isinstance(address, str) or not address.isascii() or not ADDRESS.fullmatch(address.strip()):
        raise Invalid("not_an_address", _("Write a mail address such as name@example.org."), "/address")
    with changing(db, actor, now, "mail") as row:
        _allow_another(db, row, now)
        row.mail_address, row.mail_confirmed_at, row.code_hash = address.strip(), None, None
        db.add(_code_message(row, now))


def confirm(db: Database, *, actor: Actor, code: str, now: datetime | None = None) -> None:
    """The code came back: from now on reminders are mailed there. Five tries, counted in the store."""
    now = now or clock.now()
    right = False
    with changing(db, actor, now, "confirm") as row:
        if row.code_hash and row.code_expires_at and row.code_expires_at > now and row.code_tries < CODE_TRIES:
            right = secrets.compare_digest(row.code_hash, _hashed(row, code))
            row.code_tries += 1
        if right:
            row.mail_confirmed_at, row.code_hash, row.code_expires_at = now, None, None
    if not right:  # after the commit: the try counts
        raise Refused(
            "code_not_usable", _("We cannot use this code. It may be old or mistyped. Ask for a new one."), "/code"
        )


def stop_mail(db: Database, *, actor: Actor, now: datetime | None = None) -> None:
    """No more mails; the address is forgotten."""
    with changing(db, actor, now, "stop_mail") as row:
        forget_address(row)


def stop(db: Database, *, token: str, source: str | None = None, now: datetime | None = None) -> None:
    """The *stop these mails* link of a mail. It may be used again and again; an unknown one is refused."""
    now = now or clock.now()
    chosen = select(Message.clinic_id, Message.patient_id).where(Message.stop_hash == hashed(token))
    found = db.execute(chosen).one_or_none()
    if found is None:
        raise NotFound("link_not_usable", _("We cannot use this link. It may be old or mistyped."))
    who = Actor("patient", found.patient_id, found.clinic_id, "patient", found.patient_id, source)
    stop_mail(db, actor=who, now=now)


def forget_address(row: ReminderChoice) -> None:
    """The address and all that belongs to it."""
    row.mail_address = row.mail_confirmed_at = row.code_hash = row.code_expires_at = None
    row.code_tries = 0


def fresh_code(row: ReminderChoice, now: datetime) -> str:
    """A code for the address; made when its mail leaves, since the store keeps only the hash."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row.code_hash, row.code_expires_at, row.code_tries = _hashed(row, code), now + CODE_LASTS, 0
    return code


def _hashed(row: ReminderChoice, code: str) -> str:
    """What the store keeps of a code, however it was typed."""
    return slowly_hashed("".join((code or "").split()), row.patient_id.bytes)


@contextmanager
def changing(db: Database, actor: Actor, now: datetime | None, what: str) -> Iterator[ReminderChoice]:
    """The person's own row, made where there is none; what is due is looked at again after the change."""
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        row = chosen(db, actor, now)
        yield row
        row.since = now
        db.flush()
        row.look_at = now if look.reachable(db, row) else None
        audit.note(
            db,
            actor=actor,
            now=now,
            action=f"reminders.{what}",
            subject="patient",
            subject_id=actor.patient_id,
            patient_id=actor.patient_id,
        )


def chosen(db: Database, actor: Actor, now: datetime) -> ReminderChoice:
    """The row to be changed, inside the caller's transaction; a new one has the clinic's hours."""
    key = (actor.clinic, actor.patient_id)
    row = db.get(ReminderChoice, key, with_for_update=True, populate_existing=True)
    if row is None:
        usual = db.get_one(Clinic, actor.clinic)
        hours = {"hour": usual.hour, "quiet_from": usual.quiet_from, "quiet_until": usual.quiet_until}
        row = ReminderChoice(clinic_id=actor.clinic, patient_id=actor.patient_id, since=now, **hours)
        db.add(row)
        db.flush()
    return row


def today(db: Database, row: ReminderChoice, now: datetime | None) -> date:
    """The date where the person is."""
    told = when.wishes(db, row.clinic_id, row.patient_id)
    if told is None:
        raise NotFound
    return (now or clock.now()).astimezone(told.zone).date()


def _allow_another(db: Database, row: ReminderChoice, now: datetime) -> None:
    """Only so many codes a day."""
    mine = (Message.clinic_id == row.clinic_id, Message.patient_id == row.patient_id, Message.about == CODE)
    since = now - timedelta(days=1)
    if (db.scalar(select(func.count()).where(*mine, Message.created_at > since)) or 0) >= CODES_A_DAY:
        raise Refused("too_many_codes", _("That was too often today. Try again tomorrow."), "/address", retry="later")


def _code_message(row: ReminderChoice, now: datetime) -> Message:
    return Message(
        clinic_id=row.clinic_id,
        id=uuid4(),
        patient_id=row.patient_id,
        about=CODE,
        key=str(uuid4()),
        channel="mail",
        due_at=now,
        until=now + CODE_LASTS,
        state="queued",
        try_at=now,
        created_at=now,
    )
