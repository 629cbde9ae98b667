"""The work list through the real database: what opens an item, once, and what closing it keeps."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.science.noise import noise_of, partial, unpooled
from tracker.science.scales import INSTRUMENTS
from tracker.services import course as courses
from tracker.services import enrol, leave, log, proof, worklist
from tracker.services.actor import Actor, operator
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.transaction import writing
from tracker.services.views import PlaceView
from tracker.services.work import dates, noise
from tracker.services.worklist import Answer
from tracker.storage import AuditEvent, Course, ImportBatch, Outcome, Reading, WorkItem, WorkMark

DAY = timedelta(days=1)
BACK = ("lower_back", "none")


def rows(db: Session, name: str | None = None, universe: Universe | None = None) -> list[WorkItem]:
    chosen = select(WorkItem).order_by(WorkItem.opened_on, WorkItem.reason)
    if name and universe:
        chosen = chosen.where(WorkItem.course_id == universe.courses[name])
    return list(db.scalars(chosen))


def say(db: Session, universe: Universe, value: float, day: int, name: str = "finn", **more: Any) -> Any:
    """A weekly score of so many days after the universe's first, at noon."""
    at = NOW + day * DAY
    now = more.pop("now", at)
    body = universe.score(name, instrument="nrs_week", value=value, recorded_at=at) | more
    return log.reading(db, actor=universe.actors[name], now=now, **body)


def began(db: Session, universe: Universe, name: str = "finn", sessions: tuple[int, ...] = (0,)) -> None:
    """Sessions on these days."""
    for day in sessions:
        at, on = NOW + day * DAY, TODAY + day * DAY
        log.session(
            db,
            actor=universe.actors["cho"],
            id=universe.visit(name, on),
            course_id=universe.courses[name],
            held_on=on,
            now=at,
        )


@pytest.fixture
def finn(db: Session, universe: Universe) -> Universe:
    """Finn's course has begun, with 3 at its start."""
    began(db, universe)
    say(db, universe, 3, 0, kind="baseline", recorded_at=NOW - timedelta(hours=1))
    return universe


def test_nothing_to_eight_is_on_the_list_in_the_same_transaction(db: Session, universe: Universe):
    began(db, universe)
    say(db, universe, 0, 0, kind="baseline", recorded_at=NOW - timedelta(hours=1))
    say(db, universe, 8, 3)
    (item,) = rows(db, "finn", universe)
    assert (item.reason, item.opened_on, item.instrument, (item.site, item.side)) == (
        "sudden",
        TODAY + 3 * DAY,
        "nrs_week",
        BACK,
    )
    assert {k: item.details[k] for k in ("now", "before", "difference", "needed", "against", "n")} == {
        "now": 8.0, "before": 0.0, "difference": 8.0, "needed": 4.0, "against": "baseline", "n": 0,
    }  # fmt: skip
    assert db.get_one(Reading, (universe.clinics["willow"], item.subject_id)).value == 8


@pytest.mark.parametrize(("value", "opened"), [(7, ["sudden"]), (6, [])])
def test_four_points_exactly_count(db: Session, finn: Universe, value, opened):
    say(db, finn, value, 3)
    assert [item.reason for item in rows(db, "finn", finn)] == opened


def test_an_after_score_opens_nothing(db: Session, finn: Universe):
    visit = finn.visit("finn")
    for kind, value in (("before", 1), ("after", 9)):
        log.reading(
            db, actor=finn.actors["finn"], now=NOW, **finn.score("finn", kind=kind, value=value, session_id=visit)
        )
    assert rows(db, "finn", finn) == []


def test_a_before_score_is_judged_at_once(db: Session, finn: Universe):
    for day, value in ((7, 2), (14, 6)):
        began(db, finn, sessions=(day,))
        at, visit = NOW + day * DAY, finn.visit("finn", TODAY + day * DAY)
        told = finn.score("finn", kind="before", value=value, session_id=visit, recorded_at=at)
        log.reading(db, actor=finn.actors["finn"], now=at, **told)
    assert [(item.reason, item.instrument, item.details["n"]) for item in rows(db, "finn", finn)] == [
        ("sudden", "nrs_now", 1)
    ]


