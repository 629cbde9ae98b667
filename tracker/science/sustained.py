"""Sustained: who still responds in a follow-up month, and what part of the improvement is left there.

The columns of Outcomes.after_end are the months of windows.FOLLOW_UP; only courses whose window has closed count.
"""

from typing import Any

import numpy as np

from tracker.science import windows
from tracker.science.fieller import fieller
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.threshold import improvement, responds
from tracker.science.twice import APART, GRAIN, Notes, no_headline
from tracker.science.windows import Window

Part = tuple[dict[str, Any], Notes]

LEAST_COURSES = 10  # for the interval of a group (statistics.md 2.1)


def sustained(o: Outcomes, at: Ints, as_of: float | None) -> Part:
    """{"sustained": one row per month} among `at`, the N responders at the end.

    Sustained at a month: responding there, answered in every earlier window, no loss and no re-treatment before.
    Observed are those who answered in every window so far, whatever they answered. Responding with an earlier window
    unanswered, the course between is unknown: counted apart, and in the best case.
    """
    rows, notes = [], []
    for column, window in enumerate(windows.FOLLOW_UP):
        due = at[windows.due(o.t0[at], o.ended_on[at], window, as_of)]
        row = _month(o, due, column, window)
        rows.append(row)
        notes += _said(row, at.size - due.size)
    return {"sustained": rows}, notes


def _month(o: Outcomes, due: Ints, column: int, window: Window) -> dict[str, Any]:
    """One month's counts under three denominators: observed, missing = lost, best case."""
    answered = np.isfinite(o.after_end[due, : column + 1])
    here, throughout = answered[:, column], np.asarray(answered.all(axis=1))
    good = responds(o.baseline[due], o.after_end[due, column], o.instrument.responder, o.instrument.better)
    lost = _lost_by(o, due, window.target)
    kept, unknown = good & ~lost & throughout, good & ~lost & ~throughout
    single = ~good & ~lost & (o.unconfirmed[due] >= window.first) & (o.unconfirmed[due] <= window.last)
    return {
        "month": window.month,
        "due": due.size,
        "observed": _share(kept, throughout),
        "if_unconfirmed_censored": _share(kept, throughout & ~single),
        "missing_lost": _share(kept, np.ones(due.size, bool)),
        "best_case": _share(kept | unknown | ~(here | lost), np.ones(due.size, bool)),
        "course_between_unknown": int(unknown.sum()),
    }


def _lost_by(o: Outcomes, at: Ints, day: float) -> Bools:
    """A confirmed loss or re-treatment by that day (N).

    By the window's target day: a loss before the chosen reading is a loss by then, since of two readings the nearer one
    to the target is chosen.
    """
    return (o.loss_right[at] <= day) | (np.floor(o.retreated[at]) <= day)


def _share(hit: Bools, base: Bools) -> dict[str, int]:
    """x of n."""
    return {"x": int((hit & base).sum()), "n": int(base.sum())}


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


def retained(o: Outcomes, at: Ints, as_of: float | None) -> Part:
    """{"retained": one row per month}: mean improvement there / mean improvement at the end, with its Fieller interval.

    All N ended courses in `at` with both values, never responders only: picked by a high score they would fall back by
    chance. Re-treatment is looked past.
    """
    rows = []
    for column, window in enumerate(windows.FOLLOW_UP):
        due = at[windows.due(o.t0[at], o.ended_on[at], window, as_of)]
        rows.append({"month": window.month, **_fraction(*_improvements(o, due, column))})
    return {"retained": rows}, _unknown(rows)


def _fraction(then: Floats, now: Floats) -> dict[str, Any]:
    """The fraction of N courses with both improvements; nulls where it cannot be estimated."""
    interval = fieller(now, then) if then.size >= LEAST_COURSES else None
    if interval is None or then.mean() <= 0:
        return {"fraction": None, "ci": None, "n": then.size}
    return {"fraction": float(now.mean() / then.mean()), "ci": list(interval), "n": then.size}


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
    """Improvement at the end and at the month, of the courses with both (N)."""
    then = improvement(o.baseline[due], o.end[due], o.instrument.better)
    now = improvement(o.baseline[due], o.after_end[due, column], o.instrument.better)
    both = np.isfinite(then) & np.isfinite(now)
    return then[both], now[both]
