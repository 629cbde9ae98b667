"""Table: a file as lines of text cells, from CSV or from a sheet of a workbook, whatever wrote it.

What was not taken: csv.Sniffer (guesses delimiters from data), guessing the encoding (a wrong guess reads on).
"""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tracker.exports import workbook
from tracker.exports.rows import Refusal

WIDEST = 200  # columns: more is no tidy file, whatever it is
WIDEST_MAPPED = 5000  # a wide file has a column for each question at each visit
DELIMITERS = (",", ";", "\t")
STRANGERS = {  # how a file begins that is no table
    b"%PDF": ("pdf", "the file is a PDF: a table is read from CSV or XLSX"),
    b"\xd0\xcf\x11\xe0": ("old_workbook", "the file is an old workbook (.xls) or a locked one: save it as XLSX or CSV"),
}


class Unreadable(Exception):
    """The file cannot be read past this one refusal."""

    def __init__(self, line: int, code: str, message: str, column: str | None = None):
        super().__init__(message)
        self.refusal = Refusal(line, column, code, message)


@dataclass(frozen=True)
class Table:
    """A file's first line, and those under it as (number, cells), to be read once. notes: what was passed over."""

    header: list[str]
    header_line: int
    lines: Iterator[tuple[int, list[str]]]
    notes: tuple[str, ...] = ()


def table(data: bytes, names: Collection[str], *, sheet: str | None = None, widest: int = WIDEST) -> Table:
    """The table in a file's bytes. names: columns it is known to have, which tell the delimiter. Raises Unreadable."""
    notes: tuple[str, ...] = ()
    if data.startswith(workbook.BEGINS):
        try:
            opened, notes = workbook.lines(data, sheet)
        except workbook.Broken as why:
            raise Unreadable(1, why.code, why.message) from None
        lines = _whole(opened)
    else:
        content = _decoded(data)
        lines = _lines(content, _delimiter(content, names))
    header, number = _header(lines, widest)
    return Table(header, number, lines, notes)


def _whole(opened: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """A workbook's lines; one that breaks off is refused at the line after the last."""
    before = 0
    try:
        for before, row_cells in opened:
            yield before, row_cells
    except workbook.Broken as why:
        raise Unreadable(before + 1, why.code, why.message) from None


def _decoded(data: bytes) -> str:
    """UTF-8 text without its mark; anything else is refused with the line where it stops being UTF-8."""
    for begins, (code, message) in STRANGERS.items():
        if data.startswith(begins):
            raise Unreadable(1, code, message)
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


def _delimiter(content: str, names: Collection[str]) -> str:
    """The one of comma, semicolon and tab that finds the most known columns in the first line."""
    first = next((line for line in io.StringIO(content[: 1 << 20], newline="") if line.strip()), "")

    def found(delimiter: str) -> int:
        return sum(cell.strip().strip('"') in names for cell in first.strip().split(delimiter))

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


def _header(lines: Iterator[tuple[int, list[str]]], widest: int) -> tuple[list[str], int]:
    """The first line's names."""
    number, names = next(lines, (1, []))
    if not names:
        raise Unreadable(1, "empty", "the file is empty")
    if len(names) > widest:
        raise Unreadable(number, "too_many_columns", f"the first line has more than {widest} columns")
    return [name.strip() for name in names], number