def test_scores_of_two_knees_are_two_series_and_one_item(db: Session, universe: Universe):
    began(db, universe, "eve")
    for side in ("left", "right"):
        say(db, universe, 3, 0, "eve", kind="baseline", recorded_at=NOW - timedelta(hours=1), side=side)
    say(db, universe, 7, 3, "eve", side="right")
    say(db, universe, 7, 4, "eve", side="left")
    assert [(item.reason, item.side) for item in rows(db, "eve", universe)] == [("sudden", "right")]


def test_a_file_brings_history_not_work(db: Session, finn: Universe):
    told = finn.score("finn", instrument="nrs_week", value=9, recorded_at=NOW + 3 * DAY, entered_by="import")
    batch, boss = uuid4(), operator(finn.clinics["willow"])
    with writing(db):
        db.add(ImportBatch(clinic_id=boss.clinic, id=batch, name="f", sha256="0" * 64, rows=1, created_at=NOW))
        db.flush()
        assert log.record(db, actor=boss, items=[told], now=NOW + 3 * DAY, import_batch_id=batch)[0].status == "created"
    assert rows(db, "finn", finn) == []


def test_a_late_score_is_judged_on_the_day_it_came(db: Session, finn: Universe):
    say(db, finn, 7, 3, now=NOW + 9 * DAY)
    assert [item.opened_on for item in rows(db, "finn", finn)] == [TODAY + 9 * DAY]


def test_a_corrected_score_keeps_its_item_which_says_so(db: Session, finn: Universe):
    first = say(db, finn, 8, 3)
    say(db, finn, 3, 3, supersedes=first.reading.id, now=NOW + 4 * DAY)
    (item,) = worklist.listed(db, actor=finn.actors["cho"], reason="sudden", now=NOW + 4 * DAY).rows
    assert (item.corrected, item.details["now"], item.last_value) == (True, 8.0, 3.0)
    assert len(rows(db, "finn", finn)) == 1


def test_the_same_reading_again_opens_nothing_again(db: Session, finn: Universe):
    told = finn.score("finn", instrument="nrs_week", value=8, recorded_at=NOW + 3 * DAY)
    for hour in (0, 1):
        log.reading(db, actor=finn.actors["finn"], now=NOW + 3 * DAY + timedelta(hours=hour), **told)
    assert len(rows(db, "finn", finn)) == 1


def test_a_reaction_is_on_the_list_with_its_report_and_a_second_one_beside_it(db: Session, finn: Universe):
    told = {"course_id": finn.courses["finn"], "occurred_on": TODAY, "grade": "mild"}
    for id, code, serious in ((uuid4(), "bruise", False), (uuid4(), "fainting", True)):
        for _ in range(2):
            log.reaction(db, actor=finn.actors["finn"], id=id, code=code, serious=serious, now=NOW, **told)
    (item,) = worklist.listed(db, actor=finn.actors["cho"], now=NOW).rows
    assert [(r.code, r.serious) for r in item.reactions] == [("bruise", False), ("fainting", True)]
    worklist.resolve(db, actor=finn.actors["cho"], id=item.id, resolution="spoke", now=NOW)
    log.reaction(db, actor=finn.actors["finn"], id=uuid4(), code="rash", now=NOW + DAY, **told)
    (again,) = worklist.listed(db, actor=finn.actors["cho"], now=NOW + DAY).rows
    assert [r.code for r in again.reactions] == ["rash"]


# — closing —


def open_one(db: Session, universe: Universe) -> WorkItem:
    say(db, universe, 8, 3)
    return rows(db, "finn", universe)[0]


