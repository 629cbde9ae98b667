"""Imports: B10, a tidy CSV of a clinic's readings taken in, against reading the file and putting its rows in one table.

Ours is `flask import`: every cell judged, patients, courses, sessions and scores made with ids of their own, doubles
looked for, outcomes, roster and work list brought up to it, the trail, one commit. The floor is csv.DictReader and
SQLAlchemy's bulk insert into one table, each row with an id, its days, moments and numbers read as such, one commit to
the same disk; nothing is judged, looked up or derived. Run: python -m bench.imports.
"""

import csv
import gc
import sys
import tempfile
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, Date, Float, MetaData, String, Table, Uuid, func, insert, select
from sqlalchemy.orm import Session as Database

from bench.exports import NOW, clinic
from bench.results import Result, interleaved, table, write
from tracker.app import OBJECTS
from tracker.exports.rows import COLUMNS
from tracker.services import enrol
from tracker.services.actor import operator
from tracker.services.export import Asked, export
from tracker.services.import_ import import_file
from tracker.storage import Base, Outcome, Reading
from tracker.storage.base import Instant
from tracker.storage.engine import connect

ROWS, ROUNDS = 100_000, 3
AT_ONCE = 10_000  # rows in one INSERT of the floor
GOAL = 3


def run(rows: int, rounds: int) -> list[Result]:
    """The ratio of B10."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = told(folder, rows)
        mine, theirs = interleaved(lambda: ours(folder, path, rows), lambda: floor(folder, path), rounds=rounds)
    ratio = mine / theirs
    what = f"CSV of {rows:,} readings imported, outcomes included, against reading it and one bulk insert"
    return [Result("B10", what, ratio, f"≤ {GOAL:g} x", ratio <= GOAL, f"ours {mine:.3g} s, floor {theirs:.3g} s")]


def told(folder: Path, rows: int) -> Path:
    """A clinic's readings as its own export tells them."""
    store, path = folder / "from.sqlite3", folder / "readings.csv"
    id = clinic(store, rows)
    engine = connect(f"sqlite:///{store}")
    with Database(engine) as db:
        export(db, actor=operator(id), asked=Asked("readings"), out=path, now=NOW)
    engine.dispose()
    store.unlink()
    return path


def ours(folder: Path, path: Path, rows: int) -> None:
    """Into an empty clinic."""
    store = folder / "to.sqlite3"
    store.unlink(missing_ok=True)
    engine = connect(f"sqlite:///{store}")
    Base.metadata.create_all(engine)
    with Database(engine) as db:
        where = {"timezone": "Asia/Seoul", "emergency_number": "1", "admin_email": "a@b.test"}
        made, _ = enrol.create_clinic(db, slug="empty", name="Empty", **where, now=NOW)
        report = import_file(db, actor=operator(made.id), path=path, now=NOW)
        assert report.readings == rows, report
        assert db.scalar(select(func.count()).select_from(Reading)) == rows
        assert db.scalar(select(func.count()).select_from(Outcome))
    engine.dispose()


def floor(folder: Path, path: Path) -> None:
    """The file's rows into one table, with an id of their own and the types that their columns have."""
    store = folder / "floor.sqlite3"
    store.unlink(missing_ok=True)
    engine = connect(f"sqlite:///{store}")
    FLAT.create(engine)
    with engine.begin() as db, path.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        while some := list(islice(lines, AT_ONCE)):
            db.execute(insert(FLAT), list(map(_typed, some)))
    engine.dispose()


def _typed(row: dict[str, str]) -> dict[str, Any]:
    """A line as an analyst would read it: nothing is asked whether it may be so."""
    told: dict[str, Any] = {name: cell or None for name, cell in row.items()}
    return told | {
        "id": uuid4(),
        "course_start": date.fromisoformat(row["course_start"]),
        "recorded_at": datetime.fromisoformat(row["recorded_at"]),
        "value": float(row["value"]),
    }


def _flat() -> Table:
    kinds: dict[str, Any] = {"course_start": Date(), "recorded_at": Instant(), "value": Float()}
    told = [Column(name, kinds.get(name, String())) for name in COLUMNS]
    return Table("flat", MetaData(), Column("id", Uuid, primary_key=True), *told)


FLAT = _flat()


def main() -> int:
    """Print and keep."""
    gc.set_threshold(OBJECTS)  # as in every process of the tracker
    found = run(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, ROUNDS)
    print(table(found))
    write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
