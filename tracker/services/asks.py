"""Asks: what each of a patient's courses asks, from what is stored."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import course, schedule
from tracker.science.scales import AFTER, KINDS, PRIMARY
from tracker.science.schedule import Ask, Asked
from tracker.storage import Course, Outcome, Patient, columns
from tracker.storage.columns import HELD, Care

NAN = float("nan")


@dataclass(frozen=True, kw_only=True)
class CourseAsk(Ask):
    """A question, and the course it belongs to."""

    course_id: UUID


def asks(db: Database, *, clinic_id: UUID, patient_id: UUID, now: datetime) -> list[CourseAsk]:
    """All unanswered questions of a patient's courses, open or to come, by the day they open; none once withdrawn."""
    patient = db.get(Patient, (clinic_id, patient_id))
    if patient is None or patient.withdrawn_at is not None:
        return []
    mine = select(Course).where(Course.clinic_id == clinic_id, Course.patient_id == patient_id)
    rows = db.scalars(mine.where(Course.taken_back_at.is_(None)).order_by(Course.created_at, Course.id)).all()
    care = columns.care(db, clinic_id, [row.id for row in rows])
    today = now.astimezone(care.zone).date()
    told = asked(db, clinic_id, rows, care, today)
    found = [CourseAsk(**vars(ask), course_id=id) for id, one in told.items() for ask in schedule.asks(one, today)]
    return sorted(found, key=lambda ask: (ask.opens, schedule.ORDER.index(ask.instrument)))


def asked(db: Database, clinic_id: UUID, rows: Any, care: Care, today: date) -> dict[UUID, Asked]:
    """What each course's questions depend on, by course."""
    failing = _failing(db, clinic_id, care)
    answered: dict[UUID, dict[str, list[date]]] = defaultdict(lambda: defaultdict(list))
    for score in care.scores:
        answered[score.course_id][score.instrument].append(score.at.date())
    return {row.id: _asked(row, care, answered[row.id], failing.get(row.id), today) for row in rows}


def _asked(row: Course, care: Care, answered: Any, failing: float | None, today: date) -> Asked:
    """One course."""
    held = sorted(s.held_on for s in care.sessions if s.course_id == row.id and s.state in HELD)
    t0, ends_on = end(row, held)
    since = [row.created_at.astimezone(care.zone).date(), row.started_on, *held[:1]]
    return Asked(
        condition=row.condition,
        opened=min(day for day in since if day is not None),
        begun=begun(row.id, care, today),
        t0=t0,
        ends_on=ends_on,
        answered=answered,
        failing=t0 + timedelta(days=failing) if t0 and failing is not None else None,
    )


def end(row: Any, held: list[date]) -> tuple[date | None, date | None]:
    """t0 and the first day on which the course is over, as science tells them from its sessions so far."""
    gap = 7 / row.planned_per_week if row.planned_per_week else NAN
    closed = row.closed_on.toordinal() if row.closed_on else NAN
    days = np.array([day.toordinal() for day in held], np.float64)
    found = course.ends(np.zeros(len(held), np.int64), days, np.array([closed], np.float64), np.array([gap]))
    return _date(found.t0[0]), _date(np.ceil(found.ended_on[0]))


def begun(course_id: UUID, care: Care, today: date) -> bool:
    """Whether a treatment lies behind: a session of an earlier day, or today's with an after-score."""
    days = {s.id: s.held_on for s in care.sessions if s.course_id == course_id and s.state in HELD}
    treated = {s.session_id for s in care.scores if s.kind == KINDS[AFTER]}
    return any(day < today or id in treated for id, day in days.items() if day <= today)


def _failing(db: Database, clinic_id: UUID, care: Care) -> dict[UUID, float]:
    """Days after t0 of the latest responder's failing run that is not confirmed, by course, on its primary."""
    primary = {row.id: PRIMARY[row.condition] for row in care.courses}
    chosen = select(Outcome.course_id, Outcome.instrument, Outcome.unconfirmed)
    mine = chosen.where(Outcome.clinic_id == clinic_id, Outcome.unconfirmed.is_not(None))
    rows = [row for part in columns.parts(list(primary)) for row in db.execute(mine.where(Outcome.course_id.in_(part)))]
    found: dict[UUID, float] = {}
    for row in rows:
        if row.instrument == primary[row.course_id]:
            found[row.course_id] = max(row.unconfirmed, found.get(row.course_id, row.unconfirmed))
    return found


def _date(day: Any) -> date | None:
    return None if np.isnan(day) else date.fromordinal(int(day))