def test_closing_keeps_who_and_when_and_leaves_a_note_in_the_trail(db: Session, finn: Universe):
    id, cho, at = open_one(db, finn).id, finn.actors["cho"], NOW + 4 * DAY
    made = worklist.resolve(db, actor=cho, id=id, resolution="spoke", note="will come in", now=at)
    assert (made.resolution, made.note, made.resolved_at, made.resolved_by) == ("spoke", "will come in", at, "Cho")
    noted = db.scalars(select(AuditEvent).where(AuditEvent.action == "work.resolve")).one()
    assert (noted.actor_id, noted.subject_id, noted.on_behalf_of) == (cho.id, id, finn.people["finn"])
    assert worklist.listed(db, actor=cho, now=at).rows == ()
    assert [row.id for row in worklist.listed(db, actor=cho, state="resolved", now=at + 27 * DAY).rows] == [id]
    assert worklist.listed(db, actor=cho, state="resolved", reason="sudden", now=at + 28 * DAY).rows == ()


def test_the_same_closing_again_is_a_replay_and_another_a_conflict(db: Session, finn: Universe):
    id = open_one(db, finn).id
    first = worklist.resolve(db, actor=finn.actors["cho"], id=id, resolution="spoke", now=NOW + 4 * DAY)
    assert worklist.resolve(db, actor=finn.actors["amy"], id=id, resolution="spoke", now=NOW + 5 * DAY) == first
    for other in ({"resolution": "noted"}, {"resolution": "spoke", "note": "more"}):
        with pytest.raises(Conflict):
            worklist.resolve(db, actor=finn.actors["amy"], id=id, now=NOW + 5 * DAY, **other)
    assert db.scalar(select(func.count()).where(AuditEvent.action == "work.resolve")) == 1


def test_what_was_closed_is_settled_and_comes_back_when_it_does(db: Session, finn: Universe):
    id = open_one(db, finn).id
    worklist.resolve(db, actor=finn.actors["cho"], id=id, resolution="noted", now=NOW + 4 * DAY)
    say(db, finn, 4, 10)  # no rise: judged, nothing found
    assert len(rows(db, "finn", finn)) == 1
    say(db, finn, 10, 17)
    assert [item.opened_on for item in rows(db, "finn", finn)] == [TODAY + 3 * DAY, TODAY + 17 * DAY]


@pytest.mark.parametrize(
    ("who", "error"), [("finn", NotAllowed), ("ben", NotAllowed), ("gail", NotAllowed), ("dan", NotFound)]
)
def test_whose_it_is_not(db: Session, finn: Universe, who, error):
    id = open_one(db, finn).id
    with pytest.raises(error):
        worklist.resolve(db, actor=finn.actors[who], id=id, resolution="noted", now=NOW + 4 * DAY)
    if error is NotAllowed:
        with pytest.raises(NotAllowed):
            worklist.listed(db, actor=finn.actors[who], now=NOW + 4 * DAY)
    else:
        assert worklist.listed(db, actor=finn.actors[who], now=NOW + 4 * DAY).rows == ()


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"resolution": "cured"}, "/resolution"), ({"resolution": None}, "/resolution"), ({"note": "x" * 2001}, "/note")],
)
def test_what_does_not_hold_is_refused(db: Session, finn: Universe, wrong, pointer):
    id = open_one(db, finn).id
    with pytest.raises(Invalid) as refused:
        worklist.resolve(db, actor=finn.actors["cho"], id=id, **({"resolution": "noted"} | wrong))
    assert refused.value.errors[0]["pointer"] == pointer
    assert rows(db, "finn", finn)[0].resolved_at is None


# — dates —


def ended(db: Session, universe: Universe) -> None:
    """Three sessions in three weeks, the last on day 14."""
    began(db, universe, sessions=(0, 7, 14))


def look(db: Session, universe: Universe, day: int) -> list[tuple[str, int | None, int]]:
    """(reason, month, day opened) of what is open for Finn as the worker sees it."""
    dates.every(db, now=NOW + day * DAY)
    open_ = [one for one in rows(db, "finn", universe) if one.resolved_at is None]
    return [(one.reason, one.month, (one.opened_on - TODAY).days) for one in open_]


