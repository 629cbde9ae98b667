"""Milestone: surgery, an injection, a new medicine and the like; that there was none; whether visits are finished."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.milestones import MILESTONES, STATEMENTS
from tracker.services import audit, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict
from tracker.services.faults import Faults, utc
from tracker.services.transaction import writing
from tracker.services.views import MilestoneView
from tracker.storage import Milestone
from tracker.tongue import _


def milestone(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    code: str,
    happened_on: date,
    entered_at: datetime | None = None,
    supersedes: UUID | None = None,
    retracted: bool = False,
    now: datetime | None = None,
) -> MilestoneView:
    """Record what happened; the same id with the same words again is a replay, with other words a Conflict.

    Outcomes follow in the same transaction: surgery, an injection or the start of an opioid ends the benefit.
    """
    admit(actor, "patient", "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "course_id": course_id,
        "code": code,
        "happened_on": happened_on,
        "entered_at": entered_at,
        "supersedes": supersedes,
        "retracted": retracted,
    }
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get(Milestone, (actor.clinic, id))
        if row is not None:
            return _replay(row, told)
        _check(db, actor, id, told, now.astimezone(mine.zone).date())
        row = Milestone(
            clinic_id=actor.clinic,
            id=id,
            patient_id=mine.patient_id,
            received_at=now,
            reported_by=_by(actor),
            **told,
        )
        db.add(row)
        db.flush()
        derive.derive_course(db, actor.clinic, course_id)
        audit.note(
            db,
            actor=actor,
            now=now,
            action="milestone.add",
            subject="milestone",
            subject_id=id,
            patient_id=mine.patient_id,
            code=code,
            retracted=retracted,
        )
        return show.milestone(row)


def _by(actor: Actor) -> str:
    """Whose word it is."""
    if actor.role != "patient":
        return "staff"
    return "assisted" if actor.carer else "patient"


def _replay(row: Milestone, told: dict[str, Any]) -> MilestoneView:
    """The milestone as it was saved, if these are its words."""
    if any(_plain(getattr(row, name)) != _plain(value) for name, value in told.items()):
        raise Conflict("other_body", _("This id was used for another milestone."), "/id")
    return show.milestone(row)


def _plain(value: Any) -> Any:
    """Moments alike in any offset."""
    return utc(value) if isinstance(value, datetime) else value


def _check(db: Database, actor: Actor, id: UUID, told: dict[str, Any], today: date) -> None:
    """All that can be wrong with a milestone."""
    faults = Faults()
    faults.word("/code", told["code"], (*MILESTONES, *STATEMENTS))
    faults.day("/happened_on", told["happened_on"], last=today, needed=True)
    faults.moment("/entered_at", told["entered_at"])
    if not isinstance(told["retracted"], bool):
        faults.add("/retracted", "not_a_flag", _("This must be true or false."))
    elif told["retracted"] and told["supersedes"] is None:
        faults.add("/supersedes", "blank", _("Say which milestone is taken back."))
    if told["supersedes"] is not None and not _earlier(db, actor, id, told):
        faults.add("/supersedes", "unknown_milestone", _("There is no such milestone in this course."))
    faults.refuse()


def _earlier(db: Database, actor: Actor, id: UUID, told: dict[str, Any]) -> bool:
    """Whether what is corrected is another milestone of this very course."""
    here = (Milestone.clinic_id == actor.clinic, Milestone.course_id == told["course_id"])
    return told["supersedes"] != id and bool(
        db.scalar(select(Milestone.id).where(*here, Milestone.id == told["supersedes"]))
    )
