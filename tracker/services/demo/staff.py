"""Staff: the demo clinic itself, who works in it, and the links that let somebody look around as one of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import access, enrol
from tracker.services.actor import Actor, operator
from tracker.services.demo.named import MID_COURSE
from tracker.services.demo.people import PRACTITIONERS, code
from tracker.services.demo.story import ZONE, named
from tracker.services.errors import NotFound
from tracker.storage import Clinic, Membership, User

SLUG, NAME, EMERGENCY = "demo", "Willow Lane Clinic (synthetic)", "112"
ADMIN, FRONT_DESK = "admin@demo.example", "frontdesk@demo.example"  # RFC 2606: .example reaches nobody
PRACTITIONER = "practitioner{}@demo.example"


def clinic(db: Database) -> Clinic | None:
    """The demo clinic, if there is one."""
    return db.scalar(select(Clinic).where(Clinic.slug == SLUG))


def found_clinic(db: Database, now: datetime) -> Clinic:
    """The demo clinic, new and empty."""
    place = {"timezone": ZONE, "emergency_number": EMERGENCY, "synthetic": True}
    view, _ = enrol.create_clinic(db, slug=SLUG, name=NAME, admin_email=ADMIN, now=now, **place)
    return db.get_one(Clinic, view.id)


def join(db: Database, actor: Actor, at: datetime) -> None:
    """The front desk, then the practitioners; the first of them last."""
    enrol.add_staff(db, actor=actor, email=FRONT_DESK, name="Front Desk (synthetic)", role="front_desk", now=at)
    for i, name in reversed(list(enumerate(PRACTITIONERS, 1))):
        enrol.add_staff(db, actor=actor, email=PRACTITIONER.format(i), name=name, role="practitioner", now=at)


def practitioner(db: Database, clinic_id: UUID) -> Actor:
    """The first of them, who keeps the work list."""
    id = _id(db, clinic_id, PRACTITIONER.format(1))
    who = access.staff_actor(db, user_id=id) if id else None
    if who is None:
        raise NotFound("no_demo", "The demo clinic is not loaded yet.", retry="fix")
    return who


def joined(db: Database, clinic_id: UUID) -> bool:
    """Whether all of them have."""
    return _id(db, clinic_id, PRACTITIONER.format(1)) is not None


def links(db: Database, *, now: datetime) -> dict[str, str]:
    """Fresh one-time tokens for the demo's patient, practitioner and clinic admin; NotFound before it is loaded."""
    here = clinic(db)
    if here is None or not joined(db, here.id):
        raise NotFound("no_demo", "The demo clinic is not loaded yet.", retry="fix")
    actor, patient = operator(here.id), named(code(MID_COURSE))
    emails = {"practitioner": PRACTITIONER.format(1), "clinic_admin": ADMIN}
    ids = {role: _id(db, actor.clinic, email) for role, email in emails.items()}
    tokens = {role: access.issue_link(db, actor=actor, user_id=id, now=now) for role, id in ids.items()}
    return {"patient": access.issue_link(db, actor=actor, patient_id=patient, now=now)} | tokens


def _id(db: Database, clinic_id: UUID, email: str) -> UUID | None:
    """The member of staff with this address."""
    those = select(User.id).join(Membership, Membership.user_id == User.id)
    return db.scalar(those.where(Membership.clinic_id == clinic_id, User.email == email))
