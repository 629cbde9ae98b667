"""Repeat: what was done last time, done again; which session that is, and which one of the day is to be written up."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.services import show
from tracker.services.actor import Actor, admit
from tracker.services.courses import find
from tracker.services.errors import Conflict, Invalid
from tracker.services.session import session
from tracker.services.views import SessionView
from tracker.services.visit import MOST_A_DAY, session_id
from tracker.storage import Course, User

OPEN = ("planned", "reported")  # states of a session that is still to be written up


def last(sessions: Sequence[SessionView], before: tuple[date, int] | None = None) -> SessionView | None:
    """The latest held session in which something was written down, earlier than that day and number."""
    held = [s for s in sessions if s.state == "held" and (before is None or (s.held_on, s.number) < before)]
    return max((s for s in held if written(s)), key=lambda s: (s.held_on, s.number), default=None)


def written(one: SessionView) -> bool:
    """Whether anything was written down that can be done again."""
    return bool(one.modalities or one.needling or one.minutes)


def free(sessions: Sequence[SessionView], on: date) -> int:
    """The number of the day's session that is to be written up: one the phone or the plan made, else the next."""
    that_day = {s.number: s for s in sessions if s.held_on == on and s.merged_into is None}
    waiting = [n for n, one in that_day.items() if one.state in OPEN]
    taken = {s.number for s in sessions if s.held_on == on}
    return min(waiting, default=next((n for n in range(1, MOST_A_DAY + 1) if n not in taken), MOST_A_DAY))


def repeat(
    db: Database, *, actor: Actor, course_id: UUID, on: date, number: int = 1, now: datetime | None = None
) -> SessionView:
    """Record a session in which all was done as in the last one; the same again is a replay.

    A practitioner who taps it gave it; otherwise whoever gave the last one. A session of that day that is written up
    already, differently, is not touched.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    find(db, actor, course_id)
    told = show.course(db, db.get_one(Course, (actor.clinic, course_id)))
    was = last(told.sessions, (on, number))
    if was is None:
        raise Invalid("nothing_to_repeat", "No earlier session says what was done: write this one down.", "/course_id")
    id = session_id(course_id, on, number)
    here = next((s for s in told.sessions if s.id == id), None)
    again = {
        "minutes": was.minutes,
        "needling": was.needling,
        "product": was.product,
        "practitioner": _who(db, actor, was),
    }
    if here is not None and here.state not in OPEN and not _same(here, was, again):
        raise Conflict("recorded", "This session is written down already. Open it to change it.", "/number")
    return session(
        db,
        actor=actor,
        id=id,
        course_id=course_id,
        held_on=on,
        number=number,
        modalities=was.modalities,
        note=here.note if here else None,
        seen=here.version if here else None,
        now=now,
        **again,
    )


def _same(here: SessionView, was: SessionView, again: dict[str, object]) -> bool:
    """Whether it says just that already."""
    same = all(getattr(here, name) == value for name, value in again.items())
    return here.state == "held" and here.modalities == was.modalities and same


def _who(db: Database, actor: Actor, was: SessionView) -> str | None:
    """Who gives this one."""
    return db.get_one(User, actor.id).name if actor.role == "practitioner" else was.practitioner
