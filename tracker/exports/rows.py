"""Rows: the tidy readings CSV as values. One row is one score, or one that was asked for and not given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

REQUIRED = ("patient", "condition", "course_start", "kind", "instrument", "recorded_at", "value")
OPTIONAL = (
    "clinic",
    "course",
    "course_end",
    "planned_gap",
    "session",
    "site",
    "side",
    "chronicity",
    "practitioner",
    "modality",
    "group",
    "entered_by",
    "entered_at",
    "milestone",
)
COLUMNS = REQUIRED + OPTIONAL
NEAR = len(COLUMNS)  # a line has at most so many refused cells


class Row(NamedTuple):
    """One accepted line. Days are `date`/`datetime`, or floats where the file counts days from the course start.

    A tuple, not a dataclass: a frozen dataclass takes six times as long to make, and files hold a million of them.
    """

    patient: str
    condition: str
    course_start: date | float
    kind: str
    instrument: str
    recorded_at: datetime | float  # a date alone reads as its midnight
    value: float | None  # None = not answered
    clinic: str | None = None
    course: str | None = None
    course_end: date | float | None = None
    planned_gap: float | None = None  # days between planned sessions
    session: str | None = None
    site: str | None = None
    side: str = "none"
    chronicity: str | None = None
    practitioner: str | None = None
    modality: str | None = None  # several joined by "+"
    group: str | None = None
    entered_by: str = "import"
    entered_at: datetime | float | None = None  # where it came in later than recorded_at; None = at once
    milestone: str | None = None  # what happened on that day beside the treatment: surgery and the like
    line: int = 0  # where it stood in the file; not written


@dataclass(frozen=True)
class Refusal:
    """Why one cell (or, without a column, one line) was refused. It never holds the value itself."""

    line: int
    column: str | None
    code: str
    message: str

    @property
    def reason(self) -> tuple[str | None, str, str]:
        """What refusals of neighbouring lines may share."""
        return self.column, self.message, self.code


def told(refusals: Sequence[Refusal]) -> Iterator[str]:
    """Refusals by line, for people; neighbouring lines refused for one reason stand together, so that none drowns."""
    stretches: list[list[Refusal]] = []
    for refusal in sorted(refusals, key=lambda r: r.line):
        for stretch in stretches[::-1][:NEAR]:
            if stretch[-1].reason == refusal.reason and refusal.line - stretch[-1].line <= 1:
                stretch.append(refusal)
                break
        else:
            stretches.append([refusal])
    return map(_stretch, stretches)


def _stretch(same: Sequence[Refusal]) -> str:
    first, last = same[0].line, same[-1].line
    column, message, code = same[0].reason
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    return f"{where}{f', {column}' if column else ''}: {message} ({code})"


@dataclass(frozen=True)
class TidyFile:
    """What a file held: the rows that are good, and why the others are not."""

    rows: tuple[Row, ...]
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    day_numbers: bool
    places: tuple[int, ...] = ()  # the file's line of each row's number, where rows are numbered by themselves

    def placed(self, refusal: Refusal) -> Refusal:
        """A later refusal of one of the rows, at its line of the file."""
        return replace(refusal, line=self.places[refusal.line]) if self.places else refusal
