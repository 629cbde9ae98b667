"""Sustained: who still responds in a follow-up month, and what part of the improvement is left there.

The columns of Outcomes.after_end are the months of windows.FOLLOW_UP; only courses whose window has closed count.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tracker.science import windows
from tracker.science.fieller import fieller_of
from tracker.science.fold import Counted, Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.threshold import improvement, responds
from tracker.science.twice import APART, GRAIN, Notes, no_headline

Part = tuple[dict[str, Any], Notes]

LEAST_COURSES = 10  # for the interval of a group (statistics.md 2.1)


@dataclass(frozen=True)
class Month(Partial):
    """One follow-up month of some courses. All but `retained` is of the responders at the end."""

    responders: int
    due: int
    observed: Counted
    unconfirmed_censored: Counted
    best_case: int
    unknown: int  # responding, the course between unknown
    retained: Moments  # improvement at the end and at the month, of all ended courses with both


def partial(o: Outcomes, at: Ints, ended: Ints, as_of: float | None) -> tuple[Month, ...]:
    """Every month's. at: rows of the responders at the end; ended: of all courses that have ended."""
    return tuple(_month(o, at, ended, column, as_of) for column in range(len(windows.FOLLOW_UP)))


def _month(o: Outcomes, at: Ints, ended: Ints, column: int, as_of: float | None) -> Month:
    """Sustained: responding in the window, answered in every earlier one, no loss, re-treatment or milestone before.
    Observed are those who answered in every window so far, whatever they answered. Responding with an earlier window
    unanswered, the course between is unknown: counted apart, and in the best case.
    """
    window = windows.FOLLOW_UP[column]
    due, ended = (rows[windows.due(o.t0[rows], o.ended_on[rows], window, as_of)] for rows in (at, ended))
    answered = np.isfinite(o.after_end[due, : column + 1])
    here, throughout = answered[:, column], np.asarray(answered.all(axis=1))
    good = responds(o.baseline[due], o.after_end[due, column], o.instrument.responder, o.instrument.better)
    lost = _lost_by(o, due, window.target)
    kept, unknown = good & ~lost & throughout, good & ~lost & ~throughout
    single = ~good & ~lost & (o.unconfirmed[due] >= window.first) & (o.unconfirmed[due] <= window.last)
    return Month(
        responders=at.size,
        due=due.size,
        observed=Counted(int(kept.sum()), int(throughout.sum())),
        unconfirmed_censored=Counted(int((kept & ~single).sum()), int((throughout & ~single).sum())),
        best_case=int((kept | unknown | ~(here | lost)).sum()),
        unknown=int(unknown.sum()),
        retained=moments(*_improvements(o, ended, column)),
    )


def sustained(found: Sequence[Month]) -> Part:
    """{"sustained": one row per month}: under three denominators, observed, missing = lost, best case."""
    months = list(zip(windows.FOLLOW_UP, found, strict=True))
    rows = [_row(window.month, one) for window, one in months]
    said = [_said(row, one.responders - one.due) for row, one in zip(rows, found, strict=True)]
    return {"sustained": rows}, [note for notes in said for note in notes]


def _row(month: int, found: Month) -> dict[str, Any]:
    """One month's counts."""
    return {
        "month": month,
        "due": found.due,
        "observed": asdict(found.observed),
        "if_unconfirmed_censored": asdict(found.unconfirmed_censored),
        "missing_lost": {"x": found.observed.x, "n": found.due},
        "best_case": {"x": found.best_case, "n": found.due},
        "course_between_unknown": found.unknown,
    }


def _lost_by(o: Outcomes, at: Ints, day: float) -> Bools:
    """A confirmed loss, re-treatment or a milestone by that day (N).

    By the window's target day: a loss before the chosen reading is a loss by then, since of two readings the nearer one
    to the target is chosen.
    """
    return (o.loss_right[at] <= day) | (o.rescued[at] <= day)


def _said(row: dict[str, Any], not_due: int) -> Notes:
    """What a reader of one month's row must know."""
    apart = row["course_between_unknown"]
    notes = [f"Month {row['month']}: {not_due} not yet due."] if not_due else []
    if apart:
        notes.append(f"Month {row['month']}: {apart} responding, course between unknown; counted apart.")
    if _far(row["observed"], row["if_unconfirmed_censored"]):
        notes.append(no_headline(f"month {row['month']}", "the share sustained"))
    return notes


def _far(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether two shares differ by more than 10 points; one of nobody differs from none."""
    if not one["n"] or not other["n"]:
        return one["n"] != other["n"]
    return abs(one["x"] / one["n"] - other["x"] / other["n"]) > APART + GRAIN


def retained(found: Sequence[Month]) -> Part:
    """{"retained": one row per month}: mean improvement there / mean improvement at the end, with its Fieller interval.

    All ended courses with both values, never responders only: picked by a high score they would fall back by chance.
    Re-treatment is looked past.
    """
    months = zip(windows.FOLLOW_UP, found, strict=True)
    rows = [{"month": window.month, **_fraction(one.retained)} for window, one in months]
    return {"retained": rows}, _unknown(rows)


def _fraction(both: Moments) -> dict[str, Any]:
    """The fraction of the courses with both improvements; nulls where it cannot be estimated."""
    interval = fieller_of(both) if both.n >= LEAST_COURSES else None
    if interval is None or both.mean(1) <= 0:
        return {"fraction": None, "ci": None, "n": both.n}
    return {"fraction": both.mean(2) / both.mean(1), "ci": list(interval), "n": both.n}


def _unknown(rows: list[dict[str, Any]]) -> Notes:
    """Why a month has no retained fraction."""
    null = [row for row in rows if row["fraction"] is None]
    few = [f"{row['month']} ({row['n']})" for row in null if row["n"] < LEAST_COURSES]
    flat = [str(row["month"]) for row in null if row["n"] >= LEAST_COURSES]
    notes = (
        [f"Retained benefit cannot be estimated below {LEAST_COURSES} courses: month {', '.join(few)}."] if few else []
    )
    if flat:
        why = "the mean improvement at the end of the course is not clearly above none"
        notes.append(f"Retained benefit cannot be estimated at month {', '.join(flat)}: {why}.")
    return notes


def _improvements(o: Outcomes, due: Ints, column: int) -> tuple[Floats, Floats]:
    """Improvement at the end and at the month (N); NaN where one is not known."""
    then = improvement(o.baseline[due], o.end[due], o.instrument.better)
    now = improvement(o.baseline[due], o.after_end[due, column], o.instrument.better)
    return then, now
