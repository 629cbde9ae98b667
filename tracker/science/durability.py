"""Durability: how long a response lasts after a course, for a group as figures and for one person as a dated statement.

Population: responders at the end of courses that have ended. Every figure is made twice, because one failing last score
may be a bad day: unconfirmed losses censored at the last responding assessment, and counted as losses. The composite
leads: treatment after the course has ended is a loss on that day; beside it the treatment policy, which looks past it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tracker.science import lasting, sustained
from tracker.science.fold import Partial
from tracker.science.lasting import Lasting
from tracker.science.progress import Lasted
from tracker.science.record import Bools, Ints, Outcomes
from tracker.science.sustained import Month
from tracker.science.threshold import responds, too_low


@dataclass(frozen=True)
class Durability(Partial):
    """What the durability figures need of some courses; all but the last two are counts of courses that have ended."""

    ended: int
    responders: int
    never: int
    no_end: int
    no_baseline: int
    too_low: int
    lasting: Lasting
    months: tuple[Month, ...]


def partial(outcomes: Outcomes, as_of: float | None, rows: Ints) -> Durability:
    """Of some rows. as_of: a day on the axis of t0; None = everything that can have ended has, and every window is
    due.
    """
    ended = rows[has_ended(outcomes, as_of)[rows]]
    has_base = np.isfinite(outcomes.baseline[ended])
    low = too_low(outcomes.baseline, outcomes.instrument)[ended]
    has_end, good = np.isfinite(outcomes.end[ended]), responders(outcomes)[ended]
    judged, at = has_base & ~low, ended[good]
    return Durability(
        ended=ended.size,
        responders=at.size,
        never=int((judged & has_end & ~good).sum()),
        no_end=int((judged & ~has_end).sum()),
        no_baseline=int((~has_base).sum()),
        too_low=int(low.sum()),
        lasting=lasting.partial(outcomes, at),
        months=sustained.partial(outcomes, at, ended, as_of),
    )


def figures(found: Durability) -> tuple[dict[str, Any], list[str]]:
    """The durability object of `outcomes --json`, and its notes."""
    counts = {
        "ended": found.ended,
        "responders_at_end": found.responders,
        "never_responded": found.never,
        "no_end_reading": found.no_end,
    }
    parts = [lasting.figures(found.lasting), sustained.sustained(found.months), sustained.retained(found.months)]
    merged = counts | {key: value for part, _ in parts for key, value in part.items()}
    return merged, _unjudged(found) + [note for _, said in parts for note in said]


def has_ended(outcomes: Outcomes, as_of: float | None) -> Bools:
    """Whether each course (S) is known to have ended by `as_of`; None = whether it has an end at all."""
    if as_of is None:
        return np.isfinite(outcomes.t0)
    return np.isfinite(outcomes.t0) & (outcomes.ended_on <= as_of)


def responders(outcomes: Outcomes) -> Bools:
    """Responders at the end of the course (S): a baseline that can be judged, an end value, the instrument's share."""
    instrument = outcomes.instrument
    reached = responds(outcomes.baseline, outcomes.end, instrument.responder, instrument.better)
    return reached & ~too_low(outcomes.baseline, instrument)


def lasted(outcomes: Outcomes, row: int = 0, as_of: float | None = None) -> Lasted:
    """The latest dated statement about one person's benefit; never a curve. Days must be date ordinals.

    A confirmed loss stays the statement, whatever came after it. Treatment after the course is not part of it.
    """
    state, day = _state(outcomes, row, as_of)
    on = None if day is None else date.fromordinal(int(outcomes.t0[row]) + day)
    return Lasted(state, on, day, outcomes.instrument.responder)


def _state(o: Outcomes, row: int, as_of: float | None) -> tuple[str, int | None]:
    """The state and its day after t0, where it has one."""
    if not has_ended(o, as_of)[row]:
        return "not_ended", None
    if np.isnan(o.baseline[row]):
        return "no_baseline", None
    if too_low(o.baseline, o.instrument)[row]:
        return "too_low", None
    if np.isnan(o.end[row]):
        return "no_end_reading", None
    if not responders(o)[row]:
        return "never", None
    return _after_response(o, row)


def _after_response(o: Outcomes, row: int) -> tuple[str, int]:
    """What became of a responder: lost, unconfirmed, or still responding when last seen (day 0: at the end itself)."""
    if np.isfinite(o.loss_right[row]):
        return "lost", int(o.loss_right[row])
    if np.isfinite(o.unconfirmed[row]):
        return "unconfirmed", int(o.unconfirmed[row])
    return "responding", int(np.nan_to_num(o.last_seen[row]))


def _unjudged(found: Durability) -> list[str]:
    """What the counts leave out, in words."""
    if found.ended == 0:
        return ["No course has ended yet: nothing can be said about how long a benefit lasts."]
    without, low = found.no_baseline, found.too_low
    said = [f"{without} of {found.ended} ended courses have no baseline"] if without else []
    said += [f"{low} of {found.ended} ended courses started too low to judge"] if low else []
    return [f"{' and '.join(said)}: they are in none of the durability counts."] if said else []
