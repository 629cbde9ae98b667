"""A workbook reads as the same lines as its CSV; what a sheet can hide in a cell is refused, never guessed."""

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tracker.exports import tidy, workbook

HEAD = ["patient", "condition", "course_start", "kind", "instrument", "recorded_at", "value"]
GOOD: list[Any] = ["P1", "neck", datetime(2025, 1, 6), "baseline", "nrs_week", datetime(2025, 1, 5), 8]  # noqa: DTZ001
CSV = b"patient,condition,course_start,kind,instrument,recorded_at,value\nP1,neck,2025-01-06,baseline,nrs_week,"


def book(*rows: list[Any], sheets: dict[str, list[list[Any]]] | None = None) -> bytes:
    """A workbook of one sheet, or of these."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, lines in (sheets or {"Sheet1": [HEAD, *rows]}).items():
        page = made.create_sheet(name)
        for line in lines:
            page.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refused(data: bytes) -> list[tuple[int, str | None, str]]:
    return [(r.line, r.column, r.code) for r in tidy.read(data).refusals]


def test_a_sheet_reads_as_its_csv():
    found = tidy.read(book(GOOD, [None] * 7, [*GOOD[:5], datetime(2025, 2, 5, 9, 30), 0], [*GOOD[:5], GOOD[5], None]))  # noqa: DTZ001
    same = tidy.read(
        CSV
        + b"2025-01-05,8\n\nP1,neck,2025-01-06,baseline,nrs_week,2025-02-05T09:30:00,0\n"
        + CSV[65:]
        + b"2025-01-05,\n"
    )
    assert found.rows == same.rows
    assert [row.value for row in found.rows] == [8, 0, None]
    assert (found.refusals, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("place", "value", "column", "code"),
    [
        (6, "=4+4", "value", "formula"),
        (0, "=A9", "patient", "formula"),
        (6, "7,5", "value", "decimal_comma"),
        (6, 11, "value", "out_of_range"),
        (6, -1, "value", "out_of_range"),
        (6, 7.5, "value", "not_whole"),
        (6, True, "value", "not_a_number"),
        (5, "05/01/2025", "recorded_at", "ambiguous_date"),
        (5, 45662, "recorded_at", "not_a_day"),
    ],
)
def test_a_bad_cell_is_refused_by_its_row(place: int, value: Any, column: str, code: str):
    bad = [*GOOD[:place], value, *GOOD[place + 1 :]]
    found = refused(book(bad))
    assert (2, column, code) in found
    assert tidy.read(book(GOOD, bad)).rows == tidy.read(book(GOOD)).rows


def test_an_error_of_the_spreadsheet_is_no_blank():
    assert refused(book([*GOOD[:6], "#N/A"])) == [(2, "value", "sheet_error")]


def test_our_own_sheet_is_chosen_and_others_are_told_of():
    sheets = {"notes": [["hello"]], "readings": [HEAD, GOOD]}
    found = tidy.read(book(sheets=sheets))
    assert (len(found.rows), found.warnings) == (1, ("only one sheet was read; 1 more were passed over",))


def test_a_row_longer_than_the_first_is_refused():
    assert refused(book([*GOOD, "more"])) == [(2, None, "cells")]


def packed(**parts: bytes) -> bytes:
    """A ZIP archive that is no workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in parts.items():
            archive.writestr(name, held)
    return out.getvalue()


WHOLE = book(GOOD)
STRANGERS = [
    (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old_workbook"),
    (WHOLE[: len(WHOLE) // 2], "workbook"),
    (packed(readme=b"no workbook"), "workbook"),
    (b"PK\x03\x04", "workbook"),
    (book(sheets={"empty": []}), "empty"),
]


@pytest.mark.parametrize(("data", "code"), STRANGERS, ids=[code for _, code in STRANGERS])
def test_what_is_no_table_is_refused_in_one_line(data: bytes, code: str):
    assert [r.code for r in tidy.read(data).refusals] == [code]


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "LARGEST", 1000)
    assert [r.code for r in tidy.read(packed(sheet=bytes(2000))).refusals] == ["too_large"]
