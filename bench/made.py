"""Made: data for the benchmarks, from fixed seeds. No real patient, and nothing a rule of science rests on."""

import numpy as np
import pandas as pd

from tracker.science.record import Bools, Floats, Ints, Record
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, INSTRUMENTS

BASELINES, SESSIONS = 4, 10  # per course: days of baseline, weekly sessions with a score before and after each
FIXED = BASELINES + 2 * SESSIONS  # readings that every course has; the others are check-ins
YEAR = 440  # days over which the check-ins are spread


def lines(courses: int, each: int) -> tuple[Ints, Floats, Floats]:
    """Series, day and score (0–10) of so many weekly readings per course, sorted."""
    rng = np.random.default_rng(1)
    series = np.repeat(np.arange(courses), each)
    day = np.tile(7.0 * np.arange(each), courses) + rng.random(len(series))
    return series, day, rng.integers(0, 11, len(series)).astype(np.float64)


def follow_ups(clinics: int, people: int) -> tuple[Ints, Ints, Bools]:
    """Clinic, last day of the year and whether the benefit was lost on it, half of them, of so many people each."""
    rng = np.random.default_rng(2)
    clinic = np.repeat(np.arange(clinics), people)
    return clinic, rng.integers(1, 365, len(clinic)), rng.random(len(clinic)) < 0.5


def courses(count: int, each: int, seed: int = 3) -> Record:
    """Courses with `each` readings: some keep what they gained, some lose it in the year after."""
    rng = np.random.default_rng(seed)
    day, kind, session = _planned(rng, count, each - FIXED)
    value = _scores(rng, day)
    order = np.argsort(day, axis=1, kind="stable")
    held = np.where(session < 0, -1, session + SESSIONS * np.arange(count)[:, None])
    return Record(
        instrument=INSTRUMENTS["nrs_week"],
        start=np.zeros(count),
        closed=np.full(count, np.nan),
        planned_gap=np.full(count, np.nan),
        session_course=np.repeat(np.arange(count), SESSIONS),
        session_day=np.tile(7.0 * np.arange(SESSIONS), count),
        series_course=np.arange(count),
        reading_series=np.repeat(np.arange(count), each),
        reading_day=np.take_along_axis(day, order, 1).ravel(),
        reading_value=np.take_along_axis(value, order, 1).ravel(),
        reading_kind=kind[order].ravel(),
        reading_session=np.take_along_axis(held, order, 1).ravel(),
    )


def _planned(rng: np.random.Generator, count: int, checks: int) -> tuple[Floats, Ints, Ints]:
    """count x each days; each: kinds, and sessions counted within the course (-1 = none)."""
    held = 7.0 * np.arange(SESSIONS)
    fixed = np.concatenate([np.arange(-BASELINES, 0) + 0.5, held + 0.4, held + 0.5])
    day = np.hstack([np.tile(fixed, (count, 1)), rng.integers(1, YEAR, (count, checks)) + 0.75])
    kind = np.repeat([BASELINE, BEFORE, AFTER, CHECK_IN], [BASELINES, SESSIONS, SESSIONS, checks])
    session = np.concatenate([np.full(BASELINES, -1), np.tile(np.arange(SESSIONS), 2), np.full(checks, -1)])
    return day, kind, session


def _scores(rng: np.random.Generator, day: Floats) -> Floats:
    """About 7 before day 30, 3 after it, and 6 again from a day of each course's own."""
    relapse = rng.integers(100, 900, (len(day), 1))
    return np.clip(np.round(7 - 4 * (day > 30) + 3 * (day > relapse) + rng.normal(0, 1, day.shape)), 0, 10)


def frame(record: Record, count: int) -> pd.DataFrame:
    """The first courses as pandas has them; sessions counted within the course."""
    mine = record.reading_series < count
    session = record.reading_session[mine]
    return pd.DataFrame(
        {
            "series": record.reading_series[mine],
            "day": record.reading_day[mine],
            "value": record.reading_value[mine],
            "kind": record.reading_kind[mine],
            "session": np.where(session < 0, -1, session % SESSIONS),
        }
    )
