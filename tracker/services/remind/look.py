"""Look: when to look again what somebody is to be reminded of. Part of the transaction of whatever changed it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as Database

from tracker.storage import Course, DevicePerson, DeviceSession, PushSubscription, ReminderChoice, columns

EVERY = timedelta(hours=6)  # what nobody told of is seen by then: a course that ended, a question that opened
BEFORE = timedelta(hours=1)  # so long before its time a reminder is queued

_CHOICE: Any = ReminderChoice.__table__
SOON = (
    update(_CHOICE)
    .where(_CHOICE.c.clinic_id == columns.CLINIC, _CHOICE.c.look_at.is_not(None))
    .where(_CHOICE.c.patient_id.in_(columns.asking((Course.patient_id,), Course.id)))
    .values(look_at=bindparam("now"))
)


def soon(db: Database, clinic_id: UUID, course_ids: Collection[UUID], now: datetime) -> None:
    """Something changed in these courses: look at their people at the next turn."""
    for part in columns.parts(list(course_ids)):
        db.connection().execute(SOON, {"clinic": clinic_id, "courses": part, "now": now})


def reachable(db: Database, row: ReminderChoice) -> bool:
    """Whether there is any way to reach this person."""
    return row.mail_confirmed_at is not None or bool(live(db, row.clinic_id, row.patient_id))


def live(db: Database, clinic_id: UUID, patient_id: UUID) -> list[PushSubscription]:
    """The phones that take pushes for this person: those still signed in."""
    signed_in = (
        select(DevicePerson.device_id)
        .join(
            DeviceSession,
            (DeviceSession.clinic_id == DevicePerson.clinic_id) & (DeviceSession.id == DevicePerson.device_id),
        )
        .where(
            DevicePerson.clinic_id == clinic_id,
            DevicePerson.patient_id == patient_id,
            DevicePerson.removed_at.is_(None),
            DeviceSession.revoked_at.is_(None),
        )
    )
    chosen = select(PushSubscription).where(
        PushSubscription.clinic_id == clinic_id,
        PushSubscription.patient_id == patient_id,
        PushSubscription.gone_at.is_(None),
        PushSubscription.device_id.in_(signed_in),
    )
    return list(db.scalars(chosen.order_by(PushSubscription.created_at, PushSubscription.id)))
