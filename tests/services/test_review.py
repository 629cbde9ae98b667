"""Review: who sees what, and that a look by staff leaves a note."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import enrol, log, review
from tracker.services.errors import Invalid, NotAllowed, NotFound, Refused
from tracker.storage import AuditEvent

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LOOKS: dict[str, Callable[..., Any]] = {
    "course": review.course,
    "readings": review.readings,
    "outcomes": review.outcomes,
    "progress": review.progress,
    "reactions": review.reactions,
}
VISITORS: list[tuple[str, type[Refused] | None]] = [
    ("eve", None),
    ("cho", None),
    ("amy", None),
    ("ben", NotAllowed),
    ("finn", NotFound),
    ("gail", NotFound),
    ("dan", NotFound),
]


def put(db: Session, universe: Universe, name: str = "eve", ago: timedelta = timedelta(), **more: Any):
    told = universe.score(name, recorded_at=NOW - ago, **more)
    return log.reading(db, actor=universe.actors[name], now=NOW - ago, **told)


def pair(db: Session, universe: Universe, ago: timedelta, before: float, after: float, **more: Any) -> None:
    """One session some days ago."""
    visit = universe.visit("eve", TODAY - ago)
    put(db, universe, ago=ago, kind="before", session_id=visit, value=before, **more)
    late = ago - timedelta(minutes=40)
    put(db, universe, ago=late, kind="after", session_id=visit, value=after, **more)


def course(db: Session, universe: Universe) -> None:
    """Ten weekly sessions that ended 200 days ago, weekly scores from 8 down to 3, two follow-ups."""
    for week in range(10):
        ago = 200 * DAY + (9 - week) * WEEK
        pair(db, universe, ago, 8 - week // 2, 6 - week // 2)
        put(
            db,
            universe,
            ago=ago + DAY,
            kind="baseline" if week == 0 else "check_in",
            instrument="nrs_week",
            value=8 - week // 2,
        )
    for days in (193, 110, 20):
        put(db, universe, ago=timedelta(days=days), instrument="nrs_week", value=3)


def notes(db: Session, action: str | None = None) -> list[AuditEvent]:
    chosen = select(AuditEvent).where(AuditEvent.action.like("%.look"))
    return list(db.scalars(chosen.where(AuditEvent.action == action) if action else chosen))


@pytest.mark.parametrize("what", LOOKS)
@pytest.mark.parametrize(("who", "error"), VISITORS)
def test_who_may_look(db: Session, universe: Universe, what: str, who: str, error: type[Refused] | None):
    asked = {"actor": universe.actors[who], "course_id": universe.courses["eve"]}
    if error is None:
        LOOKS[what](db, **asked)
        return
    with pytest.raises(error) as theirs:
        LOOKS[what](db, **asked)
    with pytest.raises(error) as missing:
        LOOKS[what](db, **asked | {"course_id": uuid4()})
    assert (theirs.value.code, theirs.value.message) == (missing.value.code, missing.value.message)


@pytest.mark.parametrize("what", LOOKS)
def test_a_look_by_staff_is_noted_and_ones_own_is_not(db: Session, universe: Universe, what: str):
    asked = {"course_id": universe.courses["eve"]}
    LOOKS[what](db, actor=universe.actors["eve"], **asked)
    assert notes(db) == []
    LOOKS[what](db, actor=universe.actors["cho"], now=NOW, **asked)
    (note,) = notes(db)
    assert (note.action, note.actor_id, note.role, note.at) == (
        f"{what}.look",
        universe.people["cho"],
        "practitioner",
        NOW,
    )
    assert (note.subject_id, note.on_behalf_of) == (universe.courses["eve"], universe.people["eve"])


def test_a_refused_look_is_not_noted(db: Session, universe: Universe):
    with pytest.raises(NotFound):
        review.course(db, actor=universe.actors["dan"], course_id=universe.courses["eve"])
    assert notes(db) == []


def test_me_is_the_patient_the_clinic_and_the_courses(db: Session, universe: Universe):
    me = review.me(db, actor=universe.actors["eve"])
    assert (me.patient.code, me.clinic.slug, [c.id for c in me.courses]) == (
        "C-eve",
        "willow",
        [universe.courses["eve"]],
    )
    with pytest.raises(NotAllowed):
        review.me(db, actor=universe.actors["cho"])


def test_courses_are_ones_own_or_the_clinics(db: Session, universe: Universe):
    seen = {who: {c.id for c in review.courses(db, actor=universe.actors[who])} for who in ("eve", "cho", "dan")}
    mine = universe.courses
    assert seen == {"eve": {mine["eve"]}, "cho": {mine["eve"], mine["finn"]}, "dan": {mine["gail"]}}
    assert [note.detail for note in notes(db, "courses.look")] == [{"rows": 2}, {"rows": 1}]


def test_a_course_shows_places_and_sessions_in_order(db: Session, universe: Universe):
    for back in (1, 3, 2):
        put(db, universe, ago=back * DAY, kind="before", session_id=universe.visit("eve", TODAY - back * DAY))
    seen = review.course(db, actor=universe.actors["eve"], course_id=universe.courses["eve"])
    assert [(p.site, p.side) for p in seen.places] == [("knee", "left"), ("knee", "right")]
    assert [s.held_on for s in seen.sessions] == [TODAY - 3 * DAY, TODAY - 2 * DAY, TODAY - DAY]
    assert seen.primary == "nrs_week"


def test_outcomes_come_with_dates(db: Session, universe: Universe):
    course(db, universe)
    rows = review.outcomes(db, actor=universe.actors["eve"], course_id=universe.courses["eve"])
    week = next(r for r in rows if (r.instrument, r.side) == ("nrs_week", "left"))
    end = TODAY - 200 * DAY
    assert (week.start, week.t0, week.ended_on) == (end - 9 * WEEK, end, end + 28 * DAY)
    assert (week.baseline, week.end, week.after_end[3], week.after_end[6], week.after_end[12]) == (8, 3, 3, 3, None)
    assert (week.readings, week.last_on, week.last_value, week.held) == (13, TODAY - 20 * DAY, 3, 10)
    assert len(week.weeks) == 11 - 1
    assert [(int(day), value) for day, value in week.weeks_after] == [(63 + 90, 3), (63 + 180, 3)]
    now = next(r for r in rows if r.instrument == "nrs_now")
    assert (now.pairs, now.change) == (10, 2)
    assert {(r.instrument, r.side) for r in rows} == {("nrs_now", "left"), ("nrs_week", "left"), ("nrs_week", "right")}


def progress(db: Session, universe: Universe, **more: Any):
    return review.progress(db, actor=universe.actors["eve"], course_id=universe.courses["eve"], now=NOW, **more)


def test_progress_of_a_course_that_ended(db: Session, universe: Universe):
    course(db, universe)
    p = progress(db, universe)
    end = TODAY - 200 * DAY
    assert (p.instrument.code, p.site, p.side, p.as_of) == ("nrs_week", "knee", "left", TODAY)
    assert (p.baseline, p.baseline_n, p.threshold, p.ended, p.end_value) == (8, 1, 5.6, end, 3)
    assert [(x.before, x.after, x.usable, x.number) for x in p.pairs][:2] == [(8, 6, True, 1), (8, 6, True, 2)]
    assert p.trend is not None
    assert (p.trend.label, p.trend.since, p.trend.n) == ("improving", end - 9 * WEEK + 6 * DAY, 10)
    assert [(w.month, w.due, w.value, w.on) for w in p.windows] == [
        (1, True, None, None),
        (3, True, 3, TODAY - 110 * DAY),
        (6, False, 3, TODAY - 20 * DAY),
        (9, False, None, None),
        (12, False, None, None),
    ]
    assert (p.lasted.state, p.lasted.on, p.lasted.day) == ("responding", TODAY - 20 * DAY, 180)


def test_two_answers_after_the_course_make_no_line(db: Session, universe: Universe):
    course(db, universe)
    after = progress(db, universe).trend_after
    assert after is not None
    assert (after.label, after.n, after.slope, after.start_value) == ("not_enough", 2, None, None)


def test_the_line_after_the_course_begins_after_its_end_and_stops_at_the_last_answer(db: Session, universe: Universe):
    course(db, universe)
    for week in range(8):
        put(db, universe, ago=(185 - 21 * week) * DAY, instrument="nrs_week", value=3 + week % 2 + week // 2)
    p = progress(db, universe)
    assert p.trend is not None
    assert p.trend_after is not None
    end = TODAY - 200 * DAY
    assert (p.trend.until, p.trend_after.since) == (end + 7 * DAY, end + 15 * DAY)
    assert (p.trend_after.label, p.trend_after.n, p.trend_after.until) == ("uncertain", 10, TODAY - 20 * DAY)


def test_while_the_course_lasts_there_is_no_line_after_it(db: Session, universe: Universe):
    course(db, universe)
    seen = [progress(db, universe, as_of=TODAY - (200 - days) * DAY).trend_after for days in (27, 28)]
    assert (seen[0], seen[1] and seen[1].n) == (None, 0)


def test_progress_as_it_was_seen_on_an_earlier_day(db: Session, universe: Universe):
    course(db, universe)
    on = TODAY - 200 * DAY + 10 * DAY
    p = progress(db, universe, as_of=on)
    assert (p.ended, p.windows, p.lasted.state) == (None, (), "not_ended")
    assert max(x.at.date() for x in p.scores) <= on


def test_progress_of_the_other_knee_is_empty_and_not_an_error(db: Session, universe: Universe):
    course(db, universe)
    p = progress(db, universe, site="knee", side="right")
    assert (p.scores, p.baseline, p.threshold, p.trend and p.trend.label) == ((), None, None, "not_enough")
    assert len(p.pairs) == 10
    assert not any(x.usable for x in p.pairs)


def test_progress_before_anything_was_logged(db: Session, universe: Universe):
    p = progress(db, universe)
    assert (p.started, p.ended, p.scores, p.pairs, p.baseline, p.lasted.state) == (
        TODAY,
        None,
        (),
        (),
        None,
        "not_ended",
    )


def test_a_course_without_weekly_scores_is_judged_on_right_now_at_both_ends(db: Session, universe: Universe):
    pair(db, universe, 40 * DAY, 8, 6)
    put(db, universe, ago=35 * DAY, value=4)
    p = progress(db, universe)
    assert (p.instrument.code, p.baseline, p.end_value, p.now) == ("nrs_now", 8, 4, ())
    assert {x.kind for x in p.scores} == {"before", "check_in"}


def test_right_now_and_weekly_scores_are_never_mixed(db: Session, universe: Universe):
    put(db, universe, ago=DAY, instrument="nrs_week", kind="baseline", value=8)
    put(db, universe, value=3)
    p = progress(db, universe, instrument="nrs_week")
    assert ([x.value for x in p.scores], [x.value for x in p.now]) == ([8], [3])


def test_marks_reach_the_points(db: Session, universe: Universe):
    first = put(db, universe, instrument="nrs_week", value=9).reading
    put(db, universe, instrument="nrs_week", value=2, supersedes=first.id)
    told = universe.score(instrument="nrs_week", value=6, recorded_at=NOW - 3 * DAY)
    log.reading(db, actor=universe.actors["cho"], now=NOW, **told)
    late, corrected = progress(db, universe).scores
    assert (late.value, late.late, late.entered_by, late.corrected) == (6, True, "staff", False)
    assert (corrected.value, corrected.corrected, corrected.late) == (2, True, False)


def test_an_unknown_instrument_is_refused(db: Session, universe: Universe):
    with pytest.raises(Invalid):
        progress(db, universe, instrument="mood")


def roster(db: Session, universe: Universe, who: str = "cho", **more: Any):
    return review.roster(db, actor=universe.actors[who], now=NOW, **more)


def codes(page) -> list[str]:
    return [row.patient_code for row in page.rows]


def test_the_roster_is_the_clinics_own_and_one_note(db: Session, universe: Universe):
    assert codes(roster(db, universe, sort="code")) == ["C-eve", "C-eve", "C-finn"]
    assert codes(roster(db, universe, "dan")) == ["C-gail"]
    assert [note.detail for note in notes(db, "roster.look")] == [{"rows": 3}, {"rows": 1}]


@pytest.mark.parametrize("who", ["eve", "ben"])
def test_the_roster_is_for_those_who_treat(db: Session, universe: Universe, who: str):
    with pytest.raises(NotAllowed):
        roster(db, universe, who)


def test_a_row_says_where_somebody_stands(db: Session, universe: Universe):
    course(db, universe)
    left, right, _ = roster(db, universe, sort="code").rows
    assert (left.side, left.last_value, left.last_on, left.baseline, left.change) == ("left", 3, TODAY - 20 * DAY, 8, 5)
    assert left.spark == (8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3)
    assert left.entry_on == left.last_on
    assert (left.held, left.planned, left.state, left.label, left.instrument) == (
        10,
        8,
        "ended",
        "improving",
        "nrs_week",
    )
    assert (right.last_value, right.change, right.spark, right.label) == (None, None, (), "not_enough")


def test_a_reported_session_is_held_two_days_later(db: Session, universe: Universe):
    put(db, universe, kind="before", session_id=universe.visit("eve"))
    for hours, held in ((47, 0), (48, 1)):
        page = review.roster(db, actor=universe.actors["cho"], sort="code", now=NOW + timedelta(hours=hours))
        assert page.rows[0].held == held


def test_pages_follow_each_other_and_name_no_patient(db: Session, universe: Universe):
    for i in range(7):
        patient = enrol.enrol_patient(db, actor=universe.actors["ben"], code=f"D-{i % 3}{i}", now=NOW)
        told = {"patient_id": patient.id, "condition": "neck", "places": [("neck", "left"), ("neck", "right")]}
        enrol.open_course(db, actor=universe.actors["ben"], id=uuid4(), now=NOW, **told)
    whole = roster(db, universe)
    rows, after = [], None
    while True:
        page = roster(db, universe, size=3, after=after)
        assert len(page.rows) <= 3
        rows += page.rows
        if page.next is None:
            break
        after = page.next
        assert not any(code in after for code in codes(whole))
    assert tuple(rows) == whole.rows
    assert len(rows) == 17


SEARCHES = [("eve", 2), ("C-", 3), ("FI", 1), ("%", 0), ("_", 0), ("", 3), ("  eve ", 2), ("\\", 0)]


@pytest.mark.parametrize(("words", "found"), SEARCHES)
def test_search_takes_every_character_for_itself(db: Session, universe: Universe, words: str, found: int):
    assert len(roster(db, universe, search=words).rows) == found


def test_filters(db: Session, universe: Universe):
    assert codes(roster(db, universe, condition="low_back")) == ["C-finn"]
    assert codes(roster(db, universe, practitioner="nobody")) == []


@pytest.mark.parametrize(
    "bad",
    [
        *({"size": size} for size in (0, -1, 10**9)),
        *({"after": after} for after in ("x", "attention", "attention 1 2 x 0", f"entry 0 {uuid4().hex} 0")),
        {"after": f"attention {10**40} 0 {uuid4().hex} 0"},
        {"sort": "pain"},
        {"state": "happy"},
    ],
)
def test_a_page_that_does_not_exist_is_refused(db: Session, universe: Universe, bad: dict):
    with pytest.raises(Invalid):
        roster(db, universe, **bad)


def test_a_cursor_of_another_clinic_shows_nothing_of_it(db: Session, universe: Universe):
    theirs = f"attention 0 0 {universe.courses['gail'].hex} 0"
    assert roster(db, universe, after=theirs).rows == roster(db, universe).rows


def test_a_view_outlives_its_session(db: Session, universe: Universe):
    seen = review.courses(db, actor=universe.actors["cho"])
    db.close()
    assert {course.condition for course in seen} == {"knee_oa", "low_back"}


def test_a_score_around_a_session_is_an_entry_though_the_week_is_not_yet_answered(db: Session, universe: Universe):
    course(db, universe)
    put(db, universe, kind="check_in", instrument="nrs_now", value=2)
    left, *_ = roster(db, universe, sort="code").rows
    assert (left.last_on, left.entry_on) == (TODAY - 20 * DAY, TODAY)
