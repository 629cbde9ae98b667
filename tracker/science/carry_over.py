"""Carry-over: how much of the change in a session is still there before the next one. For groups only.

Σ(pre_s − pre_{s+1}) / Σ(pre_s − post_s) over all pairs of consecutive sessions of a course. Above the line stands all
that changed between two visits, so the natural course is in it: an untreated patient who gets better has a carry-over
too. Its interval is Fieller's over patients, since the sessions of one patient are not independent. statistics.md 2.1;
docs/science/carry_over.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science.change import FEWEST_PATIENTS
from tracker.science.fieller import fieller_of
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.pairs import Pairs
from tracker.science.record import Floats, Ints, Outcomes, Record


@dataclass(frozen=True)
class Steps:
    """P steps from one session to the next of the same course, at one place, signed so that positive = better."""

    series: Ints
    kept: Floats  # pre_s − pre_{s+1}, scale points
    eased: Floats  # pre_s − post_s


@dataclass(frozen=True)
class CarryOver(Partial):
    """What the figure needs of some patients: their steps, and what each of them was eased and kept."""

    steps: int
    sums: Moments  # eased, kept; in widths of the scale


def steps(record: Record, found: Pairs, t0: Floats) -> Steps:
    """Every step with a usable pair and a score before the next session; none into a session after the course's end.

    found: the record's pairs; t0: C days. Consecutive means the very next session held: one without scores makes no
    step and is not stepped over.
    """
    here = np.searchsorted(found.asked, found.key)
    next_key, next_value = np.append(found.asked, -1)[here + 1], np.append(found.asked_value, np.nan)[here + 1]
    in_course = np.append(np.floor(record.session_day) <= t0[record.session_course], False)
    goes_on = (next_key == found.key + 1) & in_course[found.session + 1]
    fell = (found.asked_value[here] - next_value)[goes_on]
    kept = fell if record.instrument.better == "lower" else -fell
    return Steps(found.series[goes_on], kept, found.change[goes_on])


def partial(outcomes: Outcomes, rows: Ints, person: Ints) -> CarryOver:
    """Of some rows; person: whose each of them is."""
    rows, person = (column[outcomes.steps[rows] > 0] for column in (rows, person))
    who, place = np.unique(person, return_inverse=True)
    width = outcomes.instrument.span
    eased, kept = (
        np.bincount(place, column[rows], len(who)) / width for column in (outcomes.steps_eased, outcomes.steps_kept)
    )
    return CarryOver(int(outcomes.steps[rows].sum()), moments(eased, kept))


def figures(found: CarryOver) -> tuple[dict[str, Any], str]:
    """The share kept until the next session with its 95 % interval, null below 10 patients and where the change is not
    clearly a relief; and its sentence.
    """
    patients = found.sums.n
    none = {"share": None, "ci": None, "patients": patients, "steps": found.steps}
    if patients < FEWEST_PATIENTS:
        return none, _too_few(patients)
    interval = fieller_of(found.sums)
    if interval is None or found.sums.mean(1) <= 0:
        return none, _no_relief(patients)
    known = none | {"share": found.sums.mean(2) / found.sums.mean(1), "ci": list(interval)}
    return known, _sentence(known)


def _too_few(patients: int) -> str:
    return (
        f"Carry-over cannot be estimated: {patients} patients have scores around a session and before the next one, "
        f"{FEWEST_PATIENTS} are needed."
    )


def _no_relief(patients: int) -> str:
    return (
        f"Carry-over cannot be estimated: over {patients} patients the change in a session is not clearly above none, "
        "so there is nothing it could be a share of."
    )


def _sentence(found: dict[str, Any]) -> str:
    ends = (found["ci"][0], found["share"], found["ci"][1])
    low, middle, high = (f"{100 * x:.0f}".replace("-", "−") for x in ends)
    return (
        f"Before the next session {middle} % (95 % interval {low} to {high} %) of the change in the session was there "
        f"({found['patients']} patients, {found['steps']} steps between sessions). This includes the natural course: "
        "what would have changed without treatment as well."
    )
