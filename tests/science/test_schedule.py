"""What is asked and when: the table of the follow-ups, the rhythm in the course, a failing answer asked again."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.science import schedule, windows
from tracker.science.scales import CONDITIONS
from tracker.science.schedule import Ask, Asked, asks, spans

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DAY = timedelta(days=1)
T0 = date(2026, 3, 2)


def on(day: int) -> date:
    """So many days after t0."""
    return T0 + day * DAY


def course(condition: str = "knee_oa", ends: Any = 0, failing: Any = None, **answered: Any):
    """A course whose last session is T0 and whose end is known on day `ends`; answers as days after t0."""
    return Asked(
        condition=condition,
        opened=on(-70),
        begun=True,
        t0=T0,
        ends_on=None if ends is None else on(ends),
        answered={name: [on(day) for day in days] for name, days in answered.items()},
        failing=None if failing is None else on(failing),
    )


def days(asked: Asked, today: int, instrument: str = "nrs_week") -> list[tuple[int, int, int]]:
    """Opens, due and closes of one instrument's questions, in days after t0."""
    found = [ask for ask in asks(asked, on(today)) if ask.instrument == instrument]
    return [tuple((day - T0).days for day in (ask.opens, ask.due, ask.closes)) for ask in found]  # type: ignore[misc]


WEEKLY_AFTER = [
    *((4, 7, 10), (11, 14, 14), (25, 28, 44), (53, 56, 87)),
    *((88, 91, 135), (179, 182, 228), (270, 273, 319), (361, 364, 455)),
]
RARELY = [(25, 28, 44), (88, 91, 135), (179, 182, 228), (270, 273, 319), (361, 364, 455)]
COUNTED = [(28, 28, 44), (91, 91, 135), (182, 182, 228), (273, 273, 319), (364, 364, 455)]


@pytest.mark.parametrize(
    ("instrument", "told"),
    [
        ("nrs_week", WEEKLY_AFTER),
        ("peg", RARELY),
        ("pgic", [(4, 7, 14), *RARELY[1:]]),
        ("headache_days", COUNTED),  # 28 days must have passed: never early
        ("medicine_days", COUNTED),
    ],
)
def test_each_instrument_has_its_weeks_after_t0(instrument, told):
    assert days(course("migraine"), 0, instrument) == told


