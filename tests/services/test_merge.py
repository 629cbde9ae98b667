"""Merge: two sessions that were one visit, with the scores of both, also those that come later."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log, review
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.recompute import recompute
from tracker.storage import AuditEvent, Outcome, Session

HOUR = timedelta(hours=1)


@pytest.fixture
def two(db: Database, universe: Universe) -> tuple[UUID, UUID]:
    """Finn's phone made a second session of the day for his after-score; the clinic recorded the first."""
    finn, course = universe.actors["finn"], universe.courses["finn"]
    first, second = universe.visit("finn"), universe.visit("finn", number=2)
    log.reading(db, actor=finn, now=NOW, **universe.score("finn", kind="before", value=7, session_id=first))
    held = {"id": first, "course_id": course, "held_on": TODAY, "modalities": ["acupuncture"]}
    log.session(db, actor=universe.actors["cho"], now=NOW, **held)
    after = universe.score("finn", kind="after", value=3, session_id=second, recorded_at=NOW + HOUR)
    log.reading(db, actor=finn, now=NOW + HOUR, **after)
    return first, second


def pairs(db: Database, universe: Universe) -> tuple[int, int]:
    """Sessions held and pairs, as the outcome row has them."""
    row = db.execute(
        select(Outcome.held, Outcome.pairs).where(
            Outcome.course_id == universe.courses["finn"], Outcome.instrument == "nrs_now"
        )
    ).one()
    return row.held, row.pairs


def merge(db: Database, universe: Universe, gone: UUID, stays: UUID, by: str = "cho") -> Any:
    return log.merge(db, actor=universe.actors[by], session_id=gone, into=stays, now=NOW + 2 * HOUR)


def test_two_halves_become_a_pair(db: Database, universe: Universe, two):
    assert pairs(db, universe) == (2, 0)
    assert merge(db, universe, two[1], two[0]).modalities == ("acupuncture",)
    assert pairs(db, universe) == (1, 1)
    assert recompute(db, check=True) == []


def test_scores_and_reactions_are_read_where_the_visit_stands(db: Database, universe: Universe, two):
    cho, course = universe.actors["cho"], universe.courses["finn"]
    told = {"course_id": course, "session_id": two[1], "occurred_on": TODAY, "code": "bruise"}
    log.reaction(db, actor=cho, id=uuid4(), now=NOW + HOUR, **told)
    merge(db, universe, two[1], two[0])
    assert {r.session_id for r in review.readings(db, actor=cho, course_id=course)} == {two[0]}
    assert {r.session_id for r in review.reactions(db, actor=cho, course_id=course)} == {two[0]}
    p = review.progress(db, actor=cho, course_id=course, as_of=TODAY, now=NOW + 2 * HOUR)
    assert [(pair.before, pair.after, pair.usable) for pair in p.pairs] == [(7, 3, True)]


def test_a_score_that_comes_later_finds_its_way(db: Database, universe: Universe, two):
    merge(db, universe, two[1], two[0])
    late = universe.score("finn", kind="before", value=6, session_id=two[1], recorded_at=NOW - HOUR)
    log.reading(db, actor=universe.actors["finn"], now=NOW + 3 * HOUR, **late)
    assert pairs(db, universe) == (1, 1)
    assert db.get_one(Session, (universe.clinics["willow"], two[1])).state == "cancelled"


def test_a_phone_that_reports_the_one_that_is_gone_changes_nothing(db: Database, universe: Universe, two):
    merge(db, universe, two[1], two[0])
    told = {"id": two[1], "course_id": universe.courses["finn"], "held_on": TODAY, "number": 2}
    assert log.session(db, actor=universe.actors["finn"], now=NOW + 3 * HOUR, **told).state == "cancelled"
    with pytest.raises(Conflict, match="merged"):
        log.session(db, actor=universe.actors["cho"], now=NOW + 3 * HOUR, **told)
    assert pairs(db, universe) == (1, 1)


def test_blanks_are_filled_and_what_is_written_wins(db: Database, universe: Universe, two):
    told = {"course_id": universe.courses["finn"], "held_on": TODAY, "now": NOW + 2 * HOUR}
    cho = universe.actors["cho"]
    log.session(db, actor=cho, id=two[0], minutes=40, **told)
    log.session(db, actor=cho, id=two[1], number=2, minutes=20, note="left side", modalities=["cupping"], **told)
    kept = merge(db, universe, two[1], two[0])
    assert (kept.minutes, kept.note, kept.modalities) == (40, "left side", ("cupping",))


def test_merging_again_is_a_replay(db: Database, universe: Universe, two):
    first = merge(db, universe, two[1], two[0])
    assert merge(db, universe, two[1], two[0]) == first
    noted = db.scalars(select(AuditEvent.action).where(AuditEvent.action == "session.merge")).all()
    assert len(noted) == 1


def test_one_into_itself_or_into_one_that_is_gone_is_refused(db: Database, universe: Universe, two):
    with pytest.raises(Invalid, match="another session"):
        merge(db, universe, two[0], two[0])
    merge(db, universe, two[1], two[0])
    with pytest.raises(Invalid, match="merged"):
        merge(db, universe, two[0], two[1])


def test_what_was_merged_earlier_follows(db: Database, universe: Universe, two):
    third = universe.visit("finn", number=3)
    told = {"course_id": universe.courses["finn"], "held_on": TODAY, "now": NOW}
    log.session(db, actor=universe.actors["cho"], id=third, number=3, **told)
    merge(db, universe, two[1], two[0])
    merge(db, universe, two[0], third)
    assert pairs(db, universe) == (1, 1)
    clinic = universe.clinics["willow"]
    assert {db.get_one(Session, (clinic, id)).merged_into for id in two} == {third}


@pytest.mark.parametrize(("by", "error"), [("dan", NotFound), ("ben", NotAllowed), ("finn", NotAllowed)])
def test_nobody_else_merges(db: Database, universe: Universe, two, by: str, error):
    with pytest.raises(error):
        merge(db, universe, two[1], two[0], by=by)


def test_sessions_of_two_courses_are_two(db: Database, universe: Universe, two):
    told = {"id": universe.visit("eve"), "course_id": universe.courses["eve"], "held_on": TODAY, "now": NOW}
    log.session(db, actor=universe.actors["cho"], **told)
    with pytest.raises(NotFound):
        merge(db, universe, two[1], told["id"])
