"""Phone: who is on it, whose phones there are, and how each of them ends."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Exists, delete, func, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import NotFound
from tracker.services.transaction import writing
from tracker.services.views import PatientView, PersonView, PhoneView, Unjoined
from tracker.storage import Clinic, Course, DevicePerson, DeviceSession, Patient, SignInLink

STAFF = ("front_desk", "practitioner", "clinic_admin", "operator")
SHOWN = 50  # of those who have not joined: the newest


def owner(db: Database, *, actor: Actor, patient_id: UUID) -> PatientView:
    """The patient whose phones staff ask about."""
    admit(actor, *STAFF)
    _own(db, actor, patient_id)
    zone = db.get_one(Clinic, actor.clinic).timezone
    return show.patient(db.get_one(Patient, (actor.clinic, patient_id)), zone)


def people(db: Database, *, actor: Actor) -> tuple[PersonView, ...]:
    """Everybody on the phone that asks, first come first."""
    admit(actor, "patient")
    if actor.device_id is None:
        return ()
    chosen = (
        select(Patient.id, Patient.initials, Patient.code, DevicePerson.carer, DevicePerson.pin_hash)
        .join(DevicePerson, (DevicePerson.clinic_id == Patient.clinic_id) & (DevicePerson.patient_id == Patient.id))
        .where(
            DevicePerson.clinic_id == actor.clinic,
            DevicePerson.device_id == actor.device_id,
            DevicePerson.removed_at.is_(None),
            Patient.withdrawn_at.is_(None),
        )
        .order_by(DevicePerson.added_at, Patient.id)
    )
    return tuple(
        PersonView(one.id, one.initials or one.code, one.carer, one.pin_hash is not None) for one in db.execute(chosen)
    )


def phones(db: Database, *, actor: Actor, patient_id: UUID, now: datetime | None = None) -> tuple[PhoneView, ...]:
    """The phones that are signed in for a patient, the one used last first."""
    admit(actor, "patient", *STAFF)
    _own(db, actor, patient_id)
    chosen = (
        select(DeviceSession, DevicePerson)
        .join(
            DevicePerson,
            (DevicePerson.clinic_id == DeviceSession.clinic_id) & (DevicePerson.device_id == DeviceSession.id),
        )
        .where(
            DevicePerson.clinic_id == actor.clinic,
            DevicePerson.patient_id == patient_id,
            DevicePerson.removed_at.is_(None),
            DeviceSession.revoked_at.is_(None),
            DeviceSession.expires_at > (now or clock.now()),
        )
        .order_by(DeviceSession.last_used_at.desc(), DeviceSession.id)
    )
    return tuple(
        PhoneView(phone.id, phone.label, on.carer, on.added_at, phone.last_used_at, phone.id == actor.device_id)
        for phone, on in db.execute(chosen)
    )


def unjoined(db: Database, *, actor: Actor) -> tuple[tuple[Unjoined, ...], int]:
    """Patients who have joined with no phone yet, the newest first, and how many there are in all."""
    admit(actor, *STAFF)
    ever = select(DevicePerson.patient_id).where(
        DevicePerson.clinic_id == Patient.clinic_id, DevicePerson.patient_id == Patient.id
    )
    had = select(Course.id).where(Course.clinic_id == Patient.clinic_id, Course.patient_id == Patient.id)
    only_taken_back = had.exists() & ~had.where(Course.taken_back_at.is_(None)).exists()
    missing = (Patient.clinic_id == actor.clinic, Patient.withdrawn_at.is_(None), ~ever.exists(), ~only_taken_back)
    invited = select(SignInLink.id).where(
        SignInLink.clinic_id == Patient.clinic_id, SignInLink.patient_id == Patient.id
    )
    chosen = select(Patient.id, Patient.code, Patient.initials, Patient.created_at, invited.exists()).where(*missing)
    newest = db.execute(chosen.order_by(Patient.created_at.desc(), Patient.id).limit(SHOWN))
    count = db.scalar(select(func.count()).select_from(Patient).where(*missing)) or 0
    return tuple(Unjoined(*row) for row in newest), count


def revoke_device(db: Database, *, actor: Actor, device_session_id: UUID, now: datetime | None = None) -> None:
    """End a phone's session for everybody on it: a lost phone, or one that is signed out."""
    admit(actor, "patient", *STAFF)
    now = now or clock.now()
    with writing(db):
        row = db.get(DeviceSession, (actor.clinic, device_session_id))
        if row is None or (actor.role == "patient" and row.id != actor.device_id):
            raise NotFound
        row.revoked_at = row.revoked_at or now
        for patient_id in _on(db, actor.clinic, row.id):
            _note(db, actor, now, "device.revoke", row.id, patient_id)


