"""Formats: what goes in comes out again, typed, in other people's readers; no text ever becomes a formula or a link."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow.parquet
import pytest
from openpyxl.utils.escape import unescape
from pypdf import PdfReader

from tracker.exports import cells, parquet, pdf, text, xlsx
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
STARTS = ("", *cells.FORMULA, "'", "''=", "http://", "mailto:", "#REF!", "1e5", "007", "TRUE", "{=A1}")
ALPHABETS = (  # first and last letter; the last holds what no keyboard has: marks, marks of direction, the unassigned
    *((0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F)),
    *((0xAC00, 0xD7A3), (0xFF00, 0xFFEF), (0x1F300, 0x1FAFF), (0xA0, 0x10FFFF)),
)


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


def strings(count: int, starts: Sequence[str], alphabets: Sequence[tuple[int, int]], longest: int) -> list[str]:
    """So many strings of all kinds, the same every time; none holds a control character or half a letter."""
    draw = Random(7)

    def letter() -> str:
        while category(found := chr(draw.randint(*draw.choice(alphabets)))) in ("Cc", "Cs"):
            pass
        return found

    return [draw.choice(starts) + "".join(letter() for _ in range(draw.randint(1, longest))) for _ in range(count)]


@pytest.fixture(scope="module")
def generated() -> list[str]:
    """S7 of the trust figures."""
    made = strings(10_000, STARTS, ALPHABETS, 40)
    assert len(set(made)) > 9_900
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


def test_the_lines_are_those_of_the_standard_librarys_writer(generated: list[str]):
    """Byte for byte: every type of cell, columns of one type and of several, lines of one empty cell."""
    moment, naive = datetime(2026, 3, 2, 9, 30, 1, 5, tzinfo=UTC), datetime(2026, 3, 2)  # noqa: DTZ001
    several = [None, 0, -3, 2.5, 1e300, -0.0, True, date(2026, 3, 2), moment, naive, "", "a,b", 'say "a"', "'=1"]
    rows = [(one, several[n % len(several)], float(n % 11), n % 3 and moment) for n, one in enumerate(generated)]
    rows = [(*row[:3], row[3] or None, None, row[1]) for row in rows]
    plain, buffer = [[cells_by_hand(value) for value in row] for row in rows], io.StringIO(newline="")
    csv.writer(buffer).writerows([["a", "b,c", "d", "e", "f", "g"], *plain])
    assert "".join(text.lines(["a", "b,c", "d", "e", "f", "g"], rows)) == buffer.getvalue()
    alone = io.StringIO(newline="")
    csv.writer(alone).writerows([["a"], [""], ["b"]])
    assert "".join(text.lines(["a"], [(None,), ("b",)])) == alone.getvalue()


def test_what_neighbours_have_in_common_changes_no_byte(generated: list[str]):
    """Runs of one course: words, days, blanks and numbers that stay the same, and some that only seem to."""
    rows = [
        (one, f"C{n // 7}", generated[n // 7], AT.date(), None, float(n % 3), 1 if n % 2 else True, n // 9 or None)
        for n, one in enumerate(generated[:3000])
    ]
    names = ["words", "course", "who", "day", "nothing", "value", "seems", "some"]
    plain, buffer = [[cells_by_hand(value) for value in row] for row in rows], io.StringIO(newline="")
    csv.writer(buffer).writerows([names, *plain])
    assert "".join(text.lines(names, rows, "course")) == "".join(text.lines(names, rows)) == buffer.getvalue()


def test_a_moment_is_told_with_the_offset_that_it_had():
    """Twice half past one in one night, which Python takes for equal; an offset with seconds, until 1937; no offset."""
    new_york = ZoneInfo("America/New_York")
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=new_york, fold=fold) for fold in (0, 1))
    old = datetime(1930, 5, 1, 9, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    half = datetime(2026, 3, 2, 9, 30, 1, 500_000, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    told = "".join(text.lines(["course", "at"], [("C", at) for at in (first, second, half)], "course"))
    assert told.split()[1:] == [
        "C,2026-11-01T01:30:00-04:00",
        "C,2026-11-01T01:30:00-05:00",
        "C,2026-03-02T09:30:01.500000-03:30",
    ]
    told = "".join(text.lines(["course", "at"], [("C", at) for at in (old, None, second.replace(tzinfo=None))]))
    assert told.split()[1:] == ["C,1930-05-01T09:30:00+00:19:32", "C,", "C,2026-11-01T01:30:00"]
    together = "".join(text.lines(["course", "at"], [("C", at) for at in (first, old)]))
    assert together.split()[1:] == ["C,2026-11-01T01:30:00-04:00", "C,1930-05-01T09:30:00+00:19:32"]
    assert text.instants([old]) == ["1930-05-01T09:30:00+00:20"]


def cells_by_hand(value: Any) -> str:
    """What a cell says, as docs/exports.md has it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return cells.safe(value)
    if isinstance(value, bool) or type(value) is int:
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return value.isoformat().removesuffix("T00:00:00")


