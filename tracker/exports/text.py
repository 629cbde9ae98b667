"""Text: rows as lines of the tidy CSV. What is written here, tidy.read reads back equal."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from tracker.exports.cells import safe
from tracker.exports.rows import COLUMNS, Row

CHUNK = 1000  # rows per piece


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The file in pieces of text, header first; RFC 4180, cells safe from formula injection."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, 1):
        writer.writerow(map(_cell, row[:-1]))
        if number % CHUNK == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> str:
    """What has been written so far; the buffer starts again."""
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content


def _cell(value: str | float | date | None) -> str:
    """One value as a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.timetz() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if value == int(value) else repr(float(value))
