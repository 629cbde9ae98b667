"""File rows: the rows of a tidy file as the patients, courses, sessions and readings they speak of.

Every id follows from the clinic and the row, so the same file twice makes nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from tracker.exports.columns import course_of, named_day
from tracker.exports.rows import Refusal, Row
from tracker.services.faults import Faults
from tracker.services.visit import MOST_A_DAY, session_id

DAYS_A_WEEK = 7
LONGEST = {"patient": 64, "course": 64, "site": 64, "practitioner": 200, "group": 200, "modality": 200, "session": 200}


@dataclass
class FileCourse:
    """One course of the file. `rows` are its lines in their order."""

    id: UUID
    patient: str
    first: Row
    rows: list[Row] = field(default_factory=list)
    sessions: dict[str, UUID] = field(default_factory=dict)
    days: dict[UUID, tuple[date, int, str | None]] = field(default_factory=dict)  # session → day, number, modality

    def told(self, name: str) -> Any:
        """What the first line that says anything says."""
        return next((value for row in self.rows if (value := getattr(row, name)) is not None), None)

    def main_modality(self) -> str | None:
        """The course's own: what lines outside any session say, else the first that says anything."""
        apart = (row.modality for row in self.rows if row.session is None and row.modality)
        return next(apart, None) or self.told("modality")

    def milestones(self, dates: "Dates") -> list[tuple[str, date]]:
        """What happened beside the treatment, and when."""
        told = [row for row in self.rows if row.milestone is not None]
        return [(row.milestone or "", dates.moment(row.recorded_at).date()) for row in told]

    def places(self) -> list[tuple[str, str]]:
        """The places its lines name, in their order."""
        return list(dict.fromkeys((row.site or "", row.side) for row in self.rows))


@dataclass(frozen=True)
class Dates:
    """How the file's days become dates: the clinic's zone, and day 0 where days are counted."""

    zone: ZoneInfo
    day_zero: date | None

    def day(self, value: Any) -> date | None:
        """A date, or a day number as one."""
        if isinstance(value, float | int):
            return self._zero() + timedelta(days=int(value // 1))
        return value

    def moment(self, value: Any) -> datetime:
        """A moment on the clinic's wall unless it brings its own offset."""
        if isinstance(value, float | int):
            value = datetime.combine(self._zero(), time()) + timedelta(days=value)
        return value if value.tzinfo else value.replace(tzinfo=self.zone)

    def _zero(self) -> date:
        if self.day_zero is None:
            raise LookupError("a file of day numbers was read without its day 0")
        return self.day_zero


def courses(rows: Iterable[Row], patients: dict[str, UUID], clinic_id: UUID, dates: Dates) -> list[FileCourse]:
    """The courses of the file with their sessions. `patients`: by code, those the clinic has; new ones are added."""
    found: dict[Any, FileCourse] = {}
    for row in rows:
        key = course_of(row)
        if key not in found:
            patient = patients.setdefault(row.patient, uuid5(clinic_id, f"patient/{row.patient}"))
            found[key] = FileCourse(uuid5(patient, f"course/{row.condition}/{key[-1]}"), row.patient, row)
        found[key].rows.append(row)
    for course in found.values():
        _name_sessions(course, dates)
    return list(found.values())


def readings(course: FileCourse, dates: Dates) -> list[tuple[Row, dict[str, Any]]]:
    """Each answered line as log takes it; a blank one was asked and not answered."""
    again: Counter[str] = Counter()
    return [(row, _reading(course, row, dates, again)) for row in course.rows if row.value is not None]


def faults(rows: Sequence[Row], known: Iterable[str]) -> list[Refusal]:
    """What the file may say and the store cannot keep: texts that are too long, instruments nobody knows."""
    codes, found = set(known), []
    for row in rows:
        checked = Faults()
        for name, longest in LONGEST.items():
            checked.text(name, getattr(row, name), longest)
        if row.instrument not in codes:
            checked.add(
                "instrument", "unknown_instrument", "is not known here: declare it with --instrument CODE:MIN:MAX:lower"
            )
        found += [Refusal(row.line, fault["pointer"], fault["code"], fault["message"]) for fault in checked.found]
    return found


def planned_per_week(gap: float | None) -> float | None:
    """Sessions a week from the days between them."""
    return DAYS_A_WEEK / gap if gap else None


def crowded(course: FileCourse) -> list[Refusal]:
    """More sessions a day than a course can have."""
    if all(number <= MOST_A_DAY for _, number, _ in course.days.values()):
        return []
    return [Refusal(course.first.line, "session", "too_many_sessions", f"more than {MOST_A_DAY} sessions on one day")]


def _name_sessions(course: FileCourse, dates: Dates) -> None:
    """Number the sessions of each day in the order of their names."""
    days: dict[str, date] = {}
    treated: dict[str, str | None] = {}
    for row in course.rows:
        if row.session is not None:
            on = _session_day(row, dates)
            days[row.session] = min(days.get(row.session, on), on)
            treated[row.session] = treated.get(row.session) or row.modality
    count: Counter[date] = Counter()
    for name, on in sorted(days.items(), key=lambda item: (item[1], item[0])):
        count[on] += 1
        id = session_id(course.id, on, count[on])
        course.sessions[name] = id
        course.days[id] = (on, count[on], treated[name])


def _session_day(row: Row, dates: Dates) -> date:
    """The day in a name like 2024-03-05/1, else the day of the row's moment as it was written."""
    return named_day(row) or dates.moment(row.recorded_at).date()


def _reading(course: FileCourse, row: Row, dates: Dates, again: Counter[str]) -> dict[str, Any]:
    """One line as log takes it."""
    at = dates.moment(row.recorded_at)
    name = "/".join(map(str, (row.kind, row.instrument, row.site or "", row.side, row.session or "", at.isoformat())))
    again[name] += 1
    return {
        "id": uuid5(course.id, f"{name}/{again[name]}"),
        "course_id": course.id,
        "kind": row.kind,
        "instrument": row.instrument,
        "value": row.value,
        "recorded_at": at,
        "recorded_zone": str(dates.zone),
        "site": row.site,
        "side": row.side,
        "session_id": course.sessions.get(row.session) if row.session else None,
        "entered_by": row.entered_by,
        "entered_at": None if row.entered_at is None else dates.moment(row.entered_at),
    }
