"""Co-treatments: what is taken and refused, ended, corrected and taken back; shown, never counted."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log, own, review
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.storage import CoTreatment, Outcome

DAY = timedelta(days=1)


def add(db: Database, universe: Universe, by: str = "cho", **more: Any) -> Any:
    told = {"id": uuid4(), "course_id": universe.courses["eve"], "kind": "medicine", "code": "opioid"}
    told |= {"begun_on": TODAY - 9 * DAY, "now": NOW}
    return log.co_treatment(db, actor=universe.actors[by], **(told | more))


def seen(db: Database, universe: Universe, by: str = "cho") -> list[Any]:
    found = review.co_treatments(db, actor=universe.actors[by], course_id=universe.courses["eve"], now=NOW)
    return [one for one in found if one.effective]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"kind": "magic"}, "/kind", "unknown_word"),
        ({"code": None}, "/code", "unknown_word"),
        ({"code": "cupping"}, "/code", "unknown_word"),
        ({"kind": "modality"}, "/code", "unknown_word"),
        ({"kind": "other"}, "/code", "unknown_word"),
        ({"kind": "other", "code": None}, "/label", "blank"),
        ({"kind": "other", "code": None, "label": "   "}, "/label", "blank"),
        ({"label": "x" * 201}, "/label", "too_long"),
        ({"note": "\x00"}, "/note", "control_characters"),
        ({"begun_on": TODAY + DAY}, "/begun_on", "too_late"),
        ({"begun_on": None}, "/begun_on", "not_a_date"),
        ({"ended_on": TODAY - 10 * DAY}, "/ended_on", "too_early"),
        ({"ended_on": TODAY + DAY}, "/ended_on", "too_late"),
        ({"supersedes": uuid4()}, "/supersedes", "unknown_earlier"),
        ({"retracted": True}, "/supersedes", "blank"),
        ({"retracted": 1}, "/retracted", "not_a_flag"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_place(db: Database, universe: Universe, wrong, pointer, code):
    with pytest.raises(Invalid) as refused:
        add(db, universe, **wrong)
    assert (pointer, code) in [(fault["pointer"], fault["code"]) for fault in refused.value.errors]
    assert db.scalar(select(func.count()).select_from(CoTreatment)) == 0


def test_one_day_is_long_enough(db: Database, universe: Universe):
    assert add(db, universe, begun_on=TODAY, ended_on=TODAY).ended_on == TODAY


def test_the_same_again_is_a_replay_and_other_words_are_a_conflict(db: Database, universe: Universe):
    id = uuid4()
    assert add(db, universe, id=id) == add(db, universe, id=id, now=NOW + DAY)
    with pytest.raises(Conflict):
        add(db, universe, id=id, code="simple")


def test_it_ends_by_a_later_row_and_the_earlier_one_stays(db: Database, universe: Universe):
    first = add(db, universe)
    add(db, universe, supersedes=first.id, ended_on=TODAY)
    assert [one.ended_on for one in seen(db, universe)] == [TODAY]
    assert db.scalar(select(func.count()).select_from(CoTreatment)) == 2


def test_what_was_entered_by_mistake_is_taken_back(db: Database, universe: Universe):
    first = add(db, universe)
    add(db, universe, supersedes=first.id, retracted=True)
    assert seen(db, universe) == []


def test_the_database_itself_keeps_every_row(db: Database, universe: Universe):
    add(db, universe)
    for statement in ("DELETE FROM co_treatment", "UPDATE co_treatment SET label = 'x'"):
        with pytest.raises(IntegrityError, match="append-only"):
            db.execute(text(statement))
        db.rollback()


@pytest.mark.parametrize(("by", "error"), [("dan", NotFound), ("ben", NotAllowed), ("eve", NotAllowed)])
def test_nobody_else_enters_one(db: Database, universe: Universe, by: str, error):
    with pytest.raises(error):
        add(db, universe, by=by)


def test_it_changes_no_outcome(db: Database, universe: Universe):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score(instrument="nrs_week"))
    before = db.execute(select(*Outcome.__table__.c)).all()
    add(db, universe)
    assert db.execute(select(*Outcome.__table__.c)).all() == before


def test_the_person_sees_it_without_the_note_of_staff(db: Database, universe: Universe):
    add(db, universe, note="says it makes her sleepy", label="tramadol")
    (mine,) = seen(db, universe, by="eve")
    assert (mine.label, mine.note) == ("tramadol", None)
    (course,) = own.record(db, actor=universe.actors["eve"], format="json", now=NOW).courses
    assert [one.label for one in course.co_treatments] == ["tramadol"]