def take_off(db: Database, *, actor: Actor, device_session_id: UUID, now: datetime | None = None) -> None:
    """Take the patient off one of their phones; a phone with nobody left on it is signed out.

    A carer takes them off the carer's own phone alone.
    """
    admit(actor, "patient")
    now = now or clock.now()
    with writing(db):
        row = db.get(DevicePerson, (actor.clinic, device_session_id, actor.patient_id))
        if row is None or row.removed_at is not None or (actor.carer and row.device_id != actor.device_id):
            raise NotFound
        row.removed_at, row.pin_hash, row.open_until = now, None, None
        _note(db, actor, now, "device.leave", row.device_id, row.patient_id)
        db.flush()
        if not _on(db, actor.clinic, row.device_id):
            db.get_one(DeviceSession, (actor.clinic, row.device_id)).revoked_at = now


def leave_all(db: Database, *, clinic_id: UUID, patient_id: UUID, now: datetime) -> None:
    """Take a patient off every phone, inside the caller's transaction; the others on those phones stay."""
    mine = (DevicePerson.clinic_id == clinic_id, DevicePerson.patient_id == patient_id)
    gone = update(DevicePerson).where(*mine, DevicePerson.removed_at.is_(None))
    db.execute(gone.values(removed_at=now, pin_hash=None, open_until=None))
    empty = (DeviceSession.clinic_id == clinic_id, DeviceSession.revoked_at.is_(None), ~_inhabited())
    db.execute(update(DeviceSession).where(*empty).values(revoked_at=now))


def forget_empty(db: Database, *, clinic_id: UUID) -> None:
    """Delete the phones nobody was ever on, those of an erased person, inside the caller's transaction."""
    known = select(DevicePerson.device_id).where(
        DevicePerson.clinic_id == DeviceSession.clinic_id, DevicePerson.device_id == DeviceSession.id
    )
    db.execute(delete(DeviceSession).where(DeviceSession.clinic_id == clinic_id, ~known.exists()))


def _inhabited() -> Exists:
    """Whether somebody is on a phone."""
    here = (DevicePerson.clinic_id == DeviceSession.clinic_id, DevicePerson.device_id == DeviceSession.id)
    return select(DevicePerson.device_id).where(*here, DevicePerson.removed_at.is_(None)).exists()


def _own(db: Database, actor: Actor, patient_id: UUID) -> None:
    """NotFound for patients of other clinics, and for everybody but the patient."""
    stranger = actor.role == "patient" and actor.patient_id != patient_id
    if stranger or db.get(Patient, (actor.clinic, patient_id)) is None:
        raise NotFound


def _on(db: Database, clinic_id: UUID, device_id: UUID) -> list[UUID]:
    """Who is on a phone."""
    chosen = select(DevicePerson.patient_id).where(
        DevicePerson.clinic_id == clinic_id, DevicePerson.device_id == device_id, DevicePerson.removed_at.is_(None)
    )
    return list(db.scalars(chosen))


def _note(db: Database, actor: Actor, now: datetime, action: str, device_id: UUID, patient_id: UUID) -> None:
    audit.note(db, actor=actor, now=now, action=action, subject="device", subject_id=device_id, patient_id=patient_id)
