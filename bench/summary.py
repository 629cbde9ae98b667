"""Summary: B4, the clinic's summary from stored outcome rows to JSON; both floors stand below it.

Three times: looked at again while nothing of the clinic changed, when the answer is kept and only the state is read and
the look noted (docs/adr/0021); looked at first after a change, when a large clinic's last answer is given and the new
one made beside (docs/adr/0023); and that making itself, for which also waits who looks when nothing is kept. One floor
is what no program that reads the rows can beat: the database adds up the same columns in one scan and hands over a
single line.
The other is what an analyst would write: the rows in pandas, the durability by lifelines. All run on the same
database, in turns. docs/performance.md.

`python -m bench.summary` takes 20,000 courses in SQLite; `--postgresql [courses]` a million in a PostgreSQL of its own.
"""

import gc
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import numpy as np
import orjson
import pandas as pd
from lifelines import KaplanMeierFitter
from sqlalchemy import Index, func, insert, select, update
from sqlalchemy.orm import Session as Database

from bench import made
from bench.results import Result, equal, interleaved, table, write
from tests.postgres import server
from tracker.app import OBJECTS
from tracker.science import derive
from tracker.science.record import Outcomes, Record
from tracker.services import again, enrol, overview
from tracker.services.actor import Actor, operator
from tracker.storage import Base, Course, Outcome, Patient, derived
from tracker.storage.columns import Care, Series, zone
from tracker.storage.engine import connect

COURSES, READINGS, ROUNDS = 20_000, 30, 5
MANY, PART = 1_000_000, 20_000  # courses in PostgreSQL, and how many are made at once
SCAN, PANDAS = 2.0, 100.0  # goals: at most so many scans; at least so many times as fast as pandas with lifelines
BEGAN, TODAY = date(2023, 1, 2), date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
SPACE = UUID("6f1c1d62-5d0f-4a5e-9a55-6b1f3a6f0b44")
NAMES = tuple(f"P{n}" for n in range(25))
READ = ("baseline", "end", *(f"after_end_{month}" for month in (1, 3, 6, 9, 12)), "loss_right", "last_seen", "held")


def main() -> int:
    """Print and keep the ratios; 0 whether or not goals are met."""
    gc.set_threshold(OBJECTS)  # as in every process of the tracker
    results = many() if "--postgresql" in sys.argv else run(COURSES, ROUNDS)
    print(table(results))
    write(results)
    return 0


def run(courses: int, rounds: int) -> list[Result]:
    """Both ratios of one clinic of so many courses."""
    with tempfile.TemporaryDirectory() as folder:
        return on(f"sqlite:///{Path(folder) / 'tracker.sqlite3'}", "B4", courses, rounds)


def many() -> list[Result]:
    """The same of very many in PostgreSQL, once."""
    courses = next((int(word) for word in sys.argv[1:] if word.isdigit()), MANY)
    with server() as postgres:
        return on(postgres.make("bench"), "B4-many", courses, 1)


def on(url: str, id: str, courses: int, rounds: int) -> list[Result]:
    """Both ratios in this database, which is empty."""
    engine = connect(url)
    Base.metadata.create_all(engine)
    with Database(engine) as db:
        actor = filled(db, courses)
        found = measured(db, actor, id, f"{courses:,} courses, {engine.dialect.name}", rounds)
    engine.dispose()
    return found


def measured(db: Database, actor: Actor, id: str, of: str, rounds: int) -> list[Result]:
    """Ours against both, after all gave the same numbers."""
    same(first(db, actor), scanned(db, actor.clinic), in_pandas(db, actor.clinic))
    assert ours(db, actor) == first(db, actor)
    kept, _, behind, _, anew, scan, slow = interleaved(
        lambda: ours(db, actor),
        lambda: change(db),
        lambda: ours(db, actor),
        again.settle,
        lambda: first(db, actor),
        lambda: scanned(db, actor.clinic),
        lambda: in_pandas(db, actor.clinic),
        rounds=rounds,
    )
    what = f"summary of a clinic of {of}, rows to JSON"
    return [
        *_ratios(id, f"{what}, again while nothing changed", kept, scan, slow),
        *_ratios(f"{id}-first", f"{what}, the first after a change", behind, scan, slow),
        *_ratios(f"{id}-anew", f"{what}, made anew", anew, scan, slow),
    ]


def _ratios(id: str, what: str, mine: float, scan: float, slow: float) -> list[Result]:
    """Against both floors."""
    seen = f"ours {mine:.3g} s, scan {scan:.3g} s, pandas and lifelines {slow:.3g} s"
    against = f"{what}, against one scan that adds up its columns", f"{what}, against pandas and lifelines"
    return [
        Result(f"{id}-scan", against[0], mine / scan, f"≤ {SCAN:g}", mine <= SCAN * scan, seen),
        Result(f"{id}-pandas", against[1], slow / mine, f"≥ {PANDAS:g} x", slow >= PANDAS * mine, seen),
    ]


def change(db: Database) -> None:
    """Something of one course becomes another, as at every score."""
    db.execute(update(Course).where(Course.id == select(Course.id).limit(1).scalar_subquery()).values(group_label="x"))
    db.commit()


def first(db: Database, actor: Actor) -> bytes:
    """The same when no answer is kept."""
    again.forget()
    return ours(db, actor)


def ours(db: Database, actor: Actor) -> bytes:
    """What the API sends."""
    return orjson.dumps(overview.overview(db, actor=actor, instrument="nrs_week", as_of=TODAY, now=NOW))


