"""A session with its needles, its injection and its consent: what is taken, refused, kept, and who was faster."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tests.storage.universe import NOW, TODAY, Universe
from tracker.science import needling as limits
from tracker.services import log, own, review
from tracker.services.errors import Conflict, Invalid, NotAllowed
from tracker.services.views import SessionView
from tracker.storage import AuditEvent, Session

DAY = timedelta(days=1)
NEEDLED = {
    "points": [{"name": "ST36", "side": "both"}, {"name": "LI4", "side": "left"}],
    "needles": 12,
    "gauge_mm": 0.25,
    "depth_mm": 5.7,
    "retention_minutes": 20,
    "stimulation": "manual",
    "response": "de qi",
}


def treat(db: Database, universe: Universe, by: str = "cho", **more: Any) -> SessionView:
    """Finn was treated today."""
    told: dict[str, Any] = {"held_on": TODAY, "now": NOW, "course_id": universe.courses["finn"]} | more
    id = universe.visit("finn", told["held_on"], told.get("number", 1))
    told = {"id": id} | told
    return log.session(db, actor=universe.actors[by], **told)


def agree(db: Database, universe: Universe, **more: Any) -> Any:
    told = {"product": "herbal", "answer": "given", "answered_on": TODAY, "now": NOW, "id": uuid4()}
    return log.consent(db, actor=universe.actors["cho"], course_id=universe.courses["finn"], **(told | more))


def test_what_was_done_is_kept_to_the_last_decimal(db: Database, universe: Universe):
    made = treat(db, universe, needling=NEEDLED, minutes=45, practitioner="Dr Cho", modalities=["acupuncture"])
    assert (made.needling, made.minutes, made.practitioner) == (NEEDLED, 45, "Dr Cho")
    assert made.needling is not None
    assert made.needling["depth_mm"] == 5.7
    seen = review.course(db, actor=universe.actors["finn"], course_id=universe.courses["finn"], now=NOW).sessions[0]
    assert (seen.needling, seen.note) == (NEEDLED, None)


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"needles": -1}, "/needling/needles", "out_of_range"),
        ({"needles": 0}, "/needling/needles", "out_of_range"),
        ({"needles": 12.5}, "/needling/needles", "not_whole"),
        ({"needles": 10**30}, "/needling/needles", "out_of_range"),
        ({"needles": True}, "/needling/needles", "not_a_number"),
        ({"needles": "12"}, "/needling/needles", "not_a_number"),
        ({"gauge_mm": 25}, "/needling/gauge_mm", "out_of_range"),
        ({"depth_mm": float("nan")}, "/needling/depth_mm", "out_of_range"),
        ({"depth_mm": -0.1}, "/needling/depth_mm", "out_of_range"),
        ({"retention_minutes": 241}, "/needling/retention_minutes", "out_of_range"),
        ({"stimulation": "laser"}, "/needling/stimulation", "unknown_word"),
        ({"response": "de\x00qi"}, "/needling/response", "control_characters"),
        ({"stimulation_words": "x" * 201}, "/needling/stimulation_words", "too_long"),
        ({"points": [{"name": " "}]}, "/needling/points/0/name", "blank"),
        ({"points": [{"name": "ST36", "side": "up"}]}, "/needling/points/0/side", "unknown_word"),
        ({"points": [{"name": "ST36"}, {"name": "st36 "}]}, "/needling/points", "points"),
        ({"points": [{"name": f"P{n}"} for n in range(61)]}, "/needling/points", "points"),
        ({"points": "ST36"}, "/needling/points", "not_a_list"),
        ({"points": ["ST36"]}, "/needling/points", "not_a_list"),
        ({"points": [{"name": "ST36", "depth": 3}]}, "/needling/points/0", "unknown_field"),
        ({"angle": 45}, "/needling", "unknown_field"),
    ],
)
def test_what_no_needle_does_is_refused_with_its_place(db: Database, universe: Universe, wrong, pointer, code):
    with pytest.raises(Invalid) as refused:
        treat(db, universe, needling=NEEDLED | wrong)
    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == [(pointer, code)]
    assert db.scalar(select(func.count()).select_from(Session)) == 0


@pytest.mark.parametrize("needling", ["much", [], {1: 2}, 7])
def test_a_record_of_another_shape_is_refused(db: Database, universe: Universe, needling):
    with pytest.raises(Invalid):
        treat(db, universe, needling=needling)


@pytest.mark.parametrize(
    "told",
    [
        {"needles": limits.NEEDLES[1], "depth_mm": 0, "retention_minutes": 0},
        {"points": [{"name": "족삼리 🌿", "side": "both"}]},
    ],
)
def test_the_limits_themselves_and_any_script_are_taken(db: Database, universe: Universe, told):
    found = treat(db, universe, needling=told).needling
    assert found == told


def test_blanks_leave_no_trace(db: Database, universe: Universe):
    assert treat(db, universe, needling={"points": [], "needles": None, "response": " "}).needling is None


def test_what_a_change_does_not_name_stays(db: Database, universe: Universe):
    treat(db, universe, needling=NEEDLED, minutes=45)
    later = treat(db, universe, by="ben", note="came late")
    assert (later.needling, later.minutes, later.note) == (NEEDLED, 45, "came late")
    assert treat(db, universe, minutes=None).minutes is None


@pytest.mark.parametrize("by", ["ben", "finn"])
def test_only_who_treats_writes_down_how(db: Database, universe: Universe, by: str):
    with pytest.raises(NotAllowed):
        treat(db, universe, by=by, needling=NEEDLED)


def test_the_same_again_is_a_replay_and_leaves_one_note(db: Database, universe: Universe):
    first = treat(db, universe, needling=NEEDLED, minutes=45)
    assert treat(db, universe, needling=NEEDLED, minutes=45, now=NOW + DAY) == first
    assert db.scalars(select(AuditEvent.action).where(AuditEvent.subject == "session")).all() == ["session.put"]


def test_of_two_who_change_at_once_the_second_is_told_and_overwrites_nothing(db: Database, universe: Universe):
    seen = treat(db, universe, minutes=30).version
    treat(db, universe, minutes=40, seen=seen)
    with pytest.raises(Conflict, match="meanwhile"):
        treat(db, universe, minutes=50, seen=seen)
    kept = review.course(db, actor=universe.actors["cho"], course_id=universe.courses["finn"], now=NOW).sessions[0]
    assert kept.minutes == 40
    assert treat(db, universe, minutes=40, seen=seen).minutes == 40  # a lost answer, sent again


def test_an_injection_needs_its_name_and_a_consent_first(db: Database, universe: Universe):
    with pytest.raises(Invalid, match="say what was injected"):
        treat(db, universe, modalities=["pharmacopuncture"])
    with pytest.raises(Invalid) as refused:
        treat(db, universe, modalities=["pharmacopuncture"], product="herbal")
    assert refused.value.code == "no_consent"
    assert db.scalar(select(func.count()).select_from(Session)) == 0
    agree(db, universe)
    assert treat(db, universe, modalities=["pharmacopuncture"], product="herbal").product == "herbal"


@pytest.mark.parametrize(
    "answers",
    [
        [{"product": "bee_venom"}],
        [{"answer": "refused"}],
        [{}, {"answer": "withdrawn", "now": NOW + timedelta(minutes=1)}],
    ],
)
def test_another_consent_does_not_stand_in(db: Database, universe: Universe, answers):
    for answer in answers:
        agree(db, universe, **answer)
    with pytest.raises(Invalid, match="consent first"):
        treat(db, universe, modalities=["pharmacopuncture"], product="herbal")


def test_a_consent_of_the_very_day_counts_and_one_of_the_day_after_does_not(db: Database, universe: Universe):
    agree(db, universe, answered_on=TODAY)
    with pytest.raises(Invalid, match="consent first"):
        treat(db, universe, held_on=TODAY - DAY, modalities=["pharmacopuncture"], product="herbal")
    treat(db, universe, modalities=["pharmacopuncture"], product="herbal")
    same = {"id": universe.visit("finn"), "held_on": TODAY - DAY}
    with pytest.raises(Invalid, match="consent first"):  # moved before the consent
        treat(db, universe, modalities=["pharmacopuncture"], product="herbal", **same)


def test_a_consent_written_down_by_mistake_counts_no_more(db: Database, universe: Universe):
    first = agree(db, universe)
    agree(db, universe, supersedes=first.id, retracted=True)
    with pytest.raises(Invalid, match="consent first"):
        treat(db, universe, modalities=["pharmacopuncture"], product="herbal")


def test_a_planned_injection_waits_for_the_day(db: Database, universe: Universe):
    treat(db, universe, held_on=TODAY + DAY, state="planned", modalities=["pharmacopuncture"], product="herbal")


def test_an_old_session_can_get_a_note_after_a_withdrawal(db: Database, universe: Universe):
    agree(db, universe)
    done = {"modalities": ["pharmacopuncture"], "product": "herbal"}
    treat(db, universe, **done)
    agree(db, universe, answer="withdrawn", now=NOW + timedelta(minutes=1))
    assert treat(db, universe, note="no reaction", **done).note == "no reaction"


def test_only_an_injection_names_a_product(db: Database, universe: Universe):
    with pytest.raises(Invalid, match="Only pharmacopuncture"):
        treat(db, universe, modalities=["acupuncture"], product="herbal")


def test_a_patients_report_is_never_refused_for_want_of_a_consent(db: Database, universe: Universe):
    assert treat(db, universe, by="finn", modalities=["pharmacopuncture"]).state == "reported"


def test_it_all_stands_in_the_persons_own_record(db: Database, universe: Universe):
    agree(db, universe)
    treat(db, universe, needling=NEEDLED, modalities=["pharmacopuncture"], product="herbal")
    (course,) = own.record(db, actor=universe.actors["finn"], format="json", now=NOW).courses
    assert course.course.sessions[0].needling == NEEDLED
    assert [(one.product, one.answer) for one in course.consents] == [("herbal", "given")]
