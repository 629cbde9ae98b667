"""Judge: what scores put on the work list, in the transaction in which they arrive.

The judgement on a score is known on the day on which it and all before it were here: a late one is judged on the day
it came in, and with it what was judged without it. What is found opens an item as science/worklist.opens says.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import flags, worklist
from tracker.science.flags import Scores
from tracker.science.noise import Noise
from tracker.science.scales import PRIMARY, WEEK, usual
from tracker.science.worklist import Item
from tracker.services import standing
from tracker.services.actor import Actor
from tracker.services.derive import Derived
from tracker.services.work import items, noise
from tracker.services.work.items import Known, New
from tracker.storage import WorkItem, WorkMark
from tracker.storage.columns import Care, Series

JUDGED = ("worsened", "top", "sudden")
WEEKLY = ("worsened", "top")
SCORES = ("before", "check_in")  # an after-score is never judged
CALL = "call"


def arrived(db: Database, actor: Actor, here: Derived, new: Mapping[UUID, Sequence[Any]], now: datetime) -> None:
    """These courses have new readings (rows by course) and are derived; open what is found, close what is answered."""
    for course in here.care.courses:
        told = {row["instrument"] for row in new[course.id] if row["kind"] in SCORES and _awaited(row)}
        if told:
            _course(db, actor.clinic, here, course, told, now)
            _answered(db, actor, here, course, told, now)


def _awaited(row: Any) -> bool:
    """A file brings history: nobody waits for it."""
    return row["import_batch_id"] is None


def _course(db: Database, clinic_id: UUID, here: Derived, course: Any, told: set[str], now: datetime) -> None:
    """Judge what arrived in one course."""
    own = _weekly(here.care, course)
    found = [hits for code in sorted(told) for hits in _hits(db, here, course, code, own)]
    if found:
        so_far = items.known(db, clinic_id, [course.id], JUDGED)
        new = [one for hits in found if (one := _opens(here.care, hits, so_far, now)) is not None]
        for one in sorted(new, key=lambda item: item.opened_on):
            items.put(db, clinic_id, one, so_far, now)


@dataclass(frozen=True)
class _Hits:
    """What one rule found in one instrument of a course."""

    reason: str
    scores: Scores
    keys: Sequence[Series]
    known_on: "np.ndarray"  # M: the day on which the judgement was known
    judged: "np.ndarray"  # M: whether it was judged at all
    found: "np.ndarray"
    level: Noise


def _hits(db: Database, here: Derived, course: Any, code: str, own: str) -> Iterator[_Hits]:
    """The rules that found anything; *worsened* and *top* are for the one instrument that is judged week by week."""
    if code not in here.records or not flags.applies(here.records[code][0].instrument):
        return
    scores, known_on, keys = _scores(here, course.id, code)
    if not len(scores.series):
        return
    scale = scores.instrument
    mark = db.get(WorkMark, here.rows[0]["clinic_id"])
    level = noise.at_start(mark.noise if mark else (), scale, float(scores.start[scores.series[0]]))
    seen = flags.judge(scores, level)
    for reason in JUDGED if scale.code == own else JUDGED[2:]:
        found: np.ndarray = getattr(seen, reason)
        if found.any():
            judged = seen.weekly if reason in WEEKLY else np.ones(len(found), np.bool_)
            yield _Hits(reason, scores, keys, known_on, judged, found, level)


def _weekly(care: Care, course: Any) -> str:
    """The instrument that is judged week by week: the course's own where it is asked weekly, else the most answered."""
    scored = (s for s in care.scores if s.course_id == course.id and s.kind in SCORES and s.entered_by != "staff")
    counts = Counter(s.instrument for s in scored)
    own = PRIMARY[course.condition]
    return usual(counts, own if own == WEEK else WEEK)


