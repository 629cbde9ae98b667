"""Tidy: read the readings CSV of design/domain.md, cell by cell, and say for each refused line where and why.

Read whole, then parsed once: every distinct cell of a column is judged once and remembered, so a million rows stay
reasonable. What was not taken: pandas (guesses dates and types), csv.Sniffer (guesses delimiters from data).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from tracker.exports import whole_file
from tracker.exports.body import Body
from tracker.exports.columns import Labels, record
from tracker.exports.rows import COLUMNS, REQUIRED, Refusal, Row, TidyFile
from tracker.exports.text import write
from tracker.science.scales import INSTRUMENTS, Instrument

__all__ = ["COLUMNS", "Labels", "Refusal", "Row", "TidyFile", "read", "record", "write"]

WIDEST = 200  # columns: more is no tidy file, whatever it is
DELIMITERS = (",", ";", "\t")


class Unreadable(Exception):
    """The file cannot be read past this one refusal."""

    def __init__(self, line: int, code: str, message: str, column: str | None = None):
        super().__init__(message)
        self.refusal = Refusal(line, column, code, message)


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
        return _read(_decoded(data), {**INSTRUMENTS, **(instruments or {})}, strict, group)
    except Unreadable as refused:
        return TidyFile((), (refused.refusal,), (), False)


def _read(content: str, instruments: Mapping[str, Instrument], strict: bool, group: str | None) -> TidyFile:
    """The same from text."""
    lines = _lines(content, _delimiter(content))
    header, header_line = _header(lines)
    names = _names(header, header_line, group)
    refusals = _unknown(header, names, header_line) if strict else []
    body = Body(names, header, instruments)
    rows = [row for number, row_cells in lines if (row := body.row(row_cells, number))]
    refusals += body.refusals + whole_file.refusals(rows, instruments)
    bad = {refusal.line for refusal in refusals}
    kept = tuple(row for row in rows if row.line not in bad) if bad else tuple(rows)
    warnings = [] if strict else [r.message for r in _unknown(header, names, header_line)]
    warnings += whole_file.warnings(rows, instruments) + body.warnings()
    return TidyFile(kept, tuple(sorted(refusals, key=lambda r: r.line)), tuple(warnings), body.day_numbers)


def _decoded(data: bytes) -> str:
    """UTF-8 text without its mark; anything else is refused with the line where it stops being UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(1, "encoding", "the file is UTF-16: save it as UTF-8")
    if b"\0" in data:
        raise Unreadable(_line_of(data, data.index(b"\0")), "nul", "the file holds a NUL byte")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _line_of(data, error.start), "encoding", "not UTF-8 here: save the whole file as UTF-8"
        ) from None


def _line_of(data: bytes, position: int) -> int:
    """The line a byte stands in, whatever the line ends."""
    return len(data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))


def _delimiter(content: str) -> str:
    """The one of comma, semicolon and tab that finds the most known columns in the first line."""
    first = next((line for line in io.StringIO(content[: 1 << 20], newline="") if line.strip()), "")

    def found(delimiter: str) -> int:
        return sum(cell.strip().strip('"') in COLUMNS for cell in first.strip().split(delimiter))

    return max(DELIMITERS, key=found)


def _lines(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every record that is not blank."""
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for row_cells in reader:
            if row_cells:
                yield before + 1, row_cells
            before = reader.line_num
    except csv.Error:
        raise Unreadable(before + 1, "quoting", "quotes do not close, or a cell is too long") from None


def _header(lines: Iterator[tuple[int, list[str]]]) -> tuple[list[str], int]:
    """The first line's names."""
    number, names = next(lines, (1, []))
    if not names:
        raise Unreadable(1, "empty", "the file is empty")
    if len(names) > WIDEST:
        raise Unreadable(number, "too_many_columns", f"the first line has more than {WIDEST} columns")
    return [name.strip() for name in names], number


def _names(header: list[str], line: int, group: str | None) -> dict[str, int]:
    """Column → position; required ones must be there and none twice."""
    if group is not None and group not in header:
        raise Unreadable(line, "missing_column", "there is no such column to group by", "group")
    twice = sorted({name for name in header if name in COLUMNS and header.count(name) > 1})
    if twice:
        raise Unreadable(line, "column_twice", f"{', '.join(twice)} stands twice in the first line", twice[0])
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise Unreadable(line, "missing_column", f"the first line lacks {', '.join(missing)}", missing[0])
    names = {name: header.index(name) for name in header if name in COLUMNS}
    return names | ({"group": header.index(group)} if group else {})


def _unknown(header: list[str], names: dict[str, int], line: int) -> list[Refusal]:
    """Columns nobody reads, by position: their names are the file's own text."""
    extra = [n + 1 for n, name in enumerate(header) if n not in names.values()]
    if not extra:
        return []
    which = ", ".join(map(str, extra[:10])) + (" …" if len(extra) > 10 else "")
    return [Refusal(line, None, "unknown_column", f"columns not known here and not read: number {which}")]
