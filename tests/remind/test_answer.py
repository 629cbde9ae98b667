"""A mail's link: it tells its one question, takes its one answer, and nothing else, whoever opens it."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.remind.conftest import Life, Person, utc
from tests.storage.universe import KNEES
from tracker.services import leave, summarise
from tracker.services.errors import Invalid, NotFound
from tracker.services.remind import answer
from tracker.services.visit import session_id
from tracker.storage import AnswerLink, AuditEvent, Reading

SINCE = utc("2026-03-22 00:01")  # a minute past 9 in Seoul
DUE = utc("2026-03-24 00:00")
LATER = DUE + timedelta(hours=3)


def token(life: Life) -> str:
    """What stands after the # in the latest mail."""
    found = re.search(r"/answer#([\w-]+)", life.mails.got[-1][1].get_content())
    assert found
    return found[1]


@pytest.fixture
def person(life: Life) -> Person:
    """Somebody with two knees, reminded by mail."""
    made = life.person("Asia/Seoul", SINCE, places=KNEES)
    made.mail_on("a@example.org")
    life.tick(DUE)
    return made


def told(*values: int, **more) -> dict:
    """An answer for each knee."""
    places = [{"id": uuid4(), "site": site, "side": side} for site, side in KNEES]
    answers = [{**place, "value": value} for place, value in zip(places, values, strict=False)]
    return {"answers": answers, "recorded_at": LATER, **more}


def readings(life: Life) -> list[Reading]:
    life.db.rollback()
    return list(life.db.scalars(select(Reading).order_by(Reading.side)))


def test_it_tells_the_question_and_nothing_of_the_record(life: Life, person: Person):
    found = answer.question(life.db, token=token(life), now=LATER)
    assert (found.scale.code, found.kind, found.language) == ("nrs_week", "baseline", "en")
    assert [(place.site, place.side) for place in found.places] == KNEES
    assert set(vars(found)) == {"scale", "kind", "condition", "places", "language"}


def test_it_writes_once_as_that_person(life: Life, person: Person):
    mine = told(0, 7)
    answer.answer(life.db, token=token(life), now=LATER, source="192.0.2.1", **mine)
    assert [(r.instrument, r.kind, r.side, r.value) for r in readings(life)] == [
        ("nrs_week", "baseline", "left", 0),
        ("nrs_week", "baseline", "right", 7),
    ]
    assert {(r.patient_id, r.course_id, r.entered_by, r.device_id) for r in readings(life)} == {
        (person.actor.patient_id, person.course, "patient", None)
    }
    assert summarise.recompute(life.db, check=True) == []
    events = life.db.scalars(select(AuditEvent).where(AuditEvent.at == LATER)).all()
    assert {(e.action, e.actor_kind, e.actor_id, e.source) for e in events} == {
        (action, "patient", person.actor.patient_id, "192.0.2.1") for action in ("reading.add", "answer_link.use")
    }


def test_the_same_answer_again_is_a_replay_and_another_one_is_refused(life: Life, person: Person):
    mine = told(3, 4)
    for _ in range(3):
        answer.answer(life.db, token=token(life), now=LATER, **mine)
    with pytest.raises(NotFound) as refused:
        answer.answer(life.db, token=token(life), now=LATER, **told(5, 5))
    assert (refused.value.code, refused.value.message) == ("link_used", "Thank you. This link is used up.")
    with pytest.raises(NotFound):
        answer.question(life.db, token=token(life), now=LATER)
    assert [r.value for r in readings(life)] == [3, 4]


def test_an_answer_given_in_the_app_meanwhile_closes_the_link(life: Life, person: Person):
    for site, side in KNEES:
        person.answer("nrs_week", LATER, site=site, side=side, kind="baseline")
    with pytest.raises(NotFound) as refused:
        answer.answer(life.db, token=token(life), now=LATER, **told(5, 5))
    assert refused.value.code == "link_answered"
    assert len(readings(life)) == 2


@pytest.mark.parametrize("moment", [utc("2026-03-28 15:00"), utc("2026-04-30 00:00")])
def test_an_old_link_says_so(life: Life, person: Person, moment: datetime):
    """The window ends with the 28th in Seoul, which is 15:00 of that day in UTC."""
    with pytest.raises(NotFound) as refused:
        answer.question(life.db, token=token(life), now=moment)
    assert refused.value.code == "link_not_usable"
    assert answer.question(life.db, token=token(life), now=utc("2026-03-28 14:59"))


@pytest.mark.parametrize("guess", ["", "x", "x" * 43, "é", "\x00"])
def test_what_is_no_link_looks_like_an_old_one(life: Life, person: Person, guess: str):
    for act in (
        lambda: answer.question(life.db, token=guess, now=LATER),
        lambda: answer.answer(life.db, token=guess, now=LATER, **told(1, 1)),
    ):
        with pytest.raises(NotFound) as refused:
            act()
        assert refused.value.code == "link_not_usable"


