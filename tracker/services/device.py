"""Device: a phone stays signed in at one clinic for 400 days from its last use, until it is revoked. It lists its
people; each request names one of them, and what was taken away is gone at the next request.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import clock
from tracker.services.actor import Actor
from tracker.services.errors import Conflict, NotFound
from tracker.services.secret import fresh, hashed
from tracker.services.transaction import writing
from tracker.storage import DevicePerson, DeviceSession, Patient
from tracker.tongue import _

LASTS = timedelta(days=400)
RENEWED_AFTER = timedelta(hours=1)  # renewing at every request would make each look-up a write with its own fsync
OPEN_FOR = timedelta(minutes=15)  # a PIN holds so long from the last use
OPENED_AFTER = timedelta(minutes=1)

Person = (
    UUID | Literal["only", "any"]
)  # the one named · the phone's only one · whoever, where the phone itself is meant


def device(db: Database, *, token: str, person: Person = "only", now: datetime | None = None) -> Actor | None:
    """Whom this phone speaks for; None when it is unknown, revoked, expired or has nobody left on it.

    Raises NotFound when the person named is not on it, Conflict when there are several and none is named.
    """
    now = now or clock.now()
    listed = db.connection().execute(_listed(), {"token": hashed(token), "now": now}).all()
    if not listed:
        return None
    one = _named(listed, person)
    opened = one.open_until if one.pin_hash and one.open_until and one.open_until > now else None
    due = now - one.last_used_at >= RENEWED_AFTER
    if due:
        _renew(db, one, now)
    if opened and now + OPEN_FOR - opened >= OPENED_AFTER:
        _keep_open(db, one, now)
    return Actor(
        kind="patient",
        id=one.patient_id,
        clinic_id=one.clinic_id,
        role="patient",
        patient_id=one.patient_id,
        device_id=one.id,
        carer=one.carer,
        locked=one.pin_hash is not None and opened is None,
        renewed=due,
    )


def put_on(
    db: Database,
    *,
    phone: Actor | None,
    clinic_id: UUID,
    patient_id: UUID,
    carer: bool,
    label: str | None,
    now: datetime,
) -> tuple[str, UUID, bool]:
    """Put a patient on this phone, or on a new one, inside the caller's transaction.

    The phone's token is a new one each time: nobody who planted the old one is let in with the new person. A PIN and
    its wrong tries are gone. Returns the token, the phone, and whether the person was on it already.
    """
    token = fresh()
    row = db.get(DeviceSession, (clinic_id, phone.device_id), with_for_update=True) if phone else None
    if row is None or row.revoked_at is not None:
        row = DeviceSession(clinic_id=clinic_id, id=uuid4(), created_at=now)
        db.add(row)
    row.token_hash, row.last_used_at, row.expires_at = hashed(token), now, now + LASTS
    row.label = label or row.label
    db.flush()
    known = db.get(DevicePerson, (clinic_id, row.id, patient_id))
    already = known is not None and known.removed_at is None
    if known is None:
        known = DevicePerson(clinic_id=clinic_id, device_id=row.id, patient_id=patient_id)
        db.add(known)
    known.carer, known.added_at = carer, known.added_at if already else now
    known.pin_hash, known.pin_wrong, known.open_until, known.removed_at = None, 0, None, None
    return token, row.id, already


@cache
def _listed() -> Any:
    """The people on the phone of this token who have not withdrawn, first come first."""
    phone, person, patient = (model.__table__ for model in (DeviceSession, DevicePerson, Patient))
    its_people = (person.c.clinic_id == phone.c.clinic_id) & (person.c.device_id == phone.c.id)
    itself = (patient.c.clinic_id == person.c.clinic_id) & (patient.c.id == person.c.patient_id)
    return (
        select(
            phone.c.clinic_id,
            phone.c.id,
            phone.c.last_used_at,
            person.c.patient_id,
            person.c.carer,
            person.c.pin_hash,
            person.c.open_until,
        )
        .select_from(phone.join(person, its_people).join(patient, itself))
        .where(
            phone.c.token_hash == bindparam("token"),
            phone.c.revoked_at.is_(None),
            phone.c.expires_at > bindparam("now"),
            person.c.removed_at.is_(None),
            patient.c.withdrawn_at.is_(None),
        )
        .order_by(person.c.added_at, person.c.patient_id)
    )


def _named(listed: Sequence[Row[Any]], person: Person) -> Row[Any]:
    """The one of them who is meant."""
    if isinstance(person, UUID):
        found = next((one for one in listed if one.patient_id == person), None)
        if found is None:
            raise NotFound("not_here", _("This person is not on this phone."))
        return found
    if person == "only" and len(listed) > 1:
        raise Conflict("which_person", _("There are several people on this phone: say whom this is for."))
    return listed[0]


def _renew(db: Database, one: Row[Any], now: datetime) -> None:
    """Another 400 days."""
    with writing(db):
        db.execute(
            update(DeviceSession)
            .where(
                DeviceSession.clinic_id == one.clinic_id,
                DeviceSession.id == one.id,
                DeviceSession.revoked_at.is_(None),
            )
            .values(last_used_at=now, expires_at=now + LASTS)
        )


def _keep_open(db: Database, one: Row[Any], now: datetime) -> None:
    """Another quarter of an hour without the PIN, unless it was closed meanwhile."""
    with writing(db):
        db.execute(
            update(DevicePerson)
            .where(
                DevicePerson.clinic_id == one.clinic_id,
                DevicePerson.device_id == one.id,
                DevicePerson.patient_id == one.patient_id,
                DevicePerson.open_until > now,
            )
            .values(open_until=now + OPEN_FOR)
        )
