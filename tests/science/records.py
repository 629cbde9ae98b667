"""Records for tests: small ones written by hand, random ones with ties, gaps, lone readings and silent courses."""

import numpy as np
from numpy.typing import ArrayLike

from tracker.science import durability
from tracker.science.record import Outcomes, Record
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, INSTRUMENTS, Instrument

NRS = INSTRUMENTS["nrs_week"]
NAN = float("nan")


def record(
    readings,
    *,
    instrument=NRS,
    sessions=(),
    start: ArrayLike = 0.0,
    closed: ArrayLike = NAN,
    gap: ArrayLike = NAN,
    series=(0,),
    lag=None,
) -> Record:
    """One or more courses. readings: (series, day, value, kind[, session]); sessions: (course, day), sorted."""
    readings = sorted(((*r, -1)[:5] for r in readings), key=lambda r: (r[0], r[1]))
    column = [np.array([r[i] for r in readings]) for i in range(5)] if readings else [np.empty(0)] * 5
    courses = max(series) + 1
    return Record(
        instrument=instrument,
        start=np.broadcast_to(np.asarray(start, float), courses).copy(),
        closed=np.broadcast_to(np.asarray(closed, float), courses).copy(),
        planned_gap=np.broadcast_to(np.asarray(gap, float), courses).copy(),
        session_course=np.array([c for c, _ in sessions], np.int64),
        session_day=np.array([d for _, d in sessions], float),
        series_course=np.array(series, np.int64),
        reading_series=column[0].astype(np.int64),
        reading_day=column[1].astype(float),
        reading_value=column[2].astype(float),
        reading_kind=column[3].astype(np.int64),
        reading_session=column[4].astype(np.int64),
        **({"reading_lag": np.array(lag, float)} if lag is not None else {}),
    )


def course(day_values, **more) -> Record:
    """One course closed on day 91 with a baseline of 6 and check-ins on the given days."""
    checks = [(0, day, value, CHECK_IN) for day, value in day_values]
    return record([(0, -3, 6.0, BASELINE), *checks], **{"closed": 91.0, **more})


def cohort(seed: int, courses: int = 30, instrument: Instrument = NRS) -> Record:
    """Courses with weekly sessions, pairs, gaps, check-ins at random times for a year, two places here and there."""
    rng = np.random.default_rng(seed)
    sessions, series, readings = [], [], []
    for c in range(courses):
        first = len(sessions)
        days = np.cumsum(rng.choice([1, 3, 7, 7, 7, 14, 28, 29, 60], rng.integers(0, 12))).astype(float)
        sessions += [(c, float(d)) for d in days]
        for _ in range(rng.integers(1, 3)):
            s = len(series)
            series.append(c)
            readings += _readings(rng, s, first, days, instrument)
    start = np.array([next((d for k, d in sessions if k == c), 0.0) for c in range(courses)])
    closed = np.where(rng.random(courses) < 0.5, rng.integers(0, 120, courses), NAN)
    gap = np.where(rng.random(courses) < 0.3, rng.choice([7, 14, 21, 30], courses), NAN)
    return record(
        readings, instrument=instrument, sessions=sessions, start=start, closed=closed, gap=gap, series=series
    )


def _readings(rng, s, first, days, instrument):
    """The readings of one place."""

    def score():
        return float(rng.integers(instrument.minimum, instrument.maximum + 1))

    start = days[0] if len(days) else 0.0
    found = [(s, start - rng.integers(0, 20) + 0.25, score(), BASELINE) for _ in range(rng.integers(0, 5))]
    for k, day in enumerate(days):
        found += [(s, day + 0.4, score(), BEFORE, first + k)] if rng.random() < 0.7 else []
        found += [(s, day + rng.choice([0.3, 0.5]), score(), AFTER, first + k)] if rng.random() < 0.6 else []
    checks = rng.integers(0, 500, rng.choice([0, 1, 5, 40])) + rng.choice([0.0, 0.5])
    return found + [(s, float(start + d), score(), CHECK_IN) for d in checks]


def lasting_of(outcomes: Outcomes, as_of=None, rows=None):
    """The durability object of some rows (None = all) and its notes."""
    mine = np.arange(len(outcomes.t0)) if rows is None else np.arange(len(outcomes.t0))[rows]
    return durability.figures(durability.partial(outcomes, as_of, mine))