def scanned(db: Database, clinic_id: UUID) -> list[float]:
    """Floor: count and sums of the columns that the figures rest on."""
    sums = [func.sum(getattr(Outcome, name)) for name in READ]
    told = select(func.count(), *sums).where(Outcome.clinic_id == clinic_id, Outcome.instrument == "nrs_week")
    return [float(value or 0) for value in db.execute(told).one()]


def in_pandas(db: Database, clinic_id: UUID) -> dict[str, float]:
    """Floor: means by window, three denominators, slopes by course, and Kaplan–Meier of the time to loss."""
    told = select(*Outcome.__table__.c).where(Outcome.clinic_id == clinic_id, Outcome.instrument == "nrs_week")
    frame = pd.DataFrame(db.execute(told).mappings())
    found = {f"mean_{name}": float(frame[name].mean()) for name in READ if name.startswith(("base", "end", "after"))}
    for name in (one for one in READ if one.startswith("after")):
        seen = frame.dropna(subset=[name, "baseline"])
        found[f"responders_{name}"] = float((seen["baseline"] - seen[name] >= 0.3 * seen["baseline"]).sum())
    found["slope"] = float(frame["weeks"].apply(_slope).mean())
    good = frame[frame["baseline"] - frame["end"] >= 0.3 * frame["baseline"]]
    right, seen = (np.asarray(good[name], float) for name in ("loss_right", "last_seen"))
    day = np.nan_to_num(np.where(np.isnan(right), seen, right))
    found["kept"] = float(KaplanMeierFitter().fit(day, ~np.isnan(right)).predict(182))
    return found


def _slope(weeks: list[list[float]]) -> float:
    """Points a day of one course; NaN below two weeks."""
    if len(weeks) < 2:
        return float("nan")
    day, value = np.array(weeks).T
    centred = day - day.mean()
    return float(centred @ value / (centred @ centred))


def same(told: bytes, scan: list[float], slow: dict[str, float]) -> None:
    """Counts and means of all three are equal."""
    group = orjson.loads(told)["groups"]["all"]
    equal(np.array([group["courses"], group["sessions"]["held"]]), [scan[0], scan[-1]])
    windows = {w["month"]: w for w in group["windows"]}
    equal(np.array([windows[month]["mean"] for month in (3, 6)]), [slow["mean_after_end_3"], slow["mean_after_end_6"]])
    equal(np.array([group["baseline"]["mean"]]), [slow["mean_baseline"]])


def filled(db: Database, count: int) -> Actor:
    """A clinic with so many courses, their outcome rows written as a recompute would."""
    told: dict[str, Any] = {"slug": "bench", "name": "Bench", "timezone": "UTC", "emergency_number": "1"}
    clinic, _ = enrol.create_clinic(db, admin_email="a@b.test", now=NOW, **told)
    for at in range(0, count, PART):
        _some(db, clinic.id, range(at, min(at + PART, count)))
    lay(db)
    return operator(clinic.id)


def _some(db: Database, clinic_id: UUID, part: range) -> None:
    """Some of them."""
    ids = [(n, uuid5(SPACE, f"p{n}"), uuid5(SPACE, f"c{n}")) for n in part]
    same_ = {"clinic_id": clinic_id, "created_at": NOW}
    db.execute(insert(Patient), [{**same_, "id": p, "code": f"P{n}", "initials": ""} for n, p, _ in ids])
    db.execute(insert(Course), [{**same_, **_course(n, p, c)} for n, p, c in ids])
    db.execute(insert(Outcome), _rows(db, clinic_id, [c for _, _, c in ids], seed=part.start))
    db.commit()


def lay(db: Database) -> None:
    """The index that the scan reads and nothing else; ours does not ask for it. Then what a database does by night."""
    table_: Any = Outcome.__table__
    Index("bench_scan", *(table_.c[name] for name in ("clinic_id", "instrument", *READ))).create(db.connection())
    db.commit()
    bind: Any = db.get_bind()
    with bind.connect().execution_options(isolation_level="AUTOCOMMIT") as quiet:
        quiet.exec_driver_sql("ANALYZE" if bind.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _course(n: int, patient: UUID, course: UUID) -> dict[str, object]:
    """A course of one of 25 practitioners and three conditions."""
    told = {"id": course, "patient_id": patient, "condition": ("low_back", "neck", "other_msk")[n % 3]}
    return told | {"practitioner": NAMES[n % 25], "modality": "acupuncture", "planned_sessions": 10}


def _rows(db: Database, clinic_id: UUID, courses: list[UUID], seed: int) -> list[dict[str, Any]]:
    """Outcome rows of made-up readings, dated as if the courses had begun three years ago."""
    record = made.courses(len(courses), READINGS, seed)
    found = dated(derive.outcomes(record))
    series = [Series(one, "", "none") for one in courses]
    care = Care(zone(db, clinic_id), [], [], [], [])
    return [row | {"last_on": None} for row in derived.rows(clinic_id, found, dated_record(record), series, care)]


def dated(found: Outcomes) -> Outcomes:
    """Days of the calendar instead of days from 0."""
    by = float(BEGAN.toordinal())
    return replace(found, start=found.start + by, t0=found.t0 + by, ended_on=found.ended_on + by)


def dated_record(record: Record) -> Record:
    """The same of the readings."""
    return replace(record, reading_day=record.reading_day + BEGAN.toordinal())


if __name__ == "__main__":
    sys.exit(main())
