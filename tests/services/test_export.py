"""Exports: one set of rows in every format, beside it a codebook and a manifest; and the way back in."""

import csv
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pyarrow.parquet
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tests.exported import THEN, House, house
from tests.services.test_tidy_rows import outcomes, rounded
from tests.storage.universe import NOW, Universe
from tracker.exports import codebook, manifest, tidy
from tracker.exports.rows import COLUMNS
from tracker.services import log, milestone, outcomes_file, summarise
from tracker.services.actor import operator
from tracker.services.errors import Invalid, NotAllowed
from tracker.services.export import Asked, export
from tracker.services.import_ import import_file
from tracker.services.instrument import Usage
from tracker.storage import AuditEvent

MILLISECOND = timedelta(milliseconds=1)
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("exported")  # their clinics are made once


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_imported_export_exports_the_same_bytes(some: House, copy: House, tmp_path: Path):
    first, second = some.export(tmp_path / "1.csv"), copy.export(tmp_path / "2.csv")
    assert len(first.read_bytes()) > 100_000
    assert first.read_bytes() == second.read_bytes()


def test_an_imported_export_gives_the_same_outcomes(some: House, copy: House):
    before = outcomes(some.db, some.clinic.id)
    assert len(before) > 100
    assert outcomes(copy.db, copy.clinic.id) == before


def test_the_workbook_of_an_export_comes_back_to_the_same_figures(some: House, tmp_path: Path):
    made = house(tmp_path / "tracker.sqlite3")
    report = import_file(
        made.db, actor=operator(made.clinic.id), path=some.export(tmp_path / "r.xlsx", format="xlsx"), now=THEN
    )
    assert (report.readings > 500, report.refusals) == (True, ())
    asked: dict[str, Any] = {"as_of": THEN.date(), "instrument": "nrs_week"}
    one, other = (summarise.clinic_summary(h.db, actor=operator(h.clinic.id), **asked) for h in (some, made))
    for key in ("courses", "with_baseline", "baseline", "windows", "durability", "sessions"):
        assert rounded(one["groups"]["all"][key]) == rounded(other["groups"]["all"][key]), key
    made.db.close()
    made.db.get_bind().engine.dispose()


def test_an_imported_export_gives_the_same_summary(some: House, copy: House, tmp_path: Path):
    first, second = some.export(tmp_path / "1.csv", "summary"), copy.export(tmp_path / "2.csv", "summary")
    assert first.read_bytes() == second.read_bytes()


def test_the_file_alone_gives_the_same_figures(some: House, tmp_path: Path):
    on = THEN.date()
    stored = summarise.clinic_summary(some.db, actor=operator(some.clinic.id), as_of=on, instrument="nrs_week")
    found = outcomes_file.outcomes(some.export(tmp_path / "r.csv"), as_of=on, instrument="nrs_week")
    for key in ("courses", "with_baseline", "baseline", "windows", "durability"):
        assert rounded(found["groups"]["all"][key]) == rounded(stored["groups"]["all"][key]), key


def test_a_milestone_goes_out_and_in_again(db: Database, universe: Universe, tmp_path: Path):
    at = {"course_id": universe.courses["eve"], "happened_on": NOW.date()}
    milestone.milestone(db, actor=universe.actors["eve"], id=uuid4(), code="surgery", now=NOW, **at)
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
    asked = Asked("readings")
    first = export(db, actor=universe.actors["willow"], asked=asked, out=tmp_path / "1.csv", now=NOW).files[0]
    told = [(row["milestone"], row["recorded_at"], row["value"]) for row in table(first) if row["milestone"]]
    assert told == [("surgery", "2026-03-02", "")]
    other = house(tmp_path / "other.sqlite3")
    report = import_file(other.db, actor=operator(other.clinic.id), path=first, now=NOW)
    assert report.refusals == ()
    other.clinic.slug = "willow"
    other.db.commit()
    assert other.export(tmp_path / "2.csv").read_bytes() == first.read_bytes()
    other.db.close()
    other.db.get_bind().engine.dispose()


