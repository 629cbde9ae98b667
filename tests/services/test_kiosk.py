"""Kiosk: what the clinic's tablet may write, for how long, and how it comes back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import kiosk, log, today
from tracker.services.errors import Conflict, Invalid, Locked, NotAllowed, NotFound, Refused
from tracker.storage import AuditEvent, Kiosk, Membership, Reading
from tracker.storage import Session as Visit

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KNEES = (("knee", "left"), ("knee", "right"))


@pytest.fixture
def token(db: Session, universe: Universe) -> str:
    """Eve's tablet, handed over by the front desk."""
    today.arrive(db, actor=universe.actors["ben"], course_id=universe.courses["eve"], now=NOW)
    return hand(db, universe)


def hand(db: Session, universe: Universe, who: str = "ben", name: str = "eve", code: str = "4821", **more: Any) -> str:
    told = {"course_id": universe.courses[name], "session_id": universe.visit(name), "code": code, "now": NOW} | more
    return kiosk.hand_over(db, actor=universe.actors[who], **told)


def scores(*values: float, places=KNEES) -> list[dict[str, Any]]:
    return [
        {"id": uuid4(), "site": site, "side": side, "value": value}
        for (site, side), value in zip(places, values, strict=True)
    ]


def send(db: Session, token: str, answers: list[dict[str, Any]], kind: str = "before", now=NOW, **more: Any) -> None:
    kiosk.answer(db, token=token, kind=kind, answers=answers, recorded_at=NOW, now=now, **more)


def rows(db: Session) -> list[Reading]:
    return list(db.scalars(select(Reading).order_by(Reading.received_at, Reading.side)))


def test_the_tablet_asks_one_patient_about_one_visit(db: Session, universe: Universe, token: str):
    asked = kiosk.question(db, token=token, now=NOW)
    assert (asked.initials, asked.language, asked.condition) == ("EV", "en", "knee_oa")
    assert [(ask.kind, [(p.site, p.side) for p in ask.places]) for ask in asked.asks] == [
        ("before", [*KNEES]),
        ("after", [*KNEES]),
    ]


def test_a_score_is_the_patients_own_and_says_that_it_came_by_the_tablet(db: Session, universe: Universe, token: str):
    send(db, token, scores(0, 7))
    left, right = rows(db)
    assert [(r.value, r.entered_by, r.kind, r.instrument) for r in (left, right)] == [
        (0, "patient", "before", "nrs_now"),
        (7, "patient", "before", "nrs_now"),
    ]
    assert {r.session_id for r in (left, right)} == {universe.visit("eve")}
    assert {r.device_id for r in (left, right)} == set(db.scalars(select(Kiosk.id)))
    assert db.scalars(select(Visit.state)).one() == "reported"


def test_the_same_sent_again_is_stored_once(db: Session, universe: Universe, token: str):
    told = scores(3, 4)
    for late in (0, 3, 90):
        send(db, token, told, now=NOW + late * SECOND)
    assert len(rows(db)) == 2


def test_once_it_is_saved_nothing_else_is_taken(db: Session, universe: Universe, token: str):
    send(db, token, scores(3, 4))
    for kind in ("before", "after"):
        with pytest.raises(NotFound):
            send(db, token, scores(9, 9), kind)
    assert len(rows(db)) == 2
    with pytest.raises(NotFound):
        kiosk.question(db, token=token, now=NOW)


def test_a_wrong_tap_is_changed_and_the_old_number_kept(db: Session, universe: Universe, token: str):
    told = scores(3, 4)
    send(db, token, told)
    new = [one | {"id": uuid4(), "value": 8, "supersedes": one["id"], "reason": "changed"} for one in told]
    for _ in range(2):
        send(db, token, new, now=NOW + 9 * SECOND)
    assert len(rows(db)) == 4
    (one,) = today.today(db, actor=universe.actors["cho"], now=NOW)
    assert [pair.before_value for pair in one.pairs] == [8, 8]


def test_what_did_not_come_from_this_tablet_is_not_changed_by_it(db: Session, universe: Universe, token: str):
    own = universe.score(kind="before", session_id=universe.visit("eve"), side="right")
    send(db, token, scores(3, 4))
    log.reading(db, actor=universe.actors["eve"], now=NOW, **own)
    forged = [one | {"supersedes": own["id"], "reason": "x"} for one in scores(0, 0)]
    with pytest.raises(NotFound):
        send(db, token, forged)
    assert len(rows(db)) == 3


@pytest.mark.parametrize(
    "answers",
    [
        scores(3, places=KNEES[:1]),
        scores(3, 4, places=(KNEES[0], KNEES[0])),
        scores(3, 4, 5, places=(*KNEES, ("neck", "none"))),
        [one | {"supersedes": uuid4()} for one in scores(3, 4)],
    ],
)
def test_each_place_is_answered_once_and_none_beside(db: Session, token: str, answers):
    with pytest.raises(Invalid):
        send(db, token, answers)
    assert rows(db) == []


