"""Log: B1, one score from a phone, kept; its floor stands below.

Ours is the whole request: the phone and its person looked up, the body checked, the course locked, the id looked for,
the reading, its note in the trail, the outcomes of a course of a year, the roster's row and the work list written, one
commit that waits for the disk, JSON. The floor is bare Flask and marshmallow with the same fields: it knows nobody,
looks for nothing and writes one row, with the same engine to the same disk. Both are asked in this process, in turns.
"""

import json
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import flask_migrate
import numpy as np
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate
from sqlalchemy import Boolean, Column, DateTime, Float, MetaData, String, Table, Uuid, insert
from sqlalchemy.orm import Session

from bench.results import Result, seconds, table, write
from tracker.app import create_app
from tracker.config import Settings
from tracker.services import access, enrol, log
from tracker.services.actor import operator
from tracker.storage.engine import connect
from tracker.web.database import db, session

ROUNDS, BEFORE = 300, 100  # requests of each kind; readings of the course beforehand, two a week for a year
SHARE, TAIL = 0.5, 5.0  # goals
SECRET = "only-for-the-benchmark-0123456789-abcdef"


def main() -> int:
    """Print and keep the ratios; 0 whether or not goals are met."""
    results = run(ROUNDS, BEFORE)
    print(table(results))
    write(results)
    return 0


def run(rounds: int, before: int) -> list[Result]:
    """The share and the tail; both write in turns."""
    with tempfile.TemporaryDirectory() as folder:
        phone, course = tracker(Path(folder) / "ours", before)
        floor = bare(Path(folder) / "floor.sqlite3")
        body = score(course)
        turns = [(seconds(lambda: put(phone, body)), seconds(lambda: put(floor, body))) for _ in range(rounds)]
    ours, least = (sorted(column) for column in zip(*turns, strict=True))
    middle, late = statistics.median(ours), ours[int(0.99 * (rounds - 1))]
    share, tail = statistics.median(least) / middle, late / middle
    seen = f"ours {1e3 * middle:.2f} ms, floor {1e3 * statistics.median(least):.2f} ms, course of {before} readings"
    ends = f"{1e3 * late:.2f} and {1e3 * middle:.2f} ms"
    one = "one score kept"
    return [
        Result("B1", f"{one}, against one INSERT", share, f"≥ {SHARE:g}", share >= SHARE, seen),
        Result("B1-tail", f"{one}: the slowest hundredth, against the middle", tail, f"≤ {TAIL:g}", tail <= TAIL, ends),
    ]


def put(client: FlaskClient, body: dict[str, Any]) -> None:
    """One more score."""
    answer = client.put(f"/api/v1/readings/{uuid4()}", json=body)
    assert answer.status_code == 201, answer.text


def score(course: UUID) -> dict[str, Any]:
    """What a phone sends."""
    at = datetime.now(UTC).isoformat()
    told = {"kind": "check_in", "instrument": "nrs_now", "site": "knee", "side": "left", "value": 4}
    return told | {"course_id": str(course), "recorded_at": at, "recorded_zone": "UTC", "entered_at": at}


def tracker(folder: Path, before: int) -> tuple[FlaskClient, UUID]:
    """The tracker, a phone that is signed in, and a course with readings."""
    folder.mkdir()
    app = create_app(
        Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'tracker.sqlite3'}", secret_key=SECRET)
    )
    with app.app_context():
        flask_migrate.upgrade()
        token, course = filled(session(), before)
        db.session.remove()
    client = app.test_client()
    form = client.get("/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/sign-in", data={"csrf_token": form, "code": token}).status_code == 303
    return client, course


def filled(store: Session, before: int) -> tuple[str, UUID]:
    """A clinic, one patient, a course whose scores came in over a year."""
    told = {"timezone": "UTC", "emergency_number": "112", "admin_email": "boss@example.org"}
    clinic, _ = enrol.create_clinic(store, slug="small", name="Small", **told)
    who, course = operator(clinic.id), uuid4()
    patient = enrol.enrol_patient(store, actor=who, code="P-1", initials="AB").id
    enrol.open_course(
        store,
        actor=who,
        id=course,
        patient_id=patient,
        condition="knee_oa",
        started_on=datetime.now(UTC).date() - timedelta(days=360),
        places=[("knee", "left")],
    )
    rng, now = np.random.default_rng(1), datetime.now(UTC)
    days = np.linspace(365, 1, before)
    items = [made(course, now - timedelta(days=float(day)), int(rng.integers(0, 11))) for day in days]
    kept = log.batch(store, actor=who, items=items)
    assert all(one.status == "created" for one in kept), kept
    return access.issue_link(store, actor=who, patient_id=patient), course


def made(course: UUID, at: datetime, value: int) -> dict[str, Any]:
    """One score of the year."""
    told = {"id": uuid4(), "course_id": course, "kind": "check_in", "instrument": "nrs_now"}
    when = {"recorded_at": at, "recorded_zone": "UTC", "entered_at": at, "received_at": at}
    return told | when | {"site": "knee", "side": "left", "value": value}


class Score(Schema):
    """The floor's words, checked as ours are."""

    course_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("before", "after", "check_in")))
    instrument = fields.String(required=True)
    site = fields.String(required=True)
    side = fields.String(required=True)
    value = fields.Float(required=True, validate=validate.Range(0, 10))
    recorded_at = fields.AwareDateTime(required=True)
    recorded_zone = fields.String(required=True)
    entered_at = fields.AwareDateTime(required=True)


def bare(path: Path) -> FlaskClient:
    """Floor: Flask, marshmallow and one INSERT; a commit that waits for the disk, as ours does."""
    engine, rows, schema = connect(f"sqlite:///{path}"), flat(), Score()
    rows.create(engine)
    written = insert(rows)
    app = Flask("bare")

    @app.put("/api/v1/readings/<uuid:id>")
    def reading(id: UUID) -> Any:
        told: Any = schema.load(request.get_json())
        with engine.begin() as connection:
            connection.execute(written, told | {"id": id})
        return jsonify(json.loads(schema.dumps(told)) | {"id": str(id)}), 201

    return app.test_client()


def flat() -> Table:
    """The reading's own columns."""
    texts = [Column(name, String) for name in ("kind", "instrument", "site", "side", "recorded_zone")]
    times = [Column(name, DateTime) for name in ("recorded_at", "entered_at")]
    ids = [Column("id", Uuid, primary_key=True), Column("course_id", Uuid)]
    return Table("flat", MetaData(), *ids, *texts, *times, Column("value", Float), Column("retracted", Boolean))


if __name__ == "__main__":
    sys.exit(main())
