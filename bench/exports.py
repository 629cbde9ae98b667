"""Exports: B6, a clinic's readings as CSV, XLSX and FHIR, each against a floor below it; and how memory grows.

The CSV's floor is what COPY is in SQLite: one SELECT of the same columns, joined, through csv.writer, without corrected
clocks, local time, leaves of corrections or cells made safe. XLSX: xlsxwriter in constant memory, the same cells ready.
FHIR: orjson over the finished dicts. Run: python -m bench.exports.
"""

import csv
import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session as Database

from bench.results import Result, interleaved, table, write
from tracker.app import OBJECTS
from tracker.exports import codebook, fhir, xlsx
from tracker.exports.sheet import Sheet
from tracker.services import enrol, export_rows, show
from tracker.services.actor import operator
from tracker.services.export import Asked, export
from tracker.storage import Base, Clinic, Course, Patient, Place, Reading, Session
from tracker.storage import export as store
from tracker.storage.engine import connect

ROWS, EACH, SESSIONS = 1_000_000, 200, 10
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
CSV, XLSX, FHIR, MEMORY = 1.5, 0.6, 0.5, 64
FLOOR = text(
    "SELECT p.code, c.condition, c.started_on, r.kind, r.instrument, r.recorded_at, r.value, c.id, c.closed_on,"
    " c.planned_per_week, s.held_on, r.site, r.side, c.chronicity, c.practitioner, c.modality, c.group_label,"
    " r.entered_by, r.received_at FROM reading r JOIN course c ON c.clinic_id = r.clinic_id AND c.id = r.course_id"
    " JOIN patient p ON p.clinic_id = c.clinic_id AND p.id = c.patient_id"
    " LEFT JOIN session s ON s.clinic_id = r.clinic_id AND s.id = r.session_id"
)


