"""Reaction: something bad or odd after a treatment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.evidence.reactions import reactions
from tracker.services import audit, clock, courses, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.services.views import ReactionView
from tracker.services.work import reported
from tracker.storage import Reaction, Session
from tracker.storage.care import GRADES
from tracker.tongue import _


def reaction(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    occurred_on: date,
    code: str,
    session_id: UUID | None = None,
    grade: str | None = None,
    serious: bool = False,
    words: str | None = None,
    now: datetime | None = None,
) -> ReactionView:
    """Record a reaction; the same id with the same words again is a replay, with other words a Conflict."""
    admit(actor, "patient", "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    told = {
        "course_id": course_id,
        "session_id": session_id,
        "occurred_on": occurred_on,
        "code": code,
        "grade": grade,
        "serious": serious,
        "words": words or None,
    }
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get(Reaction, (actor.clinic, id))
        if row is not None:
            return _replay(row, told)
        _check(db, actor, told, now.astimezone(mine.zone).date())
        row = Reaction(
            clinic_id=actor.clinic,
            id=id,
            patient_id=mine.patient_id,
            reported_by="patient" if actor.role == "patient" else "staff",
            received_at=now,
            **told,
        )
        db.add(row)
        db.flush()
        audit.note(
            db,
            actor=actor,
            now=now,
            action="reaction.add",
            subject="reaction",
            subject_id=id,
            patient_id=mine.patient_id,
            serious=serious,
        )
        reported.reported(db, row, now.astimezone(mine.zone).date())
        return show.reaction(row)


def _replay(row: Reaction, told: dict[str, Any]) -> ReactionView:
    """The reaction as it was saved, if these are its words."""
    if any(getattr(row, name) != value for name, value in told.items()):
        raise Conflict("other_body", _("This id was used for another reaction."), "/id")
    return show.reaction(row)


def _check(db: Database, actor: Actor, told: dict[str, Any], today: date) -> None:
    """All that can be wrong with a reaction."""
    faults = Faults()
    faults.day("/occurred_on", told["occurred_on"], last=today, needed=True)
    faults.word("/code", told["code"], reactions().codes)
    faults.word("/grade", told["grade"], GRADES, needed=False)
    faults.text("/words", told["words"], lines=True)
    if not isinstance(told["serious"], bool):
        faults.add("/serious", "not_a_flag", _("This must be true or false."))
    session = db.get(Session, (actor.clinic, told["session_id"])) if told["session_id"] else None
    if told["session_id"] and (session is None or session.course_id != told["course_id"]):
        faults.add("/session_id", "unknown_session", _("This course has no such session."))
    faults.refuse()