def close_all(db: Session, universe: Universe, day: int) -> None:
    for one in rows(db):
        if one.resolved_at is None:
            worklist.resolve(db, actor=universe.actors["cho"], id=one.id, resolution="noted", now=NOW + day * DAY)


def test_a_review_is_due_28_days_after_the_start_and_after_the_last_one(db: Session, universe: Universe):
    began(db, universe, sessions=(0, 14))
    assert look(db, universe, 27) == []
    assert look(db, universe, 28) == [("review_due", None, 28)]
    assert look(db, universe, 33) == [("review_due", None, 28)]
    close_all(db, universe, 33)
    began(db, universe, sessions=(34, 42))
    assert look(db, universe, 60) == []
    assert look(db, universe, 61) == [("review_due", None, 61)]


def test_an_end_is_on_the_list_from_the_day_it_is_known(db: Session, universe: Universe):
    ended(db, universe)
    assert look(db, universe, 30) == [("review_due", None, 28)]
    assert look(db, universe, 41) == [("review_due", None, 28)]
    assert look(db, universe, 42)[1:] == [("ended", None, 42)]
    close_all(db, universe, 45)
    assert look(db, universe, 55) == []  # once, and no review of what has ended


def test_a_closing_is_on_the_list_at_once(db: Session, universe: Universe):
    began(db, universe)
    dates.every(db, now=NOW + 5 * DAY)
    on = TODAY + 5 * DAY
    courses.close_course(
        db, actor=universe.actors["cho"], course_id=universe.courses["finn"], on=on, reason="x", now=NOW + 5 * DAY
    )
    assert [(one.reason, one.opened_on) for one in rows(db, "finn", universe)] == [("ended", on)]


def test_months_without_a_look_lose_no_end(db: Session, universe: Universe):
    ended(db, universe)
    look(db, universe, 20)
    assert ("ended", None, 42) in look(db, universe, 120)


def test_nobody_is_asked_to_look_at_an_end_of_long_ago(db: Session, universe: Universe):
    ended(db, universe)
    assert ("ended", None, 42) not in look(db, universe, 120)  # the first look of all: this is history


def test_a_call_is_due_14_days_after_a_check_in_nobody_answered(db: Session, universe: Universe):
    ended(db, universe)
    close = 14 + 28 + 14  # t0 is day 14
    look(db, universe, close - 1)
    close_all(db, universe, close - 1)
    assert look(db, universe, close) == [("call", 1, close)]
    close_all(db, universe, close + 3)
    assert look(db, universe, 14 + 91 + 13) == []
    assert look(db, universe, 14 + 91 + 14) == [("call", 3, 14 + 91 + 14)]


def test_who_answered_by_themselves_needs_no_call(db: Session, universe: Universe):
    ended(db, universe)
    assert ("call", 1, 56) in look(db, universe, 57)
    say(db, universe, 3, 57)
    assert [one for one in look(db, universe, 58) if one[0] == "call"] == []
    (item,) = [one for one in rows(db, "finn", universe) if one.reason == "call"]
    assert (item.resolution, item.resolved_by) == ("answered", None)


def called(db: Session, universe: Universe) -> WorkItem:
    ended(db, universe)
    look(db, universe, 57)
    return next(one for one in rows(db, "finn", universe) if one.reason == "call")


