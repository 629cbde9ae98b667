"""Outcomes of a file: the summary of a tidy CSV without any database. Reads, derives, counts; writes nothing.

Raises Invalid where the data do not allow it (the command's exit status 1) and Usage, an Invalid, for a wrong option
(2).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tracker.exports import tidy
from tracker.exports.columns import course_of, day_of
from tracker.exports.rows import Row, TidyFile, told
from tracker.exports.tidy import Labels
from tracker.science import cohort, derive
from tracker.science.cohort import ANCHORS, Cohort, Extras
from tracker.science.listed import Named
from tracker.science.places import NO_GROUP, Places
from tracker.science.scales import IMPRESSION, INSTRUMENTS, NOW, Instrument, usual
from tracker.services.errors import Invalid
from tracker.services.instrument import Usage, spelled
from tracker.services.outcomes_text import text

__all__ = ["Usage", "outcomes", "text"]

SHOWN = 20  # refused lines that are spelled out


def outcomes(
    path: str | Path | bytes,
    *,
    anchor: str = "end",
    instrument: str | None = None,
    group: str | None = None,
    compare: str | None = None,
    as_of: date | None = None,
    bands: int | None = None,
    strict: bool = False,
) -> dict[str, Any]:
    """The JSON of design/domain.md for one file (a path, or its bytes). as_of: None = today.

    instrument: CODE or CODE:MIN:MAX:lower|higher, None = nrs_week, else the one with most readings. group: a column.
    bands: the seed of the durability's bands, None = none.
    """
    if anchor not in ANCHORS:
        raise Usage("anchor", f"The anchor is one of {', '.join(ANCHORS)}.")
    if compare is not None and group is None:
        raise Usage("compare_without_group", "To compare groups, name the column they stand in: --group COLUMN.")
    declared = None if instrument is None else spelled(instrument, INSTRUMENTS)
    file = _read(path, {declared.code: declared} if declared else {}, strict, group)
    rows, cut, dated = _until(file, None if file.day_numbers else as_of or date.today())  # noqa: DTZ011 — clinic-local
    scale = declared or _chosen(rows)
    found = _summary(rows, scale, anchor, group, compare, dated, bands)
    said = [*file.warnings, *_about_days(file, as_of), *cut]
    for figures in found["groups"].values():
        figures["notes"] = [*said, *figures["notes"]]
    return found


def _read(path: str | Path | bytes, declared: Mapping[str, Instrument], strict: bool, group: str | None) -> TidyFile:
    """The file, or Invalid with its refused lines."""
    try:
        file = tidy.read(path, instruments=declared, strict=strict, group=group)
    except OSError as error:
        raise Invalid("unreadable_file", f"The file cannot be opened: {error.strerror or 'unknown reason'}.") from None
    if file.refusals:
        raise _refused(file)
    if not file.rows:
        raise Invalid("no_readings", "The file holds no readings.")
    return file


def _refused(file: TidyFile) -> Invalid:
    """The refused lines, the first of them spelled out."""
    lines = list(told(file.refusals))
    shown = "; ".join(lines[:SHOWN]) + (f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else "")
    errors = [{"pointer": f"line {r.line}", "code": r.code, "message": r.message} for r in file.refusals]
    count = len({refusal.line for refusal in file.refusals})
    return Invalid("refused_lines", f"{count} refused line(s): {shown}.", errors=errors)  # type: ignore[arg-type]


def _until(file: TidyFile, as_of: date | None) -> tuple[Sequence[Row], list[str], float | None]:
    """The rows dated up to `as_of`, a note on those that are not, and the day as a number."""
    if as_of is None:
        return file.rows, [], None
    last = float(as_of.toordinal())
    rows = [row for row in file.rows if day_of(row.recorded_at) < last + 1]
    later = len(file.rows) - len(rows)
    return rows, [f"{later} rows are dated after {as_of.isoformat()} and left out."] if later else [], last


def _about_days(file: TidyFile, as_of: date | None) -> list[str]:
    """What day numbers mean for maturity."""
    if not file.day_numbers:
        return []
    ignored = " The as-of date is not used." if as_of else ""
    return [f"Days are counted from each course's start, so no window can be told immature: all count as due.{ignored}"]


def _chosen(rows: Sequence[Row]) -> Instrument:
    """nrs_week, else the instrument with most answered readings."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.instrument] = counts.get(row.instrument, 0) + (row.value is not None)
    if not counts:
        raise Invalid("no_readings", "The file holds no readings up to that date.")
    code = usual(counts)
    if code not in INSTRUMENTS:
        raise Invalid(
            "instrument_unknown",
            "The instrument with most readings is not known here: give --instrument CODE:MIN:MAX:lower or higher.",
        )
    return INSTRUMENTS[code]


