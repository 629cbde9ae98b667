"""Home: the sessions of these days with their scores, own entries, the diary, what is asked, for some days ahead."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import enrol, log, review
from tracker.services.epoch import epoch, renew
from tracker.services.views import Home, HomeCourse

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Phone:
    """Eve's."""

    def __init__(self, db: Session, universe: Universe) -> None:
        self.db, self.universe, self.actor = db, universe, universe.actors["eve"]

    def home(self, now: datetime = NOW) -> Home:
        return review.home(self.db, actor=self.actor, now=now)

    def course(self, now: datetime = NOW) -> HomeCourse:
        (one,) = self.home(now).courses
        return one

    def put(self, at: datetime = NOW, **more: Any) -> UUID:
        told = self.universe.score(recorded_at=at, **more)
        return log.reading(self.db, actor=self.actor, now=at, **told).reading.id

    def visit(self, day: date = TODAY, state: str = "reported", who: str = "eve") -> UUID:
        id, course = self.universe.visit("eve", day), self.universe.courses["eve"]
        actor = self.universe.actors[who]
        log.session(self.db, actor=actor, id=id, course_id=course, held_on=day, state=state, now=NOW)
        return id

    def milestone(self, at: datetime, code: str, **more: Any) -> None:
        told = {"id": uuid4(), "course_id": self.universe.courses["eve"], "code": code, **more}
        log.milestone(self.db, actor=self.actor, now=at, **{"happened_on": (at + 9 * HOUR).date(), **told})


@pytest.fixture
def phone(db: Session, universe: Universe) -> Phone:
    return Phone(db, universe)


def test_before_the_first_session_there_is_none_and_the_start_is_asked(phone):
    one = phone.course()
    assert (one.held, one.sessions, one.t0, one.ends_on, one.ended) == (0, (), None, None, False)
    assert {ask.kind for ask in one.asks} == {"baseline"}
    assert phone.home().paired is False


def test_a_session_shows_the_scores_that_count_by_place(phone):
    visit = phone.universe.visit("eve")
    first = phone.put(kind="before", session_id=visit, side="left", value=8)
    second = phone.put(kind="before", session_id=visit, side="left", value=7, supersedes=first)
    phone.put(kind="before", session_id=visit, side="right", value=0)
    phone.put(NOW + HOUR, kind="after", session_id=visit, side="left", value=3)
    (one,) = phone.course(NOW + HOUR).sessions
    assert {(s.kind, s.side, s.value) for s in one.scores} == {
        ("before", "left", 7),
        ("before", "right", 0),
        ("after", "left", 3),
    }
    assert second in {s.id for s in one.scores}
    assert phone.home(NOW + HOUR).paired is True


def test_sessions_of_three_days_back_and_planned_ones_of_sixty_ahead(phone):
    days = {back: phone.visit(TODAY - back * DAY, "held", "cho") for back in (4, 3, 0)}
    ahead = {n: phone.visit(TODAY + n * DAY, "planned", "cho") for n in (60, 61)}
    assert {s.session.id for s in phone.course().sessions} == {days[3], days[0], ahead[60]}
    assert phone.course().held == 2  # before today, those not shown too


def test_a_cancelled_session_of_today_is_told_as_such(phone):
    phone.put(kind="before", session_id=phone.universe.visit("eve"))
    phone.visit(state="cancelled")
    assert [s.session.state for s in phone.course().sessions] == ["cancelled"]
    assert phone.course(NOW + DAY).held == 0


def test_the_day_is_the_clinics(phone):
    assert phone.home(NOW + 12 * HOUR + timedelta(minutes=30)).today == TODAY + DAY  # 00:30 in Seoul


def test_own_entries_of_sixty_days_newest_first(phone):
    old = phone.put(NOW - 61 * DAY)
    kept = [phone.put(NOW - back * DAY) for back in (60, 1)]
    gone = phone.put(NOW - 2 * DAY)
    phone.put(supersedes=gone, value=None, retracted=True)
    by_staff = phone.universe.score(recorded_at=NOW)
    log.reading(phone.db, actor=phone.universe.actors["cho"], now=NOW, **by_staff)
    ids = [entry.id for entry in phone.home().entries]
    assert ids == kept[::-1]
    assert old not in ids


def test_the_end_is_told_in_advance(phone):
    phone.visit()
    assert (phone.course().ends_on, phone.course().ended) == (TODAY + 28 * DAY, False)
    assert phone.course(NOW + 28 * DAY).ended


