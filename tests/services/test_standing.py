"""Standing: who comes first in the roster, and that the order moves with what moves it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.science.worklist import REASONS
from tracker.services import enrol, log, plan, review, roster_row, standing, worklist
from tracker.services.recompute import recompute
from tracker.services.visit import session_id
from tracker.services.work import dates
from tracker.storage import Course, Patient, Standing, WorkItem, WorkMark
from tracker.storage.standing import SHOWN

DAY = timedelta(days=1)


@pytest.fixture
def clinic(db: Session, universe: Universe) -> dict[str, UUID]:
    """Six more courses: heard of 20, 3 and 9 days ago, treated 5 days ago and silent, ended long ago, not begun."""
    made = {name: opened(db, universe, name) for name in ("twenty", "three", "nine", "silent", "over", "new")}
    for name, treated, heard in (
        *(("twenty", 25, 20), ("three", 25, 3), ("nine", 25, 9)),
        *(("silent", 5, None), ("over", 200, 150)),
    ):
        treat(db, universe, made[name], treated)
        if heard is not None:
            answer(db, universe, made[name], heard)
    clear(db, universe)
    return made


def clear(db: Session, universe: Universe) -> None:
    """Nothing is on the work list, and dates were looked at: what is open is what a test opens."""
    willow = universe.clinics["willow"]
    db.execute(delete(WorkItem))
    db.add(WorkMark(clinic_id=willow, looked_on=TODAY + 100 * DAY))
    db.flush()
    standing.keep(db, willow, list(db.scalars(select(Course.id).where(Course.clinic_id == willow))))
    db.commit()


def opened(db: Session, universe: Universe, name: str) -> UUID:
    actor = universe.actors["willow"]
    patient = enrol.enrol_patient(db, actor=actor, code=name, now=NOW)
    return enrol.open_course(db, actor=actor, id=uuid4(), patient_id=patient.id, condition="neck", now=NOW).id


def treat(db: Session, universe: Universe, course: UUID, ago: int) -> None:
    on = TODAY - ago * DAY
    log.session(db, actor=universe.actors["willow"], id=session_id(course, on), course_id=course, held_on=on, now=NOW)


def answer(db: Session, universe: Universe, course: UUID, ago: int) -> None:
    told = {"course_id": course, "kind": "check_in", "instrument": "nrs_week", "value": 4, "entered_by": "assisted"}
    log.reading(db, actor=universe.actors["cho"], id=uuid4(), recorded_at=NOW - ago * DAY, now=NOW, **told)


def item(db: Session, universe: Universe, course: UUID, reason: str, ago: int, **more: Any) -> UUID:
    """An open item, as the work list writes one, and the standing that follows from it."""
    id = uuid4()
    row = {"clinic_id": universe.clinics["willow"], "id": id, "course_id": course, "reason": reason}
    patient = db.scalars(select(Course.patient_id).where(Course.id == course)).one()
    told = {"patient_id": patient, "opened_on": TODAY - ago * DAY, "opened_at": NOW - ago * DAY}
    db.add(WorkItem(**row, **told, **more))
    db.flush()
    standing.keep(db, universe.clinics["willow"], [course])
    db.commit()
    return id


def order(db: Session, universe: Universe, **more: Any) -> list[str]:
    page = review.roster(db, actor=universe.actors["cho"], now=NOW, **more)
    return [row.patient_code for row in page.rows if not row.patient_code.startswith("C-")]


def test_without_items_the_longest_silence_in_a_running_course_comes_first(db, universe, clinic):
    assert order(db, universe) == ["twenty", "nine", "silent", "three", "new", "over"]


def test_reasons_come_in_their_order_and_the_one_open_longest_first(db, universe, clinic):
    for name, reason, ago in (
        *(("over", "review_due", 90), ("new", "call", 2), ("three", "sudden", 1)),
        *(("nine", "worsened", 3), ("silent", "worsened", 8)),
    ):
        item(db, universe, clinic[name], reason, ago)
    assert order(db, universe) == ["three", "silent", "nine", "new", "over", "twenty"]
    page = review.roster(db, actor=universe.actors["cho"], now=NOW)
    assert [row.reason for row in page.rows[:5]] == ["sudden", "worsened", "worsened", "call", "review_due"]


def test_a_serious_reaction_comes_before_everything(db, universe, clinic):
    item(db, universe, clinic["three"], "sudden", 60)
    for name, serious in (("nine", False), ("over", True)):
        id = uuid4()
        told = {"occurred_on": TODAY, "code": "other", "serious": serious, "grade": "severe"}
        log.reaction(db, actor=universe.actors["cho"], id=id, course_id=clinic[name], now=NOW, **told)
        db.execute(update(WorkItem).values(resolved_at=NOW, resolution="noted").where(WorkItem.subject_id == id))
        item(db, universe, clinic[name], "reaction", 0, subject_id=id)
    assert order(db, universe)[:3] == ["over", "three", "nine"]


def test_every_reason_of_the_work_list_has_its_place():
    assert set(standing.URGENCY) - {"serious"} == set(REASONS)
    assert len(standing.URGENCY) < standing.RUNNING


def test_a_resolved_item_gives_its_place_up(db, universe, clinic):
    id = item(db, universe, clinic["over"], "call", 1)
    assert order(db, universe)[0] == "over"
    db.execute(update(WorkItem).values(resolved_at=NOW, resolution="spoke").where(WorkItem.id == id))
    standing.keep(db, universe.clinics["willow"], [clinic["over"]])
    db.commit()
    assert order(db, universe)[-1] == "over"


def test_a_course_moves_to_the_end_on_the_day_its_end_is_known(db, universe, clinic):
    for days, place in ((27 - 25, 0), (28 - 25, 3)):
        page = review.roster(db, actor=universe.actors["cho"], now=NOW + days * DAY)
        names = [row.patient_code for row in page.rows if not row.patient_code.startswith("C-")]
        assert names.index("twenty") >= place, names
    states = {row.patient_code: row.state for row in page.rows}
    assert (states["twenty"], states["silent"], states["new"]) == ("ended", "running", "not_started")


def test_the_first_page_of_a_day_brings_the_clinic_up_to_it_and_the_next_does_not(db, universe, clinic, monkeypatch):
    db.execute(delete(WorkMark))
    db.commit()
    calls, real = [], dates.refresh
    monkeypatch.setattr(dates, "refresh", lambda *told, now, **more: calls.append(now) or real(*told, now=now, **more))
    for moment in (NOW, NOW + DAY, NOW + DAY, NOW):
        review.roster(db, actor=universe.actors["cho"], now=moment)
    assert calls == [NOW, NOW + DAY]
    looked = select(WorkMark.looked_on).where(WorkMark.clinic_id == universe.clinics["willow"])
    assert db.scalar(looked) == TODAY + DAY


def test_a_look_that_has_nothing_to_move_on_writes_only_its_note(db, universe, clinic):
    asked: list[str] = []
    review.roster(db, actor=universe.actors["cho"], now=NOW)
    event.listen(db.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    review.roster(db, actor=universe.actors["cho"], now=NOW)
    assert [one.split()[0] for one in asked] == ["SELECT", "SELECT", "INSERT"]


def test_the_order_by_last_entry_has_the_newest_first_and_the_silent_last(db, universe, clinic):
    found = order(db, universe, sort="entry")
    assert found[:4] == ["three", "nine", "twenty", "over"]
    assert set(found[4:]) == {"silent", "new"}


def test_states_can_be_asked_for(db, universe, clinic):
    assert order(db, universe, state="ended") == ["over"]
    assert order(db, universe, state="not_started") == ["new"]
    assert len(order(db, universe, state="running")) == 4


@pytest.mark.parametrize("sort", ["attention", "entry", "code"])
def test_pages_of_every_order_follow_each_other(db, universe, clinic, sort):
    item(db, universe, clinic["over"], "call", 1)
    whole = review.roster(db, actor=universe.actors["cho"], now=NOW, sort=sort).rows
    rows, after = [], None
    while not rows or after:
        page = review.roster(db, actor=universe.actors["cho"], now=NOW, sort=sort, size=2, after=after)
        rows, after = [*rows, *page.rows], page.next
    assert tuple(rows) == whole
    assert len(whole) == 9


def test_a_page_goes_on_where_it_stood_when_its_last_row_moves_away(db, universe, clinic):
    for name, ago in (("over", 9), ("new", 8), ("three", 7), ("nine", 6)):
        item(db, universe, clinic[name], "call", ago)
    first = review.roster(db, actor=universe.actors["cho"], now=NOW, size=2)
    db.execute(update(WorkItem).values(resolved_at=NOW, resolution="spoke").where(WorkItem.course_id == clinic["new"]))
    standing.keep(db, universe.clinics["willow"], [clinic["new"]])
    db.commit()
    second = review.roster(db, actor=universe.actors["cho"], now=NOW, size=2, after=first.next)
    assert [row.patient_code for row in (*first.rows, *second.rows)] == ["over", "new", "three", "nine"]


def test_what_is_kept_is_what_would_be_made_anew(db, universe, clinic):
    """Written row by row with each entry, or at once by `recompute`: the same rows."""
    item(db, universe, clinic["over"], "call", 1)
    stood = rows(db)
    db.execute(update(Standing).values(turn=7, day=7, heard=-7))
    db.commit()
    assert recompute(db) == []
    assert rows(db) == stood


def rows(db: Session) -> list[Any]:
    return sorted(tuple(map(str, row)) for row in db.execute(select(*Standing.__table__.c)))


def test_what_the_work_list_opens_and_closes_moves_the_roster_at_once(db, universe, clinic):
    """Through the services themselves: a reaction, a later serious one, the item closed."""
    told = {"actor": universe.actors["cho"], "course_id": clinic["over"], "occurred_on": TODAY, "now": NOW}
    log.reaction(db, id=uuid4(), code="bruise", **told)
    assert (order(db, universe)[0], first_reason(db, universe)) == ("over", "reaction")
    log.reaction(db, id=uuid4(), code="other", serious=True, grade="severe", **told)
    assert (order(db, universe)[0], first_reason(db, universe)) == ("over", "serious")
    open_ = next(
        one for one in worklist.of_course(db, universe.actors["cho"], clinic["over"]) if one.reason == "reaction"
    )
    worklist.resolve(db, actor=universe.actors["cho"], id=open_.id, resolution="spoke", note="called", now=NOW)
    assert order(db, universe)[-1] == "over"


def test_every_column_that_a_row_shows_is_watched():
    """So that a new one cannot be shown as it was before it changed."""
    shown = {(column.table.name, column.name) for column in roster_row.PEOPLE.selected_columns}
    assert shown == {(table, name) for table, names in SHOWN.items() for name in names}


CALLED = {"planned_sessions": "planned", "code": "patient_code"}
OTHER = {"condition": "knee_oa", "chronicity": "acute", "planned_sessions": 33}


@pytest.mark.parametrize(("table", "name"), [(table, name) for table, names in SHOWN.items() for name in names])
def test_a_kept_row_is_told_anew_once_its_course_or_patient_says_otherwise(db, universe, clinic, table: str, name: str):
    """Whoever writes it; rows of others stay."""
    kind: Any = {"course": Course, "patient": Patient}[table]
    course = clinic["three"]
    patient = db.scalars(select(Course.patient_id).where(Course.id == course)).one()
    review.roster(db, actor=universe.actors["cho"], now=NOW)
    assert told_anew(db, universe) == []
    mine = kind.id == {"course": course, "patient": patient}[table]
    db.execute(update(kind).where(mine).values({name: OTHER.get(name, "other")}))
    db.commit()
    assert told_anew(db, universe) == [course]
    kept = review.roster(db, actor=universe.actors["cho"], now=NOW).rows
    (row,) = [row for row in kept if row.course_id == course]
    assert getattr(row, CALLED.get(name, name)) == OTHER.get(name, "other")


def told_anew(db: Session, universe: Universe) -> list[UUID]:
    """Courses whose row the next page tells anew."""
    stale = (Standing.clinic_id == universe.clinics["willow"], Standing.shown.is_(None))
    return list(db.scalars(select(Standing.course_id).where(*stale).distinct()))


def test_kept_rows_are_those_that_would_be_told(db, universe, clinic):
    """After a life of writes with a look between any two of them, over the day on which a course ends."""
    who, course = universe.actors["cho"], clinic["three"]
    at = {"actor": who, "now": NOW}
    acts = [
        lambda: answer(db, universe, course, 0),
        lambda: item(db, universe, course, "sudden", 1),
        lambda: treat(db, universe, clinic["new"], 0),
        lambda: log.reaction(db, id=uuid4(), code="bruise", course_id=clinic["over"], occurred_on=TODAY, **at),
        lambda: plan.plan(db, course_id=course, planned_sessions=9, planned_per_week=2, **at),
    ]
    for act in acts:
        act()
        review.roster(db, actor=who, now=NOW)
    later = NOW + 3 * DAY  # "twenty" has ended by then
    review.roster(db, actor=who, now=later)
    assert told_anew(db, universe) == []
    kept = review.roster(db, actor=who, now=later).rows
    db.execute(update(Standing).values(shown=None))
    db.commit()
    assert review.roster(db, actor=who, now=later).rows == kept
    assert {row.state for row in kept} == {"not_started", "running", "ended"}


def test_a_row_whose_place_moved_while_it_was_told_is_not_kept(db, universe, clinic, monkeypatch):
    """Somebody opens an item meanwhile, where a look holds no other writer up."""
    labels = roster_row._labels

    def meanwhile(*told: Any) -> list[str]:
        db.execute(update(Standing).where(Standing.course_id == clinic["three"]).values(turn=0, reason="serious"))
        return labels(*told)

    monkeypatch.setattr(roster_row, "_labels", meanwhile)
    review.roster(db, actor=universe.actors["cho"], now=NOW)
    assert told_anew(db, universe) == [clinic["three"]]


def first_reason(db: Session, universe: Universe) -> str | None:
    return review.roster(db, actor=universe.actors["cho"], now=NOW).rows[0].reason


@pytest.mark.parametrize(
    ("told", "ratings", "first"),
    [(False, [True], True), (True, [False], False), (False, [True, False], False), (True, [], True)],
)
def test_what_staff_rated_last_says_whether_a_reaction_is_serious(db, universe, clinic, told, ratings, first):
    item(db, universe, clinic["three"], "sudden", 60)
    cho, id = universe.actors["cho"], uuid4()
    said = {"occurred_on": TODAY, "code": "other", "serious": told}
    log.reaction(db, actor=cho, id=id, course_id=clinic["nine"], now=NOW, **said)
    for n, grave in enumerate(ratings):
        log.assessment(db, actor=cho, id=uuid4(), reaction_id=id, serious=grave, now=NOW + n * DAY)
    stood = rows(db)
    page = review.roster(db, actor=cho, now=NOW).rows
    assert [(row.patient_code, row.reason) for row in page[:2]] == (
        [("nine", "serious"), ("three", "sudden")] if first else [("three", "sudden"), ("nine", "reaction")]
    )
    listed = worklist.listed(db, actor=cho, now=NOW, size=1)
    assert listed.rows[0].patient_code == ("nine" if first else "three")
    rest = worklist.listed(db, actor=cho, now=NOW, after=listed.next).rows
    assert [row.patient_code for row in rest if row.reason != "review_due"] == ["three" if first else "nine"]
    (one,) = next(row for row in (*listed.rows, *rest) if row.reason == "reaction").reactions
    assert one.counts_serious == first
    assert recompute(db) == []
    assert rows(db) == stood
