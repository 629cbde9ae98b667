"""Progress: one course at one place as science sees it, from what was received by a day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import derive, durability, trend, windows
from tracker.science.progress import Pair, Point, Progress, TrendLine, WindowValue
from tracker.science.record import Floats, Outcomes
from tracker.science.scales import NOW, Instrument
from tracker.science.threshold import too_low
from tracker.science.trend import Trends
from tracker.science.windows import Window
from tracker.storage import Clinic, Course, columns
from tracker.storage.columns import HELD, Care, Series
from tracker.storage.effective import Score, one_a_session

AROUND = ("before", "after")


def progress(
    db: Database, clinic_id: UUID, course_id: UUID, instrument: Instrument, site: str, side: str, as_of: date
) -> Progress:
    """Everything a chart, a sentence or a table of this place needs."""
    care = _until(columns.care(db, clinic_id, [course_id]), as_of)
    course = db.get_one(Course, (clinic_id, course_id))
    synthetic = bool(db.scalar(select(Clinic.synthetic).where(Clinic.id == clinic_id)))
    here = [s for s in care.scores if (s.site, s.side) == (site, side)]
    found = _outcomes(care, instrument, Series(course_id, site, side))
    ended = bool(durability.has_ended(found, as_of.toordinal())[0])
    in_course, after = _trends(found)
    told = [s for s in here if s.instrument == instrument.code and _is_score(s, instrument)]
    return Progress(
        instrument=instrument,
        condition=course.condition,
        site=site or None,
        side=side,
        as_of=as_of,
        scores=tuple(map(_point, told)),
        now=() if instrument.code == NOW else tuple(_point(s) for s in here if _is_free(s)),
        pairs=_pairs(care, here),
        planned_sessions=course.planned_sessions,
        baseline=_known(found.baseline[0]),
        baseline_n=int(found.baseline_n[0]),
        threshold=_threshold(found),
        trend=in_course,
        trend_after=after if ended else None,
        started=_on(found.start[0]) or course.started_on or (told[0].at.date() if told else as_of),
        ended=_on(found.t0[0]) if ended else None,
        end_value=_known(found.end[0]) if ended else None,
        windows=_windows(found, told, as_of) if ended else (),
        lasted=durability.lasted(found, 0, as_of.toordinal()),
        synthetic=synthetic,
    )


def _until(care: Care, as_of: date) -> Care:
    """What had happened by the end of that day."""
    return replace(
        care,
        sessions=[s for s in care.sessions if s.held_on <= as_of],
        scores=[s for s in care.scores if s.at.date() <= as_of],
        milestones=[m for m in care.milestones if m.happened_on <= as_of],
    )


def _outcomes(care: Care, instrument: Instrument, series: Series) -> Outcomes:
    """The one outcome of this place, also where nothing was scored yet."""
    record, found = columns.record(care, instrument, also=(series,))
    return _row(derive.outcomes(record), found.index(series))


def _row(found: Outcomes, at: int) -> Outcomes:
    """One row of some Outcomes."""
    cut = {n: v[at : at + 1] for n, v in vars(found).items() if n != "instrument"}
    return Outcomes(instrument=found.instrument, **cut)


def _is_score(score: Score, instrument: Instrument) -> bool:
    """What stands in the upper panel; a scale asked right now is judged on its before-scores as well."""
    return score.kind not in AROUND or (instrument.recall == "now" and score.kind == "before")


def _is_free(score: Score) -> bool:
    return score.instrument == NOW and score.kind not in AROUND


def _point(score: Score) -> Point:
    return Point(
        at=score.at,
        value=score.value,
        kind=score.kind,
        entered_by=score.entered_by,
        late=score.late,
        corrected=score.corrected,
        clock_corrected=score.clock_corrected,
        reading_id=str(score.id),
    )


def _pairs(care: Care, here: list[Score]) -> tuple[Pair, ...]:
    """Every session that took place, with its scores at this place."""
    asked = [s for s in here if s.instrument == NOW]
    given = {(s.session_id, s.kind): s for s in one_a_session(asked)}
    beside = [s for s in asked if s.kind in AROUND and s.session_id and s is not given.get((s.session_id, s.kind))]
    held = sorted((s for s in care.sessions if s.state in HELD), key=lambda s: (s.held_on, s.number_that_day, s.id))
    return tuple(
        _pair(
            session,
            number,
            given.get((session.id, "before")),
            given.get((session.id, "after")),
            tuple(_point(s) for s in beside if s.session_id == session.id),
        )
        for number, session in enumerate(held, 1)
    )


def _pair(session: Any, number: int, before: Score | None, after: Score | None, beside: tuple[Point, ...]) -> Pair:
    """One session; an after-score earlier than its before-score makes no pair."""
    return Pair(
        on=session.held_on,
        number=number,
        state=session.state,
        before=before.value if before else None,
        after=after.value if after else None,
        usable=before is not None and after is not None and after.at >= before.at,
        modalities=tuple(session.modalities),
        beside=beside,
    )


def _threshold(found: Outcomes) -> float | None:
    """The score at exactly the responder share below the baseline (above it, where higher is better)."""
    base, scale = float(found.baseline[0]), found.instrument
    if np.isnan(base) or too_low(found.baseline, scale)[0]:
        return None
    share = scale.responder if scale.better == "lower" else -scale.responder
    return round(base * (1 - share), 9)


def _trends(found: Outcomes) -> list[TrendLine]:
    """The line through the weekly values of the course, and the one through those after it."""
    both = (*found.week_day, *found.later_day)
    lines = trend.fit(both, (*found.week_value, *found.later_value), found.instrument)
    return [_line(lines, row, found.start[0] + days) for row, days in enumerate(both)]


def _line(lines: Trends, row: int, days: Floats) -> TrendLine:
    """One of them; days: day ordinals of its values."""
    return TrendLine(
        label=trend.LABELS[lines.label[row]],
        slope=_known(lines.slope[row]),
        low=_known(lines.low[row]),
        high=_known(lines.high[row]),
        since=_on(days[0]) if len(days) else None,
        until=_on(days[-1]) if len(days) else None,
        start_value=_known(lines.first[row]),
        end_value=_known(lines.last[row]),
        n=int(lines.n[row]),
    )


def _windows(found: Outcomes, told: list[Score], as_of: date) -> tuple[WindowValue, ...]:
    """The follow-up months after the course."""
    t0 = date.fromordinal(int(found.t0[0]))
    given = [s.at.date() for s in told if s.entered_by != "staff" and s.kind != "baseline"]
    pairs = zip(windows.FOLLOW_UP, found.after_end[0].tolist(), strict=True)
    return tuple(_window(window, t0, _known(value), given, as_of) for window, value in pairs)


def _window(window: Window, t0: date, value: float | None, given: list[date], as_of: date) -> WindowValue:
    """One month; `on` is the day nearest to its target, the earlier of two."""
    opens, closes = t0 + timedelta(days=window.first), t0 + timedelta(days=window.last)
    target = t0 + timedelta(days=window.target)
    inside = [day for day in given if opens <= day <= closes]
    on = min(inside, key=lambda day: (abs(day - target), day), default=None) if value is not None else None
    return WindowValue(window.month, opens, closes, closes <= as_of, value, on)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _on(day: float) -> date | None:
    return None if np.isnan(day) else date.fromordinal(int(day))