def test_the_manifest_hashes_every_file_and_counts_every_row(some: House, tmp_path: Path):
    out = some.export(tmp_path / "r.csv")
    told = json.loads((tmp_path / "r.csv.manifest.json").read_text())
    assert {f["name"]: f["sha256"] for f in told["files"]} == {
        name: sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("r.csv", "r.csv.codebook.csv")
    }
    assert told["rows"] == len(table(out))
    assert (told["software"], told["definitions"], told["suppressed"]) == (manifest.SOFTWARE, "1", {})
    assert told["synthetic"]
    assert sorted(f.name for f in tmp_path.iterdir()) == ["r.csv", "r.csv.codebook.csv", "r.csv.manifest.json"]


def test_the_software_version_is_that_of_the_project():
    assert f'version = "{manifest.SOFTWARE.split()[-1]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("what", ["readings", "summary"])
def test_the_codebook_explains_every_column(some: House, tmp_path: Path, what: str):
    with some.export(tmp_path / "x.csv", what).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    book = table(tmp_path / "x.csv.codebook.csv")
    assert [row["column"] for row in book] == header
    assert all(len(row["meaning"]) > 15 and row["source"] for row in book)


def test_the_codebook_of_readings_has_the_columns_of_the_tidy_file():
    assert tuple(column.name for column in codebook.READINGS) == COLUMNS


def leaves(value: Any) -> Iterator[float]:
    """Every number in a summary."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in ("month", "day", "days", "threshold"):
                yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def test_every_number_of_the_summary_stands_in_the_rows(some: House, tmp_path: Path):
    summary = summarise.clinic_summary(some.db, actor=operator(some.clinic.id), now=THEN)
    summary.pop("courses")
    rows = table(some.export(tmp_path / "s.csv", "summary"))
    assert sorted(float(row["value"]) for row in rows if row["value"]) == sorted(leaves(summary))
    names = [tuple(row[name] for name in list(row)[:-2]) for row in rows]
    assert len(set(names)) == len(names), "two figures of one name"


def test_who_exported_what_stands_in_the_trail(some: House, tmp_path: Path):
    some.export(tmp_path / "r.csv")
    told = some.db.scalars(select(AuditEvent).where(AuditEvent.action == "export.make")).all()
    assert told[-1].detail == {"what": "readings", "format": "csv", "anchor": "end", "deidentified": False}


def test_a_practitioner_may_not_export(db: Database, universe: Universe, tmp_path: Path):
    with pytest.raises(NotAllowed):
        export(db, actor=universe.actors["cho"], asked=Asked("readings"), out=tmp_path / "x", now=NOW)
    assert list(tmp_path.glob("x*")) == []


def test_a_file_that_cannot_be_written_is_said_in_one_line(some: House, tmp_path: Path):
    with pytest.raises(Invalid, match="cannot be written"):
        some.export(tmp_path / "no" / "r.csv")


def test_the_headache_trial_goes_out_and_in_again(trial: House, tmp_path: Path):
    first = trial.export(tmp_path / "1.csv")
    other = house(tmp_path / "other.sqlite3")
    import_file(
        other.db, actor=operator(other.clinic.id), path=first, instrument="headache_score:0:140:lower", now=THEN
    )
    assert other.export(tmp_path / "2.csv").read_bytes() == first.read_bytes()
    assert outcomes(other.db, other.clinic.id) == outcomes(trial.db, trial.clinic.id)
    found = outcomes_file.outcomes(first, instrument="headache_score:0:140:lower", anchor="start", group="group")
    arms = {name: group["windows"][-1]["mean"] for name, group in found["groups"].items()}
    assert {name: round(mean, 1) for name, mean in arms.items()} == {"acupuncture": 16.2, "control": 22.3}
    other.db.close()
    other.db.get_bind().engine.dispose()


def test_an_export_reads_back_without_a_refusal(trial: House, tmp_path: Path):
    assert tidy.read(trial.export(tmp_path / "1.csv")).refusals == ()


def in_csv(value: Any) -> str:
    """A typed value as the CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(float(value))
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("what", ["readings", "summary"])
def test_a_workbook_and_a_parquet_file_say_what_the_csv_says(some: House, tmp_path: Path, what: str):
    rows = [list(row.values()) for row in table(some.export(tmp_path / "x.csv", what))]
    page = openpyxl.load_workbook(some.export(tmp_path / "x.xlsx", what, "xlsx"))[what]
    columns = pyarrow.parquet.read_table(some.export(tmp_path / "x.parquet", what, "parquet"))
    sheets: list[list[Any]] = [list(row) for row in page.iter_rows(min_row=2, values_only=True)]
    typed = [list(row.values()) for row in columns.to_pylist()]
    assert len(rows) == len(sheets) == len(typed) > 500
    dated = {n for n, name in enumerate(columns.schema.names) if name in ("recorded_at", "entered_at")}
    days = {n for n, name in enumerate(columns.schema.names) if name in ("course_start", "course_end")}
    for plain, cell, one in zip(rows, sheets, typed, strict=True):
        for n, told in enumerate(plain):
            if n in dated:
                assert (one[n] is None) == (cell[n] is None) == (told == "")
                assert not told or abs(cell[n] - datetime.fromisoformat(told).replace(tzinfo=None)) < MILLISECOND
                assert not told or told in (one[n].isoformat(), one[n].date().isoformat())
            elif n in days:
                assert in_csv(one[n]) == told == (cell[n].date().isoformat() if cell[n] else "")
            else:
                assert told.removeprefix("'") == in_csv(one[n]), columns.schema.names[n]
                assert same(cell[n], one[n]), columns.schema.names[n]


