"""Recompute: rows rebuilt from readings are the rows that stood there; any other row is found and mended."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import enrol, log, summarise
from tracker.services.errors import NotFound
from tracker.storage import Outcome

DAY = timedelta(days=1)


@pytest.fixture
def logged(db: Session, universe: Universe) -> Universe:
    """Everybody with a few months of scores, sessions, a correction, a retraction and a closing."""
    for name, actor in (("eve", "willow"), ("finn", "willow"), ("gail", "maple")):
        by = universe.actors[actor]
        for week in range(20):
            at = NOW - week * 7 * DAY + timedelta(hours=9)  # 07:00 in New York, 21:00 in Seoul
            told = {"recorded_at": at, "received_at": at, "value": week % 8, "entered_by": "patient"}
            visit = universe.visit(name, TODAY - week * 7 * DAY)
            weekly = universe.score(name, instrument="nrs_week", **told)
            before = universe.score(name, kind="before", session_id=visit, **told)
            after = universe.score(name, kind="after", session_id=visit, **told | {"value": 0})
            results = log.batch(db, actor=by, items=[weekly, before, after], now=NOW)
            assert {result.status for result in results} == {"created"}
        changed = universe.score(name, instrument="nrs_week", supersedes=weekly["id"], value=1)
        gone = universe.score(name, supersedes=before["id"], value=None, retracted=True)
        log.batch(db, actor=by, items=[changed, gone], now=NOW)
    enrol.close_course(
        db, actor=universe.actors["cho"], course_id=universe.courses["finn"], on=TODAY, reason="done", now=NOW
    )
    return universe


def rows(db: Session) -> list[dict]:
    order = (Outcome.clinic_id, Outcome.course_id, Outcome.instrument, Outcome.site, Outcome.side)
    return [dict(row) for row in db.execute(select(*Outcome.__table__.c).order_by(*order)).mappings()]


def test_a_rebuild_gives_identical_rows(db: Session, logged: Universe):
    stood = rows(db)
    db.execute(delete(Outcome))
    db.commit()
    assert len(summarise.recompute(db)) == len(stood) == 7
    assert rows(db) == stood


def test_nothing_differs_after_ordinary_writing(db: Session, logged: Universe):
    assert summarise.recompute(db, check=True) == []


SPOILED = {
    "a figure": update(Outcome).where(Outcome.instrument == "nrs_now", Outcome.held > 0).values(baseline=3.25),
    "an unknown": update(Outcome).where(Outcome.instrument == "nrs_now").values(last_seen=1.0),
    "a missing row": delete(Outcome).where(Outcome.instrument == "nrs_week"),
    "a row too many": update(Outcome).where(Outcome.instrument == "nrs_now").values(instrument="peg"),
    "weeks": update(Outcome).where(Outcome.instrument == "nrs_week").values(weeks=[[0.0, 1.0]]),
    "weeks after": update(Outcome).where(Outcome.instrument == "nrs_week").values(weeks_after=[[99.5, 1.0]]),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_spoiled_row_is_found_and_mended(db: Session, logged: Universe, case: str):
    stood = rows(db)
    db.execute(SPOILED[case])
    db.commit()
    spoiled = rows(db)
    assert summarise.recompute(db, check=True)
    assert rows(db) == spoiled
    assert summarise.recompute(db)
    assert rows(db) == stood


def test_one_clinic_only(db: Session, logged: Universe):
    db.execute(update(Outcome).where(Outcome.instrument == "nrs_week").values(held=99))
    db.commit()
    found = summarise.recompute(db, clinic_slug="maple")
    assert [line.split()[0] for line in found] == ["maple"]
    assert {line.split()[0] for line in summarise.recompute(db, check=True)} == {"willow"}


def test_a_difference_names_the_row_and_the_column_and_no_value(db: Session, logged: Universe):
    db.execute(
        update(Outcome)
        .where(Outcome.course_id == logged.courses["gail"], Outcome.instrument == "nrs_now")
        .values(end=9.125)
    )
    db.commit()
    assert summarise.recompute(db, check=True) == [f"maple {logged.courses['gail']} nrs_now neck none: end"]


def test_an_unknown_clinic_is_not_there(db: Session):
    with pytest.raises(NotFound):
        summarise.recompute(db, clinic_slug="nowhere")
