"""Session: a treatment visit is planned, reported, held or cancelled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.scales import MODALITIES
from tracker.services import audit, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotFound
from tracker.services.faults import Faults
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import SessionView
from tracker.services.visit import MOST_A_DAY, session_id
from tracker.services.work import dates
from tracker.storage import Session
from tracker.storage.care import STATES
from tracker.tongue import _

COUNTS_AFTER = timedelta(hours=48)  # a reported session counts as held from then on
DONE = ("reported", "held")


def session(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    held_on: date,
    number: int = 1,
    state: str = "held",
    modalities: Sequence[str] = (),
    note: str | None = None,
    now: datetime | None = None,
) -> SessionView:
    """Record or correct a visit. A patient reports one, or that it did not take place; what staff confirmed stays."""
    admit(actor, "patient", "front_desk", "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {"held_on": held_on, "state": state, "modalities": list(modalities), "note": note}
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        _check(told, number, now.astimezone(mine.zone).date())
        row = db.get(Session, (actor.clinic, id))
        if row is None:
            row = _make(actor, now, id, course_id, number, told)
            db.add(row)
        elif row.course_id != course_id:
            raise NotFound
        elif not _change(row, actor, told):
            return show.session(row)
        db.flush()
        derive.derive_course(db, actor.clinic, course_id)
        look.soon(db, actor.clinic, [course_id], now)
        dates.changed(db, actor.clinic, [course_id], now)
        _note(db, actor, now, row, mine.patient_id)
        return show.session(row)


def counts(state: str, known_since: datetime, at: datetime) -> bool:
    """Whether a session is taken as held at this moment."""
    return state == "held" or (state == "reported" and at - known_since >= COUNTS_AFTER)


def _make(actor: Actor, now: datetime, id: UUID, course_id: UUID, number: int, told: dict[str, Any]) -> Session:
    """A new one; its id must be the one both sides would make."""
    if session_id(course_id, told["held_on"], number) != id:
        raise Invalid("other_id", _("This id is not the one of that course, day and number."), "/id")
    return Session(
        clinic_id=actor.clinic,
        id=id,
        course_id=course_id,
        number_that_day=number,
        created_by=actor.id if actor.kind == "staff" else None,
        created_at=now,
        **(told | {"state": _said(actor, told["state"])}),
    )


def _change(row: Session, actor: Actor, told: dict[str, Any]) -> bool:
    """Take over what is new; False when nothing is."""
    if actor.role == "patient":
        if row.state == "held":
            return False
        told = {"state": _said(actor, told["state"])}
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _said(actor: Actor, state: str) -> str:
    """A patient's *held* is a report until staff confirm it."""
    if actor.role != "patient":
        return state
    if state == "planned":
        raise Invalid("unknown_word", _("A visit is planned by the clinic."), "/state")
    return "reported" if state == "held" else state


def _check(told: dict[str, Any], number: int, today: date) -> None:
    """All that can be wrong with a visit."""
    faults = Faults()
    faults.word("/state", told["state"], STATES)
    faults.day("/held_on", told["held_on"], last=today if told["state"] in DONE else None, needed=True)
    faults.number("/number", number, 1, MOST_A_DAY, whole=True, needed=True)
    faults.text("/note", told["note"], lines=True)
    for i, modality in enumerate(told["modalities"]):
        faults.word(f"/modalities/{i}", modality, MODALITIES)
    faults.refuse()


def _note(db: Database, actor: Actor, now: datetime, row: Session, patient_id: UUID) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action="session.put",
        subject="session",
        subject_id=row.id,
        patient_id=patient_id,
        state=row.state,
    )
