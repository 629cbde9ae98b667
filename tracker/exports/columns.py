"""Columns: rows of a tidy file as a science Record, and the names that belong to its rows.

Sessions come from every row that names one, also of another instrument or without a score. Scores that staff entered
on a patient's behalf leave the record and are counted apart (statistics.md 1).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from tracker.exports.rows import Row
from tracker.exports.whole_file import Course, key
from tracker.science.milestones import RESCUES
from tracker.science.record import Floats, Ints, Record
from tracker.science.scales import KINDS, Instrument

_SESSION_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(/\d+)?", re.ASCII)
SECONDS = 86400.0
PAIRED = ("before", "after")
_KIND = {name: position for position, name in enumerate(KINDS)}


@dataclass(frozen=True)
class Labels:
    """Names of a Record's rows: one Row (its first) per course and per series, staff-entered scores per series."""

    courses: tuple[Row, ...]
    series: tuple[Row, ...]
    staff: Ints


def record(rows: Sequence[Row], instrument: Instrument) -> tuple[Record, Labels]:
    """The Record of one instrument, over all courses of the file; a course without a row of the instrument has no
    series.
    """
    courses = _Numbered()
    course = np.fromiter((courses.of(course_of(row), row) for row in rows), np.int64, len(rows))
    sessions = _Sessions(rows, course)
    mine = [n for n, row in enumerate(rows) if row.instrument == instrument.code]
    series = _Numbered()
    place = np.array([series.of((course[n], rows[n].site, rows[n].side), rows[n]) for n in mine], np.int64)
    scored, staff = _scored(rows, mine)
    scored = _counted(rows, mine, scored, place, sessions)
    start, closed, planned = _dates(courses.first, rows, course, sessions)
    shown = place[scored]
    order, columns = _readings(rows, [mine[n] for n in scored], shown, sessions)
    found = Record(
        instrument=instrument,
        start=start,
        closed=closed,
        planned_gap=planned,
        session_course=sessions.course,
        session_day=sessions.day,
        series_course=np.fromiter((course_of for course_of, _, _ in series.position), np.int64, len(series.first)),
        reading_series=shown[order],
        **columns,
        **_milestones(rows, course),
    )
    return found, Labels(
        tuple(courses.first), tuple(series.first), np.bincount(place[staff], minlength=len(series.first))
    )


def _milestones(rows: Sequence[Row], course: Ints) -> dict[str, np.ndarray]:
    """Courses and whole days of what ends a benefit."""
    told = [n for n, row in enumerate(rows) if row.milestone in RESCUES]
    days = [np.floor(day_of(rows[n].recorded_at)) for n in told]
    return {"milestone_course": course[told].astype(np.int64), "milestone_day": np.array(days, np.float64)}


def day_of(moment: datetime | date | float) -> float:
    """Decimal days: the ordinal of the date as written, local to its clinic, plus the part of the day; a number is
    itself.
    """
    if isinstance(moment, datetime):
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
        return moment.toordinal() + seconds / SECONDS
    return float(moment.toordinal()) if isinstance(moment, date) else float(moment)


class _Numbered:
    """Keys in the order in which they first appear, with the row that brought each."""

    def __init__(self) -> None:
        self.position: dict[tuple, int] = {}
        self.first: list[Row] = []

    def of(self, name: tuple, row: Row) -> int:
        """The position of a key, a new one if it is new."""
        found = self.position.setdefault(name, len(self.first))
        if found == len(self.first):
            self.first.append(row)
        return found


class _Sessions:
    """K sessions sorted by (course, day, name): the day its name says, else that of its earliest row."""

    def __init__(self, rows: Sequence[Row], course: Ints):
        named = ((of, row) for of, row in zip(course.tolist(), rows, strict=True) if row.session is not None)
        days: dict[tuple[int, str], float] = {}
        for of, row in named:
            name, day = (of, row.session or ""), _session_day(row)
            days[name] = min(days.get(name, day), day)
        ordered = sorted(days.items(), key=lambda item: (item[0][0], item[1], item[0][1]))
        self.position = {name: n for n, (name, _) in enumerate(ordered)}
        self.course = np.array([name[0] for name, _ in ordered], np.int64)
        self.day = np.array([day for _, day in ordered], np.float64)
        self.of_row = course

    def of(self, n: int, row: Row) -> int:
        """The position of a row's session, -1 = none."""
        return -1 if row.session is None else self.position[int(self.of_row[n]), row.session]