def test_whether_the_visits_are_finished_is_asked_21_days_after_the_last(phone):
    assert phone.course().finished_from is None
    phone.visit()
    assert phone.course().finished_from == TODAY + 21 * DAY
    phone.milestone(NOW + 21 * DAY, "visits_go_on")
    assert phone.course(NOW + 21 * DAY).finished_from is None  # 42 days on the end is known anyway
    phone.milestone(NOW + 2 * DAY, "visits_go_on")


def test_a_planned_visit_answers_whether_the_visits_are_finished(phone):
    phone.visit()
    phone.visit(TODAY + 25 * DAY, "planned", "cho")
    assert phone.course().finished_from is None


def test_no_early_on_is_asked_again_after_21_days(phone):
    """Every third week treated: the end comes after 42 silent days, so a No of day 20 is asked again on day 41."""
    id = uuid4()
    eve, amy = phone.universe.people["eve"], phone.universe.actors["amy"]
    told = {"condition": "neck", "planned_per_week": 1 / 3, "now": NOW}
    enrol.open_course(phone.db, actor=amy, id=id, patient_id=eve, **told)
    phone.universe.courses["eve"] = id
    phone.visit()
    assert finished(phone, id) == TODAY + 21 * DAY
    phone.milestone(NOW + 20 * DAY, "visits_go_on")
    assert finished(phone, id) == TODAY + 41 * DAY
    phone.milestone(NOW + 41 * DAY, "visits_finished")
    assert finished(phone, id) is None


def finished(phone: Phone, id: UUID) -> date | None:
    return next(one.finished_from for one in phone.home(NOW + 41 * DAY).courses if one.course.id == id)


def test_what_happened_since_is_asked_four_times_and_an_answer_closes_one(phone):
    phone.visit()
    t0 = [(88, 135), (179, 228), (270, 319), (361, 455)]
    asked = [tuple((day - TODAY).days for day in span) for span in phone.course(NOW + 88 * DAY).milestones]
    assert asked == t0
    phone.milestone(NOW + 100 * DAY, "none")
    asked = [tuple((day - TODAY).days for day in span) for span in phone.course(NOW + 100 * DAY).milestones]
    assert asked == t0[1:]


def test_the_diary_is_of_headache_courses_and_two_answers_of_a_day_are_one(phone):
    assert phone.home().diary is None
    id, amy = uuid4(), phone.universe.actors["amy"]
    told = {"patient_id": phone.universe.people["eve"], "condition": "migraine", "now": NOW}
    enrol.open_course(phone.db, actor=amy, id=id, **told)
    at = {"course_id": id, "site": None, "side": "none", "instrument": "headache_today"}
    for back, value in ((36, 1), (35, 1), (2, 0), (1, 1), (1, 0)):
        phone.put(NOW - back * DAY, value=value, **at)
    assert phone.home().diary == {TODAY - 35 * DAY: 1, TODAY - 2 * DAY: 0, TODAY - DAY: 1}


def test_classes_of_medicine_are_asked_where_the_clinic_counts_them(phone):
    assert phone.course().classes == ()
    phone.put(instrument="medicine_days_triptan", value=3)
    assert phone.course().classes == ("medicine_days_triptan",)


def test_a_day_s_yes_or_no_has_no_outcome(phone):
    phone.put(instrument="headache_today", value=1)
    found = review.outcomes(phone.db, actor=phone.actor, course_id=phone.universe.courses["eve"])
    assert {one.instrument for one in found} == {"nrs_week"}


def test_the_epoch_stays_until_it_is_renewed(phone):
    first = epoch(phone.db)
    assert phone.home().epoch == first == epoch(phone.db)
    assert renew(phone.db) == epoch(phone.db) != first


def test_from_which_score_on_it_is_a_sudden_rise(phone):
    phone.visit(TODAY - 35 * DAY)
    left = {"kind": "check_in", "instrument": "nrs_week", "side": "left"}
    assert phone.course().rises == {}
    for ago, value in ((28, 0), (21, 1), (14, 1), (7, 2)):
        phone.put(at=NOW - ago * DAY, value=value, **left)
    (limit,) = phone.course().rises.values()
    assert limit == pytest.approx((1 + 1 + 2) / 3 + 4)
    phone.put(value=9, **left)
    (limit,) = phone.course().rises.values()
    assert limit == pytest.approx((1 + 2 + 9) / 3 + 4)
