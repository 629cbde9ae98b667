"""Text: rows as lines of CSV. What is written here of readings, tidy.read reads back equal.

Some rows at a time, column after column: a column mostly holds one type, and says the same words over and over. What
was not taken: csv.writer, which asks each cell anew (`lines` gives the same bytes; a test holds the two together).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from tracker.exports.cells import safe
from tracker.exports.rows import COLUMNS, Row

CHUNK = 1000  # rows per piece
MOST = 20_000  # different cells remembered of one type
NOTHING = type(None)
END, QUOTE = "\r\n", '"'
_SPECIAL = re.compile('[",\r\n]')


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The tidy file in pieces of text, header first."""
    return lines(COLUMNS, rows)


def lines(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Any rows in pieces of text, header first; RFC 4180, cells safe from formula injection. What a row holds beyond
    the names is not written.
    """
    header, rows = [[_quoted(name)] for name in names], iter(rows)
    yield _joined(header)
    while some := list(islice(rows, CHUNK)):
        yield _joined([_cells(column) for column in islice(zip(*some, strict=True), len(header))])


def _joined(columns: list[list[str]]) -> str:
    """Columns of cells as lines; a line of one empty cell would read as no line."""
    if len(columns) == 1:
        columns = [[cell or '""' for cell in columns[0]]]
    return END.join(map(",".join, zip(*columns, strict=True))) + END


def _cells(column: Sequence[Any]) -> list[str]:
    """A column's cells as text."""
    kinds = set(map(type, column))
    kinds.discard(NOTHING)
    if not kinds:
        return [""] * len(column)
    make = AS_COLUMN.get(kinds.pop()) if len(kinds) == 1 else None
    return make(column) if make else [AS_TEXT[type(value)](value) for value in column]


def _quoted(words: str) -> str:
    return f'"{words.replace(QUOTE, QUOTE + QUOTE)}"' if _SPECIAL.search(words) else words


class _Remembered(dict[Any, str]):
    """Cells of one type by their values; `None` is blank."""

    def __init__(self, make: Callable[[Any], str]):
        super().__init__({None: ""})
        self.make = make

    def __missing__(self, value: Any) -> str:
        """Make one; when too many are remembered, begin anew."""
        if len(self) > MOST:
            self.clear()
        cell = self[value] = "" if value is None else self.make(value)
        return cell

    def column(self, values: Sequence[Any]) -> list[str]:
        """Many."""
        return list(map(self.__getitem__, values))


def _moment(value: datetime) -> str:
    if value.tzinfo is None and value.time() == time():
        return value.date().isoformat()
    return value.isoformat()


def _moments(values: Sequence[datetime | None]) -> list[str]:
    return [value.isoformat() if value and value.tzinfo else _moment(value) if value else "" for value in values]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


WORDS = _Remembered(lambda words: _quoted(safe(words)))
NUMBERS = _Remembered(_number)
DAYS = _Remembered(date.isoformat)
AS_COLUMN: dict[type, Callable[[Sequence[Any]], list[str]]] = {
    str: WORDS.column,
    float: NUMBERS.column,
    date: DAYS.column,
    datetime: _moments,
}
AS_TEXT: dict[type, Callable[[Any], str]] = {
    str: WORDS.__getitem__,
    type(None): lambda value: "",
    float: _number,
    int: str,
    bool: str,
    datetime: _moment,
    date: date.isoformat,
}
