"""Formats: what goes in comes out again, typed, in other people's readers; no text ever becomes a formula or a link."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tracker.exports import cells, parquet, text, xlsx
from tracker.exports.sheet import Column, Sheet

COLUMNS = (
    Column("words", "text", "Any words at all.", "", "a test"),
    Column("score", "number", "Any number at all.", "points", "a test"),
    Column("month", "whole", "Any whole number.", "months", "a test"),
    Column("day", "day", "Any day at all.", "date", "a test"),
    Column("moment", "moment", "Any moment at all.", "", "a test"),
)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    ("=1+1", -3.0, 0, date(2026, 3, 2), AT),
    ("https://a.example/x", 0.1, 12, date(2026, 1, 31), AT),
    (None, None, None, None, None),
    ("'quoted", 7.0, -1, date(1999, 12, 31), datetime(2026, 3, 2)),  # noqa: DTZ001
]
EVIL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
STARTS = st.sampled_from(["", *cells.FORMULA, "'", "''=", "http://", "mailto:", "#REF!", "1e5", "007", "TRUE", "{=A1}"])


def sheet(rows: list[tuple[Any, ...]] = ROWS) -> Sheet:
    return Sheet("readings", COLUMNS, rows, "Asia/Seoul")


def workbook(path: Path, rows: list[tuple[Any, ...]] = ROWS) -> Any:
    xlsx.write(sheet(rows), path)
    return openpyxl.load_workbook(path)


def test_a_workbook_has_typed_columns_a_frozen_header_and_its_codebook(tmp_path: Path):
    book = workbook(tmp_path / "a.xlsx")
    page = book["readings"]
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page[1]] == [column.name for column in COLUMNS]
    assert [cell.value for cell in page[2]] == ["=1+1", -3, 0, datetime(2026, 3, 2), datetime(2026, 3, 2, 9, 30)]  # noqa: DTZ001
    assert [cell.data_type for cell in page[2]] == ["s", "n", "n", "d", "d"]
    assert [cell.value for cell in page[4]] == [None] * 5
    assert [row[0].value for row in book["codebook"].iter_rows(min_row=2)] == [column.name for column in COLUMNS]
    assert book["codebook"]["C2"].value == "Any words at all."


def test_parquet_has_typed_columns_that_say_what_they_mean(tmp_path: Path):
    parquet.write(sheet(), tmp_path / "a.parquet")
    found = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert [str(field.type) for field in found.schema] == [
        *("string", "double", "int32", "date32[day]", "timestamp[us, tz=Asia/Seoul]"),
    ]
    assert found.schema.field("score").metadata == {b"meaning": b"Any number at all.", b"unit": b"points"}
    rows = found.to_pylist()
    assert [row["words"] for row in rows] == [row[0] for row in ROWS]
    assert [row["score"] for row in rows] == [row[1] for row in ROWS]
    assert rows[0]["moment"] == AT
    assert rows[3]["moment"].isoformat() == "2026-03-02T00:00:00+09:00"


def test_without_pyarrow_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(parquet.Missing):
        parquet.write(sheet(), tmp_path / "a.parquet")


def test_more_rows_than_a_workbook_has_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(xlsx, "MOST", 2)
    with pytest.raises(xlsx.TooLong):
        xlsx.write(sheet(), tmp_path / "a.xlsx")


def strings(count: int) -> list[str]:
    """So many strings of all kinds, those that begin like a formula or a link among them."""
    found: list[str] = []

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STARTS, EVIL)
    def gather(start: str, words: str) -> None:
        found.append(start + words)

    gather()
    return found


@pytest.fixture(scope="module")
def generated() -> list[str]:
    """S7 of the trust figures."""
    made = strings(10_000)
    assert len(made) >= 10_000
    return made


def test_ten_thousand_strings_come_back_equal_from_csv_and_none_begins_like_a_formula(generated: list[str]):
    content = "".join(text.lines(["words"], ((one,) for one in generated)))
    read = [row[0] for row in csv.reader(io.StringIO(content, newline=""))][1:]
    assert [cells.text(cell) for cell in read] == generated
    assert not [cell for cell in read if cell.startswith(cells.FORMULA)]


def test_ten_thousand_strings_come_back_equal_from_xlsx_as_text(generated: list[str], tmp_path: Path):
    path = tmp_path / "a.xlsx"
    page = workbook(path, [(one, None, None, None, None) for one in generated])["readings"]
    cells_of = [row[0] for row in page.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells_of} == {"s"}
    assert [unescape(cell.value) for cell in cells_of] == generated
    with zipfile.ZipFile(path) as parts:
        inside = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in inside
    assert b"<hyperlink" not in inside
