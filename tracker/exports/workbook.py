"""Workbook: a sheet of an XLSX file as lines of text cells, written as the tidy CSV writes them.

A formula is not computed here: its last value may be missing or stale, and a blank would read as "not answered". Such a
cell is handed on as a mark that no other file can hold, and whoever judges it refuses it.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

BEGINS = b"PK\x03\x04"
LARGEST = 512 << 20  # bytes of all parts unpacked: beyond it a small file is made to fill the memory
TIDY = "readings"  # what our own exports call their sheet
FORMULA, ERROR = "\0formula", "\0error"  # neither XML nor an accepted CSV holds a NUL
MARKS = {"f": FORMULA, "e": ERROR}


class Broken(Exception):
    """No workbook, or one that cannot be read."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def lines(data: bytes, sheet: str | None = None) -> tuple[Iterator[tuple[int, list[str]]], tuple[str, ...]]:
    """(row number, cells) of every row that holds anything, and what was passed over. sheet: None = ours, or the first.

    Raises Broken, at once or while the rows are read.
    """
    from openpyxl import load_workbook

    _check_size(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception:  # whatever a broken file makes of the reader
        raise Broken("workbook", "the file begins as a workbook and cannot be read as one: save it again") from None
    names = [one.title for one in book.worksheets]
    if not names or (sheet is not None and sheet not in names):
        raise Broken("no_sheet", "the workbook has no such sheet")
    chosen = sheet or (TIDY if TIDY in names else names[0])
    others = len(names) - 1
    notes = (f"only one sheet was read; {others} more were passed over",) if others and not sheet else ()
    return _rows(book[chosen]), notes


def _check_size(data: bytes) -> None:
    """A workbook is a ZIP archive; what it says it holds is looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            held = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Broken("workbook", "the file begins as a workbook and is broken off: save it again") from None
    if held > LARGEST:
        raise Broken("too_large", f"the workbook unpacks to more than {LARGEST >> 20} MiB")


def _rows(page: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows as wide as the first one, for a sheet leaves blank cells at the end out, or adds some."""
    page.reset_dimensions()  # what a file says of its own size may be wrong
    width = None
    for number, row in enumerate(_opened(page), 1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1] and (width is None or len(cells) > width):
            cells.pop()
        if not any(cells):
            continue
        width = width or len(cells)
        yield number, cells + [""] * (width - len(cells))


def _opened(page: Any) -> Iterator[Any]:
    """The sheet's rows; a sheet that breaks off in the middle says so."""
    try:
        yield from page.iter_rows()
    except Exception:  # whatever a broken sheet makes of the reader
        raise Broken("workbook", "the sheet cannot be read to its end: save the workbook again") from None


def _text(cell: Any) -> str:
    """A cell as the tidy CSV writes it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in MARKS:
        return MARKS[cell.data_type]
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)