def _summary(
    rows: Sequence[Row],
    scale: Instrument,
    anchor: str,
    group: str | None,
    compare: str | None,
    as_of: float | None,
    bands: int | None,
) -> dict[str, Any]:
    """The JSON from accepted rows."""
    if not any(row.instrument == scale.code for row in rows):
        raise Invalid("instrument_absent", "The file holds no readings of that instrument.")
    record, labels = tidy.record(rows, scale)
    groups = _groups(rows, labels, group)
    names = tuple(sorted(set(groups)))
    if compare is not None and compare not in names:
        raise Usage("compare_unknown", "The group to compare with does not stand in that column.")
    index = np.array([names.index(name) for name in groups], np.int64)
    places = _places(record.series_course, record.reading_series, labels, index, names)
    extras = Extras(
        now=None if scale.code == NOW else _beside(rows, NOW),
        impression=_beside(rows, IMPRESSION),
        names=[_named(labels, course, row) for course, row in zip(record.series_course, labels.series, strict=True)],
        staff=labels.staff,
    )
    found = derive.outcomes(record)
    return cohort.summary(found, places, as_of, anchor, reference=compare, extras=extras, seed=bands)


def _beside(rows: Sequence[Row], code: str) -> Cohort | None:
    """The outcomes of another instrument in the same file; None where it holds none."""
    if not any(row.instrument == code for row in rows):
        return None
    record, labels = tidy.record(rows, INSTRUMENTS[code])
    one = np.zeros(len(labels.courses), np.int64)
    return Cohort(derive.outcomes(record), _places(record.series_course, record.reading_series, labels, one, ("all",)))


def _places(course: Any, reading_series: Any, labels: Labels, group: Any, names: tuple[str, ...]) -> Places:
    """Whose each series is. course: S; group: C."""
    patients, conditions = _codes(labels, "patient"), _codes(labels, "condition")
    readings = np.bincount(reading_series, minlength=len(course))
    return Places(course, patients[course], conditions[course], group[course], readings, names)


def _codes(labels: Labels, what: str) -> Any:
    """C: the same number for the same patient (of one clinic) or condition."""
    values = [(row.clinic if what == "patient" else None, getattr(row, what)) for row in labels.courses]
    number = {value: n for n, value in enumerate(dict.fromkeys(values))}
    return np.array([number[value] for value in values], np.int64)


def _groups(rows: Sequence[Row], labels: Labels, column: str | None) -> list[str]:
    """C: each course's group, which its rows name in one voice; all in one where no column was named."""
    if column is None:
        return ["all"] * len(labels.courses)
    said: dict[tuple, str] = {}
    for row in rows:
        if row.group is not None and said.setdefault(course_of(row), row.group) != row.group:
            raise Invalid("two_groups", f"line {row.line}: a course stands in two groups of that column.")
    return [said.get(course_of(row), NO_GROUP) for row in labels.courses]


def _named(labels: Labels, course: int, row: Row) -> Named:
    """What a series is called."""
    start = labels.courses[course].course_start
    return Named(
        row.patient, row.course or (f"{start:g}" if isinstance(start, float) else str(start)), row.site, row.side
    )
