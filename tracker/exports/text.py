"""Text: rows as lines of CSV. What is written here of readings, tidy.read reads back equal."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from tracker.exports.cells import safe
from tracker.exports.rows import COLUMNS, Row

CHUNK = 1000  # rows per piece


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The tidy file in pieces of text, header first."""
    return lines(COLUMNS, (row[:-1] for row in rows))


def lines(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Any rows in pieces of text, header first; RFC 4180, cells safe from formula injection."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(names)
    for number, row in enumerate(rows, 1):
        writer.writerow([AS_TEXT[type(value)](value) for value in row])
        if number % CHUNK == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> str:
    """What has been written so far; the buffer starts again."""
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.timetz() == time() else value.isoformat()


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


_safe = lru_cache(10_000)(safe)  # a column says the same words over and over

AS_TEXT: dict[type, Callable[[Any], str]] = {
    str: _safe,
    type(None): lambda value: "",
    float: _number,
    int: str,
    bool: str,
    datetime: _moment,
    date: date.isoformat,
}
