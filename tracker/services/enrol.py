"""Enrol: clinics, staff and patients come in."""

import re
import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker import tongue
from tracker.services import access, audit, clock, show
from tracker.services.actor import Actor, admit, operator
from tracker.services.course import close_course, open_course
from tracker.services.errors import Conflict
from tracker.services.faults import Faults
from tracker.services.role import keep_an_admin
from tracker.services.transaction import writing
from tracker.services.views import ClinicView, PatientView, UserView
from tracker.storage import Clinic, Membership, Patient, User
from tracker.storage.people import ROLES, SEXES

__all__ = ["add_staff", "close_course", "create_clinic", "enrol_patient", "open_course"]

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


def create_clinic(
    db: Database,
    *,
    slug: str,
    name: str,
    timezone: str,
    emergency_number: str,
    admin_email: str,
    synthetic: bool = False,
    now: datetime | None = None,
) -> tuple[ClinicView, str]:
    """A clinic with its first admin, and the token that signs the admin in once."""
    now = now or clock.now()
    _check_clinic(slug, name, timezone, emergency_number, admin_email)
    with writing(db):
        if db.scalar(select(Clinic.id).where(Clinic.slug == slug)):
            raise Conflict("slug_taken", "There is a clinic of that name already.", "/slug")
        clinic = Clinic(
            id=uuid4(),
            slug=slug,
            name=name.strip(),
            timezone=timezone,
            emergency_number=emergency_number.strip(),
            synthetic=synthetic,
            created_at=now,
        )
        db.add(clinic)
        db.flush()
        actor = operator(clinic.id)
        audit.note(db, actor=actor, now=now, action="clinic.create", subject="clinic", subject_id=clinic.id)
        _, token = _join(db, actor, admin_email, admin_email.split("@")[0], "clinic_admin", now)
        view = show.clinic(clinic)
    return view, token


def add_staff(
    db: Database,
    *,
    actor: Actor,
    email: str,
    name: str,
    role: str,
    id: UUID | None = None,
    now: datetime | None = None,
) -> tuple[UserView, str]:
    """Give somebody a role in this clinic, and the token that signs them in once; `id` is the invitation's.

    Raises Conflict for an id that was used, and where it would take the admin's role from the last admin.
    """
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    faults = Faults()
    _check_email(faults, "/email", email)
    faults.text("/name", name, 200, needed=True)
    faults.word("/role", role, ROLES)
    faults.refuse()
    with writing(db):
        access.unused(db, actor, id)
        return _join(db, actor, email, name.strip(), role, now, id)


def enrol_patient(
    db: Database,
    *,
    actor: Actor,
    code: str,
    initials: str = "",
    birth_year: int | None = None,
    sex: str | None = None,
    timezone: str | None = None,
    language: str = "en",
    id: UUID | None = None,
    now: datetime | None = None,
) -> PatientView:
    """A patient under the clinic's own code; the same id with the same words again is a replay."""
    admit(actor, "front_desk", "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "code": code,
        "initials": initials or "",
        "birth_year": birth_year,
        "sex": sex,
        "timezone": timezone,
        "language": language,
    }
    _check_patient(told, now)
    with writing(db):
        row = db.get(Patient, (actor.clinic, id)) if id else None
        if row is None:
            row = add_patient(db, actor=actor, now=now, id=id or uuid4(), **told)
        elif any(getattr(row, name) != value for name, value in told.items()):
            raise Conflict("other_body", "This id belongs to another patient.", "/id")
        return show.patient(row, db.get_one(Clinic, actor.clinic).timezone)


def add_patient(db: Database, *, actor: Actor, now: datetime, **told) -> Patient:
    """The row itself, inside the caller's transaction."""
    if db.scalar(select(Patient.id).where(Patient.clinic_id == actor.clinic, Patient.code == told["code"])):
        raise Conflict("code_taken", "Another patient has this code.", "/code")
    row = Patient(clinic_id=actor.clinic, created_at=now, **told)
    db.add(row)
    db.flush()
    audit.note(
        db, actor=actor, now=now, action="patient.enrol", subject="patient", subject_id=row.id, patient_id=row.id
    )
    return row


def _join(
    db: Database, actor: Actor, email: str, name: str, role: str, now: datetime, id: UUID | None = None
) -> tuple[UserView, str]:
    """Find or make the person, set the role, issue the link."""
    email = email.strip().lower()
    user = db.scalar(select(User).where(User.email == email)) or _user(db, email, name, now)
    membership = db.get(Membership, (actor.clinic, user.id))
    if membership is None:
        membership = Membership(clinic_id=actor.clinic, user_id=user.id, created_at=now)
        db.add(membership)
    else:
        keep_an_admin(db, membership, role)
    membership.role, membership.ended_at = role, None
    db.flush()
    audit.note(db, actor=actor, now=now, action="staff.add", subject="user", subject_id=user.id, given=role)
    token = access.new_link(db, actor=actor, clinic_id=actor.clinic, now=now, user_id=user.id, id=id)
    return UserView(user.id, user.email, user.name, role), token


def _user(db: Database, email: str, name: str, now: datetime) -> User:
    """Somebody new."""
    user = User(id=uuid4(), email=email, name=name, active=True, fs_uniquifier=secrets.token_hex(32), created_at=now)
    db.add(user)
    db.flush()
    return user


def _check_clinic(slug: str, name: str, timezone: str, emergency_number: str, admin_email: str) -> None:
    """All that can be wrong with a new clinic."""
    faults = Faults()
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        faults.add("/slug", "not_a_slug", "A clinic's short name holds only a–z, 0–9 and hyphens, at most 63.")
    faults.text("/name", name, 200, needed=True)
    faults.zone("/timezone", timezone, needed=True)
    faults.text("/emergency_number", emergency_number, 32, needed=True)
    _check_email(faults, "/admin_email", admin_email)
    faults.refuse()


def _check_email(faults: Faults, pointer: str, email: str) -> None:
    """Something that can be written to."""
    faults.text(pointer, email, 255, needed=True)
    if isinstance(email, str) and email.strip() and not EMAIL.fullmatch(email.strip()):
        faults.add(pointer, "not_an_email", "This is not an e-mail address.")


def _check_patient(told: dict, now: datetime) -> None:
    """All that can be wrong with a new patient."""
    faults = Faults()
    faults.text("/code", told["code"], 64, needed=True)
    faults.text("/initials", told["initials"], 16)
    faults.number("/birth_year", told["birth_year"], 1900, now.year, whole=True)
    faults.word("/sex", told["sex"], SEXES, needed=False)
    faults.zone("/timezone", told["timezone"])
    faults.word("/language", told["language"], tongue.LANGUAGES)
    faults.refuse()
