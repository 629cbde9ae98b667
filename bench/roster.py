"""Roster: B3, a page of 50 courses, those that need attention first, of 5,000 and of 50,000; its floor stands below.

Ours is the whole request: who is signed in and in which role looked up, the courses whose end has come moved on, the
page, its note in the trail committed with fsync, JSON. The floor is bare Flask and one query on an index of a table
in the same file that holds what the page answers, row by row: the same names, the same values. It knows nobody, writes
nothing, and nothing it tells could have changed.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import numpy as np
from flask import Flask, jsonify
from flask.testing import FlaskClient
from sqlalchemy import JSON, Column, Engine, Float, Integer, MetaData, String, Table, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bench.results import Result, interleaved, table, write
from tracker.app import create_app
from tracker.config import Settings
from tracker.science.scales import CONDITIONS
from tracker.services import enrol, standing
from tracker.storage import Course, Outcome, Patient, Place, WorkItem
from tracker.storage import Session as Visit
from tracker.storage.engine import connect
from tracker.storage.outcome import MONTHS
from tracker.web.database import db, session

FEW, MANY, ROUNDS = 5_000, 50_000, 400
SHARE, GROWTH = 0.6, 1.2  # goals
PAGE = 50  # rows
ROSTER = f"/api/v1/roster?size={PAGE}"
WAITING = 0.04  # share of the courses with an open item
SECRET = "only-for-the-benchmark-0123456789-abcdef"
AT_ONCE = 2_000


def main() -> int:
    """Print and keep the ratios; 0 whether or not goals are met."""
    results = run(FEW, MANY, ROUNDS)
    print(table(results))
    write(results)
    return 0


def run(few: int, many: int, rounds: int) -> list[Result]:
    """The three ratios, the two sides of each in turns."""
    with tempfile.TemporaryDirectory() as here:
        small, large = (served(Path(here) / str(n), n) for n in (few, many))
        told = large.get(ROSTER).json["rows"]
        floor = bare(Path(here) / str(many) / "tracker.sqlite3", many, told)
        assert floor.get(ROSTER).json["rows"] == told
        ours, least = in_turns(lambda: ask(large), lambda: ask(floor), rounds)
        grown, little = in_turns(lambda: ask(large), lambda: ask(small), rounds)
        html, little_html = in_turns(lambda: page(large), lambda: page(small), rounds)
    among = f"roster page of {PAGE} among {many:,} patients"
    against = f"{among}, against {few:,}"
    share, growth, html_growth = least / ours, grown / little, html / little_html
    seen = f"ours {1e3 * ours:.2f} ms, floor {1e3 * least:.2f} ms"
    return [
        Result("B3", f"{among}, against one indexed query", share, f"≥ {SHARE:g}", share >= SHARE, seen),
        Result("B3-growth", against, growth, f"≤ {GROWTH:g}", growth <= GROWTH, both(grown, little)),
        Result(
            "B3-page",
            f"{against}, as a page",
            html_growth,
            f"≤ {GROWTH:g}",
            html_growth <= GROWTH,
            both(html, little_html),
        ),
    ]


def in_turns(one: Callable[[], None], other: Callable[[], None], rounds: int) -> list[float]:
    """Median seconds of both, neither asked for the first time."""
    one(), other()
    return interleaved(one, other, rounds=rounds)


def both(large: float, small: float) -> str:
    """What was seen of two clinics."""
    return f"{1e3 * large:.2f} and {1e3 * small:.2f} ms"


def ask(client: FlaskClient) -> None:
    """One page as JSON."""
    answer = client.get(ROSTER)
    assert answer.status_code == 200, answer.text
    assert len(answer.json["rows"]) == PAGE


def page(client: FlaskClient) -> None:
    """The same as people see it."""
    assert client.get("/clinic/roster").text.count("<tr>") == PAGE + 1


def served(folder: Path, patients: int) -> FlaskClient:
    """The tracker on a clinic of so many patients, with a practitioner signed in."""
    folder.mkdir()
    app = create_app(
        Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'tracker.sqlite3'}", secret_key=SECRET)
    )
    with app.app_context():
        flask_migrate.upgrade()
        told = {"timezone": "UTC", "emergency_number": "112", "admin_email": "boss@example.org"}
        clinic, token = enrol.create_clinic(session(), slug="big", name="Big", **told)
        fill(session(), clinic.id, patients)
        db.session.remove()
    client = app.test_client()
    client.post("/sign-in", data={"csrf_token": token_of(client), "code": token})
    return client


def token_of(client: FlaskClient) -> str:
    """The token of the sign-in form."""
    return client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]


def fill(store: Session, clinic_id: UUID, patients: int) -> None:
    """Patients with a course of eight weekly sessions and ten weekly scores each, some with an open work item."""
    rng = np.random.default_rng(4)
    for part in parts(patients):
        rows = [made(clinic_id, n, rng) for n in part]
        for kind in (Patient, Course, Place, Visit, Outcome, WorkItem):
            told = [row for one in rows for row in one.get(kind, [])]
            if told:
                store.execute(insert(kind), told)
        standing.keep(store, clinic_id, [one[Course][0]["id"] for one in rows])
        store.commit()


def parts(patients: int) -> Iterator[range]:
    """Some at a time."""
    return (range(at, min(at + AT_ONCE, patients)) for at in range(0, patients, AT_ONCE))


def made(clinic_id: UUID, n: int, rng: np.random.Generator) -> dict[Any, list[dict[str, Any]]]:
    """One patient: the rows of each table."""
    person, course, now = uuid4(), uuid4(), datetime.now(UTC)
    today = now.date()
    first = today - timedelta(days=int(rng.integers(20, 700)))
    here, mine = {"clinic_id": clinic_id}, {"clinic_id": clinic_id, "course_id": course}
    weeks = [[7.0 * week, float(rng.integers(0, 11))] for week in range(10)]
    visits = [first + timedelta(weeks=week) for week in range(8) if first + timedelta(weeks=week) <= today]
    found = {
        Patient: [here | {"id": person, "code": f"P-{n:06}", "initials": "AB", "language": "en", "created_at": now}],
        Course: [
            here
            | {"id": course, "patient_id": person, "condition": CONDITIONS[n % len(CONDITIONS)], "created_at": now}
            | {"practitioner": f"Dr {n % 20}", "planned_sessions": 8}
        ],
        Place: [mine | {"site": "back", "side": "none", "position": 0}],
        Visit: [
            mine
            | {"id": uuid4(), "held_on": on, "number_that_day": 1, "state": "held", "modalities": []}
            | {"created_at": now}
            for on in visits
        ],
        Outcome: [
            mine | {"instrument": code, "site": "back", "side": "none"} | outcome(first, visits, weeks)
            for code in ("nrs_now", "nrs_week")
        ],
    }
    if rng.random() < WAITING:
        told = {"id": uuid4(), "patient_id": person, "reason": "call", "opened_on": first, "opened_at": now}
        found[WorkItem] = [mine | told | {"site": "", "side": "none", "details": {}}]
    return found


def outcome(first: date, visits: list[date], weeks: list[list[float]]) -> dict[str, Any]:
    """An outcome row of a course that began on this day."""
    last = visits[-1]
    unknown = dict.fromkeys(
        (
            *("retreated", "milestone", "end", "change", "loss_left", "loss_right", "unconfirmed"),
            *("unconfirmed_left", "last_seen"),
            *(f"after_{anchor}_{month}" for anchor in ("end", "start") for month in MONTHS),
        )
    )
    days = {"start": float(first.toordinal()), "t0": float(last.toordinal()), "ended_on": float(last.toordinal() + 28)}
    counts = {"baseline_n": 1, "end_before": False, "held": len(visits), "pairs": 0, "steps": 0, "readings": 10}
    sums = {"steps_eased": 0.0, "steps_kept": 0.0, "staff": 0, "weeks": weeks, "weeks_after": []}
    return {**unknown, **days, **counts, **sums, "baseline": weeks[0][1], "last_on": last, "last_value": weeks[-1][1]}


def bare(path: Path, patients: int, told: list[dict[str, Any]]) -> FlaskClient:
    """Floor: Flask, SQLAlchemy and one table whose index holds the page's order; the page stands in its middle."""
    engine, rows = connect(f"sqlite:///{path}"), flat(told)
    lay(engine, rows, patients, told)
    app = Flask("bare")
    order, first = rows.c["key"], patients // 2
    shown = [column for column in rows.c if column is not order]

    @app.get("/api/v1/roster")
    def roster() -> Any:
        with engine.connect() as connection:
            asked = select(*shown).where(order >= first).order_by(order).limit(PAGE)
            return jsonify(rows=[dict(row) for row in connection.execute(asked).mappings()])

    return app.test_client()


def flat(told: list[dict[str, Any]]) -> Table:
    """A key, and a column for everything that a row tells."""
    columns = [Column(name, kind([row[name] for row in told])) for name in told[0]]
    return Table("flat", MetaData(), Column("key", Integer, primary_key=True), *columns)


def kind(values: list[Any]) -> TypeEngine[Any]:
    """What such values are kept as."""
    kinds = {type(value) for value in values if value is not None}
    return {list: JSON(), int: Integer(), float: Float()}.get(kinds.pop() if kinds else str, String())


def lay(engine: Engine, rows: Table, patients: int, told: list[dict[str, Any]]) -> None:
    """As many rows as there are patients, the page's over and over."""
    rows.create(engine)
    with engine.begin() as connection:
        for part in parts(patients):
            connection.execute(insert(rows), [{"key": n, **told[(n - patients // 2) % PAGE]} for n in part])


if __name__ == "__main__":
    sys.exit(main())