def same(cell: Any, value: Any) -> bool:
    """A workbook keeps sixteen digits of a number."""
    if isinstance(value, float):
        return cell is not None and math.isclose(cell, value, rel_tol=1e-15)
    return cell == value


@pytest.fixture(scope="module")
def report(some: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[PdfReader, str]:
    """The summary on paper, and its words."""
    path = some.export(tmp_path_factory.mktemp("report") / "s.pdf", "summary", "pdf")
    return PdfReader(path), pdf_text(path)


def test_the_report_says_every_number_of_the_csv_to_the_last_digit_shown(
    some: House, report: tuple[PdfReader, str], tmp_path: Path
):
    """Page by page: a row of the CSV, rounded as the report rounds, stands in it with everything that names it."""
    rows = table(some.export(tmp_path / "s.csv", "summary"))
    words = squeezed(report[1])
    numbers = [row for row in rows if row["value"]]
    missing = [row for row in numbers if squeezed("".join(on_paper(row))) not in words]
    assert len(numbers) > 500
    assert missing == []
    assert squeezed("".join(on_paper(numbers[50] | {"value": "4711.5"}))) not in words


def on_paper(row: dict[str, str]) -> list[str]:
    """A line of the CSV as the report should say it, counted out here once more."""
    told = [row["figure"], row["month"], row["day"], row["threshold"], row["which"]]
    value = row["value"]
    rounded_value = value if not value or float(value) == int(float(value)) else f"{Decimal(value):.4g}"
    plain = format(float(rounded_value), ".4g") if "." in rounded_value else rounded_value
    return [*told, row["words"] or plain]


def pdf_text(path: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(path).pages)


def squeezed(words: str) -> str:
    """Without any space: a cell may break anywhere."""
    return "".join(words.split())


def test_the_report_is_tagged_and_its_drawings_are_lines_not_pixels(report: tuple[PdfReader, str]):
    reader, words = report
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data().replace(b" ", b"")
    assert [image for page in reader.pages for image in page.images] == []
    assert "At least 30 % lower" in words


def test_the_trial_on_paper_says_what_was_published(trial: House, tmp_path: Path):
    words = squeezed(pdf_text(trial.export(tmp_path / "t.pdf", "summary", "pdf", anchor="start")))
    assert "headache_score,0to140,lowerisbetter" in words
    rows = table(trial.export(tmp_path / "t.csv", "summary", anchor="start"))
    (mean,) = (r for r in rows if (r["part"], r["figure"], r["month"]) == ("windows", "mean", "12"))
    assert squeezed("".join(on_paper(mean))) in words


@pytest.mark.parametrize(
    ("what", "format"), [("readings", "pdf"), ("summary", "fhir"), ("x", "csv"), ("readings", "x")]
)
def test_what_is_not_offered_is_refused_before_anything_is_noted(some: House, tmp_path: Path, what: str, format: str):
    with pytest.raises(Usage):
        some.export(tmp_path / "x", what, format)
    assert list(tmp_path.iterdir()) == []