def _scores(here: Derived, course_id: UUID, code: str) -> tuple[Scores, "np.ndarray", list[Series]]:
    """The scores flags may look at, the day on which each judgement was known, and what the series are."""
    record, keys = here.records[code]
    rows = {(row["course_id"], row["site"], row["side"]): row for row in here.rows if row["instrument"] == code}
    mine = [rows[key] for key in keys]
    start = _column(mine, "start")
    series, kind = record.reading_series, record.reading_kind
    kept = flags.asked(kind, record.reading_day, start[series])
    kept &= np.array([key.course_id == course_id for key in keys], np.bool_)[series]
    series, day = series[kept], record.reading_day[kept]
    scores = Scores(
        instrument=record.instrument,
        series=series,
        day=day,
        value=record.reading_value[kept],
        start=start,
        baseline=_column(mine, "baseline"),
        t0=_column(mine, "t0"),
        ended_on=_column(mine, "ended_on"),
        end=_column(mine, "end"),
    )
    return scores, _known_on(series, np.floor(day + record.reading_lag[kept])), keys


def _known_on(series: "np.ndarray", received: "np.ndarray") -> "np.ndarray":
    """M: the latest day of receipt among a score and those before it in its series."""
    known = received.copy()
    for one in np.unique(series):
        mine = series == one
        known[mine] = np.maximum.accumulate(received[mine])
    return known


def _column(rows: Sequence[Any], name: str) -> "np.ndarray":
    return np.fromiter((np.nan if row[name] is None else row[name] for row in rows), np.float64, len(rows))


def _opens(care: Care, hits: _Hits, so_far: Known, now: datetime) -> New | None:
    """The item that opens now, from the earliest finding over all places of the course; None = none does."""
    history = now.astimezone(so_far.zone).date().toordinal() - worklist.LOOK_BACK
    course_id = hits.keys[hits.scores.series[0]].course_id
    so_far_here = [*so_far.judged(course_id, hits.reason), Item(history, history)]
    at: list[tuple[float, int]] = []
    for one in np.unique(hits.scores.series):
        mine = np.flatnonzero((hits.scores.series == one) & hits.judged)
        day = worklist.opens(hits.known_on[mine], hits.found[mine], so_far_here)
        at += [(hits.known_on[i], int(i)) for i in mine if hits.found[i] and hits.known_on[i] == day][:1]
    return _new(care, hits, min(at)[1]) if at else None


def _new(care: Care, hits: _Hits, at: int) -> New:
    """The item of one finding."""
    scores = hits.scores
    key = hits.keys[scores.series[at]]
    told = flags.compared(scores, at, hits.reason, hits.level)
    subject = _subject(care, key, scores.instrument.code, float(scores.day[at]))
    return New(
        course_id=key.course_id,
        reason=hits.reason,
        opened_on=date.fromordinal(int(hits.known_on[at])),
        place=(key.site, key.side),
        instrument=scores.instrument.code,
        subject_id=subject.id,
        details={**vars(told), "difference": told.difference, "on": subject.at.date().isoformat()},
    )


def _subject(care: Care, key: Series, code: str, day: float) -> Any:
    """The reading behind a score."""
    same = (s for s in care.scores if (s.course_id, s.site, s.side, s.instrument) == (*key, code))
    return next(s for s in same if s.day == day and s.kind in SCORES and s.entered_by != "staff")


def _answered(db: Database, actor: Actor, here: Derived, course: Any, told: Collection[str], now: datetime) -> None:
    """A call that nobody needs to make any more: the question was answered in its window."""
    if PRIMARY[course.condition] not in told:
        return
    mine = (WorkItem.clinic_id == actor.clinic, WorkItem.course_id == course.id, WorkItem.reason == CALL)
    row = db.scalar(select(WorkItem).where(*mine, WorkItem.resolved_at.is_(None)))
    if row is not None and any(_in_window(here, course, row.month)):
        row.resolved_at, row.resolution = now, "answered"
        row.resolved_by = actor.id if actor.kind == "staff" else None
        db.flush()
        standing.keep(db, actor.clinic, [course.id])


def _in_window(here: Derived, course: Any, month: int | None) -> Iterator[bool]:
    """Whether each place was answered in the window of this month."""
    for row in here.rows:
        if row["course_id"] == course.id and row["instrument"] == PRIMARY[course.condition]:
            yield row[f"after_end_{month}"] is not None
