"""Whole file: what only shows between rows. Duplicates, courses that contradict themselves, scales that are not what
they say.
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from tracker.exports.rows import Refusal, Row
from tracker.science.scales import Instrument

ENOUGH = 5  # fractional scores, all within 0 … 1, before a scale is taken for 0–1
Course = tuple[str | None, str, str, str]


def key(clinic: str | None, patient: str, condition: str, course: str | None, start: object) -> Course:
    """What makes a course one: clinic, patient, condition and its name, or else its start."""
    return clinic, patient, condition, course or f"from {start}"


def refusals(rows: Sequence[Row], instruments: Mapping[str, Instrument], places: Sequence[int] = ()) -> list[Refusal]:
    """Every refusal that takes more than one cell to see. places: the file's line of each row's number, if another."""
    return [*_duplicates(rows, places), *_sessions(rows), *_contradictions(rows), *_scaled(rows, instruments)]


def warnings(rows: Sequence[Row], instruments: Mapping[str, Instrument]) -> list[str]:
    """What a reader of the figures should know, though nothing is refused for it."""
    unknown = len({row.instrument for row in rows} - set(instruments))
    names: dict[str, set[str]] = {}
    for patient in {row.patient for row in rows}:
        names.setdefault(patient.strip().casefold(), set()).add(patient)
    alike = sum(len(same) > 1 for same in names.values())
    notes = [f"the range of {unknown} instrument(s) not known here was not checked"] if unknown else []
    return (
        [*notes, f"{alike} patients are written in two ways (spaces or capitals) and counted as two"]
        if alike
        else notes
    )


def _duplicates(rows: Sequence[Row], places: Sequence[int]) -> list[Refusal]:
    """A line that says the same as an earlier one."""
    if len({row[:-1] for row in rows}) == len(rows):
        return []
    first: dict[tuple, int] = {}
    pairs = [(row.line, line) for row in rows if (line := first.setdefault(row[:-1], row.line)) != row.line]
    words = "says the same as line {}: give the time of day if both are meant"
    return [
        Refusal(line, None, "duplicate", words.format(places[earlier] if places else earlier))
        for line, earlier in pairs
    ]


def _sessions(rows: Sequence[Row]) -> list[Refusal]:
    """An after-score belongs to a session."""
    lost = (row for row in rows if row.kind == "after" and row.session is None)
    return [Refusal(row.line, "session", "no_session", "an after-score needs its session") for row in lost]


_OF_COURSE = ("course_start", "course_end", "planned_gap", "chronicity")
_course_columns = attrgetter("clinic", "patient", "condition", "course", *_OF_COURSE)


def _contradictions(rows: Sequence[Row]) -> list[Refusal]:
    """Lines of one course that disagree about the course, and a course that ends before it starts."""
    first: dict[tuple[Course, str], object] = {}
    wrong = {}
    for columns in dict.fromkeys(map(_course_columns, rows)):  # as many as courses, not as rows
        course, said = key(*columns[:5]), dict(zip(_OF_COURSE, columns[4:], strict=True))
        faults = [c for c, value in said.items() if value is not None and first.setdefault((course, c), value) != value]
        wrong[columns] = [_differs(c) for c in faults] + _backwards(said)
    if not any(wrong.values()):
        return []
    return [Refusal(row.line, *fault) for row in rows for fault in wrong[_course_columns(row)]]


def _differs(column: str) -> tuple[str, str, str]:
    """The fault of a line that says something else than an earlier line of its course."""
    return column, "contradicts", "differs from an earlier line of the same course"


def _backwards(said: Mapping) -> list[tuple[str, str, str]]:
    """The fault of a course that ends before it starts."""
    if said["course_end"] is None or said["course_end"] >= said["course_start"]:
        return []
    return [("course_end", "ends_before_start", "is before the course start")]


def _scaled(rows: Sequence[Row], instruments: Mapping[str, Instrument]) -> list[Refusal]:
    """An instrument whose scores all lie in 0 … 1 though its range is wide: a VAS written as a fraction."""
    scores: dict[str, list[Row]] = {}
    for row in rows:
        if row.value is not None and row.instrument in instruments and instruments[row.instrument].span >= 10:
            scores.setdefault(row.instrument, []).append(row)
    message = "all scores lie between 0 and 1: is this scale written as 0–1?"
    broken = [_broken(of_one)[0] for of_one in scores.values() if len(_broken(of_one)) >= ENOUGH]
    return [Refusal(row.line, "value", "scaled", message) for row in broken]


def _broken(rows: Sequence[Row]) -> list[Row]:
    """The rows with a fraction, if all scores lie in 0 … 1."""
    inside = all(0 <= (row.value or 0) <= 1 for row in rows)
    return [row for row in rows if row.value not in (0, 1)] if inside else []
