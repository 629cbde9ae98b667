"""Taking an import back: within a day nothing of it counts any more, nothing is deleted, the file brings it back."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.services.test_import import ROWS, TABLES, counts, imported, take, text
from tests.storage.universe import NOW, Universe
from tracker.services import access, import_, log, review, summarise, take_back
from tracker.services.errors import Conflict, NotAllowed, NotFound
from tracker.storage import AuditEvent, Course, ImportBatch, Milestone, Outcome, Place, Reading, columns
from tracker.storage import Session as Visit

SURGERY = "check_in,nrs_week,2025-02-01,,surgery"
LATER = NOW + timedelta(hours=3)
MORE = (
    *ROWS,
    "P1,knee_oa,2025-01-06,2025-02-10,before,s2,nrs_now,2025-01-13T09:00,6,knee,left,a,Dr. K,acupuncture,3.5",
)


def undo(db: Session, universe: Universe, batch_id: Any, now: datetime = LATER, who: str = "amy"):
    return take_back.take_back(db, actor=universe.actors[who], batch_id=batch_id, now=now)


def standing(db: Session, universe: Universe) -> list[Any]:
    """All that says something of anybody: outcomes, the roster, the summary, the courses, an export's rows."""
    actor = universe.actors["amy"]
    rows = [tuple(row) for row in db.execute(select(*Outcome.__table__.c).order_by(*Outcome.__table__.primary_key))]
    summary = summarise.clinic_summary(db, actor=actor, until=date(2025, 12, 31), now=LATER)
    roster = [(one.patient_code, one.planned, one.state) for one in review.roster(db, actor=actor, now=LATER).rows]
    people = [one.code for one in access.unjoined(db, actor=actor)[0]]
    return [rows, summary, roster, people, [one.id for one in review.courses(db, actor=actor, now=LATER)]]


def test_nothing_of_it_counts_and_nothing_is_deleted(db: Session, universe: Universe):
    before, rows = standing(db, universe), counts(db)
    report = take(db, universe, text(*MORE))
    held = counts(db)
    assert standing(db, universe) != before
    found = undo(db, universe, report.batch_id)
    assert (found.taken_back_at, found.until) == (LATER, None)
    assert standing(db, universe) == before
    assert [a >= b for a, b in zip(counts(db), held, strict=True)][:5] == [True] * 5
    assert (db.scalar(select(func.count()).select_from(Reading)), rows[4]) == (12, 0)
    assert summarise.recompute(db, check=True) == []


def test_every_score_keeps_its_row_and_gets_one_that_retracts_it(db: Session, universe: Universe):
    report = take(db, universe, text())
    undo(db, universe, report.batch_id)
    old = db.scalars(select(Reading).where(Reading.retracted.is_(False))).all()
    new = {row.supersedes: row for row in db.scalars(select(Reading).where(Reading.retracted))}
    assert set(new) == {row.id for row in old}
    assert all((new[r.id].kind, new[r.id].recorded_at, new[r.id].side) == (r.kind, r.recorded_at, r.side) for r in old)
    assert set(db.scalars(select(Visit.state).where(Visit.import_batch_id == report.batch_id))) == {"cancelled"}


def test_the_file_again_brings_all_of_it_back(db: Session, universe: Universe):
    found = []
    for _ in range(3):
        report = take(db, universe, text(*MORE))
        assert (report.courses, report.sessions, report.readings, report.refusals) == (2, 2, 6, ())
        found.append(standing(db, universe)[:2])
        undo(db, universe, report.batch_id)
    assert found[0] == found[1] == found[2] != standing(db, universe)[:2]
    assert summarise.recompute(db, check=True) == []


def test_a_corrected_file_replaces_the_one_that_was_taken_back(db: Session, universe: Universe):
    undo(db, universe, take(db, universe, text()).batch_id)
    other = [row.replace(",8,", ",9,").replace(",left,", ",right,").replace("2025-02-10", "2025-02-17") for row in ROWS]
    report = take(db, universe, text(*other))
    assert (report.courses, report.readings, report.refusals) == (2, 5, ())
    course = imported(db, "P1")
    assert course.closed_on == date(2025, 2, 17)
    assert db.scalars(select(Place.side).where(Place.course_id == course.id)).all() == ["right"]
    week = select(Outcome.side, Outcome.baseline).where(
        Outcome.course_id == course.id, Outcome.instrument == "nrs_week"
    )
    assert db.execute(week).all() == [("right", 9)]


def test_once_more_is_a_replay(db: Session, universe: Universe):
    report = take(db, universe, text())
    undo(db, universe, report.batch_id)
    held = counts(db)
    assert undo(db, universe, report.batch_id, now=NOW + timedelta(days=9)).taken_back_at == LATER
    assert counts(db) == held


def test_after_a_day_it_says_so_and_refuses(db: Session, universe: Universe):
    report = take(db, universe, text())
    before = standing(db, universe)
    with pytest.raises(Conflict, match="for a day"):
        undo(db, universe, report.batch_id, now=NOW + timedelta(days=1))
    assert standing(db, universe) == before
    assert undo(db, universe, report.batch_id, now=NOW + timedelta(days=1) - timedelta(seconds=1)).taken_back_at