def test_the_store_does_not_hold_the_token(life: Life, person: Person):
    (link,) = life.db.scalars(select(AnswerLink)).all()
    assert token(life) not in repr(vars(link))
    assert len(token(life)) == 43  # 256 bits


@pytest.mark.parametrize("count", [0, 1, 3])
def test_half_an_answer_or_one_too_many_uses_nothing_up(life: Life, person: Person, count: int):
    mine = told(5, 5)
    mine["answers"] = (mine["answers"] * 2)[:count]
    with pytest.raises(Invalid):
        answer.answer(life.db, token=token(life), now=LATER, **mine)
    assert readings(life) == []
    answer.answer(life.db, token=token(life), now=LATER, **told(5, 5))
    assert len(readings(life)) == 2


@pytest.mark.parametrize("value", [-1, 11, 5.5, None, "7"])
def test_a_score_off_the_scale_is_refused_and_uses_nothing_up(life: Life, person: Person, value):
    with pytest.raises(Invalid):
        answer.answer(life.db, token=token(life), now=LATER, **told(5, value))
    assert readings(life) == []
    assert answer.question(life.db, token=token(life), now=LATER)


def test_it_cannot_write_to_another_course_or_under_another_instrument(life: Life, person: Person):
    mine = told(5, 5)
    for one in mine["answers"]:
        one |= {
            "course_id": uuid4(),
            "instrument": "peg",
            "kind": "check_in",
            "entered_by": "staff",
            "supersedes": uuid4(),
        }
    answer.answer(life.db, token=token(life), now=LATER, **mine)
    assert {(r.course_id, r.instrument, r.kind, r.entered_by, r.supersedes) for r in readings(life)} == {
        (person.course, "nrs_week", "baseline", "patient", None)
    }


def test_an_id_of_somebody_else_s_reading_takes_nothing(life: Life, person: Person):
    other = life.person("Asia/Seoul", SINCE)
    taken = uuid4()
    other.answer("nrs_week", LATER, id=taken)
    mine = told(5, 5)
    mine["answers"][1]["id"] = taken
    with pytest.raises(Exception):  # noqa: B017, PT011 — whichever refusal: nothing of it may stay
        answer.answer(life.db, token=token(life), now=LATER, **mine)
    assert len(readings(life)) == 1


def test_a_link_ends_with_its_person(life: Life, person: Person):
    leave.withdraw(life.db, actor=person.actor, now=LATER)
    with pytest.raises(NotFound) as refused:
        answer.question(life.db, token=token(life), now=LATER)
    assert refused.value.code == "link_not_usable"


def test_the_mail_of_a_missing_after_takes_the_score_for_twelve_hours(life: Life):
    person = life.person("Asia/Seoul", SINCE, places=KNEES)
    person.mail_on("a@example.org")
    logged = SINCE + timedelta(hours=1)
    for side in ("left", "right"):
        person.answer("nrs_week", logged, site="knee", side=side, kind="baseline")
    visit = session_id(person.course, logged.date())
    person.answer("nrs_now", logged, kind="before", session_id=visit, site="knee", side="left")
    for instrument in ("peg", "medicine_days"):
        person.answer(instrument, logged)
    life.tick(logged + timedelta(minutes=90))
    now = logged + timedelta(hours=11, minutes=59)
    found = answer.question(life.db, token=token(life), now=now)
    assert (found.scale.code, found.kind) == ("nrs_now", "after")
    assert [(p.site, p.side) for p in found.places] == [("knee", "left")]
    answers = [{"id": uuid4(), "site": "knee", "side": "left", "value": 2}]
    with pytest.raises(NotFound):
        answer.question(life.db, token=token(life), now=now + timedelta(minutes=1))
    answer.answer(life.db, token=token(life), now=now, answers=answers, recorded_at=now)
    (after,) = [r for r in readings(life) if r.kind == "after"]
    assert (after.session_id, after.value) == (visit, 2)


def test_a_mail_tried_again_carries_the_one_link_that_counts(life: Life):
    person = life.person("Asia/Seoul", SINCE, places=KNEES)
    person.mail_on("a@example.org")
    life.mails.answer = lambda address, before: "451 later" if before == 1 else "250 OK"
    assert life.tick(DUE) == {"later": 1}
    assert life.tick(DUE + timedelta(minutes=1)) == {"sent": 1}
    links = life.db.scalars(select(AnswerLink)).all()
    assert sorted(link.expires_at > LATER for link in links) == [False, True]
    assert answer.question(life.db, token=token(life), now=LATER)
