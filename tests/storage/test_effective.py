"""Effective readings: the last word of each chain, the corrected moment, one score a session."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.storage.effective import corrected, leaves, one_a_session, scores

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


def row(number: int, supersedes: int | None = None, *, received: float | None = None, **more):
    """A saved reading; received in the order of its number unless said otherwise."""
    told = {
        "id": UUID(int=number),
        "course_id": UUID(int=99),
        "session_id": None,
        "kind": "check_in",
        "instrument": "nrs_now",
        "site": "",
        "side": "none",
        "value": 5.0,
        "recorded_at": AT,
        "clock_offset": 0.0,
        "received_at": AT + timedelta(minutes=number if received is None else received),
        "entered_by": "patient",
        "supersedes": UUID(int=supersedes) if supersedes else None,
        "retracted": False,
        "entered_at": None,
        "import_batch_id": None,
    }
    return SimpleNamespace(**told | more)


CHAINS = {
    "alone": ([row(1)], [1]),
    "corrected": ([row(1), row(2, 1)], [2]),
    "corrected twice": ([row(1), row(2, 1), row(3, 2)], [3]),
    "taken back": ([row(1), row(2, 1, retracted=True)], []),
    "taken back and said again": ([row(1), row(2, 1, retracted=True), row(3, 2)], [3]),
    "two last words, the later received counts": ([row(1), row(2, 1, received=9), row(3, 1, received=5)], [2]),
    "taken back last": ([row(1), row(2, 1), row(3, 1, retracted=True)], []),
    "taken back first": ([row(1), row(2, 1, retracted=True), row(3, 1)], [3]),
    "a long branch against a short one": ([row(1), row(2, 1), row(4, 2), row(3, 1, received=10)], [3]),
    "two readings": ([row(1), row(2), row(3, 1)], [2, 3]),
}


@pytest.mark.parametrize("case", CHAINS)
def test_the_last_word_counts(case: str):
    rows, expected = CHAINS[case]
    assert sorted(s.id.int for s in scores(rows, SEOUL)) == expected


@given(st.permutations(CHAINS["a long branch against a short one"][0] + [row(7), row(8, 7)]))
def test_the_order_of_rows_changes_nothing(rows):
    assert sorted(r.id.int for r in leaves(rows)) == [3, 8]


CLOCKS = [(0, 0), (119.9, 0), (120, 0), (-120, 0), (120.1, 120.1), (-3600, -3600), (7 * 365 * 86400, 7 * 365 * 86400)]


@pytest.mark.parametrize(("offset", "moved"), CLOCKS)
def test_a_clock_that_is_off_by_more_than_two_minutes_is_corrected(offset: float, moved: float):
    assert corrected(AT, offset) - AT == timedelta(seconds=moved)


LATE = [(24 * 3600, False), (24 * 3600 + 1, True), (-60, False)]


@pytest.mark.parametrize(("seconds", "late"), LATE)
def test_more_than_a_day_on_the_way_is_late(seconds: int, late: bool):
    (score,) = scores([row(1, received=seconds / 60)], SEOUL)
    assert score.late is late


def test_a_file_is_never_late():
    (score,) = scores([row(1, received=10**6, import_batch_id=UUID(int=5))], SEOUL)
    assert (score.late, score.lag) == (False, 0)


def test_midnight_belongs_to_the_clinics_day():
    moments = (datetime(2026, 3, 2, 14, 59, tzinfo=UTC), datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    days = [scores([row(1, recorded_at=at)], SEOUL)[0].day for at in moments]
    assert [date.fromordinal(int(day)) for day in days] == [date(2026, 3, 2), date(2026, 3, 3)]


PAIRS = {
    "the earlier": ([("staff", 0, 7), ("staff", 5, 8)], 7),
    "the patient's own": ([("staff", 0, 7), ("patient", 5, 8)], 8),
    "the patient's earlier": ([("patient", 3, 6), ("patient", 5, 8), ("assisted", 0, 7)], 6),
    "a score of 0 is a score": ([("patient", 0, 0), ("patient", 5, 8)], 0),
}


@pytest.mark.parametrize("case", PAIRS)
def test_one_score_for_a_session_kind_and_place(case: str):
    told, expected = PAIRS[case]
    visit = UUID(int=50)
    rows = [
        row(i, kind="before", session_id=visit, entered_by=by, value=v, recorded_at=AT + timedelta(minutes=m))
        for i, (by, m, v) in enumerate(told, 1)
    ]
    assert [s.value for s in one_a_session(scores(rows, SEOUL))] == [expected]


def test_left_and_right_keep_a_score_each():
    rows = [
        row(i, kind="before", session_id=UUID(int=50), site="knee", side=s) for i, s in enumerate(("left", "right"), 1)
    ]
    assert len(one_a_session(scores(rows, SEOUL))) == 2


def test_check_ins_are_never_dropped():
    assert len(one_a_session(scores([row(1), row(2)], SEOUL))) == 2


def test_a_file_may_tell_when_a_score_came_in():
    late = row(1, import_batch_id=UUID(int=5), entered_at=AT + timedelta(days=2))
    (score,) = scores([late], SEOUL)
    assert score.lag == 2.0
