"""Cohort: the outcome summary of groups of courses, in the JSON shape of design/domain.md. Unknown is None, never 0 or
NaN.

One course has one say: its main place, and of a patient's courses for one condition the first. Notes say what was left
out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from tracker.science import (
    change,
    compare,
    durability,
    ecdf,
    follow_up,
    notes,
    places,
    threshold,
    trend,
    windows,
)
from tracker.science.confidence import mean
from tracker.science.places import Places
from tracker.science.record import Floats, Ints, Outcomes
from tracker.science.trend import LABELS, Trends

DEFINITIONS = "1"  # raised when a definition changes, so that figures of two versions are never compared unawares
ANCHORS = ("end", "start")


class Named(NamedTuple):
    """What a series is called in the list of courses."""

    patient: str
    course: str
    site: str | None
    side: str


@dataclass(frozen=True)
class Cohort:
    """Outcomes of one instrument with whose they are."""

    outcomes: Outcomes
    places: Places


@dataclass(frozen=True)
class Extras:
    """What other instruments add: scores right now around sessions, and the patients' own impression of change."""

    now: Cohort | None = None  # None = the cohort's own pairs
    impression: Cohort | None = None
    every_course: bool = False  # not only the first course per patient and condition
    names: Sequence[Named] = ()
    staff: Ints | None = None  # staff-entered scores per series, which are not in the outcomes


NOTHING_MORE = Extras()


def summary(
    outcomes: Outcomes,
    groups: Places,
    as_of: float | None = None,
    anchor: str = "end",
    *,
    reference: str | None = None,
    extras: Extras = NOTHING_MORE,
) -> dict[str, Any]:
    """The whole JSON. as_of: a date's ordinal, None = every window is due; reference: the group others are compared
    with.
    """
    chosen = chosen_rows(groups, outcomes.start, extras.every_course)
    trends = trend.fit(outcomes.week_day, outcomes.week_value, outcomes.instrument)
    cohort = Cohort(outcomes, groups)
    of_group = {name: chosen[groups.group[chosen] == n] for n, name in enumerate(groups.groups)}
    found = {
        "definitions": DEFINITIONS,
        "as_of": None if as_of is None else date.fromordinal(int(as_of)).isoformat(),
        "anchor": anchor,
        "instrument": _instrument(outcomes),
        "groups": {name: _group(cohort, rows, trends, as_of, anchor, extras) for name, rows in of_group.items()},
    }
    compared = None if reference is None else compare.figures(outcomes, of_group, reference, anchor, as_of)
    return found | {"comparison": compared, "courses": _courses(outcomes, trends, extras.names)}


def chosen_rows(groups: Places, start: Floats, every_course: bool = False) -> Ints:
    """The rows that count: the main place of each course, and of the first course per patient and condition unless
    all are asked.
    """
    rows = places.main(groups)
    return rows if every_course else places.first_courses(groups, start, rows)


def _group(
    cohort: Cohort, rows: Ints, trends: Trends, as_of: float | None, anchor: str, extras: Extras
) -> dict[str, Any]:
    """One group's figures."""
    outcomes = cohort.outcomes
    base = mean(outcomes.baseline[rows])
    lasting, said = durability.figures(outcomes, as_of, rows)
    entries, curve = _windows(cohort, rows, as_of, anchor, extras)
    found = {
        "courses": len(rows),
        "with_baseline": base.n,
        "baseline": {"mean": base.mean, "sd": base.sd},
        "too_low": int(threshold.too_low(outcomes.baseline[rows], outcomes.instrument).sum()),
        "windows": [entry for entry in entries if entry["due"]],
        "sessions": _sessions(cohort, rows, extras.now),
        "trend": {**trend.figures(trends, rows), "phi": trends.phi},
        "durability": lasting,
        "ecdf": curve and curve[1],
        "ecdf_month": curve and curve[0],
        "staff_entered": 0 if extras.staff is None else int(extras.staff[rows].sum()),
    }
    more = notes.of(found, entries, outcomes, rows)
    left_out = notes.left_out(cohort.places, rows, extras.every_course)
    return found | {"notes": [*left_out, *more, *said]}


def _windows(
    cohort: Cohort, rows: Ints, as_of: float | None, anchor: str, extras: Extras
) -> tuple[list[dict], tuple[int, list[dict]] | None]:
    """Every window's entry, due or not, and the eCDF of the latest one with enough answers."""
    entries, curve = [], None
    for month in windows.MONTHS if anchor == "start" else (0, *windows.MONTHS):
        seen = follow_up.at(cohort.outcomes, rows, month, anchor, as_of)
        entries.append(follow_up.entry(seen, cohort.outcomes, _asked(cohort, rows, extras.impression, month, anchor)))
        points = ecdf.figures(seen.baseline, seen.value, seen.due, cohort.outcomes.instrument)
        curve = (month, points) if points else curve
    return entries, curve


def _asked(cohort: Cohort, rows: Ints, impression: Cohort | None, month: int, anchor: str) -> Floats | None:
    """The impression of change of the rows' courses in one window, NaN where there is none."""
    if impression is None:
        return None
    main = places.main(impression.places)
    given = follow_up.value(impression.outcomes, month, anchor)[main]
    return _matched(cohort.places.course[rows], impression.places.course[main], given)


def _matched(wanted: Ints, course: Ints, given: Floats) -> Floats:
    """The value given for each wanted course, NaN where none is. course: each once, in any order."""
    table = np.full(int(max(wanted.max(initial=-1), course.max(initial=-1))) + 1, np.nan)
    table[course] = given
    return table[wanted]


def _sessions(cohort: Cohort, rows: Ints, now: Cohort | None) -> dict[str, Any]:
    """Change in a session, from the instrument that was asked around sessions, in the same courses."""
    held = int(cohort.outcomes.held[rows].sum())
    if now is None:
        mine = change.figures(cohort.outcomes, rows, cohort.places.patient[rows], held)
        return {**mine, "instrument": cohort.outcomes.instrument.code}
    main = places.main(now.places)
    main = main[np.isin(now.places.course[main], cohort.places.course[rows])]
    mine = change.figures(now.outcomes, main, now.places.patient[main], held)
    return {**mine, "instrument": now.outcomes.instrument.code}


def _instrument(outcomes: Outcomes) -> dict[str, Any]:
    """The instrument as the JSON names it."""
    scale = outcomes.instrument
    return {"code": scale.code, "min": scale.minimum, "max": scale.maximum, "better": scale.better}


def _courses(outcomes: Outcomes, trends: Trends, names: Sequence[Named]) -> list[dict[str, Any]]:
    """One entry per series that has a name."""
    return [
        {
            **name._asdict(),
            "slope_per_week": _known(trends.slope[row]),
            "slope_ci": None if np.isnan(trends.low[row]) else [float(trends.low[row]), float(trends.high[row])],
            "label": LABELS[trends.label[row]],
            "baseline": _known(outcomes.baseline[row]),
        }
        for row, name in enumerate(names)
    ]


def _known(value: float) -> float | None:
    """None for NaN."""
    return None if np.isnan(value) else float(value)
