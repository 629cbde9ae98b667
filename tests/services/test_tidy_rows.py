"""The person's CSV: taken in by another clinic, or summarised as a file, it gives the same outcomes again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tests.exported import THEN, House, house
from tests.storage.universe import NOW, Universe
from tracker.exports import text, tidy
from tracker.services import enrol, log, outcomes_file, review, show, summarise
from tracker.services import tidy as services
from tracker.services.actor import Actor, operator
from tracker.services.import_ import import_file
from tracker.storage import Clinic, Course, Outcome, Patient, Reading

KEYS = ("clinic_id", "course_id")
DAY = timedelta(days=1)
pytestmark = pytest.mark.xdist_group("exported")  # their clinics are made once


def csv_of(db: Database, clinic: Clinic) -> bytes:
    """Everybody's own file, one after the other."""
    rows = []
    for id in db.scalars(select(Patient.id).where(Patient.clinic_id == clinic.id)).all():
        who = Actor("patient", id, clinic.id, "patient", id)
        for course in review.courses(db, actor=who):
            at: dict[str, Any] = {"actor": who, "course_id": course.id}
            rows += services.rows(show.clinic(clinic), course, review.readings(db, **at), review.milestones(db, **at))
    return "".join(text.write(rows)).encode()


def outcomes(db: Database, clinic_id: UUID) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Every outcome row by what it speaks of, without ids."""
    chosen = select(Patient.code, Course.condition, *Outcome.__table__.c).join(
        Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id)
    )
    joined = chosen.join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
    rows = db.execute(joined.where(Outcome.clinic_id == clinic_id)).mappings()
    key = ("code", "condition", "instrument", "site", "side")
    return {tuple(row[k] for k in key): {k: v for k, v in row.items() if k not in KEYS} for row in rows}


def rounded(value: Any) -> Any:
    """Sums in another order differ in the last bits."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return round(value, 9) if isinstance(value, float) else value


def test_another_clinic_derives_the_same_outcomes_from_it(some: House, tmp_path: Path):
    copy = house(tmp_path / "copy.sqlite3")
    copy.clinic.timezone = some.clinic.timezone
    copy.db.commit()
    report = import_file(copy.db, actor=operator(copy.clinic.id), path=csv_of(some.db, some.clinic), now=THEN)
    assert (report.refusals, report.warnings) == ((), ())
    before = outcomes(some.db, some.clinic.id)
    assert len(before) > 100
    assert outcomes(copy.db, copy.clinic.id) == before
    copy.close()


def test_the_file_alone_gives_the_same_summary(some: House):
    on = THEN.date()
    stored = summarise.clinic_summary(some.db, actor=operator(some.clinic.id), as_of=on, instrument="nrs_week")
    found = outcomes_file.outcomes(csv_of(some.db, some.clinic), as_of=on, instrument="nrs_week")
    for key in ("courses", "with_baseline", "baseline", "windows", "durability"):
        assert rounded(found["groups"]["all"][key]) == rounded(stored["groups"]["all"][key]), key


@pytest.fixture
def eve(db: Database, universe: Universe) -> Any:
    """Log for Eve, who has two knees; read her file back."""

    class Eve:
        def score(self, **more: Any) -> UUID:
            told = universe.score("eve", **more)
            log.reading(db, actor=universe.actors["eve"], now=more.get("recorded_at", NOW), **told)
            return told["id"]

        def rows(self) -> tuple[tidy.Row, ...]:
            found = tidy.read(csv_of(db, db.get_one(Clinic, universe.clinics["willow"])))
            assert found.refusals == ()
            return tuple(row for row in found.rows if row.patient == "C-eve")

    return Eve()


def test_what_was_corrected_or_taken_back_does_not_stand_in_it(eve):
    first = eve.score(value=3)
    eve.score(value=0, supersedes=first, reason="a slip")
    gone = eve.score(value=9, recorded_at=NOW - DAY)
    eve.score(value=None, supersedes=gone, retracted=True, recorded_at=NOW - DAY)
    assert [row.value for row in eve.rows() if row.instrument == "nrs_now"] == [0.0]


