"""Asks from what is stored: the clinic's days, answers that count, the end of a course, a failing answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log
from tracker.services.asks import CourseAsk, asks
from tracker.services.course import close_course
from tracker.storage import Patient

DAY = timedelta(days=1)


@pytest.fixture
def finn(db: Session, universe: Universe):
    """Finn's back, in Seoul: what he logs and what he is asked."""
    return Person(db, universe, "finn")


class Person:
    """One patient of the universe."""

    def __init__(self, db: Session, universe: Universe, name: str) -> None:
        self.db, self.universe, self.name = db, universe, name

    def logs(self, at: datetime, value: float = 5, **more: Any) -> None:
        told = self.universe.score(self.name, value=value, recorded_at=at, **{"instrument": "nrs_week", **more})
        log.reading(self.db, actor=self.universe.actors[self.name], now=at, **told)

    def visits(self, at: datetime, kind: str = "before") -> None:
        day = (at + timedelta(hours=9)).date()
        self.logs(at, kind=kind, instrument="nrs_now", session_id=self.universe.visit(self.name, day))

    def asked(self, now: datetime, instrument: str = "nrs_week") -> list[CourseAsk]:
        patient = self.universe.people[self.name]
        found = asks(self.db, clinic_id=self.universe.actors[self.name].clinic, patient_id=patient, now=now)
        return [ask for ask in found if ask.instrument == instrument]


def test_everything_of_the_start_is_asked_on_the_day_a_course_opens(finn):
    first = {name: finn.asked(NOW, name)[0] for name in ("nrs_week", "peg", "medicine_days")}
    assert {(ask.opens, ask.kind, ask.course_id) for ask in first.values()} == {
        (TODAY, "baseline", finn.universe.courses["finn"])
    }
    assert finn.asked(NOW, "pgic") == []


@pytest.mark.parametrize(
    ("answered", "due"),
    [
        (datetime(2026, 3, 2, 14, 59, tzinfo=UTC), date(2026, 3, 9)),  # 23:59 in Seoul
        (datetime(2026, 3, 2, 15, 0, tzinfo=UTC), date(2026, 3, 10)),  # midnight there
    ],
)
def test_midnight_is_the_clinics(finn, answered, due):
    finn.logs(answered)
    assert finn.asked(answered)[0].due == due


def test_a_night_without_an_hour_is_one_day(db, universe):
    """New York, 8 March 2026, 23 hours long."""
    gail = Person(db, universe, "gail")
    answered = datetime(2026, 3, 8, 4, 30, tzinfo=UTC)  # 7 March, 23:30
    gail.logs(answered)
    assert gail.asked(answered)[0].due == date(2026, 3, 14)
    assert not gail.asked(datetime(2026, 3, 14, 3, 59, tzinfo=UTC))[0].holds(date(2026, 3, 13))
    assert gail.asked(datetime(2026, 3, 14, 4, 0, tzinfo=UTC))[0].holds(date(2026, 3, 14))


def test_an_answer_taken_back_is_no_answer(finn):
    told = finn.universe.score("finn", instrument="nrs_week", recorded_at=NOW)
    log.reading(finn.db, actor=finn.universe.actors["finn"], now=NOW, **told)
    assert finn.asked(NOW)[0].opens == TODAY + 7 * DAY
    gone = finn.universe.score("finn", instrument="nrs_week", supersedes=told["id"], value=None, retracted=True)
    log.reading(finn.db, actor=finn.universe.actors["finn"], now=NOW, **gone)
    assert finn.asked(NOW)[0].opens == TODAY


def test_a_wrong_clock_asks_by_the_corrected_day(finn):
    told = finn.universe.score("finn", instrument="nrs_week", recorded_at=NOW - 400 * DAY, sent_at=NOW - 400 * DAY)
    log.reading(finn.db, actor=finn.universe.actors["finn"], now=NOW, **told)
    assert finn.asked(NOW)[0].due == TODAY + 7 * DAY


def test_a_score_is_one_of_the_start_until_treatment_is_over(finn):
    finn.visits(NOW)
    assert finn.asked(NOW)[0].kind == "baseline"
    finn.visits(NOW + timedelta(hours=1), "after")
    assert finn.asked(NOW + timedelta(hours=1))[0].kind == "check_in"


def test_a_session_of_yesterday_lies_behind(finn):
    finn.visits(NOW)
    assert finn.asked(NOW + DAY)[0].kind == "check_in"


def test_a_course_that_fell_silent_is_followed_from_its_last_session(finn):
    finn.visits(NOW)
    last = NOW + 28 * DAY
    assert [ask.due for ask in finn.asked(last)] == [TODAY + n * 7 * DAY for n in (4, 8, 13, 26, 39, 52)]
    assert [ask.due for ask in finn.asked(last, "pgic")] == [TODAY + n * 7 * DAY for n in (13, 26, 39, 52)]


def test_a_course_that_was_closed_is_followed_from_week_1(finn):
    finn.visits(NOW)
    cho = finn.universe.actors["cho"]
    close_course(finn.db, actor=cho, course_id=finn.universe.courses["finn"], on=TODAY, reason="done", now=NOW)
    assert len(finn.asked(NOW)) == 8
    assert finn.asked(NOW, "pgic")[0].due == TODAY + 7 * DAY


def test_a_responders_failing_answer_is_asked_again(finn):
    """8 at the start, 2 at the end, 8 at week 52: days 7 and 11 after it."""
    finn.logs(NOW - timedelta(hours=1), 8, kind="baseline")
    finn.visits(NOW)
    for day, value in ((7, 2), (364, 8)):
        finn.logs(NOW + day * DAY, value)
    last = NOW + 364 * DAY
    assert [(ask.opens - last.date()).days for ask in finn.asked(last)] == [7, 11]
    finn.logs(last + 7 * DAY, 8)
    assert finn.asked(last + 7 * DAY) == []


def test_a_failing_answer_of_somebody_who_never_responded_is_not(finn):
    finn.logs(NOW - timedelta(hours=1), 8, kind="baseline")
    finn.visits(NOW)
    for day, value in ((7, 8), (364, 8)):
        finn.logs(NOW + day * DAY, value)
    assert finn.asked(NOW + 364 * DAY) == []


def test_each_course_has_its_own_and_nobody_elses(db, universe):
    eve, gail = (Person(db, universe, name) for name in ("eve", "gail"))
    assert {ask.course_id for ask in eve.asked(NOW)} == {universe.courses["eve"]}
    assert {ask.course_id for ask in gail.asked(NOW)} == {universe.courses["gail"]}
    here, there = universe.actors["eve"].clinic, universe.people["gail"]
    assert asks(db, clinic_id=here, patient_id=there, now=NOW) == []


def test_who_withdrew_is_asked_nothing(finn):
    finn.db.execute(update(Patient).where(Patient.id == finn.universe.people["finn"]).values(withdrawn_at=NOW))
    assert finn.asked(NOW) == []
