"""Columns: what of a course reaches science, and how it comes back from the store."""

from dataclasses import fields, replace
from datetime import date, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.science import derive
from tracker.science.record import Outcomes
from tracker.science.scales import INSTRUMENTS
from tracker.services import log
from tracker.storage import Outcome, columns, derived, read

NRS_NOW, NRS_WEEK = INSTRUMENTS["nrs_now"], INSTRUMENTS["nrs_week"]


def put(db: Session, universe: Universe, name: str = "eve", by: str | None = None, now=NOW, **more) -> None:
    log.reading(db, actor=universe.actors[by or name], now=now, **universe.score(name, **more))


def record(db: Session, universe: Universe, name: str = "eve", instrument=NRS_NOW):
    actor = universe.actors[name]
    return read.record(db, actor.clinic, [universe.courses[name]], instrument)


def weekly(universe: Universe):
    """Eve's rows of the instrument she is judged on."""
    mine = (Outcome.course_id == universe.courses["eve"], Outcome.instrument == "nrs_week")
    return select(Outcome).where(*mine).order_by(Outcome.side)


def test_left_and_right_are_two_series(db: Session, universe: Universe):
    put(db, universe, side="left", value=3)
    put(db, universe, side="right", value=8)
    found, series = record(db, universe)
    assert [(s.site, s.side) for s in series] == [("knee", "left"), ("knee", "right")]
    assert found.reading_value.tolist() == [3, 8]


def test_a_score_of_0_is_a_score(db: Session, universe: Universe):
    put(db, universe, value=0)
    assert record(db, universe)[0].reading_value.tolist() == [0]


def test_what_staff_entered_is_counted_apart(db: Session, universe: Universe):
    put(db, universe, by="cho", value=9)
    put(db, universe, by="cho", value=2, entered_by="assisted")
    assert record(db, universe)[0].reading_value.tolist() == [2]
    rows = db.scalars(select(Outcome).where(Outcome.instrument == "nrs_now")).all()
    assert [(row.side, row.readings, row.staff) for row in rows] == [("left", 1, 1)]


def test_a_silent_patient_has_a_row_at_every_place(db: Session, universe: Universe):
    put(db, universe, instrument="pgic", side="left")
    rows = db.scalars(weekly(universe)).all()
    assert [(row.side, row.readings, row.baseline, row.last_on) for row in rows] == [
        ("left", 0, None, None),
        ("right", 0, None, None),
    ]


def test_days_are_the_clinics_decimal_days(db: Session, universe: Universe):
    put(db, universe)
    assert record(db, universe)[0].reading_day.tolist() == [TODAY.toordinal() + 0.5]


def test_a_wrong_clock_is_read_corrected(db: Session, universe: Universe):
    wrong = NOW - timedelta(days=7 * 365)
    put(db, universe, recorded_at=wrong, sent_at=wrong + timedelta(minutes=1))
    assert abs(record(db, universe)[0].reading_day[0] - (TODAY.toordinal() + 0.5)) < 2 / 1440


def test_the_start_is_the_first_session_held(db: Session, universe: Universe):
    for back in (3, 9):
        day = TODAY - timedelta(days=back)
        at = NOW - timedelta(days=back)
        put(db, universe, kind="before", recorded_at=at, session_id=universe.visit("eve", day))
    found, _ = record(db, universe)
    assert found.start.tolist() == [TODAY.toordinal() - 9]
    assert found.session_day.tolist() == [TODAY.toordinal() - 9, TODAY.toordinal() - 3]


def test_a_cancelled_session_holds_no_pair(db: Session, universe: Universe):
    visit = universe.visit("eve")
    put(db, universe, kind="before", session_id=visit, value=7)
    put(db, universe, kind="after", session_id=visit, value=4, recorded_at=NOW + timedelta(minutes=30))
    assert derive.outcomes(record(db, universe)[0]).pairs.tolist() == [1]
    told = {"id": visit, "course_id": universe.courses["eve"], "held_on": TODAY, "state": "cancelled"}
    log.session(db, actor=universe.actors["cho"], now=NOW, **told)
    assert derive.outcomes(record(db, universe)[0]).pairs.tolist() == [0]


@pytest.mark.parametrize("since", [0, 12])
def test_rows_are_outcomes_and_outcomes_are_rows(db: Session, universe: Universe, since: int):
    """Twenty weekly scores; the sessions ended so many weeks ago."""
    for week in range(20):
        at = NOW - timedelta(weeks=week)
        put(db, universe, instrument="nrs_week", value=week % 7, recorded_at=at)
        if week >= since:
            put(db, universe, kind="before", session_id=universe.visit("eve", at.date()), recorded_at=at)
    actor = universe.actors["eve"]
    care = columns.care(db, actor.clinic, [universe.courses["eve"]])
    found, series = columns.record(care, NRS_WEEK)
    expected = derive.outcomes(found)
    rows = db.scalars(weekly(universe)).all()
    assert [(r.site, r.side) for r in rows] == [(s.site, s.side) for s in series]
    same(derived.outcomes(NRS_WEEK, rows), expected)
    left = rows[0]
    assert (len(left.weeks), len(left.weeks_after)) == (20 - max(since - 2, 0), max(since - 2, 0))


def same(one: Outcomes, other: Outcomes) -> None:
    for name in (f.name for f in fields(Outcomes) if f.name != "instrument"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


def test_outcomes_of_a_clinic_leave_others_out(db: Session, universe: Universe):
    put(db, universe, "eve")
    put(db, universe, "gail")
    found, labels = read.outcomes(db, universe.clinics["willow"], NRS_NOW)
    assert labels.patient_code == ("C-eve",)
    assert len(found.baseline) == 1


def test_a_row_of_one_course_does_not_depend_on_another(db: Session, universe: Universe):
    put(db, universe, "eve")
    care = columns.care(db, universe.clinics["willow"], list(universe.courses.values()))
    alone = replace(care, courses=[c for c in care.courses if c.id == universe.courses["eve"]])
    both = [s for s in columns.record(care, NRS_NOW)[1] if s.course_id == universe.courses["eve"]]
    assert both == columns.record(alone, NRS_NOW)[1]


def test_an_unknown_id_gives_an_empty_record(db: Session, universe: Universe):
    found, series = read.record(db, universe.clinics["willow"], [uuid4()], NRS_NOW)
    assert (len(found.start), series) == (0, [])


def test_a_date_stands_for_its_ordinal(db: Session, universe: Universe):
    put(db, universe)
    assert db.scalars(select(Outcome.last_on).where(Outcome.readings == 1)).one() == date(2026, 3, 2)
