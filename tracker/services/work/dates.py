"""Dates: what a date puts on the work list: a call, the end of a course, a review.

Looked for once a day and clinic, by the worker or whoever opens the list first; in between a change in a course is
looked at where it is made. The day of an item is the rule's, whenever somebody looked.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session as Database

from tracker.science import worklist
from tracker.science.scales import CONDITIONS, PRIMARY
from tracker.science.windows import FOLLOW_UP
from tracker.science.worklist import ASKED, LOOK_BACK, REVIEW, SILENT
from tracker.services import clock, derive
from tracker.services.transaction import writing
from tracker.services.work import items, noise
from tracker.services.work.items import Known, New
from tracker.storage import Clinic, Course, Outcome, Patient, WorkItem, WorkMark, columns
from tracker.storage.outcome import MONTHS

DATED = ("call", "ended", "review_due")


def every(db: Database, *, now: datetime | None = None) -> int:
    """All clinics, as the worker does it; how many items are new."""
    ids = db.scalars(select(Clinic.id).order_by(Clinic.id)).all()
    return sum(refresh(db, clinic_id=id, estimating=True, now=now) for id in ids)


def refresh(db: Database, *, clinic_id: UUID, estimating: bool = False, now: datetime | None = None) -> int:
    """Bring a clinic up to today, once a day; how many items are new. `estimating`: the noise too, where it is due."""
    now = now or clock.now()
    today = now.astimezone(columns.zone(db, clinic_id)).date()
    mark = db.get(WorkMark, clinic_id)
    if mark is not None and reached(mark.looked_on, today):
        return 0
    since = _since(mark, today)
    made = sum(_some(db, clinic_id, part, since, today, now) for part in _due(db, clinic_id, since, today, now))
    with writing(db):
        mark = db.get(WorkMark, clinic_id, with_for_update=True, populate_existing=True)
        if mark is None:
            mark = WorkMark(clinic_id=clinic_id, noise=[])
            db.add(mark)
        if estimating and noise.due(mark.noise, today):
            mark.noise = [*mark.noise, *noise.estimate(db, clinic_id, today)]
        mark.looked_on = max(today, mark.looked_on or today)
    return made


def reached(looked_on: date | None, today: date) -> bool:
    """Whether a clinic was looked at up to today."""
    return looked_on is not None and looked_on >= today


def changed(db: Database, clinic_id: UUID, course_ids: Sequence[UUID], now: datetime) -> None:
    """Something changed in these courses, which the caller holds: their dates may have come with it."""
    today = now.astimezone(columns.zone(db, clinic_id)).date()
    _open(db, clinic_id, course_ids, _since(None, today), today, now)


def _since(mark: WorkMark | None, today: date) -> int:
    """The day after which ends are looked for: those of four weeks, and of as long as nobody looked."""
    looked = [mark.looked_on.toordinal()] if mark and mark.looked_on else []
    return min([today.toordinal() - LOOK_BACK, *looked])


def _some(db: Database, clinic_id: UUID, ids: Sequence[UUID], since: int, today: date, now: datetime) -> int:
    """Some courses, locked, in a transaction of their own: nobody who logs waits for long."""
    with writing(db):
        derive.lock(db, clinic_id, ids)
        return _open(db, clinic_id, ids, since, today, now)


def _due(db: Database, clinic_id: UUID, since: int, today: date, now: datetime) -> Iterator[Sequence[UUID]]:
    """The courses whose date may have come, some at a time; found by the figures of their outcome rows alone."""
    day, held = today.toordinal(), (Outcome.clinic_id == clinic_id, Patient.withdrawn_at.is_(None))
    ended = and_(Outcome.ended_on <= day, Outcome.ended_on > since)
    calls = [
        and_(Outcome.t0 <= day - asked - SILENT, Outcome.t0 >= day - window.last, missing.is_(None), ~_asked(month))
        for asked, window, month in zip(ASKED, FOLLOW_UP, MONTHS, strict=True)
        for missing in [getattr(Outcome, f"after_end_{month}")]
    ]
    running = or_(Outcome.ended_on.is_(None), Outcome.ended_on > day)
    review = and_(Outcome.held > 0, Outcome.start <= day - REVIEW, running, ~_reviewed(now - timedelta(days=REVIEW)))
    own = or_(*(and_(Course.condition == code, Outcome.instrument == PRIMARY[code]) for code in CONDITIONS))
    chosen = (
        select(Outcome.course_id)
        .join(Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(*held, own, or_(ended, and_(Outcome.ended_on <= day, or_(*calls)), review))
    )
    ids = sorted(set(db.scalars(chosen)))
    db.rollback()  # reading held a lock on nothing; what follows begins anew
    yield from columns.parts(ids)


def _asked(month: int) -> Any:
    """Whether the item of this month was opened, whatever became of it."""
    same = (WorkItem.clinic_id == Outcome.clinic_id, WorkItem.course_id == Outcome.course_id)
    return select(WorkItem.id).where(*same, WorkItem.reason == "call", WorkItem.month == month).exists()


def _reviewed(since: datetime) -> Any:
    """Whether a review is open, or was noted in these four weeks."""
    same = (WorkItem.clinic_id == Outcome.clinic_id, WorkItem.course_id == Outcome.course_id)
    lately = or_(WorkItem.resolved_at.is_(None), WorkItem.resolved_at > since + timedelta(days=1))
    return select(WorkItem.id).where(*same, WorkItem.reason == "review_due", lately).exists()


def _open(db: Database, clinic_id: UUID, ids: Sequence[UUID], since: int, today: date, now: datetime) -> int:
    """Open what is due in these courses."""
    so_far = items.known(db, clinic_id, ids, DATED)
    rows = _rows(db, clinic_id, ids)
    new = [*_ends(rows, so_far, since, today), *_reviews(rows, so_far, today)]
    new += _calls(db, clinic_id, rows, so_far, today)
    return sum(items.put(db, clinic_id, one, so_far, now) for one in new)


def _rows(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> list[Any]:
    """One outcome row for each course of somebody who takes part: its days are the same in all of them."""
    found: dict[UUID, Any] = {}
    chosen = (
        select(
            Outcome.course_id,
            Outcome.start,
            Outcome.t0,
            Outcome.ended_on,
            Outcome.held,
            Course.condition,
            Course.patient_id,
        )
        .join(Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(Outcome.clinic_id == clinic_id, Patient.withdrawn_at.is_(None))
    )
    for part in columns.parts(list(ids)):
        for row in db.execute(chosen.where(Outcome.course_id.in_(part)).order_by(Outcome.course_id)):
            found.setdefault(row.course_id, row)
    return list(found.values())


def _ends(rows: Sequence[Any], so_far: Known, since: int, today: date) -> Iterator[New]:
    """Courses whose end is known."""
    for row in rows:
        if row.ended_on is not None and since < row.ended_on and _has_come(row.ended_on, today):
            judged = so_far.judged(row.course_id, "ended")
            if worklist.opens(np.array([row.ended_on]), np.array([True]), judged) is not None:
                last = None if row.t0 is None else _date(row.t0).isoformat()
                yield New(row.course_id, "ended", _date(row.ended_on), details={"last": last, "held": row.held})


def _reviews(rows: Sequence[Any], so_far: Known, today: date) -> Iterator[New]:
    """Running courses whose next review has come."""
    for row in rows:
        if row.start is None or not row.held or (row.ended_on is not None and _has_come(row.ended_on, today)):
            continue
        due = worklist.review_due(row.start, so_far.judged(row.course_id, "review_due"))
        if _has_come(due, today):
            since = _date(row.start).isoformat()
            yield New(row.course_id, "review_due", _date(due), details={"start": since, "held": row.held})


def _calls(db: Database, clinic_id: UUID, rows: Sequence[Any], so_far: Known, today: date) -> Iterator[New]:
    """Courses in follow-up that did not answer, whoever might have written the answer down."""
    after = [
        row for row in rows if row.ended_on is not None and row.t0 is not None and row.ended_on <= today.toordinal()
    ]
    after = [row for row in after if today.toordinal() - row.t0 <= FOLLOW_UP[-1].last]
    if not after:
        return
    position = {row.course_id: i for i, row in enumerate(after)}
    own = {row.course_id: PRIMARY[row.condition] for row in after}
    care = columns.care(db, clinic_id, list(position))
    given = [s for s in care.scores if s.instrument == own[s.course_id]]
    silent = worklist.call(
        np.array([row.t0 for row in after]),
        np.array([row.ended_on for row in after]),
        np.array([position[s.course_id] for s in given], np.int64),
        np.array([s.day for s in given], np.float64),
        float(today.toordinal()),
    )
    for row, months in zip(after, silent, strict=True):
        for month, asked, window, due in zip(MONTHS, ASKED, FOLLOW_UP, months, strict=True):
            day = row.t0 + asked + SILENT
            judged = so_far.judged(row.course_id, "call")
            if due and worklist.opens(np.array([day]), np.array([True]), judged) is not None:
                closes = {"asked": _date(row.t0 + asked).isoformat(), "closes": _date(row.t0 + window.last).isoformat()}
                yield New(row.course_id, "call", _date(day), month=month, instrument=own[row.course_id], details=closes)


def _has_come(day: float, today: date) -> bool:
    return bool(worklist.reached(np.array([day]), float(today.toordinal()))[0])


def _date(day: float) -> date:
    return date.fromordinal(int(day))
