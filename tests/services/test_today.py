"""Today: whose visit it is, also past midnight, what the desk may know of it, and one tap on what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import enrol, log, today
from tracker.services.errors import NotAllowed, NotFound
from tracker.services.visit import session_id
from tracker.storage import AuditEvent
from tracker.storage import Session as Visit

DAY = timedelta(days=1)
EVENING = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)  # 23:00 in Seoul, the day before


def visit(db: Session, universe: Universe, name: str = "eve", on=TODAY, **more):
    told: dict[str, Any] = {"state": "planned"} | more
    id = universe.visit(name, on)
    return log.session(
        db, actor=universe.actors["willow"], id=id, course_id=universe.courses[name], held_on=on, now=NOW, **told
    )


def score(db: Session, universe: Universe, kind: str, value: float, at=NOW, on=TODAY, name: str = "eve", **more):
    told = universe.score(name, kind=kind, value=value, session_id=universe.visit(name, on), recorded_at=at, **more)
    log.reading(db, actor=universe.actors[name], now=at, **told)


def seen(db: Session, universe: Universe, who: str = "cho", now=NOW):
    return today.today(db, actor=universe.actors[who], now=now)


def test_visits_of_the_clinics_own_day_are_listed(db: Session, universe: Universe):
    visit(db, universe, "eve")
    visit(db, universe, "finn", TODAY - DAY, state="held")
    visit(db, universe, "finn", TODAY + DAY)
    assert [(one.code, one.session.state) for one in seen(db, universe)] == [("C-eve", "planned")]
    assert [one.code for one in seen(db, universe, now=NOW + timedelta(hours=12))] == ["C-finn"]  # past midnight


def test_another_clinic_sees_nothing_of_it(db: Session, universe: Universe):
    visit(db, universe, "eve")
    assert seen(db, universe, "dan") == ()


def test_a_score_of_0_is_there_and_the_desk_does_not_learn_which(db: Session, universe: Universe):
    visit(db, universe)
    score(db, universe, "before", 0)
    for who, value in (("cho", 0), ("amy", 0), ("ben", None)):
        (one,) = seen(db, universe, who)
        left, right = one.pairs
        assert (left.before, left.before_value, left.after, right.before) == (True, value, False, False)
        assert (one.before, one.after) == (False, False)  # the right knee is still asked


def test_patients_do_not_look_at_it(db: Session, universe: Universe):
    with pytest.raises(NotAllowed):
        seen(db, universe, "eve")


def test_last_evenings_visit_stays_while_its_after_score_can_be_given(db: Session, universe: Universe):
    on = TODAY - DAY
    score(db, universe, "before", 6, at=EVENING, on=on)
    for hours, listed in ((2, 1), (11.9, 1), (12, 0)):
        assert len(seen(db, universe, now=EVENING + timedelta(hours=hours))) == listed, hours
    score(db, universe, "after", 3, at=EVENING + timedelta(hours=2), on=on)
    assert seen(db, universe, now=EVENING + timedelta(hours=3)) == ()


def test_a_reported_visit_comes_by_itself(db: Session, universe: Universe):
    score(db, universe, "before", 5)
    (one,) = seen(db, universe)
    assert (one.session.state, one.pairs[0].before_value) == ("reported", 5)


def test_somebody_who_comes_stands_on_the_list_once(db: Session, universe: Universe):
    for who in ("ben", "ben", "cho"):
        (found,) = today.candidates(db, actor=universe.actors[who], code=" c-EVE ")
        today.arrive(db, actor=universe.actors[who], course_id=found.course_id, now=NOW)
    assert db.scalar(select(func.count()).select_from(Visit)) == 1
    assert [one.session.state for one in seen(db, universe)] == ["planned"]


def test_arriving_does_not_undo_what_is_known(db: Session, universe: Universe):
    visit(db, universe, state="held", modalities=["cupping"], note="slept well")
    today.arrive(db, actor=universe.actors["ben"], course_id=universe.courses["eve"], now=NOW)
    (one,) = seen(db, universe)
    assert (one.session.state, one.session.modalities, one.session.note) == ("held", ("cupping",), "slept well")


def test_who_cancelled_and_comes_after_all_is_planned_again(db: Session, universe: Universe):
    visit(db, universe, state="cancelled")
    today.arrive(db, actor=universe.actors["ben"], course_id=universe.courses["eve"], now=NOW)
    assert [one.session.state for one in seen(db, universe)] == ["planned"]


@pytest.mark.parametrize("code", ["C-gail", "C-nobody", "C-%"])
def test_a_code_that_is_not_ours_stands_for_nobody(db: Session, universe: Universe, code: str):
    with pytest.raises(NotFound):
        today.candidates(db, actor=universe.actors["ben"], code=code)


def test_a_closed_course_is_not_offered(db: Session, universe: Universe):
    closed = {"course_id": universe.courses["eve"], "on": TODAY, "reason": "well"}
    enrol.close_course(db, actor=universe.actors["cho"], now=NOW, **closed)
    with pytest.raises(NotFound):
        today.candidates(db, actor=universe.actors["ben"], code="C-eve")


def test_held_as_last_time_takes_what_was_done_at_the_last_visit(db: Session, universe: Universe):
    visit(db, universe, on=TODAY - 14 * DAY, state="held", modalities=["cupping"])
    visit(db, universe, on=TODAY - 7 * DAY, state="held", modalities=["acupuncture", "moxibustion"])
    visit(db, universe, on=TODAY - 3 * DAY, state="cancelled", modalities=["exercise"])
    visit(db, universe, note="hurried")
    (one,) = seen(db, universe)
    assert (one.usual, one.last_on) == (("acupuncture", "moxibustion"), TODAY - 7 * DAY)
    told = {"course_id": universe.courses["eve"], "session_id": universe.visit("eve"), "now": NOW}
    for _ in range(2):
        today.settle(db, actor=universe.actors["cho"], as_last_time=True, **told)
    (one,) = seen(db, universe)
    assert (one.session.state, one.session.modalities) == ("held", ("acupuncture", "moxibustion"))
    assert one.session.note == "hurried"
    notes = db.scalars(select(AuditEvent).where(AuditEvent.subject_id == universe.visit("eve"))).all()
    assert len(notes) == 2  # planned, held; the second tap changed nothing


def test_a_tap_on_held_keeps_what_was_written(db: Session, universe: Universe):
    visit(db, universe, modalities=["cupping"], note="left side")
    told = {"course_id": universe.courses["eve"], "session_id": universe.visit("eve"), "now": NOW}
    after = today.settle(db, actor=universe.actors["ben"], state="held", **told)
    assert (after.state, after.modalities, after.note) == ("held", ("cupping",), "left side")


def test_a_visit_of_another_course_or_clinic_is_not_there(db: Session, universe: Universe):
    visit(db, universe, "eve")
    for course, session in (
        (universe.courses["finn"], universe.visit("eve")),
        (universe.courses["gail"], universe.visit("gail")),
        (universe.courses["eve"], session_id(uuid4(), TODAY)),
    ):
        with pytest.raises(NotFound):
            today.settle(db, actor=universe.actors["cho"], course_id=course, session_id=session, now=NOW)


def test_a_look_at_the_day_is_one_note(db: Session, universe: Universe):
    visit(db, universe)
    seen(db, universe)
    notes = db.scalars(select(AuditEvent).where(AuditEvent.action == "today.look")).all()
    assert [note.detail for note in notes] == [{"rows": 1}]
