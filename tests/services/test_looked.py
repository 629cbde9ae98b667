"""Looked: who did what with a person's record, newest first, one line a visit; own acts apart; nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import log, looked, own, review, roster
from tracker.services.errors import NotAllowed

MINUTE = timedelta(minutes=1)


def test_opening_a_page_is_one_look_with_all_that_was_seen(db: Session, universe: Universe):
    at = {"actor": universe.actors["cho"], "course_id": universe.courses["eve"]}
    review.course(db, now=NOW, **at)
    review.progress(db, now=NOW + timedelta(seconds=1), **at)
    review.readings(db, now=NOW + timedelta(seconds=2), **at)
    (look,) = [x for x in looked.looks(db, actor=universe.actors["eve"], now=NOW).others if x.who == "staff"]
    assert (look.name, look.role, look.at) == ("Cho", "practitioner", NOW)
    assert look.actions == ("course.look", "progress.look", "readings.look")


def test_two_visits_are_two_looks_newest_first(db: Session, universe: Universe):
    for minutes in (0, 5):
        review.course(db, actor=universe.actors["cho"], course_id=universe.courses["eve"], now=NOW + minutes * MINUTE)
    found = [x.at for x in looked.looks(db, actor=universe.actors["eve"], now=NOW).others if x.who == "staff"]
    assert found == [NOW + 5 * MINUTE, NOW]


def test_what_others_entered_stands_there_too_and_own_acts_stand_apart(db: Session, universe: Universe):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score("eve"))
    log.reading(db, actor=universe.actors["cho"], now=NOW + 5 * MINUTE, **universe.score("eve"))
    own.record(db, actor=universe.actors["eve"], format="csv", now=NOW + 9 * MINUTE)
    found = looked.looks(db, actor=universe.actors["eve"], now=NOW)
    assert [x.actions for x in found.own] == [("own.download",), ("reading.add",)]
    assert found.others[0].actions == ("reading.add",)
    assert {x.who for x in found.others} == {"staff", "operator"}  # who enrolled her was the operator


def test_lists_of_patients_are_one_line_a_person_and_day(db: Session, universe: Universe):
    for hour in (0, 1, 25):
        roster.roster(db, actor=universe.actors["cho"], now=NOW + timedelta(hours=hour))
    found = looked.looks(db, actor=universe.actors["eve"], now=NOW + timedelta(days=2)).lists
    assert [(x.name, x.times) for x in found] == [("Cho", 1), ("Cho", 2)]
    assert looked.looks(db, actor=universe.actors["gail"], now=NOW + timedelta(days=2)).lists == ()
    assert looked.looks(db, actor=universe.actors["eve"], now=NOW + timedelta(days=60)).lists == ()


def test_nobody_sees_who_looked_at_somebody_else(db: Session, universe: Universe):
    review.course(db, actor=universe.actors["cho"], course_id=universe.courses["eve"], now=NOW)
    for name in ("finn", "gail"):
        found = looked.looks(db, actor=universe.actors[name], now=NOW)
        assert "course.look" not in {action for x in found.others for action in x.actions}
    with pytest.raises(NotAllowed):
        looked.looks(db, actor=universe.actors["cho"], now=NOW)


def test_a_long_trail_says_that_there_is_more(db: Session, universe: Universe, monkeypatch):
    monkeypatch.setattr(looked, "MOST", 2)
    for minutes in range(5):
        review.course(
            db, actor=universe.actors["cho"], course_id=universe.courses["eve"], now=NOW + 5 * minutes * MINUTE
        )
    found = looked.looks(db, actor=universe.actors["eve"], now=NOW)
    assert (len(found.others), found.more) == (2, True)