@pytest.mark.parametrize("instrument", schedule.WEEKS)
def test_each_follow_up_lies_within_one_window_and_none_touches_the_next(instrument):
    found = list(spans(instrument))
    for opens, due, closes in found:
        window = windows.around(due)
        assert window.first <= opens <= due <= closes <= window.last
    assert all(before[2] < after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("window", [windows.END, *windows.FOLLOW_UP], ids=lambda w: f"month {w.month}")
def test_each_window_has_a_follow_up_that_closes_on_its_last_day(window):
    assert [closes for _, due, closes in spans("nrs_week") if closes == window.last and due >= window.first]


@pytest.mark.parametrize(("opens", "due", "closes"), WEEKLY_AFTER)
def test_a_follow_up_is_open_from_its_first_to_its_last_day_both_included(opens, due, closes):
    for day, is_open in ((opens - 1, False), (opens, True), (due, True), (closes, True), (closes + 1, False)):
        found = [ask for ask in asks(course(), on(day)) if ask.instrument == "nrs_week" and ask.due == on(due)]
        assert any(ask.holds(on(day)) for ask in found) is is_open, day


@pytest.mark.parametrize("answered", [4, 7, 10])
def test_an_answer_on_any_day_of_a_follow_up_closes_it(answered):
    assert (4, 7, 10) not in days(course(nrs_week=[answered]), answered)


@pytest.mark.parametrize(
    ("answer", "opens"),
    [(3, 7), (0, 4), (2, 6), (-1, 4), (-20, 4)],
)
def test_a_follow_up_never_opens_within_four_days_of_an_answer_nor_later_than_its_day(answer, opens):
    assert days(course(nrs_week=[answer]), max(answer, 0))[0] == (opens, 7, 10)


def test_week_2_is_asked_on_its_own_day_when_week_1_was_answered_late():
    assert days(course(nrs_week=[10]), 10)[0] == (14, 14, 14)


@pytest.mark.parametrize(
    ("answered", "today", "first"),
    [
        ([], -70, (-70, -70, -64)),  # at once
        ([], -65, (-70, -70, -64)),
        ([], -63, (-63, -63, -57)),  # never answered: a new question each week, due on its own day
        ([-70], -70, (-63, -63, -57)),
        ([-70], -64, (-63, -63, -57)),
        ([-70], -63, (-63, -63, -57)),
        ([-70], -57, (-63, -63, -57)),
        ([-70], -56, (-56, -56, -50)),
        ([-70, -60], -60, (-53, -53, -47)),  # answered late: seven days from the answer
    ],
)
def test_in_the_course_the_weekly_question_comes_seven_days_after_the_last_answer(answered, today, first):
    assert days(course(ends=28, nrs_week=answered), today)[0] == first


@pytest.mark.parametrize("instrument", ["peg", "headache_days", "medicine_days"])
def test_in_the_course_the_others_come_every_28_days(instrument):
    asked = course("migraine", ends=28, **{instrument: [-60]})
    assert days(asked, -60, instrument)[:3] == [(-32, -32, -5), (-4, -4, 23), (24, 24, 27)]


def test_the_rhythm_stops_on_the_day_before_the_end_is_known_and_the_follow_ups_begin_there():
    """Silent for 28 days: weeks 1 and 2 were asked by the rhythm, week 4 is the first of the follow-ups."""
    told = days(course(ends=28, nrs_week=[0]), 0)
    assert told[:5] == [(7, 7, 13), (14, 14, 20), (21, 21, 27), (28, 28, 44), (53, 56, 87)]


def test_a_weekly_answer_of_the_last_days_serves_the_week_in_whose_days_it_lies():
    assert days(course(ends=28, nrs_week=[27]), 28)[0] == (53, 56, 87)


def test_pgic_is_never_asked_before_a_course_has_ended():
    assert days(course(ends=28), 20, "pgic") == RARELY[1:]
    assert days(course(ends=10), 0, "pgic")[0] == (10, 10, 14)  # closed by staff on day 10


def test_pgic_waits_while_no_session_was_held():
    blank = Asked("knee_oa", T0, False, None, None, {})
    assert {ask.instrument for ask in asks(blank, T0)} == {"nrs_week", "medicine_days", "peg"}
    assert {ask.kind for ask in asks(blank, T0)} == {"baseline"}


def test_headache_days_are_asked_in_headache_conditions_only():
    told = {c: {ask.instrument for ask in asks(course(c), T0)} for c in CONDITIONS}
    with_days = {c for c, instruments in told.items() if "headache_days" in instruments}
    assert with_days == {"headache", "migraine", "tension_headache"}
    assert all(instruments >= {"nrs_week", "peg", "pgic", "medicine_days"} for instruments in told.values())


@pytest.mark.parametrize("failed", [7, 14, 28, 91, 182, 364])
def test_a_failing_answer_is_asked_again_7_and_11_days_later_also_at_week_52(failed):
    told = days(course(failing=failed, nrs_week=[failed]), failed)
    assert told[:2] == [(failed + 7, failed + 7, failed + 10), (failed + 11, failed + 11, failed + 14)]


def test_while_a_failing_answer_waits_no_follow_up_stands_beside_it():
    told = days(course(failing=7, nrs_week=[7]), 7)
    assert told[:3] == [(14, 14, 17), (18, 18, 21), (25, 28, 44)]  # week 2 is asked by the first of them
    assert days(course(failing=77, nrs_week=[77]), 77)[2] == (92, 92, 135)  # week 13 waits until day 91 is over


def test_after_its_second_chance_a_failing_answer_is_not_asked_again():
    assert days(course(failing=91, nrs_week=[91]), 105)[0] == (105 - 3, 102, 105)
    assert days(course(failing=91, nrs_week=[91]), 106)[0] == (179, 182, 228)


def test_an_answer_to_the_first_ask_leaves_no_second():
    assert days(course(failing=91, nrs_week=[91, 98]), 98)[0] == (179, 182, 228)


def test_a_failing_count_of_days_is_asked_again_when_28_new_days_have_passed():
    told = days(course("migraine", failing=364, headache_days=[364]), 364, "headache_days")
    assert told == [(392, 392, 405)]
    assert days(course("migraine", failing=364, nrs_week=[364]), 364) == []  # not what the course is judged on


def test_after_week_52_nothing_is_asked():
    assert asks(course(), on(456)) == ()


def test_the_first_thing_on_a_day_is_the_weekly_question():
    order = []
    answered: dict[str, list[int]] = {}
    while one := schedule.first(asks(course("migraine", **answered), on(91)), on(91)):
        order.append(one.instrument)
        answered[one.instrument] = [91]
    assert order == ["nrs_week", "headache_days", "medicine_days", "peg", "pgic"]


def test_a_key_names_a_question_once():
    found = asks(course("migraine"), T0)
    assert len({ask.key for ask in found}) == len(found)
    assert found[0].key == "nrs_week/2026-03-09"


def test_days_are_days_across_a_change_of_the_clocks():
    """The schedule counts calendar days: a night of 23 or 25 hours is one day."""
    for answered, due in ((date(2026, 3, 25), date(2026, 4, 1)), (date(2026, 10, 21), date(2026, 10, 28))):
        told = Asked("knee_oa", answered, True, None, None, {"nrs_week": [answered]})
        assert next(ask.due for ask in asks(told, answered) if ask.instrument == "nrs_week") == due


whole_days = st.integers(-70, 460)
answers = st.lists(whole_days, max_size=12)


@CALM
@given(
    condition=st.sampled_from(CONDITIONS),
    ends=st.one_of(st.none(), st.integers(0, 60)),
    failing=st.one_of(st.none(), st.integers(0, 400)),
    today=whole_days,
    nrs_week=answers,
    peg=answers,
    headache_days=answers,
    pgic=answers,
)
def test_never_two_open_questions_of_one_instrument(condition, ends, failing, today, **answered):
    found = asks(course(condition, ends, failing, **answered), on(today))
    by_instrument: dict[str, list[Ask]] = {}
    for ask in found:
        by_instrument.setdefault(ask.instrument, []).append(ask)
        assert ask.opens <= ask.due <= ask.closes
        assert ask.closes >= on(today)
    for listed in by_instrument.values():
        listed.sort(key=lambda ask: ask.opens)
        assert all(one.closes < two.opens for one, two in pairwise(listed))


@CALM
@given(condition=st.sampled_from(CONDITIONS), ends=st.integers(0, 60), start=st.integers(-70, 0))
def test_who_answers_at_once_has_an_answer_in_every_window_and_none_within_four_days(condition, ends, start):
    """Day by day through a course and the year after it: an answered question is not asked again within four days."""
    answered: dict[str, list[int]] = {}
    for today in range(start, 470):
        while one := schedule.first(asks(course(condition, ends, **answered), on(today)), on(today)):
            before = answered.setdefault(one.instrument, [])
            assert not before or today - before[-1] >= schedule.APART
            before.append(today)
    for window in (windows.END, *windows.FOLLOW_UP):
        assert [day for day in answered["nrs_week"] if window.first <= day <= window.last], window