@pytest.mark.parametrize("value", [-1, 11, 5.5])
def test_one_bad_score_keeps_all_out(db: Session, token: str, value: float):
    with pytest.raises(Refused):
        send(db, token, scores(3, value))
    assert rows(db) == []
    send(db, token, scores(3, 4))


def test_the_tablet_cannot_name_another_course_or_visit(db: Session, universe: Universe, token: str):
    forged = [one | {"course_id": universe.courses["finn"], "session_id": uuid4()} for one in scores(3, 4)]
    send(db, token, forged, course_id=universe.courses["finn"], entered_by="staff")
    assert {(r.course_id, r.entered_by) for r in rows(db)} == {(universe.courses["eve"], "patient")}


def test_after_a_score_before_only_the_one_after_is_asked(db: Session, universe: Universe, token: str):
    send(db, token, scores(6, 7))
    again = hand(db, universe, "cho")
    (ask,) = kiosk.question(db, token=again, now=NOW).asks
    assert ask.kind == "after"
    send(db, again, scores(2, 3), "after")
    with pytest.raises(Conflict):
        hand(db, universe)


def test_it_asks_for_ten_minutes(db: Session, universe: Universe, token: str):
    late = NOW + 10 * MINUTE
    assert kiosk.question(db, token=token, now=late - SECOND)
    with pytest.raises(NotFound):
        kiosk.question(db, token=token, now=late)
    with pytest.raises(NotFound):
        send(db, token, scores(3, 4), now=late)


def test_what_is_forgotten_is_forgotten(db: Session, universe: Universe, token: str):
    for _ in range(2):
        kiosk.forget(db, token=token, now=NOW)
    with pytest.raises(NotFound):
        kiosk.question(db, token=token, now=NOW)
    with pytest.raises(NotFound):
        send(db, token, scores(3, 4))
    assert kiosk.language(db, token=token) is None


@pytest.mark.parametrize("token_", [None, "", "nonsense"])
def test_a_tablet_that_was_never_handed_over_asks_nothing(db: Session, token_):
    with pytest.raises(NotFound):
        kiosk.question(db, token=token_, now=NOW)
    with pytest.raises(Locked):
        kiosk.take_back(db, token=token_, code="4821", now=NOW)
    kiosk.forget(db, token=token_, now=NOW)


def test_the_code_brings_back_whoever_handed_it_over_once(db: Session, universe: Universe, token: str):
    signed = kiosk.take_back(db, token=token, code="4821", now=NOW)
    assert (signed.kind, signed.user_id, signed.clinic_id) == (
        "staff",
        universe.people["ben"],
        universe.clinics["willow"],
    )
    with pytest.raises(Locked):
        kiosk.take_back(db, token=token, code="4821", now=NOW)
    with pytest.raises(NotFound):
        kiosk.question(db, token=token, now=NOW)


def test_five_wrong_codes_and_the_right_one_is_worth_nothing(db: Session, universe: Universe, token: str):
    codes = []
    for code in ("0000", "1111", "2222", "3333", "4444", "4821"):
        with pytest.raises(Locked) as refused:
            kiosk.take_back(db, token=token, code=code, now=NOW)
        codes.append(refused.value.code)
    assert codes == ["wrong_code"] * 4 + ["sign_in_again"] * 2
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.action == "kiosk.wrong")).all()) == 5


def test_a_code_is_worth_a_working_day(db: Session, universe: Universe, token: str):
    with pytest.raises(Locked):
        kiosk.take_back(db, token=token, code="4821", now=NOW + timedelta(hours=12))


def test_who_has_left_the_clinic_is_not_brought_back(db: Session, universe: Universe, token: str):

    db.execute(update(Membership).where(Membership.user_id == universe.people["ben"]).values(ended_at=NOW))
    db.commit()
    with pytest.raises(Locked):
        kiosk.take_back(db, token=token, code="4821", now=NOW)


@pytest.mark.parametrize("code", ["", "123", "1234567", "12a4", "４８２１", None])
def test_a_code_has_four_to_six_digits(db: Session, universe: Universe, token: str, code):
    with pytest.raises(Invalid):
        hand(db, universe, code=code)


def test_whose_visit_is_not_todays_is_not_asked(db: Session, universe: Universe):
    on = TODAY - timedelta(days=1)
    told = {"course_id": universe.courses["eve"], "held_on": on, "now": NOW}
    log.session(db, actor=universe.actors["ben"], id=universe.visit("eve", on), **told)
    with pytest.raises(Conflict):
        hand(db, universe, session_id=universe.visit("eve", on))


def test_a_stranger_hands_nothing_over(db: Session, universe: Universe, token: str):
    for who, error in (("dan", NotFound), ("eve", NotAllowed), ("finn", NotAllowed)):
        with pytest.raises(error):
            hand(db, universe, who)
    assert db.scalar(select(func.count()).select_from(Kiosk)) == 1


def test_the_patient_can_read_that_the_tablet_was_handed_over(db: Session, universe: Universe, token: str):
    note = db.scalars(select(AuditEvent).where(AuditEvent.action == "kiosk.open")).one()
    assert (note.role, note.on_behalf_of) == ("front_desk", universe.people["eve"])