def test_a_session_without_a_score_and_a_silent_place_have_rows_without_a_value(eve, db, universe):
    held = {"course_id": universe.courses["eve"], "held_on": NOW.date() - DAY}
    log.session(db, actor=universe.actors["cho"], id=universe.visit("eve", held["held_on"]), now=NOW, **held)
    blank = [(row.session, row.site, row.side, row.value) for row in eve.rows()]
    assert ("2026-03-01/1", "knee", "left", None) in blank
    assert (None, "knee", "right", None) in blank


def test_what_happened_beside_the_treatment_stands_in_it_and_what_was_taken_back_does_not(eve, db, universe):
    """Without it another clinic would count a benefit that an injection ended."""

    def happened(code: str, **more: Any) -> UUID:
        told = {"id": uuid4(), "course_id": universe.courses["eve"], "code": code, "happened_on": NOW.date()}
        return log.milestone(db, actor=universe.actors["eve"], now=NOW, **(told | more)).id

    eve.score()
    happened("injection", happened_on=NOW.date() - DAY)
    happened("surgery", supersedes=happened("surgery"), retracted=True)
    happened("none")
    found = [(row.milestone, row.recorded_at.isoformat()[:10], row.value) for row in eve.rows() if row.milestone]
    assert found == [("injection", "2026-03-01", None)]


def test_the_moment_stands_on_the_clinics_wall_and_a_late_one_says_when_it_came(eve, db, universe):
    told = universe.score("eve", recorded_at=NOW - 3 * DAY)
    log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
    (row,) = (row for row in eve.rows() if row.value is not None)
    assert (row.recorded_at.isoformat(), row.entered_at.isoformat()) == (
        "2026-02-27T12:00:00+09:00",
        "2026-03-02T12:00:00+09:00",
    )


def test_two_scores_in_the_night_that_has_an_hour_twice_are_two(eve, db, universe, tmp_path: Path):
    clinic = db.get_one(Clinic, universe.clinics["willow"])
    clinic.timezone = "America/New_York"
    db.commit()
    for hour in (5, 6):
        eve.score(value=4, recorded_at=datetime(2025, 11, 2, hour, 30, tzinfo=UTC))
    moments = [row.recorded_at.isoformat() for row in eve.rows() if row.value == 4]
    assert moments == ["2025-11-02T01:30:00-04:00", "2025-11-02T01:30:00-05:00"]
    copy = house(tmp_path / "copy.sqlite3")
    copy.clinic.timezone = clinic.timezone
    copy.db.commit()
    report = import_file(copy.db, actor=operator(copy.clinic.id), path=csv_of(db, clinic), now=THEN)
    assert report.refusals == ()
    assert copy.db.scalar(select(func.count()).select_from(Reading).where(Reading.value == 4)) == 2
    copy.close()


def test_an_after_score_of_a_cancelled_session_is_left_to_the_json(eve, db, universe):
    visit = universe.visit("eve")
    eve.score(kind="before", session_id=visit)
    eve.score(kind="after", session_id=visit, value=2)
    at = {"course_id": universe.courses["eve"], "held_on": NOW.date(), "state": "cancelled"}
    log.session(db, actor=universe.actors["cho"], id=visit, now=NOW, **at)
    assert [(row.kind, row.session) for row in eve.rows() if row.value is not None] == [("before", None)]


def test_text_that_a_spreadsheet_would_run_is_made_safe_and_numbers_stay_numbers(db, universe):
    enrol.open_course(
        db,
        actor=universe.actors["willow"],
        id=uuid4(),
        patient_id=universe.people["finn"],
        condition="neck",
        places=[("=1+1", "none")],
        practitioner="@SUM(A1)",
        started_on=NOW.date(),
        now=NOW,
    )
    file = csv_of(db, db.get_one(Clinic, universe.clinics["willow"])).decode()
    assert "'=1+1" in file
    assert "'@SUM(A1)" in file
    assert {row.site for row in tidy.read(file.encode()).rows} >= {"=1+1"}
    numeric = tidy.Row("p", "neck", NOW.date(), "check_in", "mood", NOW, -3.0)
    assert ",-3," in "".join(text.write([numeric]))