def clinic(path: Path, rows: int) -> UUID:
    """A clinic of so many readings, written straight into its tables."""
    engine = connect(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Database(engine) as db:
        made, _ = enrol.create_clinic(
            db, slug="big", name="Big", timezone="Asia/Seoul", emergency_number="1", admin_email="a@b.test", now=NOW
        )
        for n in range(rows // EACH):
            for table_, told in _course(made.id, n):
                db.execute(insert(table_), told)
        db.commit()
    engine.dispose()
    return made.id


def _course(clinic_id: UUID, n: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """One patient with a course, its sessions and its readings."""
    patient, course = uuid5(clinic_id, f"p{n}"), uuid5(clinic_id, f"c{n}")
    start = NOW - timedelta(days=400)
    own = {"clinic_id": clinic_id}
    yield Patient, [own | {"id": patient, "code": f"P{n:06}", "created_at": start}]
    told = {"id": course, "patient_id": patient, "condition": "low_back", "started_on": start.date()}
    yield Course, [own | told | {"practitioner": "Dr. A", "modality": "acupuncture", "created_at": start}]
    yield Place, [own | {"course_id": course, "site": "lower_back", "side": "none"}]
    visits = [uuid5(course, f"s{k}") for k in range(SESSIONS)]
    days = [(start + timedelta(days=7 * k)).date() for k in range(SESSIONS)]
    yield (
        Session,
        [
            own | {"id": v, "course_id": course, "held_on": d, "state": "held", "modalities": [], "created_at": start}
            for v, d in zip(visits, days, strict=True)
        ],
    )
    yield Reading, [_reading(own, patient, course, visits, start, k) for k in range(EACH)]


def _reading(own: dict, patient: UUID, course: UUID, visits: list[UUID], start: datetime, k: int) -> dict[str, Any]:
    at = start + timedelta(days=7 * (k // 2) if k < 2 * SESSIONS else 2 * k, minutes=k)
    kind, visit = (("before", "after")[k % 2], visits[k // 2]) if k < 2 * SESSIONS else ("check_in", None)
    return own | {
        **{"id": uuid5(course, f"r{k}"), "patient_id": patient, "course_id": course, "session_id": visit},
        **{"kind": kind, "instrument": "nrs_now" if visit else "nrs_week", "instrument_version": "1"},
        **{"site": "lower_back", "value": float(k % 11), "recorded_at": at, "recorded_offset": 540, "received_at": at},
        **{"entered_by": "patient", "digest": ""},
    }


def run(rows: int, rounds: int) -> list[Result]:
    """Every ratio of B6."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        id = clinic(folder / "t.sqlite3", rows)
        engine = connect(f"sqlite:///{folder / 't.sqlite3'}")
        with Database(engine) as db:
            found = [_csv(db, id, folder, rows, rounds), *_formats(db, id, folder, rows, rounds)]
        engine.dispose()
        return [*found, _memory(folder, rows)]


def _csv(db: Database, id: UUID, folder: Path, rows: int, rounds: int) -> Result:
    """The whole export, audit, codebook, manifest and hashes included."""

    def ours() -> None:
        export(db, actor=operator(id), asked=Asked("readings"), out=folder / "r.csv", now=NOW)

    def floor() -> None:
        with (folder / "floor.csv").open("w", newline="") as file:
            csv.writer(file).writerows(db.execute(FLOOR).yield_per(10_000))
        db.rollback()

    mine, theirs = interleaved(ours, floor, rounds=rounds)
    ratio = mine / theirs
    what = f"CSV export of {rows:,} readings, against one SELECT through csv.writer (SQLite has no COPY)"
    return Result("B6", what, ratio, f"≤ {CSV:g} x", ratio <= CSV, f"ours {mine:.3g} s, floor {theirs:.3g} s")


def _formats(db: Database, id: UUID, folder: Path, rows: int, rounds: int) -> Iterator[Result]:
    """The writers alone, over rows that stand ready."""
    few = store.listed(db, id)[: max(1, min(len(store.listed(db, id)), rows // EACH // 10))]
    told = list(export_rows.told(db, show.clinic(db.get_one(Clinic, id)), few))
    ready = [row[:-1] for one in told for row in one.rows]
    cases = [one.case() for one in told]
    made = [orjson.loads(one.json) for one in fhir.resources(cases, "urn:x", NOW)]

    def lines() -> None:
        fhir.write_lines(fhir.resources(cases, "urn:x", NOW), folder / "r.ndjson")

    def bare() -> None:
        with (folder / "bare.ndjson").open("wb") as file:
            file.writelines(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in made)

    def book() -> None:
        xlsx.write(Sheet("readings", codebook.READINGS, ready, "Asia/Seoul"), folder / "r.xlsx")

    for id_, what, ours, floor, goal in (
        ("B6-fhir", "FHIR NDJSON built and written, against orjson over finished dicts", lines, bare, FHIR),
        ("B6-xlsx", "XLSX, against xlsxwriter over the same cells by type", book, lambda: _plain(ready, folder), XLSX),
    ):
        mine, theirs = interleaved(ours, floor, rounds=rounds)
        seen = f"{len(ready):,} rows: ours {mine:.3g} s, floor {theirs:.3g} s"
        yield Result(id_, what, theirs / mine, f"≥ {goal:g} x", theirs / mine >= goal, seen)


def _plain(rows: list[tuple[Any, ...]], folder: Path) -> None:
    """Floor: the same workbook without codebook, header, widths or formats of columns."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(folder / "floor.xlsx"), {"constant_memory": True}) as file:
        page = file.add_worksheet()
        look = file.add_format({"num_format": "yyyy-mm-dd"})
        for n, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(n, place, value)
                elif isinstance(value, float):
                    page.write_number(n, place, value)
                elif value is not None:
                    page.write_datetime(
                        n, place, value.replace(tzinfo=None) if isinstance(value, datetime) else value, look
                    )


def _memory(folder: Path, rows: int) -> Result:
    """How much an export takes above the process at rest: the peak of a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.exports", "--peak", str(folder / "t.sqlite3"), str(folder / "m.csv")],
        capture_output=True,
        text=True,
        check=True,
    )
    grown = float(told.stdout)
    what = f"memory above idle while {rows:,} readings are exported as CSV, in MB"
    return Result("B6-memory", what, grown, f"≤ {MEMORY} MB", grown <= MEMORY, f"{grown:.0f} MB")


def peak(database: str, out: str) -> float:
    """MB above a process that has exported nothing yet."""
    with Database(connect(f"sqlite:///{database}")) as db:
        id = db.scalars(select(Clinic.id)).one()
        db.rollback()
        before = kilobytes("VmRSS")
        export(db, actor=operator(id), asked=Asked("readings"), out=Path(out), now=NOW)
        return (kilobytes("VmHWM") - before) / 1024


def kilobytes(what: str) -> int:
    """Of this process (Linux). Not getrusage: its peak begins with that of the process that started this one."""
    return next(
        int(row.split()[1]) for row in Path("/proc/self/status").read_text().splitlines() if row.startswith(what)
    )


def main() -> int:
    """Print and keep."""
    gc.set_threshold(OBJECTS)  # as in every process of the tracker
    if "--peak" in sys.argv:
        print(peak(*sys.argv[-2:]))
        return 0
    found = run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, 3)
    print(table(found))
    write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