def test_an_answer_on_the_phone_is_a_check_in_entered_with_help_and_closes_the_call(db: Session, universe: Universe):
    item, cho, at = called(db, universe), universe.actors["cho"], NOW + 58 * DAY
    given = [Answer(PlaceView(*BACK), 0)]
    first = worklist.answer(db, actor=cho, id=item.id, answers=given, note="by phone", now=at)
    assert (first.resolution, first.resolved_by, first.note) == ("answered", "Cho", "by phone")
    row = db.scalars(select(Reading).where(Reading.course_id == item.course_id)).one()
    assert (row.value, row.kind, row.instrument, row.entered_by) == (0, "check_in", "nrs_week", "assisted")
    outcome = select(Outcome.after_end_1).where(Outcome.course_id == item.course_id, Outcome.instrument == "nrs_week")
    assert db.scalars(outcome).one() == 0
    assert worklist.answer(db, actor=cho, id=item.id, answers=given, note="by phone", now=at + DAY) == first
    with pytest.raises(Conflict):
        worklist.answer(db, actor=cho, id=item.id, answers=[Answer(PlaceView(*BACK), 5)], now=at)
    assert db.scalar(select(func.count()).where(Reading.course_id == item.course_id)) == 1


@pytest.mark.parametrize("value", [11, -1, 5.5])
def test_an_answer_off_the_scale_changes_nothing(db: Session, universe: Universe, value):
    item = called(db, universe)
    with pytest.raises(Invalid):
        worklist.answer(
            db, actor=universe.actors["cho"], id=item.id, answers=[Answer(PlaceView(*BACK), value)], now=NOW + 58 * DAY
        )
    db.expire_all()
    assert (item.resolved_at, db.scalar(select(func.count()).where(Reading.course_id == item.course_id))) == (None, 0)


def test_no_answer_and_what_is_no_call(db: Session, finn: Universe):
    item, cho = open_one(db, finn), finn.actors["cho"]
    for given in ([], [Answer(PlaceView(*BACK), 3)]):
        with pytest.raises(Invalid):
            worklist.answer(db, actor=cho, id=item.id, answers=given, now=NOW + 4 * DAY)


def test_who_left_is_not_called(db: Session, universe: Universe):
    ended(db, universe)
    leave.withdraw(db, actor=universe.actors["finn"], now=NOW + 40 * DAY)
    assert [one for one in look(db, universe, 57) if one[0] in ("call", "ended")] == []


def test_erasing_takes_the_items_along(db: Session, finn: Universe):
    open_one(db, finn)
    eraser = Actor(
        "patient", finn.people["finn"], finn.clinics["willow"], "patient", finn.people["finn"], device_id=uuid4()
    )
    code = proof.code(db, actor=operator(finn.clinics["willow"]), patient_id=finn.people["finn"], now=NOW)
    proof.prove(db, actor=eraser, typed=code, now=NOW)
    leave.erase(db, actor=eraser, now=NOW)
    assert db.scalar(select(func.count()).select_from(WorkItem)) == 0


# — looking —


