"""Assessments: a practitioner rates a reaction; what the patient told stays as it was."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from tests.storage.universe import NOW, TODAY, Universe
from tracker.evidence.reactions import reactions
from tracker.services import log, review
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.storage import Assessment, AuditEvent

DAY = timedelta(days=1)


@pytest.fixture
def bruise(db: Database, universe: Universe) -> UUID:
    """Eve told of a bruise, in her own words."""
    told = {"course_id": universe.courses["eve"], "occurred_on": TODAY, "code": "bruise", "words": "big and blue"}
    return log.reaction(db, actor=universe.actors["eve"], id=uuid4(), now=NOW, **told).id


def rate(db: Database, universe: Universe, bruise: UUID, by: str = "cho", **more: Any) -> Any:
    told = {"id": uuid4(), "kind": "bleeding_bruise", "grade": 1, "causality": "probable", "now": NOW}
    return log.assessment(db, actor=universe.actors[by], reaction_id=bruise, **(told | more))


def seen(db: Database, universe: Universe, by: str = "cho") -> Any:
    (one,) = review.reactions(db, actor=universe.actors[by], course_id=universe.courses["eve"], now=NOW)
    return one


def test_what_was_told_stays_beside_what_was_made_of_it(db: Database, universe: Universe, bruise: UUID):
    rate(db, universe, bruise, grade=2, serious=True, note="asked again by phone")
    one = seen(db, universe)
    assert (one.code, one.words, one.grade, one.serious, one.reported_by) == (
        "bruise",
        "big and blue",
        None,
        False,
        "patient",
    )
    assert (one.assessment.grade, one.assessment.serious, one.assessment.assessed_by) == (
        2,
        True,
        universe.people["cho"],
    )
    assert seen(db, universe, by="eve").assessment.note is None


def test_the_latest_counts_and_earlier_ones_stay(db: Database, universe: Universe, bruise: UUID):
    rate(db, universe, bruise)
    rate(db, universe, bruise, grade=3, now=NOW + DAY)
    assert seen(db, universe).assessment.grade == 3
    told = review.assessments(db, actor=universe.actors["cho"], course_id=universe.courses["eve"], now=NOW)
    assert [one.grade for one in told] == [1, 3]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"kind": "bruise"}, "/kind", "unknown_word"),
        ({"grade": 0}, "/grade", "out_of_range"),
        ({"grade": 6}, "/grade", "out_of_range"),
        ({"grade": 2.5}, "/grade", "not_whole"),
        ({"grade": "2"}, "/grade", "not_a_number"),
        ({"causality": "sure"}, "/causality", "unknown_word"),
        ({"onset": "soon"}, "/onset", "unknown_word"),
        ({"serious": None}, "/serious", "not_a_flag"),
        ({"treated": "yes"}, "/treated", "not_a_flag"),
        ({"resolved_on": TODAY - DAY}, "/resolved_on", "too_early"),
        ({"resolved_on": TODAY + DAY}, "/resolved_on", "too_late"),
        ({"action": "\x00"}, "/action", "control_characters"),
        ({"grade": 4}, "/serious", "serious"),
        ({"grade": 5}, "/serious", "serious"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_place(
    db: Database, universe: Universe, bruise: UUID, wrong, pointer, code
):
    with pytest.raises(Invalid) as refused:
        rate(db, universe, bruise, **wrong)
    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == [(pointer, code)]
    assert db.scalar(select(func.count()).select_from(Assessment)) == 0


def test_grade_four_that_is_serious_is_taken(db: Database, universe: Universe, bruise: UUID):
    assert rate(db, universe, bruise, grade=4, serious=True).grade == 4


@pytest.mark.parametrize("causality", reactions().causality)
def test_every_word_of_causality_is_taken(db: Database, universe: Universe, bruise: UUID, causality: str):
    assert rate(db, universe, bruise, causality=causality).causality == causality


def test_the_same_again_is_a_replay_and_other_words_are_a_conflict(db: Database, universe: Universe, bruise: UUID):
    id = uuid4()
    assert rate(db, universe, bruise, id=id) == rate(db, universe, bruise, id=id, now=NOW + DAY)
    with pytest.raises(Conflict):
        rate(db, universe, bruise, id=id, grade=2)
    noted = db.scalars(select(AuditEvent.detail).where(AuditEvent.action == "reaction.assess")).all()
    assert noted == [{"serious": False}]


@pytest.mark.parametrize(("by", "error"), [("dan", NotFound), ("ben", NotAllowed), ("eve", NotAllowed)])
def test_nobody_else_rates_it(db: Database, universe: Universe, bruise: UUID, by: str, error):
    with pytest.raises(error):
        rate(db, universe, bruise, by=by)


def test_the_database_itself_keeps_every_assessment(db: Database, universe: Universe, bruise: UUID):
    rate(db, universe, bruise)
    for statement in ("DELETE FROM assessment", "UPDATE assessment SET grade = 5, serious = true"):
        with pytest.raises(IntegrityError, match="append-only"):
            db.execute(text(statement))
        db.rollback()


@pytest.mark.parametrize("code", ["", "pneumothorax_", "BRUISE", None, 5])
def test_a_reaction_that_is_not_on_the_list_is_refused(db: Database, universe: Universe, code):
    told = {"course_id": universe.courses["eve"], "occurred_on": TODAY, "code": code, "now": NOW}
    with pytest.raises(Invalid) as refused:
        log.reaction(db, actor=universe.actors["eve"], id=uuid4(), **told)
    assert refused.value.pointer == "/code"


@pytest.mark.parametrize("code", reactions().codes)
def test_every_line_of_the_phone_is_taken(db: Database, universe: Universe, code: str):
    told = {"course_id": universe.courses["eve"], "occurred_on": TODAY, "code": code, "now": NOW}
    assert log.reaction(db, actor=universe.actors["eve"], id=uuid4(), **told).code == code
