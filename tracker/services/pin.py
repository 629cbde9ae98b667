"""PIN: four to six digits that keep one person's screens from the others who use a phone. Five wrong ones, and only a
new code from the clinic helps.
"""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.device import OPEN_FOR
from tracker.services.errors import Invalid, Locked, NotFound
from tracker.services.secret import slowly_hashed
from tracker.services.transaction import writing
from tracker.storage import DevicePerson
from tracker.tongue import _

PIN = re.compile(r"[0-9]{4,6}")
TRIES = 5
WRONG = "This PIN is not right."
USED_UP = "This PIN was wrong five times. Ask the clinic for a new code."


def set_pin(db: Database, *, actor: Actor, pin: str | None, now: datetime | None = None) -> None:
    """Set the person's PIN on this phone, or take it away."""
    admit(actor, "patient")
    if actor.locked:
        raise Locked
    if pin is not None and not PIN.fullmatch(pin):
        raise Invalid("not_a_pin", _("A PIN has 4 to 6 digits."), "/pin")
    now = now or clock.now()
    with writing(db):
        row = _row(db, actor)
        row.pin_hash = _hash(row, pin) if pin else None
        row.pin_wrong, row.open_until = 0, now + OPEN_FOR if pin else None
        audit.note(
            db,
            actor=actor,
            now=now,
            action="pin.set" if pin else "pin.remove",
            subject="device",
            subject_id=row.device_id,
            patient_id=row.patient_id,
        )


def open_with_pin(db: Database, *, actor: Actor, pin: str, now: datetime | None = None) -> None:
    """Open the person's screens for a quarter of an hour; raises Locked, and counts, when the PIN is wrong."""
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        row = _row(db, actor)
        right = row.pin_wrong < TRIES and (row.pin_hash is None or row.pin_hash == _hash(row, pin))
        row.pin_wrong, row.open_until = (0, now + OPEN_FOR) if right else (min(row.pin_wrong + 1, TRIES), None)
        left = TRIES - row.pin_wrong
        if not right:
            audit.note(
                db,
                actor=actor,
                now=now,
                action="pin.wrong",
                subject="device",
                subject_id=row.device_id,
                patient_id=row.patient_id,
                left=left,
            )
    if not right:
        raise Locked("wrong_pin", WRONG, "/pin") if left else Locked("pin_used_up", USED_UP, "/pin", retry="never")


def close(db: Database, *, actor: Actor) -> None:
    """Ask for the PIN again from now on."""
    admit(actor, "patient")
    with writing(db):
        _row(db, actor).open_until = None


def _row(db: Database, actor: Actor) -> DevicePerson:
    """The person on the phone, locked for this change."""
    row = db.get(DevicePerson, (actor.clinic, actor.device_id, actor.patient_id), with_for_update=True)
    if row is None or row.removed_at is not None:
        raise NotFound
    return row


def _hash(row: DevicePerson, pin: str) -> str:
    return slowly_hashed(pin, _salt(row.device_id, row.patient_id))


def _salt(device_id: UUID, patient_id: UUID) -> bytes:
    return device_id.bytes + patient_id.bytes
