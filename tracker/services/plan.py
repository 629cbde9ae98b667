"""Plan: how often a course is meant to be treated, how many times, with what; and how much of it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import dose
from tracker.science.dose import Visits, Week
from tracker.science.scales import MODALITIES
from tracker.services import asks, audit, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict
from tracker.services.faults import Faults
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import CourseView
from tracker.storage import Clinic, Course, Session
from tracker.storage.columns import HELD
from tracker.tongue import _

SET = ("practitioner", "clinic_admin", "operator")
COVERED = "low_back"  # NCD 30.3.3 speaks of chronic low back pain alone
NEEDLES = {"acupuncture", "electroacupuncture"}


@dataclass(frozen=True)
class Kept:
    """What was planned, and held to the end of the course. `ninety`, `year`: only where a clinic counts for a payer."""

    weeks: tuple[Week, ...]
    kept: tuple[int, int] | None
    held: int
    ninety: Visits | None
    year: Visits | None


def plan(
    db: Database,
    *,
    actor: Actor,
    course_id: UUID,
    planned_sessions: int | None,
    planned_per_week: float | None,
    modalities: Sequence[str] = (),
    seen: str | None = None,
    now: datetime | None = None,
) -> CourseView:
    """Set the plan; the same again changes nothing. `seen`: the plan's version on the form, so that of two people who
    change it at once the second is told.
    """
    admit(actor, *SET)
    now = now or clock.now()
    told = {
        "planned_sessions": planned_sessions,
        "planned_per_week": planned_per_week,
        "modality": "+".join(modalities) or None,
    }
    _check(told, modalities)
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get_one(Course, (actor.clinic, course_id))
        changed = {name: value for name, value in told.items() if getattr(row, name) != value}
        if not changed:
            return show.course(db, row)
        if seen is not None and seen != show.course(db, row).plan_version:
            raise Conflict("changed_meanwhile", _("Somebody changed this plan meanwhile. Look at it again."), "/seen")
        for name, value in changed.items():
            setattr(row, name, value)
        db.flush()
        derive.derive_course(db, actor.clinic, course_id)
        look.soon(db, actor.clinic, [course_id], now)
        _note(db, actor, now, mine, changed)
        return show.course(db, row)


def kept(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> Kept:
    """The dose of one course, as known today; the look at the course itself is noted by whoever shows it."""
    admit(actor, "patient", *SET)
    mine = courses.find(db, actor, course_id)
    today = (now or clock.now()).astimezone(mine.zone).date()
    row = db.get_one(Course, (actor.clinic, course_id))
    held = _held(db, actor.clinic, [course_id], today)
    t0, ends_on = asks.end(row, held)
    ended = t0 if ends_on is not None and ends_on <= today else None
    told = _weeks(row, held, today, ended)
    ninety, year = _counted(db, row, today)
    return Kept(told, dose.kept(told), sum(ended is None or day <= ended for day in held), ninety, year)


def _weeks(row: Course, held: list[date], today: date, ended: date | None) -> tuple[Week, ...]:
    """From the stated start or the first session, whichever is earlier; none before there is either."""
    days = [*held, *([row.started_on] if row.started_on else [])]
    if not days:
        return ()
    plan = {"per_week": row.planned_per_week, "total": row.planned_sessions}
    return dose.weeks(min(days), today, held=held, **plan, ended=ended)


def count_visits(db: Database, *, actor: Actor, on: bool, now: datetime | None = None) -> None:
    """Turn the counter of visits in 90 days on or off for the whole clinic."""
    admit(actor, "clinic_admin", "operator")
    with writing(db):
        row = db.get_one(Clinic, actor.clinic)
        if row.counts_visits != on:
            row.counts_visits = on
            when = now or clock.now()
            audit.note(db, actor=actor, now=when, action="clinic.set", subject="clinic", subject_id=row.id, on=on)


def _counted(db: Database, row: Course, today: date) -> tuple[Visits | None, Visits | None]:
    """Visits for low back pain that is not known to be younger than 12 weeks, over all courses of the person."""
    clinic = db.get_one(Clinic, row.clinic_id)
    if not clinic.counts_visits or row.condition != COVERED or row.chronicity not in (None, "chronic"):
        return None, None
    same = (Course.clinic_id == row.clinic_id, Course.patient_id == row.patient_id, Course.condition == COVERED)
    ids = db.scalars(select(Course.id).where(*same)).all()
    days = _held(db, row.clinic_id, ids, today, needled=True)
    return dose.visits(days, today), dose.visits(days, today, dose.TWENTY, dose.YEAR)


def _held(db: Database, clinic_id: UUID, ids: Sequence[UUID], today: date, *, needled: bool = False) -> list[date]:
    """The days of the sessions held, oldest first; needled: with needles, or with nothing written down."""
    chosen = select(Session.held_on, Session.modalities).where(
        Session.clinic_id == clinic_id,
        Session.course_id.in_(ids),
        Session.state.in_(HELD),
        Session.held_on <= today,
    )
    rows = db.execute(chosen.order_by(Session.held_on))
    return [row.held_on for row in rows if not needled or not row.modalities or NEEDLES & set(row.modalities)]


def _check(told: dict[str, Any], modalities: Sequence[str]) -> None:
    """All that can be wrong with a plan."""
    faults = Faults()
    faults.number("/planned_sessions", told["planned_sessions"], 1, 1000, whole=True)
    faults.number("/planned_per_week", told["planned_per_week"], 0.01, 14)
    for i, one in enumerate(modalities):
        faults.word(f"/modalities/{i}", one, MODALITIES)
    if not faults.found and len(set(modalities)) < len(modalities):
        faults.add("/modalities", "twice", _("Name each one once."))
    faults.refuse()


def _note(db: Database, actor: Actor, now: datetime, mine: courses.Mine, changed: dict[str, Any]) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action="course.plan",
        subject="course",
        subject_id=mine.course_id,
        patient_id=mine.patient_id,
        **changed,
    )