def test_urgent_first_then_the_oldest_in_pages(db: Session, universe: Universe):
    boss, names = operator(universe.clinics["willow"]), []
    for n in range(5):
        who = enrol.enrol_patient(db, actor=boss, code=f"W-{n}", now=NOW)
        made = enrol.open_course(
            db, actor=boss, id=uuid4(), patient_id=who.id, condition="neck", practitioner=f"Dr {n % 2}", now=NOW
        )
        names.append(made.id)
    with db.begin():
        for n, reason in enumerate(("ended", "call", "reaction", "worsened", "sudden")):
            db.add(
                WorkItem(
                    clinic_id=boss.clinic,
                    id=uuid4(),
                    course_id=names[n],
                    reason=reason,
                    opened_on=TODAY - n * DAY,
                    patient_id=_whose(db, names[n]),
                    opened_at=NOW,
                    details={},
                )
            )
    cho, seen, after = universe.actors["cho"], [], None
    while True:
        page = worklist.listed(db, actor=cho, after=after, size=2, now=NOW)
        seen += [row.reason for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == ["sudden", "reaction", "worsened", "call", "ended"]
    of_one = worklist.listed(db, actor=cho, practitioner="Dr 1", now=NOW)
    assert [row.reason for row in of_one.rows] == ["worsened", "call"]
    assert [row.reason for row in worklist.of_course(db, cho, names[4], now=NOW)] == ["sudden"]


def _whose(db: Session, course_id: Any) -> Any:
    return db.scalars(select(Course.patient_id).where(Course.id == course_id)).one()


@pytest.mark.parametrize("after", ["nowhere", "00000000000000000000000000000000", ""])
def test_a_page_that_is_not_there(db: Session, universe: Universe, after):
    cho = universe.actors["cho"]
    if not after:
        assert worklist.listed(db, actor=cho, after=after, now=NOW).rows == ()
        return
    with pytest.raises(Invalid):
        worklist.listed(db, actor=cho, after=after, now=NOW)


def test_a_second_look_of_the_day_asks_no_course(db: Session, universe: Universe):
    worklist.listed(db, actor=universe.actors["cho"], now=NOW)
    asked: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    worklist.listed(db, actor=universe.actors["cho"], now=NOW + timedelta(hours=1))
    reading = [one for one in asked if "FROM outcome" in one or "FROM reading" in one]
    assert all(" IN (" in one or "NULL" in one for one in reading), reading  # of the page's courses alone
    assert not any("ended_on" in one for one in asked)


# — noise —


def test_the_noise_is_the_clinics_own_and_a_course_keeps_the_one_it_began_with(db: Session, universe: Universe):
    boss, rng = operator(universe.clinics["willow"]), np.random.default_rng(3)
    for n in range(24):
        who = enrol.enrol_patient(db, actor=boss, code=f"N-{n}", now=NOW)
        made = enrol.open_course(
            db, actor=boss, id=uuid4(), patient_id=who.id, condition="neck", started_on=TODAY, now=NOW
        )
        told = [
            universe.score("finn", instrument="nrs_week", value=int(rng.integers(3, 7)), recorded_at=NOW + 7 * k * DAY)
            | {"course_id": made.id, "site": "", "side": "none", "entered_by": "patient"}
            for k in range(1, 9)
        ]
        assert all(r.status == "created" for r in log.batch(db, actor=boss, items=told, now=NOW + 57 * DAY))
    dates.every(db, now=NOW + 60 * DAY)
    dates.every(db, now=NOW + 61 * DAY)
    mark = db.get_one(WorkMark, boss.clinic)
    (week, now) = mark.noise
    weeks = [
        np.array(w) for w in db.scalars(select(Outcome.weeks).where(Outcome.instrument == "nrs_week")) if len(w) > 1
    ]
    series = np.repeat(np.arange(len(weeks)), [len(w) for w in weeks])
    day, value = np.concatenate(weeks).T
    again = noise_of(partial(series, day, value, week["r"]), week["r"], 10)
    assert (week["instrument"], week["sd"]) == ("nrs_week", pytest.approx(again.sd, abs=1e-12))
    assert 0.7 < week["sd"] < 1.6
    assert (now["instrument"], now["sd"], now["r"]) == ("nrs_now", 1.0, 0.5)
    scale, since = INSTRUMENTS["nrs_week"], float((TODAY + 60 * DAY).toordinal())
    assert noise.at_start(mark.noise, scale, since).sd == week["sd"]
    assert noise.at_start(mark.noise, scale, since - 1) == unpooled(10)
    dates.every(db, now=NOW + 88 * DAY)
    db.refresh(mark)
    assert [one["since"] for one in mark.noise] == [since, since, since + 28, since + 28]


@pytest.mark.sqlite
def test_the_list_is_found_by_its_index_without_walking_courses(db: Session, universe: Universe):
    asked: list[tuple[str, Any]] = []
    worklist.listed(db, actor=universe.actors["cho"], now=NOW)
    event.listen(db.get_bind(), "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    worklist.listed(db, actor=universe.actors["cho"], practitioner="Cho", now=NOW)
    page = [one for one in asked if "FROM work_item" in one[0]]
    assert page
    for statement, parameters in page:
        plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        assert not [row for row in plan if row[3].startswith("SCAN")], plan