def named_day(row: Row) -> date | None:
    """The day in a session's name like 2024-03-05/1; None for another name, and in a file that counts days."""
    named = _SESSION_DATE.fullmatch(row.session or "")
    if not named or not isinstance(row.recorded_at, datetime):
        return None
    try:
        return date.fromisoformat(named[1])
    except ValueError:  # a name that only looks like a date
        return None


def _session_day(row: Row) -> float:
    """The whole day of a session, from its name or from the row's moment."""
    named = named_day(row)
    return float(named.toordinal() if named else np.floor(day_of(row.recorded_at)))


def _lag(row: Row) -> float:
    """Days from a score's moment to the one at which it came in; 0 unless the file tells."""
    if row.entered_at is None:
        return 0.0
    moment, entered = row.recorded_at, row.entered_at
    if isinstance(moment, datetime) and isinstance(entered, datetime) and moment.tzinfo and entered.tzinfo:
        return max((entered - moment).total_seconds() / SECONDS, 0.0)
    return max(day_of(entered) - day_of(moment), 0.0)


def course_of(row: Row) -> Course:
    """What makes this row's course one."""
    return key(row.clinic, row.patient, row.condition, row.course, row.course_start)


def _dates(
    first: Iterable[Row], rows: Sequence[Row], course: Ints, sessions: _Sessions
) -> tuple[Floats, Floats, Floats]:
    """start (the first session, else as stated), closed and planned gap of each course; NaN = not stated."""
    start = np.array([day_of(row.course_start) for row in first])
    closed, planned = np.full(len(start), np.nan), np.full(len(start), np.nan)
    for of, row in zip(course.tolist(), rows, strict=True):
        if row.course_end is not None:
            closed[of] = day_of(row.course_end)
        if row.planned_gap is not None:
            planned[of] = row.planned_gap
    firsts = np.unique(sessions.course, return_index=True)
    start[firsts[0]] = sessions.day[firsts[1]]
    return start, closed, planned


def _scored(rows: Sequence[Row], mine: Sequence[int]) -> tuple[list[int], list[int]]:
    """Positions in `mine` of the answered rows: those of patients, and those that staff entered."""
    answered = [(n, rows[at].entered_by == "staff") for n, at in enumerate(mine) if rows[at].value is not None]
    return [n for n, staff in answered if not staff], [n for n, staff in answered if staff]


def _counted(
    rows: Sequence[Row], mine: Sequence[int], scored: list[int], place: Ints, sessions: _Sessions
) -> list[int]:
    """The same without second scores: of two for one session, kind and place the patient's own counts, else the
    earlier.
    """
    best: dict[tuple, tuple] = {}
    for n in scored:
        row = rows[mine[n]]
        if _paired(row):
            name = (place[n], sessions.of(mine[n], row), row.kind)
            rank = (row.entered_by != "patient", day_of(row.recorded_at), n)
            best[name] = min(best.get(name, rank), rank)
    kept = {rank[-1] for rank in best.values()}
    return [n for n in scored if n in kept or not _paired(rows[mine[n]])]


def _paired(row: Row) -> bool:
    """Whether a row is one half of a pair."""
    return row.session is not None and row.kind in PAIRED


def _readings(
    rows: Sequence[Row], chosen: Sequence[int], series: Ints, sessions: _Sessions
) -> tuple[Ints, dict[str, np.ndarray]]:
    """The order by (series, day), and the reading columns in that order."""
    day = np.array([day_of(rows[n].recorded_at) for n in chosen])
    order = np.lexsort((day, series))
    columns = {
        "reading_day": day,
        "reading_value": np.array([rows[n].value for n in chosen], np.float64),
        "reading_kind": np.array([_KIND[rows[n].kind] for n in chosen], np.int64),
        "reading_session": np.array([sessions.of(n, rows[n]) for n in chosen], np.int64),
        "reading_lag": np.array([_lag(rows[n]) for n in chosen], np.float64),
    }
    return order, {name: column[order] for name, column in columns.items()}
