"""Lasting: the time-to-loss figures of a group of responders; survival as boxes, not a line.

Days are whole days after t0.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tracker.science import followed
from tracker.science.fold import Partial
from tracker.science.followed import DAYS, READ, Followed
from tracker.science.intervals import Fates, Intervals, fates, intervals
from tracker.science.means import curves, drawn, means
from tracker.science.npmle import Npmle, median, npmle, survival
from tracker.science.record import Ints, Outcomes
from tracker.science.twice import APART, GRAIN, LATE, LEAST_FOLLOWED, LEAST_RESPONDERS, Notes, Twice, no_headline

PAST = " (past re-treatment and milestones)"


@dataclass(frozen=True)
class Lasting(Partial):
    """What the figures need of some responders at the end."""

    fates: Fates
    followed: Followed
    spans: tuple  # of two Intervals: unconfirmed losses censored, and lost; treatment after the course is a loss
    policy: tuple  # the same with treatment after the course looked past


def partial(outcomes: Outcomes, at: Ints) -> Lasting:
    """Of the responders at the rows `at`."""
    spans, policy = (
        tuple(intervals(outcomes, at, lost, composite) for lost in (False, True)) for composite in (True, False)
    )
    return Lasting(fates(outcomes, at), followed.partial(outcomes, at), spans, policy)


def figures(found: Lasting) -> tuple[dict[str, Any], Notes]:
    """The keys lost … rmst of the durability object, and their notes."""
    notes = [*_again(found.fates), *_too_few(found.followed)]
    boxes = _estimates(Twice(*found.spans), found.followed)
    timed, said = _timed(boxes, Twice(*found.spans), found.followed)
    past = boxes if all(map(_alike, found.spans, found.policy)) else _estimates(Twice(*found.policy), found.followed)
    beside, beside_said = _survival(past, found.followed, PAST)
    whole = asdict(found.fates) | timed | {"survival_treatment_policy": beside}
    return whole, notes + said + beside_said * bool(found.fates.retreated + found.fates.milestones)


def _timed(boxes: Twice, spans: Twice, followed: Followed) -> tuple[dict[str, Any], Notes]:
    """Boxes, survival, Kaplan–Meier and restricted means of the composite; nulls when there are not enough."""
    km, km_notes = curves(spans, followed.enough)
    rows, notes = _survival(boxes, followed, "")
    mean_rows, mean_notes = means(boxes, km, spans, followed)
    parts = {
        "npmle": _boxes(boxes.censored),
        "npmle_if_unconfirmed_lost": _boxes(boxes.lost),
        "survival": rows,
        "kaplan_meier": drawn(km),
        "rmst": mean_rows,
    }
    if not followed.enough:
        return parts, []
    return parts, [*_thin(followed), *_beyond(boxes, followed), *_medians(boxes), *notes, *km_notes, *mean_notes]


def _estimates(spans: Twice, followed: Followed) -> Twice:
    """The NPMLE of both readings, None below the least number of responders."""
    if not followed.enough:
        return Twice(None, None)
    first = _estimate(spans.censored)
    return Twice(first, first if _alike(*spans) else _estimate(spans.lost))


def _estimate(spans: Intervals) -> Npmle:
    """The NPMLE of one reading."""
    return npmle(spans.left, spans.right, spans.weight)


def _alike(one: Intervals, other: Intervals) -> bool:
    """Whether both readings say the same: then one estimate is enough."""
    return all(map(np.array_equal, (one.left, one.right, one.weight), (other.left, other.right, other.weight)))


def _boxes(estimate: Npmle | None) -> list[dict[str, Any]] | None:
    """The boxes that hold mass; right None = it lasts."""
    if estimate is None:
        return None
    return [
        {"left": left, "right": right if np.isfinite(right) else None, "mass": mass}
        for left, right, mass in zip(*(c.tolist() for c in (estimate.left, estimate.right, estimate.mass)), strict=True)
        if mass > GRAIN
    ]


def _survival(boxes: Twice, followed: Followed, what: str) -> tuple[list[dict[str, Any]], Notes]:
    """Survival at the fixed days, and a note for the days without a headline."""
    rows = [_row(boxes, day, followed) for day in DAYS]
    far = [str(row["day"]) for row in rows if _apart(row)]
    return rows, [no_headline(f"day {', '.join(far)}", f"the share still responding{what}")] if far else []


def _row(boxes: Twice, day: int, followed: Followed) -> dict[str, Any]:
    """Survival on one day, or nulls where too few are followed or follow-up has ended."""
    pairs = [survival(b, day) if b is not None and followed.reach(day) else None for b in boxes]
    censored, lost = (dict(zip(("low", "high"), pair or (None, None), strict=True)) for pair in pairs)
    return {"day": day, **censored, "followed": followed.on(day), "if_unconfirmed_lost": lost}


def _apart(row: dict[str, Any]) -> bool:
    """Whether the two readings of unconfirmed losses differ by more than 10 points at either end."""
    lost = row["if_unconfirmed_lost"]
    if row["low"] is None or lost["low"] is None:
        return False
    return max(abs(row[end] - lost[end]) for end in ("low", "high")) > APART + GRAIN


def _again(fates: Fates) -> Notes:
    """What treatment after the course means for the figures."""
    told = {
        "were treated again": fates.retreated,
        "had surgery, an injection or a first opioid": fates.milestones,
    }
    responders = sum(asdict(fates).values())
    return [
        f"{n} of {responders} responders {what} before a confirmed loss: the benefit counts as lost on that day; "
        "beside it stand the shares that look past re-treatment and milestones."
        for what, n in told.items()
        if n
    ]


def _too_few(followed: Followed) -> Notes:
    """Why there is nothing."""
    if followed.enough:
        return []
    return [
        f"{followed.late} responders have a score later than {LATE} days after the course, fewer than "
        f"{LEAST_RESPONDERS}: no survival figures."
    ]


def _thin(followed: Followed) -> Notes:
    """The days that too few were still followed to."""
    thin = [f"day {d} ({followed.on(d)})" for d in READ if not followed.reach(d)]
    return [f"Fewer than {LEAST_FOLLOWED} still followed, so no figure: {', '.join(thin)}."] if thin else []


def _beyond(boxes: Twice, followed: Followed) -> Notes:
    """The days after the last one that tells anything, though enough were followed: nobody was left to lose it."""
    until = boxes.censored.until
    days = [str(d) for d in READ if d > until and followed.reach(d)]
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
