"""Device: a patient's phone stays signed in for 400 days from its last use, until it is revoked."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import NotFound
from tracker.services.secret import fresh, hashed
from tracker.services.transaction import writing
from tracker.storage import DeviceSession, Patient

LASTS = timedelta(days=400)
RENEWED_AFTER = timedelta(hours=1)  # renewing at every request would make each look-up a write with its own fsync


def join(db: Database, *, actor: Actor, now: datetime) -> str:
    """A phone's own long session, inside the caller's transaction; its token."""
    token = fresh()
    db.add(
        DeviceSession(
            clinic_id=actor.clinic,
            id=uuid4(),
            patient_id=actor.patient_id,
            token_hash=hashed(token),
            created_at=now,
            last_used_at=now,
            expires_at=now + LASTS,
        )
    )
    return token


def device(db: Database, *, token: str, now: datetime | None = None) -> Actor | None:
    """Who this phone speaks for; None when it is unknown, revoked, expired, or its patient withdrew."""
    now = now or clock.now()
    found = db.execute(
        select(DeviceSession.clinic_id, DeviceSession.id, DeviceSession.patient_id, DeviceSession.last_used_at)
        .join(Patient, (Patient.clinic_id == DeviceSession.clinic_id) & (Patient.id == DeviceSession.patient_id))
        .where(
            DeviceSession.token_hash == hashed(token),
            DeviceSession.revoked_at.is_(None),
            DeviceSession.expires_at > now,
            Patient.withdrawn_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    if now - found.last_used_at >= RENEWED_AFTER:
        _renew(db, found.clinic_id, found.id, now)
    return Actor(
        kind="patient",
        id=found.patient_id,
        clinic_id=found.clinic_id,
        role="patient",
        patient_id=found.patient_id,
        device_id=found.id,
    )


def revoke_device(db: Database, *, actor: Actor, device_session_id: UUID, now: datetime | None = None) -> None:
    """End a phone's session; a patient may end only their own."""
    admit(actor, "patient", "front_desk", "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    with writing(db):
        row = db.get(DeviceSession, (actor.clinic, device_session_id))
        if row is None or (actor.role == "patient" and row.patient_id != actor.patient_id):
            raise NotFound
        row.revoked_at = row.revoked_at or now
        audit.note(
            db,
            actor=actor,
            now=now,
            action="device.revoke",
            subject="device",
            subject_id=row.id,
            patient_id=row.patient_id,
        )


def _renew(db: Database, clinic_id: UUID, id: UUID, now: datetime) -> None:
    """Another 400 days."""
    with writing(db):
        db.execute(
            update(DeviceSession)
            .where(DeviceSession.clinic_id == clinic_id, DeviceSession.id == id, DeviceSession.revoked_at.is_(None))
            .values(last_used_at=now, expires_at=now + LASTS)
        )
