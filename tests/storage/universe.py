"""A small named universe, made through services alone: two clinics, their staff, their patients, a course each."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from tracker.services import access, enrol
from tracker.services.actor import Actor, operator
from tracker.services.visit import session_id

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # noon in Seoul
TODAY = date(2026, 3, 2)
STAFF = {"amy": ("willow", "clinic_admin"), "ben": ("willow", "front_desk"), "cho": ("willow", "practitioner")} | {
    "dan": ("maple", "practitioner")
}
KNEES = [("knee", "left"), ("knee", "right")]
PATIENTS: dict[str, tuple[str, str, list[tuple[str | None, str]]]] = {
    "eve": ("willow", "knee_oa", [*KNEES]),
    "finn": ("willow", "low_back", [("lower_back", "none")]),
    "gail": ("maple", "neck", [("neck", "none")]),
}


@dataclass
class Universe:
    """Ids and actors by name."""

    clinics: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    courses: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def visit(self, name: str, on: date = TODAY, number: int = 1) -> UUID:
        """The id that phone and clinic give a session of this patient."""
        return session_id(self.courses[name], on, number)

    def score(self, name: str = "eve", **more: Any) -> dict[str, Any]:
        """What a phone sends: a check-in of 5, now, at the patient's first place, unless said otherwise."""
        site, side = PATIENTS[name][2][0]
        told: dict[str, Any] = {
            "id": uuid4(),
            "course_id": self.courses[name],
            "kind": "check_in",
            "instrument": "nrs_now",
            "value": 5,
            "recorded_at": NOW,
            "site": site,
            "side": side,
        }
        return told | more


def populate(db: Session) -> Universe:
    """Everybody."""
    made = Universe()
    for slug, zone in (("willow", "Asia/Seoul"), ("maple", "America/New_York")):
        clinic, _ = enrol.create_clinic(
            db,
            slug=slug,
            name=slug.title(),
            timezone=zone,
            emergency_number="1",
            admin_email=f"boss@{slug}.test",
            now=NOW,
        )
        made.clinics[slug] = clinic.id
        made.actors[slug] = operator(clinic.id)
    for name, (slug, role) in STAFF.items():
        _staff(db, made, name, slug, role)
    for name, (slug, condition, places) in PATIENTS.items():
        _patient(db, made, name, slug, condition, places)
    return made


def _staff(db: Session, made: Universe, name: str, slug: str, role: str) -> None:
    actor = made.actors[slug]
    user, _ = enrol.add_staff(db, actor=actor, email=f"{name}@{slug}.test", name=name.title(), role=role, now=NOW)
    made.people[name] = user.id
    found = access.staff_actor(db, user_id=user.id)
    assert found is not None
    made.actors[name] = found


def _patient(db: Session, made: Universe, name: str, slug: str, condition: str, places: list) -> None:
    actor = made.actors[slug]
    patient = enrol.enrol_patient(db, actor=actor, code=f"C-{name}", initials=name[:2].upper(), now=NOW)
    made.people[name], made.courses[name] = patient.id, uuid4()
    made.actors[name] = Actor("patient", patient.id, actor.clinic, "patient", patient.id)
    enrol.open_course(
        db,
        actor=actor,
        id=made.courses[name],
        patient_id=patient.id,
        condition=condition,
        places=places,
        planned_sessions=8,
        now=NOW,
    )
