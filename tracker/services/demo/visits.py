"""Visits: the sessions of a course, written at once; log.session would derive the course anew after each, 2,500 times.

The rows are what log.session makes of the same words (tests/services/test_demo.py asks it).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Database

from tracker.services import audit
from tracker.services.actor import Actor
from tracker.services.demo import needles
from tracker.services.demo.story import Plan, Visit, moment
from tracker.services.session import DETAILS
from tracker.services.visit import session_id
from tracker.storage import Session

EVENING = 18 * 60  # when staff write up the day


def add(db: Database, *, actor: Actor, course_id: UUID, plan: Plan, at: datetime) -> None:
    """The sessions the course does not have yet, inside the caller's transaction; the caller derives the course."""
    mine = (Session.clinic_id == actor.clinic, Session.course_id == course_id)
    had = set(db.scalars(select(Session.id).where(*mine)))
    rows = [row for visit in plan.visits if (row := _row(actor, course_id, plan, visit, at))["id"] not in had]
    if rows:
        db.execute(insert(Session), rows)
        ids = [str(row["id"]) for row in rows]
        audit.note(db, actor=actor, now=at, action="session.put", subject="course", subject_id=course_id, sessions=ids)


def words(plan: Plan, visit: Visit) -> dict[str, Any]:
    """What log.session is told of a visit."""
    done = visit.state in ("held", "reported")
    return {
        "held_on": visit.on,
        "state": visit.state,
        "modalities": list(plan.modalities) if done else [],
        "note": None,
        **(needles.details(plan) if done else dict.fromkeys(DETAILS)),
    }


def _row(actor: Actor, course_id: UUID, plan: Plan, visit: Visit, at: datetime) -> dict[str, Any]:
    """A session's columns; written up that evening, a planned one by now."""
    return words(plan, visit) | {
        "clinic_id": actor.clinic,
        "id": session_id(course_id, visit.on, visit.number),
        "course_id": course_id,
        "number_that_day": visit.number,
        "created_by": actor.id,
        "created_at": at if visit.state == "planned" else moment(visit.on, EVENING),
    }
