"""Carry-over: how much of the change in a session is still there before the next one. For groups only.

Σ(pre_s − pre_{s+1}) / Σ(pre_s − post_s) over all pairs of consecutive sessions of a course. Above the line stands all
that changed between two visits, so the natural course is in it: an untreated patient who gets better has a carry-over
too. Its interval is Fieller's over patients, since the sessions of one patient are not independent. statistics.md 2.1;
docs/science/carry_over.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import course, pairs
from tracker.science.change import FEWEST_PATIENTS
from tracker.science.confidence import Interval
from tracker.science.fieller import fieller
from tracker.science.record import Bools, Floats, Ints, Record
from tracker.science.scales import BEFORE


@dataclass(frozen=True)
class Steps:
    """P steps from one session to the next of the same course, at one place, signed so that positive = better."""

    series: Ints
    kept: Floats  # pre_s − pre_{s+1}, scale points
    change: Floats  # pre_s − post_s


@dataclass(frozen=True)
class CarryOver:
    """The share kept until the next session with its 95 % interval, or None and the reason in `words`."""

    share: float | None
    ci: Interval | None
    patients: int
    steps: int
    words: str


def steps(record: Record) -> Steps:
    """Every step with a usable pair and a score before the next session; none into a session after the course's end.

    Consecutive means the very next session held: one without scores makes no step and is not stepped over.
    """
    sessions = max(len(record.session_day), 1)
    found, (key, value) = pairs.of(record), _before(record)
    here = found.series * sessions + found.session
    goes_on = np.append(_in_course(record), False)[found.session + 1]
    goes_on &= np.isin(here + 1, key)
    here, change = here[goes_on], found.change[goes_on]
    fell = value[np.searchsorted(key, here)] - value[np.searchsorted(key, here + 1)]
    return Steps(found.series[goes_on], fell if record.instrument.better == "lower" else -fell, change)


def _before(record: Record) -> tuple[Ints, Floats]:
    """Keys (series · sessions + session), ascending, and the earliest score before each such session."""
    mine = np.flatnonzero((record.reading_kind == BEFORE) & (record.reading_session >= 0))
    key = record.reading_series[mine] * max(len(record.session_day), 1) + record.reading_session[mine]
    key, first = np.unique(key, return_index=True)
    return key, record.reading_value[mine[first]]


def _in_course(record: Record) -> Bools:
    """K: sessions held up to the end of their course; a later one is re-treatment."""
    t0 = course.ends(record.session_course, record.session_day, record.closed, record.planned_gap).t0
    return np.floor(record.session_day) <= t0[record.session_course]


def of_group(found: Steps, person: Ints, rows: Bools | None = None) -> CarryOver:
    """The figure of the series (S) in the mask `rows` (None = all); person (S): whose each of them is."""
    mine = np.ones(len(found.series), np.bool_) if rows is None else rows[found.series]
    who, place = np.unique(person[found.series[mine]], return_inverse=True)
    kept, change = (np.bincount(place, column[mine], len(who)) for column in (found.kept, found.change))
    return _figure(kept.astype(np.float64), change.astype(np.float64), int(mine.sum()))


def _figure(kept: Floats, change: Floats, count: int) -> CarryOver:
    """Ratio of N patients' sums; refused below 10 patients and where the change is not clearly a relief."""
    patients = len(kept)
    if patients < FEWEST_PATIENTS:
        return CarryOver(None, None, patients, count, _too_few(patients))
    interval = fieller(kept, change)
    if interval is None or change.mean() <= 0:
        return CarryOver(None, None, patients, count, _no_relief(patients))
    share = float(kept.mean() / change.mean())
    return CarryOver(share, interval, patients, count, _sentence(share, interval, patients, count))


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


def _sentence(share: float, ci: Interval, patients: int, count: int) -> str:
    low, middle, high = (f"{100 * x:.0f}".replace("-", "−") for x in (ci[0], share, ci[1]))
    return (
        f"Before the next session {middle} % (95 % interval {low} to {high} %) of the change in the session was there "
        f"({patients} patients, {count} steps between sessions). This includes the natural course: what would have "
        "changed without treatment as well."
    )