def test_what_somebody_entered_since_stays_and_so_does_its_course(db: Session, universe: Universe):
    report = take(db, universe, text())
    course = imported(db, "P1")
    admin = universe.actors["amy"]
    at = {"course_id": course.id, "kind": "check_in", "instrument": "nrs_week", "site": "knee", "side": "left"}
    old = db.scalars(select(Reading).where(Reading.kind == "baseline", Reading.course_id == course.id)).one()
    corrected = at | {"kind": "baseline", "supersedes": old.id, "value": 6, "recorded_at": old.recorded_at}
    log.batch(
        db,
        actor=admin,
        items=[universe.score(**at, value=2, recorded_at=NOW, entered_by="assisted"), universe.score(**corrected)],
        now=NOW,
    )
    undo(db, universe, report.batch_id)
    care = columns.care(db, course.clinic_id, [course.id])
    assert sorted(score.value for score in care.scores) == [2, 6]
    assert db.get_one(Course, (course.clinic_id, course.id)).taken_back_at is None


def test_whoever_writes_in_a_course_that_was_taken_back_has_it_again(db: Session, universe: Universe):
    undo(db, universe, take(db, universe, text()).batch_id)
    course = imported(db, "P1")
    with pytest.raises(NotFound):
        review.course(db, actor=universe.actors["amy"], course_id=course.id)
    told = {"course_id": course.id, "site": "knee", "side": "left", "entered_by": "assisted"}
    log.reading(db, actor=universe.actors["amy"], now=NOW, **universe.score(**told))
    assert review.course(db, actor=universe.actors["amy"], course_id=course.id).id == course.id
    assert db.scalar(select(func.count()).select_from(Outcome).where(Outcome.course_id == course.id))


def test_an_entry_that_is_refused_brings_no_course_back(db: Session, universe: Universe):
    undo(db, universe, take(db, universe, text()).batch_id)
    courses = db.scalars(select(Course.id).where(Course.taken_back_at.is_not(None))).all()
    told = {"kind": "check_in", "instrument": "nrs_now", "site": "knee", "side": "left", "recorded_at": LATER}
    items = [{"id": uuid4(), "course_id": id, "value": 4, "supersedes": uuid4(), **told} for id in courses]
    found = log.batch(db, actor=universe.actors["amy"], items=items, now=LATER)
    assert [one.status for one in found] == ["refused"] * len(courses) != []
    assert db.scalars(select(Course.id).where(Course.taken_back_at.is_not(None))).all() == courses
    assert summarise.recompute(db, check=True) == []


def test_what_a_file_added_to_a_course_that_was_there_goes_again(db: Session, universe: Universe):
    take(db, universe, text(ROWS[5]))
    before = standing(db, universe)
    longer = "P2,low_back,2025-01-06,2025-03-03,baseline,,nrs_week,2025-01-06,6,,,b,Dr. K,,"
    right = "P2,low_back,2025-01-06,2025-03-03,check_in,,nrs_week,2025-02-07,5,back,right,b,Dr. K,,"
    report = import_.import_file(db, actor=universe.actors["amy"], path=text(longer, right), now=LATER)
    assert (report.courses, report.readings, report.refusals) == (0, 1, ())
    assert imported(db, "P2").closed_on == date(2025, 3, 3)
    undo(db, universe, report.batch_id, now=LATER)
    db.expire_all()
    assert (imported(db, "P2").closed_on, imported(db, "P2").practitioner) == (None, None)
    assert standing(db, universe) == before


def test_milestones_are_taken_back_and_come_again(db: Session, universe: Universe):
    head = "patient,condition,course_start,kind,instrument,recorded_at,value,milestone"
    lines = (
        "P1,neck,2025-01-06,baseline,nrs_week,2025-01-05,8,",
        "P1,neck,2025-01-06,check_in,nrs_week,2025-02-01,,surgery",
    )
    ids = {}
    for n in range(2):
        report = take(db, universe, text(*lines, head=head))
        care = columns.care(db, universe.clinics["willow"], [imported(db, "P1").id])
        ids[n] = [one.code for one in care.milestones]
        undo(db, universe, report.batch_id)
    assert ids == {0: ["surgery"], 1: ["surgery"]}
    told = db.scalars(select(Milestone.retracted).where(Milestone.course_id == imported(db, "P1").id)).all()
    assert sorted(told) == [False, False, True, True]


def test_it_stands_in_the_trail(db: Session, universe: Universe):
    report = take(db, universe, text(*MORE))
    undo(db, universe, report.batch_id)
    (note,) = db.scalars(select(AuditEvent).where(AuditEvent.action == "import.take_back")).all()
    assert (note.subject_id, note.actor_id) == (report.batch_id, universe.people["amy"])
    assert note.detail == {"readings": 6, "milestones": 0, "sessions": 2, "courses": 2}


@pytest.mark.parametrize(
    ("who", "error"), [("ben", NotAllowed), ("cho", NotAllowed), ("eve", NotAllowed), ("maple", NotFound)]
)
def test_only_the_clinics_own_admin_takes_back(db: Session, universe: Universe, who: str, error: type[Exception]):
    report = take(db, universe, text())
    before = counts(db)
    with pytest.raises(error):
        undo(db, universe, report.batch_id, who=who)
    assert counts(db) == before


def test_the_same_batch_twice_is_one_import(db: Session, universe: Universe):
    first = take(db, universe, text(), batch_id=universe.people["amy"])
    held = counts(db)
    again = take(db, universe, text(ROWS[5]), batch_id=universe.people["amy"])
    assert (again.batch_id, again.readings, again.rows) == (first.batch_id, 5, 6)
    assert counts(db) == held
    assert len(TABLES) == len(held)
    assert db.scalar(select(func.count()).select_from(ImportBatch)) == 1
