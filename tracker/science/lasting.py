"""Lasting: the time-to-loss figures of a group of responders; survival as boxes, not a line.

Columns are indexed by `at`, the rows of N responders at the end. Days are whole days after t0.
"""

from typing import Any

import numpy as np

from tracker.science.intervals import counts, intervals
from tracker.science.means import curves, drawn, means
from tracker.science.npmle import Npmle, median, npmle, survival
from tracker.science.record import Floats, Ints, Outcomes
from tracker.science.survival import HORIZONS
from tracker.science.twice import APART, GRAIN, LATE, LEAST_FOLLOWED, LEAST_RESPONDERS, Notes, Twice, no_headline

DAYS = (91, 182, 273, 364)  # 3, 6, 9, 12 months after the course


def figures(outcomes: Outcomes, at: Ints) -> tuple[dict[str, Any], Notes]:
    """The keys lost … rmst of the durability object, and their notes."""
    seen = np.nan_to_num(outcomes.last_seen[at], nan=-1.0)
    late = int((seen > LATE).sum())
    parts, notes = counts(outcomes, at)
    if late < LEAST_RESPONDERS:
        notes.append(_too_few(late))
    spans = Twice(*(intervals(outcomes, at, lost, composite=True) for lost in (False, True)))
    timed, said = _timed(spans, seen, late >= LEAST_RESPONDERS)
    policy = Twice(*(intervals(outcomes, at, lost, composite=False) for lost in (False, True)))
    beside, beside_said = _survival(_estimates(policy, late >= LEAST_RESPONDERS), seen, " (past re-treatment)")
    return parts | timed | {"survival_treatment_policy": beside}, notes + said + beside_said * bool(parts["retreated"])


def _timed(spans: Twice, seen: Floats, enough: bool) -> tuple[dict[str, Any], Notes]:
    """Boxes, survival, Kaplan–Meier and restricted means of the composite; nulls when there are not enough."""
    boxes = _estimates(spans, enough)
    km, km_notes = curves(spans, enough)
    rows, notes = _survival(boxes, seen, "")
    mean_rows, mean_notes = means(boxes, km, spans, seen)
    parts = {
        "npmle": _boxes(boxes.censored),
        "npmle_if_unconfirmed_lost": _boxes(boxes.lost),
        "survival": rows,
        "kaplan_meier": drawn(km),
        "rmst": mean_rows,
    }
    if not enough:
        return parts, []
    return parts, [*_thin(seen), *_beyond(boxes, seen), *_medians(boxes), *notes, *km_notes, *mean_notes]


def _estimates(spans: Twice, enough: bool) -> Twice:
    """The NPMLE of both readings, None below the least number of responders."""
    return Twice(*(npmle(s.left, s.right, s.weight) if enough else None for s in spans))


def _boxes(estimate: Npmle | None) -> list[dict[str, Any]] | None:
    """The boxes that hold mass; right None = it lasts."""
    if estimate is None:
        return None
    return [
        {"left": left, "right": right if np.isfinite(right) else None, "mass": mass}
        for left, right, mass in zip(*(c.tolist() for c in (estimate.left, estimate.right, estimate.mass)), strict=True)
        if mass > GRAIN
    ]


def _survival(boxes: Twice, seen: Floats, what: str) -> tuple[list[dict[str, Any]], Notes]:
    """Survival at the fixed days, and a note for the days without a headline."""
    rows = [_row(boxes, day, int((seen >= day).sum())) for day in DAYS]
    far = [str(row["day"]) for row in rows if _apart(row)]
    return rows, [no_headline(f"day {', '.join(far)}", f"the share still responding{what}")] if far else []


def _row(boxes: Twice, day: int, followed: int) -> dict[str, Any]:
    """Survival on one day, or nulls where too few are followed or follow-up has ended."""
    pairs = [survival(b, day) if b is not None and followed >= LEAST_FOLLOWED else None for b in boxes]
    censored, lost = (dict(zip(("low", "high"), pair or (None, None), strict=True)) for pair in pairs)
    return {"day": day, **censored, "followed": followed, "if_unconfirmed_lost": lost}


def _apart(row: dict[str, Any]) -> bool:
    """Whether the two readings of unconfirmed losses differ by more than 10 points at either end."""
    lost = row["if_unconfirmed_lost"]
    if row["low"] is None or lost["low"] is None:
        return False
    return max(abs(row[end] - lost[end]) for end in ("low", "high")) > APART + GRAIN


def _too_few(number: int) -> str:
    return (
        f"{number} responders have a score later than {LATE} days after the course, fewer than {LEAST_RESPONDERS}: "
        "no survival figures."
    )


def _thin(seen: Floats) -> Notes:
    """The days that too few were still followed to."""
    days = sorted({*DAYS, *HORIZONS})
    thin = [f"day {d} ({n})" for d in days if (n := int((seen >= d).sum())) < LEAST_FOLLOWED]
    return [f"Fewer than {LEAST_FOLLOWED} still followed, so no figure: {', '.join(thin)}."] if thin else []


def _beyond(boxes: Twice, seen: Floats) -> Notes:
    """The days after the last one that tells anything, though enough were followed: nobody was left to lose it."""
    until = boxes.censored.until
    days = [str(d) for d in sorted({*DAYS, *HORIZONS}) if d > until and int((seen >= d).sum()) >= LEAST_FOLLOWED]
    return [f"The last day that tells is {until:.0f}: no figure for day {', '.join(days)}."] if days else []


def _medians(boxes: Twice) -> Notes:
    """The median time to loss in words, under both readings."""
    one, other = (_median(b) for b in boxes)
    if one == other:
        return [f"Median time to loss: {one}."]
    return [f"Median time to loss: {one}; {other} when a single last failing score counts as a loss."]


def _median(estimate: Npmle) -> str:
    """One median in words."""
    box = median(estimate)
    return f"not reached by day {estimate.until:.0f}" if box is None else f"after day {box[0]:.0f}, by day {box[1]:.0f}"