# On paper a spreadsheet's formula is nothing, but the paper is set by a program that has a language of its own.
MARKUP = (
    "#sys.version",
    "#import ",
    "= ",
    "*b*",
    "_i_",
    "$x^2$",
    "@ref",
    "<a>",
    "`raw`",
    "//",
    "/* ",
    "\\u{41}",
    "[#",
    "- ",
)
LINKS = (
    "https://a.example/",
    "http://",
    "mailto:a@b.example",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "www.a.example",
)
INK = ((0x21, 0x2E), (0x30, 0x7E))  # what every font draws, but the stroke with which a PDF's own names begin
ACTIONS = {
    *(b"/Annots", b"/Annot", b"/Link", b"/URI", b"/AA", b"/OpenAction", b"/JavaScript", b"/JS", b"/Launch", b"/GoToR"),
    *(b"/SubmitForm", b"/ImportData", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia", b"/AcroForm", b"/XFA"),
}


@pytest.fixture(scope="module")
def printed() -> tuple[list[str], bytes]:
    """Ten thousand strings on paper, four in a cell; some as lines, captions and headings as well."""
    starts = [*MARKUP, *LINKS, *(start for start in cells.FORMULA if start.isascii() and start.isprintable())]
    found = strings(10_000, starts, INK, 12)
    told = [f"{one}:{n}" for n, one in enumerate(found)]
    filled = [" ".join(some) for some in zip(*[iter(told)] * 4, strict=True)]
    table = pdf.Sheet(found[0], ("A", "B"), tuple(zip(*[iter(filled)] * 2, strict=True)), (1.0, 1.0))
    part = pdf.Part(found[9], lines=tuple(found[10:20]), tables=(table,))
    return told, pdf.pdf(pdf.Paper("S7", found[20], "en", tuple(found[21:25]), (part,), ""))


def test_ten_thousand_strings_come_back_equal_from_paper(printed: tuple[list[str], bytes]):
    """Every letter in its order: no markup, no formula and no quote of a string was read as anything else."""
    told, paper = printed
    words = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)
    at, lost = 0, []
    for one in told:
        place = words.find("".join(one.split()), at)
        lost += [] if place >= 0 else [one]
        at = max(at, place)
    assert (len(told), lost) == (10_000, [])


def test_no_string_becomes_a_link_or_an_action_on_paper(printed: tuple[list[str], bytes]):
    """No name that a PDF has for them stands anywhere in the file, packed or not."""
    _, paper = printed
    streams = re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL)
    names = set(re.findall(rb"/[A-Za-z]+", b"".join([paper, *map(unpacked, streams)])))
    assert {b"/Page", b"/StructTreeRoot", b"/TD"} <= names
    assert names & ACTIONS == set()


def unpacked(stream: bytes) -> bytes:
    """A stream's content; nothing of one that is packed in another way, such as a font."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
