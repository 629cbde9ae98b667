"""Aside: what a clinic's summary tells beside its outcomes, from the same rows: reactions, the dose that was held,
practitioners' pairs and answers, and the funnel with its case mix.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session as Database

from tracker.science import case_mix, cohort, durability, follow_up, funnel, kept, places, rate, units
from tracker.science.record import Floats, Ints
from tracker.science.responders import judgeable
from tracker.science.terms import Asked, Cases
from tracker.science.threshold import improvement, responds
from tracker.services.summarise import Picked
from tracker.storage import mix

OWN = "The reference is this clinic's own due courses on that day: practitioners are held against each other."


def beside(
    db: Database,
    clinic_id: UUID,
    picked: Picked,
    as_of: float,
    anchor: str,
    month: int,
    closed: Mapping[str, Collection[str]],
) -> dict[str, dict[str, Any]]:
    """{"reactions", "kept", "units", "funnel"} of every group, of the courses that its outcomes are counted of.

    closed: by group, the practitioners who may not stand alone.
    """
    found = picked.cohort
    chosen = cohort.chosen_rows(found.places, found.outcomes.start)
    reported = mix.reactions(db, clinic_id)
    return {
        name: {
            "reactions": _reactions(picked, rows, reported),
            "kept": _kept(db, clinic_id, picked, rows, as_of),
            "units": _units(picked, rows, as_of, anchor, month, closed.get(name, ())),
            "funnel": _funnel(picked, rows, as_of, anchor, month, closed.get(name, ())),
        }
        for name, rows in places.by_group(found.places, chosen).items()
    }


def _reactions(picked: Picked, rows: Ints, reported: list[Any]) -> dict[str, Any]:
    """All reported reactions, and the serious ones, per 1,000 sessions held."""
    ids = _of(picked.labels.course_id, rows)
    held, person = picked.cohort.outcomes.held[rows], picked.cohort.places.patient[rows]
    counts = Counter(one.course_id for one in reported), Counter(one.course_id for one in reported if one.serious)
    both = (np.array([count[id] for id in ids], np.int64) for count in counts)
    every, serious = (rate.figure(rate.partial(events, held, person)) for events in both)
    return {"any": every, "serious": serious}


def _kept(db: Database, clinic_id: UUID, picked: Picked, rows: Ints, as_of: float) -> dict[str, Any]:
    """The plan and what was held of it, in the courses that have ended; sessions after the end are no part of it."""
    o = picked.cohort.outcomes
    ended = rows[durability.has_ended(o, as_of)[rows]]
    ids, held = _of(picked.labels.course_id, ended), o.held[ended].copy()
    again = np.flatnonzero(np.isfinite(o.retreated[ended])).tolist()
    days = mix.held_by(db, clinic_id, [ids[n] for n in again])
    for n in again:
        held[n] = sum(day <= o.t0[ended[n]] for day in days[ids[n]])
    plans = picked.labels.planned_sessions, picked.labels.planned_per_week
    planned, per_week = (np.array(_of(plan, ended), np.float64) for plan in plans)
    return kept.figure(kept.partial(planned, held, per_week, o.t0[ended] - o.start[ended]))


def _units(
    picked: Picked, rows: Ints, as_of: float, anchor: str, month: int, closed: Collection[str]
) -> list[dict[str, Any]]:
    """Every practitioner of 11 people or more; the others together."""
    found = picked.cohort
    seen = follow_up.at(found.outcomes, rows, month, anchor, as_of)
    pairs, held, person = _pairs(picked)[rows], found.outcomes.held[rows], found.places.patient[rows]
    unit, names = _practitioners(picked, rows)
    told = {
        name: units.partial(person[mine], held[mine], pairs[mine], seen.due[mine], seen.answered[mine])
        for name, mine in units.positions(unit, person, names, closed).items()
    }
    return units.figures(told)


def _funnel(
    picked: Picked, rows: Ints, as_of: float, anchor: str, month: int, closed: Collection[str]
) -> dict[str, Any]:
    """Practitioners against what is expected of their case mix; each of 11 people or more."""
    o, scale = picked.cohort.outcomes, picked.cohort.outcomes.instrument
    seen = follow_up.at(o, rows, month, anchor, as_of)
    judged = seen.due & judgeable(seen.baseline, scale)
    rows, base, value = rows[judged], seen.baseline[judged], seen.value[judged]
    improved = np.isfinite(value) & responds(base, value, scale.responder, scale.better)
    cases = _cases(picked, rows, Asked(scale.code, anchor, month, scale.responder))
    version = f"own-{date.fromordinal(int(as_of)).isoformat()}"
    gain = improvement(base, value, scale.better)
    reference, said = case_mix.fit(cases, improved, gain, version=version, provenance=OWN)
    if reference is None:
        return {"units": None, "phi": None, "phi_used": None, "reference": None, "notes": said}
    expected, left = case_mix.expected(reference, cases)
    unit, names = _practitioners(picked, rows)
    told = {
        name: funnel.partial(expected[mine], improved[mine], np.isfinite(value[mine]))
        for name, mine in units.positions(unit, picked.cohort.places.patient[rows], names, closed).items()
        if name not in (units.TOGETHER, units.NOBODY)
    }
    drawn = funnel.figures(told)
    about = {"version": version, "provenance": OWN, "n": reference.n, "improved": reference.improved}
    return drawn | {"reference": about, "notes": [*drawn["notes"], OWN, *left]}


def _cases(picked: Picked, rows: Ints, asked: Asked) -> Cases:
    """What the case mix knows of each course."""
    labels, o = picked.labels, picked.cohort.outcomes
    born, began = np.array(_of(labels.birth_year, rows), np.float64), _years(o.start[rows])
    return Cases(
        asked,
        o.baseline[rows],
        _of(labels.condition, rows),
        [word or "" for word in _of(labels.chronicity, rows)],
        began - born,
        [word or "" for word in _of(labels.sex, rows)],
    )


def _years(days: Floats) -> Floats:
    """The year of each date's ordinal; NaN where the day is not known."""
    different, place = np.unique(days, return_inverse=True)
    years = [date.fromordinal(int(day)).year if day == day else np.nan for day in different.tolist()]
    return np.array(years, np.float64)[place]


def _practitioners(picked: Picked, rows: Ints) -> tuple[Ints, list[str]]:
    """Whose each course is, as a position among the names in order; -1 = no name."""
    given = _of(picked.labels.practitioner, rows)
    names = sorted({name for name in given if name})
    at = {name: n for n, name in enumerate(names)}
    return np.array([at[name] if name else -1 for name in given], np.int64), names


def _pairs(picked: Picked) -> Ints:
    """S: sessions with a pair in the course of each row, on the instrument asked around sessions."""
    now = picked.extras.now
    if now is None:
        return picked.cohort.outcomes.pairs
    main = places.main(now.places)
    paired = dict(zip(now.places.course[main].tolist(), now.outcomes.pairs[main].tolist(), strict=True))
    return np.array([paired.get(course, 0) for course in picked.cohort.places.course.tolist()], np.int64)


def _of(column: Sequence[Any], rows: Ints) -> list[Any]:
    """The column's values at these rows."""
    return [column[row] for row in rows.tolist()]
