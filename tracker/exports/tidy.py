"""Tidy: read the readings CSV of design/domain.md, cell by cell, and say for each refused line where and why.

Read whole, then parsed once: every distinct cell of a column is judged once and remembered, so a million rows stay
reasonable. The same lines may stand in a workbook. What was not taken: pandas (guesses dates and types).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker.exports import whole_file
from tracker.exports.body import Body
from tracker.exports.columns import Labels, record
from tracker.exports.rows import COLUMNS, REQUIRED, Refusal, Row, TidyFile
from tracker.exports.table import Table, Unreadable, table
from tracker.exports.text import write
from tracker.science.scales import INSTRUMENTS, Instrument

__all__ = ["COLUMNS", "Labels", "Refusal", "Row", "TidyFile", "read", "record", "write"]


def read(
    source: str | Path | bytes,
    *,
    instruments: Mapping[str, Instrument] | None = None,
    strict: bool = False,
    group: str | None = None,
) -> TidyFile:
    """The rows of a file (a path, or its bytes) and its refusals. OSError where the path cannot be opened.

    instruments: those declared beside the built-in ones. group: a column to take as `group` instead of its own.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        return _read(table(data, COLUMNS), {**INSTRUMENTS, **(instruments or {})}, strict, group)
    except Unreadable as refused:
        return TidyFile((), (refused.refusal,), (), False)


def _read(found: Table, instruments: Mapping[str, Instrument], strict: bool, group: str | None) -> TidyFile:
    """The same from its lines."""
    header, header_line = found.header, found.header_line
    names = _names(header, header_line, group)
    refusals = _unknown(header, names, header_line) if strict else []
    body = Body(names, header, instruments)
    rows = [row for number, row_cells in found.lines if (row := body.row(row_cells, number))]
    said = [*found.notes] if strict else [*found.notes, *(r.message for r in _unknown(header, names, header_line))]
    return judged(rows, [*refusals, *body.refusals], said, body, instruments)


def judged(
    rows: list[Row],
    refusals: list[Refusal],
    said: list[str],
    body: Body,
    instruments: Mapping[str, Instrument],
    places: Sequence[int] = (),
) -> TidyFile:
    """The file its rows make, with what only shows between them. places: the file's line of each row's number."""
    refusals += whole_file.refusals(rows, instruments, places)
    bad = {refusal.line for refusal in refusals}
    kept = tuple(row for row in rows if row.line not in bad) if bad else tuple(rows)
    warnings = said + whole_file.warnings(rows, instruments) + body.warnings()
    return TidyFile(kept, tuple(sorted(refusals, key=lambda r: r.line)), tuple(warnings), body.day_numbers)


def _names(header: list[str], line: int, group: str | None) -> dict[str, int]:
    """Column → position; required ones must be there and none twice."""
    if group is not None and group not in header:
        raise Unreadable(line, "missing_column", "there is no such column to group by", "group")
    twice = sorted({name for name in header if name in COLUMNS and header.count(name) > 1})
    if twice:
        raise Unreadable(line, "column_twice", f"{', '.join(twice)} stands twice in the first line", twice[0])
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        words = f"the first line lacks {', '.join(missing)}; a table of your own comes with a mapping"
        raise Unreadable(line, "missing_column", words, missing[0])
    names = {name: header.index(name) for name in header if name in COLUMNS}
    return names | ({"group": header.index(group)} if group else {})


def _unknown(header: list[str], names: dict[str, int], line: int) -> list[Refusal]:
    """Columns nobody reads, by position: their names are the file's own text."""
    extra = [n + 1 for n, name in enumerate(header) if n not in names.values()]
    if not extra:
        return []
    which = ", ".join(map(str, extra[:10])) + (" …" if len(extra) > 10 else "")
    return [Refusal(line, None, "unknown_column", f"columns not known here and not read: number {which}")]
