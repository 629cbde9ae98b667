"""Text: rows as lines of CSV. What is written here of readings, tidy.read reads back equal.

Some rows at a time, column after column: a column mostly holds one type, and says the same words over and over; where
it says one thing throughout, as of a course, it is written once. What was not taken: csv.writer, which asks each cell
anew (`lines` gives the same bytes; a test holds the two together).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import groupby, islice, repeat
from operator import attrgetter, itemgetter
from typing import Any

import orjson

from tracker.exports.cells import safe
from tracker.exports.rows import COLUMNS, Row

CHUNK = 1000  # rows per piece
MOST = 20_000  # different cells remembered of one type
NOTHING = type(None)
END, QUOTE = "\r\n", '"'
OFFSET = attrgetter("tzinfo")
NO_SECONDS = "1973"  # since then no zone's offset has seconds (Monrovia was the last one)
_SPECIAL = re.compile('[",\r\n]')


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The tidy file in pieces of text, header first."""
    return lines(COLUMNS, rows, by="course")


def lines(names: Sequence[str], rows: Iterable[tuple[Any, ...]], by: str | None = None) -> Iterator[str]:
    """Any rows in pieces of text, header first; RFC 4180, cells safe from formula injection. What a row holds beyond
    the names is not written. by: the column by which neighbours have most cells in common; it changes no byte.
    """
    yield ",".join(map(_quoted, names)) + END
    rows, key = iter(rows), itemgetter(names.index(by)) if by else lambda row: None
    while some := list(islice(rows, CHUNK)):
        yield "".join([_piece(list(alike), len(names)) for _, alike in groupby(some, key)])


def _piece(rows: list[tuple[Any, ...]], width: int) -> str:
    """Some rows as lines."""
    columns: list[Iterable[str]] = []
    for kind, some in groupby(map(_column, islice(zip(*rows, strict=True), width)), type):
        if kind is str:
            columns.append(repeat(",".join(map(str, some)), len(rows)))
        else:
            columns.extend(some)
    told = map(",".join, zip(*columns, strict=True))
    return END.join(told if width > 1 else (line or '""' for line in told)) + END  # an empty line reads as none


def _column(column: Sequence[Any]) -> str | list[str]:
    """A column's cells as text; one text where all say the same. Only of types in which what is equal reads alike: two
    moments of one wall time may be an hour apart.
    """
    first = column[0]
    if type(first) in PLAIN and column.count(first) == len(column):
        return AS_TEXT[type(first)](first)
    return _cells(column)


def _cells(column: Sequence[Any]) -> list[str]:
    """The same cell by cell."""
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
    """Together where each has an offset, and one without seconds as all have by now: asked one by one they take a tenth
    of an export.
    """
    if None not in values and all(map(OFFSET, values)) and min(found := instants(values)) >= NO_SECONDS:
        return found
    return ["" if value is None else _moment(value) for value in values]


def instants(values: Sequence[Any]) -> list[str]:
    """Moments with an offset as RFC 3339 has them, the offset to the minute."""
    return orjson.dumps(values).decode()[2:-2].split('","')


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
    NOTHING: lambda value: "",
    float: _number,
    int: str,
    bool: str,
    datetime: _moment,
    date: date.isoformat,
}
PLAIN = {str, NOTHING, date}
