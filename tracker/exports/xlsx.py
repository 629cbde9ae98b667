"""XLSX: a sheet as a workbook, row after row without keeping any; every column has its type, the codebook is a sheet.

Text is text: nothing becomes a formula or a link. What was not taken: openpyxl's writer (three times as slow).
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracker.exports.codebook import HEADER, table
from tracker.exports.sheet import Column, Sheet

PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LOOKS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}
WIDTH = {"text": 14, "number": 10, "whole": 8, "day": 12, "moment": 20}
MOST = 1_048_575  # rows below the header: the format has no more
LONGEST = 32_767  # characters a cell can hold
EPOCH = date(1900, 3, 1)  # before it Excel's calendar has a day that never was
BOLD = {"bold": True, "bottom": 1}


class TooLong(Exception):
    """More rows than the format has."""


def write(sheet: Sheet, path: Path) -> None:
    """The workbook. TooLong beyond 1,048,575 rows."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), PLAIN) as book:
        book.set_properties({"title": sheet.name})
        _rows(book, sheet)
        _codebook(book, sheet.columns)


def _rows(book: Any, sheet: Sheet) -> None:
    """The data under a header that stays in sight."""
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    looks = {kind: book.add_format({"num_format": look}) for kind, look in LOOKS.items()}
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, WIDTH[column.kind], looks.get(column.kind))
    _header(book, page, sheet.names)
    puts = [(place, _put(page, column, looks)) for place, column in enumerate(sheet.columns)]
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        if last > MOST:
            raise TooLong
        for place, put in puts:
            if (value := row[place]) is not None:
                put(last, place, value)
    page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)


def _put(page: Any, column: Column, looks: dict[str, Any]) -> Callable[[int, int, Any], Any]:
    """How a column's cells are written."""
    look = looks.get(column.kind)

    def words(row: int, place: int, value: str) -> None:
        page.write_string(row, place, value[:LONGEST])

    def day(row: int, place: int, value: Any) -> None:
        if isinstance(value, float | int):
            page.write_number(row, place, value)
        elif isinstance(value, datetime):  # the wall's time; the zone stands in the manifest
            page.write_datetime(row, place, value.replace(tzinfo=None), look)
        elif value >= EPOCH:
            page.write_datetime(row, place, value, look)
        else:
            page.write_string(row, place, value.isoformat())

    return {"text": words, "number": page.write_number, "whole": page.write_number}.get(column.kind, day)


def _codebook(book: Any, columns: tuple[Column, ...]) -> None:
    """What each column means."""
    page = book.add_worksheet("codebook")
    page.freeze_panes(1, 0)
    page.set_column(0, 1, 14)
    page.set_column(2, 2, 80)
    page.set_column(3, 4, 22)
    _header(book, page, HEADER)
    for number, row in enumerate(table(columns), 1):
        for place, value in enumerate(row):
            page.write_string(number, place, value)


def _header(book: Any, page: Any, names: tuple[str, ...]) -> None:
    bold = book.add_format(BOLD)
    for place, name in enumerate(names):
        page.write_string(0, place, name, bold)
