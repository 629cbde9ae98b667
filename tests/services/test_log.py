"""Log: what is taken, what is refused and why, what a replay is, what a correction does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log, review
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from tracker.storage import AuditEvent, Outcome, Reaction, Reading
from tracker.storage import Session as Visit

NIL = UUID(int=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def peg(value: float, **items: Any) -> dict[str, Any]:
    """A PEG score and its answers."""
    return {"instrument": "peg", "value": value, "items": items}


REFUSED = {
    "below the scale": ({"value": -1}, "/value", "out_of_range"),
    "above the scale": ({"value": 11}, "/value", "out_of_range"),
    "between two points": ({"value": 5.5}, "/value", "not_whole"),
    "text": ({"value": "7"}, "/value", "not_a_number"),
    "true": ({"value": True}, "/value", "not_a_number"),
    "a list": ({"value": []}, "/value", "not_a_number"),
    "NaN": ({"value": float("nan")}, "/value", "out_of_range"),
    "infinity": ({"value": float("inf")}, "/value", "out_of_range"),
    "5,000 digits": ({"value": 10**5000}, "/value", "out_of_range"),
    "blank": ({"value": None}, "/value", "blank"),
    "PGIC of 0": ({"instrument": "pgic", "value": 0}, "/value", "out_of_range"),
    "29 headache days": ({"instrument": "headache_days", "value": 29}, "/value", "out_of_range"),
    "an instrument nobody knows": ({"instrument": "mood"}, "/instrument", "unknown_instrument"),
    "an instrument that is no text": ({"instrument": 7}, "/instrument", "unknown_instrument"),
    "an unknown kind": ({"kind": "during"}, "/kind", "unknown_word"),
    "an after without its session": ({"kind": "after"}, "/session_id", "after_without_session"),
    "a session of another day": ({"session_id": uuid4()}, "/session_id", "unknown_session"),
    "a nil id": ({"id": NIL}, "/id", "not_an_id"),
    "an id that is text": ({"id": "x"}, "/id", "not_an_id"),
    "no offset": ({"recorded_at": datetime(2026, 3, 2)}, "/recorded_at", "no_offset"),  # noqa: DTZ001
    "no moment": ({"recorded_at": "2026-03-02"}, "/recorded_at", "not_a_moment"),
    "before 2000": ({"recorded_at": datetime(1999, 12, 31, 12, tzinfo=UTC)}, "/recorded_at", "too_early"),
    "the year 1": ({"recorded_at": datetime(1, 1, 1, tzinfo=UTC)}, "/recorded_at", "not_a_moment"),
    "the year 9999": ({"recorded_at": datetime(9999, 12, 31, tzinfo=UTC)}, "/recorded_at", "not_a_moment"),
    "more than a day ahead": ({"recorded_at": NOW + DAY + timedelta(seconds=1)}, "/recorded_at", "in_the_future"),
    "ahead after correction": ({"recorded_at": NOW + DAY, "sent_at": NOW - HOUR}, "/recorded_at", "in_the_future"),
    "a place the course has not": ({"site": "elbow"}, "/site", "unknown_place"),
    "a side the course has not": ({"side": "both"}, "/site", "unknown_place"),
    "an unknown side": ({"side": "middle"}, "/side", "unknown_word"),
    "NUL in a place": ({"site": "kn\x00ee"}, "/site", "control_characters"),
    "a lone surrogate in a reason": ({"reason": "\ud800"}, "/reason", "control_characters"),
    "a long reason": ({"reason": "x" * 2001}, "/reason", "too_long"),
    "entered by staff, says the phone": ({"entered_by": "staff"}, "/entered_by", "unknown_word"),
    "entered by a file, says the phone": ({"entered_by": "import"}, "/entered_by", "unknown_word"),
    "a sequence below 0": ({"device_seq": -1}, "/device_seq", "out_of_range"),
    "answers that are a list": ({"items": [1]}, "/items", "not_answers"),
    "half a headache": ({"instrument": "headache_today", "value": 0.5}, "/value", "not_whole"),
    "two headaches today": ({"instrument": "headache_today", "value": 2}, "/value", "out_of_range"),
    "half a day with medicine": ({"instrument": "medicine_days", "value": 3.5}, "/value", "not_whole"),
    "PEG without its answers": ({"instrument": "peg", "value": 5}, "/items", "other_questions"),
    "PEG of two answers": (peg(5, pain=4, enjoyment=6), "/items", "other_questions"),
    "PEG with a fourth answer": (peg(5, pain=4, enjoyment=6, activity=5, sleep=1), "/items", "other_questions"),
    "PEG that is not the mean": (peg(5.1, pain=4, enjoyment=6, activity=5), "/value", "not_the_mean"),
    "PEG rounded to two places": (peg(4.67, pain=4, enjoyment=5, activity=5), "/value", "not_the_mean"),
    "PEG with half an answer": (peg(5, pain=4.5, enjoyment=5.5, activity=5), "/items/pain", "not_whole"),
    "PEG with an eleven": (peg(7, pain=11, enjoyment=5, activity=5), "/items/pain", "out_of_range"),
    "PEG with a text": (peg(5, pain="4", enjoyment=6, activity=5), "/items/pain", "not_a_number"),
    "an answer that is a list": ({"items": {"pain": []}}, "/items/0", "not_a_number"),
    "too many answers": ({"items": {f"q{i}": "x" * 20 for i in range(100)}}, "/items", "too_long"),
    "taken back with a score": ({"retracted": True, "supersedes": uuid4()}, "/value", "retracted_value"),
    "taken back what": ({"retracted": True, "value": None}, "/supersedes", "blank"),
    "a correction of nothing": ({"supersedes": uuid4()}, "/supersedes", "unknown_reading"),
    "a field nobody knows": ({"mood": 1}, "/mood", "unknown_field"),
    "sent without an offset": ({"sent_at": datetime(2026, 3, 2)}, "/sent_at", "no_offset"),  # noqa: DTZ001
}
TAKEN = {
    "0": {"value": 0},
    "10": {"value": 10},
    "7.0": {"value": 7.0},
    "a mean that no decimal holds": peg(19 / 3, pain=6, enjoyment=6, activity=7),
    "a mean to nine places": peg(6.333333333, pain=6, enjoyment=6, activity=7),
    "the course as a whole": {"site": None, "side": "none"},
    "exactly a day ahead": {"recorded_at": NOW + DAY},
    "the first moment of 2000": {"recorded_at": datetime(2000, 1, 1, tzinfo=UTC)},
    "+14:00": {"recorded_at": NOW.astimezone(timezone(timedelta(hours=14)))},
    "−12:00": {"recorded_at": NOW.astimezone(timezone(timedelta(hours=-12)))},
    "+05:45": {"recorded_at": NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))},
    "answers beside a score": {"items": {"rested": 5, "words": "so so"}},
    "PEG as the clinic typed it off a sheet": {"instrument": "peg", "value": 6.3, "entered_by": "staff", "by": "cho"},
    "a reason of two lines": {"reason": "one\ntwo"},
    "helped": {"entered_by": "assisted"},
    "a clock seven years behind": {"recorded_at": NOW - 2557 * DAY, "sent_at": NOW - 2557 * DAY},
    "a clock seven years ahead": {"recorded_at": NOW + 2557 * DAY, "sent_at": NOW + 2557 * DAY},
    "a clock that began anew in 1970": {
        "recorded_at": datetime(1970, 1, 1, tzinfo=UTC),
        "sent_at": datetime(1970, 1, 1, tzinfo=UTC),
    },
}


def put(db: Session, universe: Universe, name: str = "eve", by: str | None = None, now=NOW, **more: Any):
    return log.reading(db, actor=universe.actors[by or name], now=now, **universe.score(name, **more))


def stored(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Reading)) or 0


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_hold_is_refused(db: Session, universe: Universe, case: str):
    more, pointer, code = REFUSED[case]
    with pytest.raises(Invalid) as refused:
        put(db, universe, **more)
    assert (pointer, code) in {(fault["pointer"], fault["code"]) for fault in refused.value.errors}
    assert stored(db) == 0


@pytest.mark.parametrize("case", TAKEN)
def test_what_holds_is_taken(db: Session, universe: Universe, case: str):
    assert put(db, universe, **TAKEN[case]).created
    assert stored(db) == 1


def test_a_refusal_never_repeats_the_value(db: Session, universe: Universe):
    with pytest.raises(Invalid) as refused:
        put(db, universe, value=4711, reason="canary\x00", site="canary")
    assert "4711" not in str(refused.value.errors)
    assert "canary" not in str(refused.value.errors)


@given(value=st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(), st.lists(st.integers())))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_value_is_taken_or_refused_never_an_error(db: Session, universe: Universe, value: Any):
    good = isinstance(value, int | float) and not isinstance(value, bool) and value in range(11)
    if good:
        assert put(db, universe, value=value).created
    else:
        with pytest.raises(Invalid):
            put(db, universe, value=value)


def test_the_same_again_is_a_replay(db: Session, universe: Universe):
    told = universe.score(value=7, items={"a": 1})
    first = log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
    later = {"value": 7.0, "recorded_at": told["recorded_at"].astimezone(UTC), "sent_at": NOW + HOUR}
    again = log.reading(db, actor=universe.actors["eve"], now=NOW + 9 * HOUR, **told | later)
    assert (first.created, again.created) == (True, False)
    assert again.reading == first.reading
    assert stored(db) == 1


OTHER = [
    {"value": 6},
    {"side": "right"},
    {"recorded_at": NOW - HOUR},
    {"recorded_at": NOW.astimezone(timezone(HOUR))},
    {"kind": "baseline"},
    {"reason": "why"},
    {"device_seq": 2},
    {"entered_by": "assisted"},
]


@pytest.mark.parametrize("other", OTHER, ids=lambda o: next(iter(o)))
def test_the_same_id_with_another_body_is_a_conflict(db: Session, universe: Universe, other: dict):
    told = universe.score()
    log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
    with pytest.raises(Conflict) as refused:
        log.reading(db, actor=universe.actors["eve"], now=NOW, **told | other)
    assert refused.value.code == "other_body"
    assert stored(db) == 1


def test_the_id_of_a_foreign_clinic_behaves_as_unseen(db: Session, universe: Universe):
    told = universe.score("eve")
    log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
    foreign = universe.score("gail", id=told["id"], value=1)
    assert log.missing(db, actor=universe.actors["gail"], ids=[told["id"]]) == [told["id"]]
    assert log.reading(db, actor=universe.actors["gail"], now=NOW, **foreign).created
    with pytest.raises(Invalid):
        put(db, universe, "gail", supersedes=put(db, universe, "eve").reading.id)


def test_of_twenty_at_once_one_is_created(engine: Engine, db: Session, universe: Universe):
    told = universe.score()

    def send(_: int) -> bool:
        with Session(engine) as mine:
            return log.reading(mine, actor=universe.actors["eve"], now=NOW, **told).created

    with ThreadPoolExecutor(10) as pool:
        created = list(pool.map(send, range(20)))
    assert sum(created) == 1
    assert stored(db) == 1


STRANGERS = [("finn", NotFound), ("gail", NotFound), ("dan", NotFound), ("ben", NotAllowed)]


@pytest.mark.parametrize(("who", "error"), STRANGERS)
def test_a_course_of_somebody_else_is_not_there(db: Session, universe: Universe, who: str, error: type[Refused]):
    with pytest.raises(error) as theirs:
        put(db, universe, "eve", by=who)
    with pytest.raises(error) as missing:
        put(db, universe, "eve", by=who, course_id=uuid4())
    assert (theirs.value.code, theirs.value.message) == (missing.value.code, missing.value.message)


def test_a_phone_makes_its_session(db: Session, universe: Universe):
    visit = universe.visit("eve")
    put(db, universe, kind="before", session_id=visit)
    row = db.get_one(Visit, (universe.clinics["willow"], visit))
    assert (row.state, row.held_on, row.number_that_day) == ("reported", TODAY, 1)


def test_a_score_after_midnight_belongs_to_last_evenings_session(db: Session, universe: Universe):
    evening = datetime(2026, 3, 1, 14, 50, tzinfo=UTC)  # 23:50 in Seoul
    visit = universe.visit("eve", date(2026, 3, 1))
    put(db, universe, kind="after", session_id=visit, recorded_at=evening + HOUR)
    put(db, universe, kind="before", session_id=visit, recorded_at=evening, value=8)
    assert db.get_one(Visit, (universe.clinics["willow"], visit)).held_on == date(2026, 3, 1)
    assert db.scalars(select(Outcome.pairs).where(Outcome.instrument == "nrs_now")).one() == 1


def test_the_second_session_of_a_day_is_another_one(db: Session, universe: Universe):
    for number in (1, 2):
        put(db, universe, kind="before", session_id=universe.visit("eve", TODAY, number))
    assert sorted(db.scalars(select(Visit.number_that_day))) == [1, 2]


@pytest.mark.parametrize(("back", "number"), [(2, 1), (-1, 1), (0, 10)])
def test_a_session_of_another_day_does_not_fit(db: Session, universe: Universe, back: int, number: int):
    with pytest.raises(Invalid):
        put(db, universe, kind="before", session_id=universe.visit("eve", TODAY - back * DAY, number))


def test_a_wrong_clock_keeps_its_session_on_the_corrected_day(db: Session, universe: Universe):
    wrong = NOW - 2557 * DAY
    visit = universe.visit("eve", wrong.date())
    put(db, universe, kind="before", session_id=visit, recorded_at=wrong, sent_at=wrong)
    assert db.get_one(Visit, (universe.clinics["willow"], visit)).held_on == TODAY


def test_a_wrong_clock_that_believed_in_yet_another_day_keeps_its_session_as_well(db: Session, universe: Universe):
    wrong = NOW + 2557 * DAY
    visit = universe.visit("eve", (wrong + 2557 * DAY).date())
    put(db, universe, kind="before", session_id=visit, recorded_at=wrong, sent_at=wrong)
    put(db, universe, kind="after", session_id=visit, recorded_at=wrong + HOUR, sent_at=wrong + HOUR)
    assert db.get_one(Visit, (universe.clinics["willow"], visit)).held_on == TODAY
    assert db.scalars(select(Outcome.pairs).where(Outcome.instrument == "nrs_now")).one() == 1


def test_a_wrong_clock_opens_no_session_of_another_course(db: Session, universe: Universe):
    wrong, others = NOW - 2557 * DAY, universe.visit("finn")
    put(db, universe, "finn", kind="before", session_id=others)
    with pytest.raises(Invalid) as refused:
        put(db, universe, kind="before", session_id=others, recorded_at=wrong, sent_at=wrong)
    assert refused.value.code == "unknown_session"


def test_a_reported_visit_of_a_plan_is_no_longer_only_planned(db: Session, universe: Universe):
    visit = universe.visit("eve")
    told = {"id": visit, "course_id": universe.courses["eve"], "held_on": TODAY, "now": NOW}
    log.session(db, actor=universe.actors["cho"], state="planned", **told)
    put(db, universe, kind="before", session_id=visit)
    assert db.get_one(Visit, (universe.clinics["willow"], visit)).state == "reported"


def test_a_correction_counts_and_the_first_word_is_kept(db: Session, universe: Universe):
    first = put(db, universe, value=9).reading
    put(db, universe, value=2, supersedes=first.id, reason="slipped")
    seen = review.readings(db, actor=universe.actors["eve"], course_id=universe.courses["eve"])
    assert sorted((r.value, r.effective) for r in seen) == [(2, True), (9, False)]
    assert db.scalars(select(Outcome.last_value).where(Outcome.readings == 1)).one() == 2


def test_what_is_taken_back_counts_nowhere(db: Session, universe: Universe):
    visit = universe.visit("eve")
    first = put(db, universe, kind="before", session_id=visit).reading
    put(db, universe, kind="before", session_id=visit, value=None, retracted=True, supersedes=first.id)
    assert {*db.scalars(select(Outcome.readings))} == {0}
    (session,) = review.home(db, actor=universe.actors["eve"], now=NOW).courses[0].sessions
    assert session.scores == ()


def test_a_correction_may_move_a_score_to_the_other_knee(db: Session, universe: Universe):
    first = put(db, universe, side="left").reading
    put(db, universe, side="right", supersedes=first.id)
    rows = db.execute(select(Outcome.side, Outcome.readings).where(Outcome.instrument == "nrs_now"))
    assert [tuple(row) for row in rows] == [("right", 1)]


def test_a_correction_keeps_course_and_instrument(db: Session, universe: Universe):
    first = put(db, universe).reading
    other = put(db, universe, "finn").reading
    others: tuple[dict[str, Any], ...] = ({"supersedes": other.id}, {"supersedes": first.id, "instrument": "nrs_week"})
    for more in others:
        with pytest.raises(Invalid):
            put(db, universe, **more)


def test_a_reading_corrects_neither_itself_nor_what_corrects_it(db: Session, universe: Universe):
    own = uuid4()
    first = put(db, universe).reading
    second = put(db, universe, supersedes=first.id).reading
    third = put(db, universe, supersedes=second.id).reading
    for id, supersedes in ((own, own), (first.id, second.id), (first.id, third.id), (first.id, first.id)):
        with pytest.raises(Invalid) as refused:
            put(db, universe, id=id, supersedes=supersedes, value=1)
        assert refused.value.errors[0]["code"] == "own_descendant"


def test_an_after_earlier_than_its_before_is_stored_marked_and_no_pair(db: Session, universe: Universe):
    visit = universe.visit("eve")
    put(db, universe, kind="before", session_id=visit, value=8)
    put(db, universe, kind="after", session_id=visit, value=2, recorded_at=NOW - HOUR)
    seen = review.readings(db, actor=universe.actors["eve"], course_id=universe.courses["eve"])
    assert [(r.kind, r.order_unclear) for r in seen] == [("after", True), ("before", False)]
    assert db.scalars(select(Outcome.pairs).where(Outcome.instrument == "nrs_now")).one() == 0


def test_late_and_corrected_are_marked(db: Session, universe: Universe):
    late = put(db, universe, recorded_at=NOW - 25 * HOUR, sent_at=NOW).reading
    wrong = put(db, universe, recorded_at=NOW - 25 * HOUR, sent_at=NOW - 25 * HOUR).reading
    assert (late.late, late.clock_corrected, late.at) == (True, False, NOW - 25 * HOUR)
    assert (wrong.late, wrong.clock_corrected, wrong.at, wrong.recorded_at) == (False, True, NOW, NOW - 25 * HOUR)


def test_the_moment_comes_back_in_the_phones_own_offset(db: Session, universe: Universe):
    told = NOW.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    assert put(db, universe, recorded_at=told).reading.recorded_at.isoformat() == told.isoformat()


def test_a_bad_one_of_fifty_leaves_forty_nine(db: Session, universe: Universe):
    items = [universe.score(value=i % 11) for i in range(50)]
    items[17]["value"] = 11
    results = log.batch(db, actor=universe.actors["eve"], items=items, now=NOW)
    assert [r.status for r in results].count("created") == stored(db) == 49
    error = results[17].error
    assert (results[17].status, results[17].id, error and error.code) == ("refused", items[17]["id"], "out_of_range")
    assert [r.id for r in results] == [item["id"] for item in items]


def test_a_batch_sent_again_creates_nothing(db: Session, universe: Universe):
    items = [universe.score(), universe.score("finn", id=uuid4())]
    actor = universe.actors["cho"]
    log.batch(db, actor=actor, items=items, now=NOW)
    assert [r.status for r in log.batch(db, actor=actor, items=items, now=NOW)] == ["replay", "replay"]


def test_the_same_id_twice_in_a_batch(db: Session, universe: Universe):
    first = universe.score()
    items = [first, first, first | {"value": 1}, universe.score("finn", id=first["id"])]
    results = log.batch(db, actor=universe.actors["cho"], items=items, now=NOW)
    assert [r.status for r in results] == ["created", "replay", "refused", "refused"]
    assert {r.error.code for r in results if r.error} == {"other_body"}


def test_a_correction_may_stand_before_what_it_corrects(db: Session, universe: Universe):
    first = universe.score(value=9)
    items = [universe.score(value=1, supersedes=first["id"]), first]
    assert {r.status for r in log.batch(db, actor=universe.actors["eve"], items=items, now=NOW)} == {"created"}


@pytest.mark.parametrize("item", [{}, {"id": uuid4()}, {"id": "x", "course_id": 1}])
def test_a_broken_item_costs_only_itself(db: Session, universe: Universe, item: dict):
    results = log.batch(db, actor=universe.actors["eve"], items=[item, universe.score()], now=NOW)
    assert [r.status for r in results] == ["refused", "created"]


def test_a_foreign_course_in_a_batch_is_not_there(db: Session, universe: Universe):
    results = log.batch(db, actor=universe.actors["eve"], items=[universe.score("finn"), universe.score()], now=NOW)
    assert [r.status for r in results] == ["refused", "created"]
    assert isinstance(results[0].error, NotFound)


def test_only_the_operator_says_when_something_was_received(db: Session, universe: Universe):
    with pytest.raises(NotAllowed):
        put(db, universe, received_at=NOW)
    told = universe.score(received_at=NOW - DAY, recorded_at=NOW - DAY)
    assert log.reading(db, actor=universe.actors["willow"], now=NOW, **told).reading.received_at == NOW - DAY


def test_missing_names_what_the_store_lacks_of_ones_own(db: Session, universe: Universe):
    mine, theirs, nobodys = put(db, universe).reading.id, put(db, universe, "finn").reading.id, uuid4()
    asked = [mine, theirs, nobodys]
    assert log.missing(db, actor=universe.actors["eve"], ids=asked) == [theirs, nobodys]
    assert log.missing(db, actor=universe.actors["cho"], ids=asked) == [nobodys]


def visit(db: Session, universe: Universe, by: str, on: date = TODAY, **more: Any):
    told = {"id": universe.visit("eve", on), "course_id": universe.courses["eve"], "held_on": on, "now": NOW}
    return log.session(db, actor=universe.actors[by], **told | more)


STATES = [
    ("cho", None, "held", "held"),
    ("ben", None, "planned", "planned"),
    ("eve", None, "held", "reported"),
    ("eve", None, "reported", "reported"),
    ("eve", "reported", "cancelled", "cancelled"),
    ("eve", "held", "cancelled", "held"),
    ("eve", "planned", "reported", "reported"),
    ("cho", "reported", "held", "held"),
    ("cho", "held", "cancelled", "cancelled"),
]


@pytest.mark.parametrize(("by", "stood", "said", "comes"), STATES)
def test_who_says_what_of_a_visit(db: Session, universe: Universe, by: str, stood: str | None, said: str, comes: str):
    if stood:
        visit(db, universe, "cho", state=stood)
    assert visit(db, universe, by, state=said).state == comes


def test_staff_move_a_visit_and_its_id_stays(db: Session, universe: Universe):
    made = visit(db, universe, "cho")
    moved = visit(db, universe, "cho", id=made.id, held_on=TODAY - DAY, modalities=["acupuncture"], note="moved")
    assert (moved.id, moved.held_on, moved.modalities) == (made.id, TODAY - DAY, ("acupuncture",))


BAD_VISITS = [
    {"id": uuid4()},
    {"number": 2},
    {"number": 0},
    {"state": "done"},
    {"modalities": ["magic"]},
    {"note": "\x07"},
    {"on": TODAY + DAY},
]


@pytest.mark.parametrize("bad", BAD_VISITS, ids=lambda b: next(iter(b)))
def test_a_visit_that_does_not_hold_is_refused(db: Session, universe: Universe, bad: dict):
    with pytest.raises(Invalid):
        visit(db, universe, "cho", **bad)


def test_a_visit_may_be_planned_ahead(db: Session, universe: Universe):
    assert visit(db, universe, "cho", TODAY + DAY, state="planned").state == "planned"


def test_a_patient_does_not_plan(db: Session, universe: Universe):
    with pytest.raises(Invalid):
        visit(db, universe, "eve", state="planned")


def react(db: Session, universe: Universe, by: str = "eve", **more: Any):
    told = {"id": uuid4(), "course_id": universe.courses["eve"], "occurred_on": TODAY, "code": "bruise", "now": NOW}
    return log.reaction(db, actor=universe.actors[by], **told | more)


def test_a_reaction_again_is_a_replay_and_another_one_a_conflict(db: Session, universe: Universe):
    told: dict[str, Any] = {"id": uuid4(), "grade": "mild", "words": "blue"}
    assert react(db, universe, **told) == react(db, universe, **told)
    with pytest.raises(Conflict):
        react(db, universe, **dict(told, serious=True))
    assert db.scalar(select(func.count()).select_from(Reaction)) == 1


BAD_REACTIONS = [
    {"occurred_on": TODAY + DAY},
    {"code": ""},
    {"grade": "awful"},
    {"words": "\x00"},
    {"session_id": uuid4()},
    {"serious": "yes"},
]


@pytest.mark.parametrize("bad", BAD_REACTIONS, ids=lambda b: next(iter(b)))
def test_a_reaction_that_does_not_hold_is_refused(db: Session, universe: Universe, bad: dict):
    with pytest.raises(Invalid):
        react(db, universe, **bad)


def test_who_reported_a_reaction_is_kept(db: Session, universe: Universe):
    assert (react(db, universe).reported_by, react(db, universe, "cho").reported_by) == ("patient", "staff")


def test_every_change_is_in_the_trail_and_no_score_is(db: Session, universe: Universe):
    put(db, universe, value=7, reason="canary")
    put(db, universe, by="cho", value=7)
    visit(db, universe, "cho")
    react(db, universe, words="canary")
    rows = db.scalars(
        select(AuditEvent).where(AuditEvent.action.in_(("reading.add", "session.put", "reaction.add")))
    ).all()
    told = {(row.action, row.role, row.on_behalf_of) for row in rows}
    eve = universe.people["eve"]
    assert told == {
        ("reading.add", "patient", None),
        ("reading.add", "practitioner", eve),
        ("session.put", "practitioner", eve),
        ("reaction.add", "patient", None),
    }
    assert "canary" not in str([row.detail for row in rows])
    assert {key for row in rows for key in row.detail} == {"readings", "sessions", "state", "serious"}


def test_a_refused_reading_leaves_nothing_in_the_trail(db: Session, universe: Universe):
    before = db.scalar(select(func.count()).select_from(AuditEvent))
    with pytest.raises(Invalid):
        put(db, universe, value=11)
    assert db.scalar(select(func.count()).select_from(AuditEvent)) == before
