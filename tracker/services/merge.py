"""Merge: two sessions that were one visit become one again.

Readings are never rewritten: the session that goes points at the one that stays, and a score or a reaction of it is
read there.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotFound
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import SessionView
from tracker.storage import Session
from tracker.tongue import _


def merge(db: Database, *, actor: Actor, session_id: UUID, into: UUID, now: datetime | None = None) -> SessionView:
    """The session that stays, with what the other one knew more; merging again is a replay.

    It is held if either was; what is written in it wins, blanks are filled from the other.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    with writing(db):
        gone, stays = _both(db, actor, session_id, into)
        if gone.merged_into == stays.id:
            return show.session(stays)
        _check(gone, stays)
        _take_over(stays, gone)
        gone.state, gone.merged_into = "cancelled", stays.id
        before = (Session.clinic_id == actor.clinic, Session.merged_into == gone.id)
        db.execute(update(Session).where(*before).values(merged_into=stays.id))
        db.flush()
        derive.derive_course(db, actor.clinic, stays.course_id)
        look.soon(db, actor.clinic, [stays.course_id], now)
        patient_id = courses.find(db, actor, stays.course_id).patient_id
        audit.note(
            db,
            actor=actor,
            now=now,
            action="session.merge",
            subject="session",
            subject_id=stays.id,
            patient_id=patient_id,
            merged=str(gone.id),
        )
        return show.session(stays)


def _both(db: Database, actor: Actor, session_id: UUID, into: UUID) -> tuple[Session, Session]:
    """Two sessions of one course, which is locked."""
    gone, stays = (db.get(Session, (actor.clinic, id)) for id in (session_id, into))
    if gone is None or stays is None:
        raise NotFound
    courses.find(db, actor, stays.course_id, locked=True)
    for row in (gone, stays):
        db.refresh(row)
    if gone.course_id != stays.course_id:
        raise NotFound
    return gone, stays


def _check(gone: Session, stays: Session) -> None:
    """Two that stand, and two different ones."""
    if gone.id == stays.id:
        raise Invalid("same_session", _("Choose another session."), "/into")
    if gone.merged_into is not None or stays.merged_into is not None:
        raise Invalid("merged", _("This session was merged with another one."), "/into")
    if gone.product and stays.product and gone.product != stays.product:
        raise Invalid("two_products", _("Different things were injected in the two: they were two visits."), "/into")


def _take_over(stays: Session, gone: Session) -> None:
    """What the other one knew more."""
    ranks = ("cancelled", "planned", "reported", "held")
    stays.state = max(stays.state, gone.state, key=ranks.index)
    stays.modalities = list(dict.fromkeys([*stays.modalities, *gone.modalities]))
    for name in ("note", "minutes", "practitioner", "needling", "product"):
        if getattr(stays, name) is None:
            setattr(stays, name, getattr(gone, name))
