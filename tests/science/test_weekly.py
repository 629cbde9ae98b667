"""One value a week in the course and after it: where the one ends and the other begins, and what never counts."""

import numpy as np
import pytest

from tests.science.records import NAN, NRS, cohort, course, record
from tracker.science import derive
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN, INSTRUMENTS

DAYS, NOW = INSTRUMENTS["headache_days"], INSTRUMENTS["nrs_now"]


def halves(found, s=0):
    """Days from start in the course, and after it."""
    return found.week_day[s].tolist(), found.later_day[s].tolist()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (105, ([105], [])),  # t0 + 14 days, the last of the end-of-course window
        (105.9, ([105.9], [])),  # its evening
        (106, ([], [106])),
        (106.4, ([], [106.4])),
    ],
)
def test_the_course_lasts_to_the_end_of_its_window(day, expected):
    assert halves(derive.outcomes(course([(day, 5)]))) == expected


def test_one_value_a_week_after_the_course_too():
    found = derive.outcomes(course([(d, d % 10) for d in (106, 107, 111.9, 112, 118.5, 119, 500)]))
    assert found.later_day[0].tolist() == [106, 112, 119, 500]  # weeks of the course: 105 … 111, 112 … 118, …
    assert found.later_value[0].tolist() == [6, 2, 9, 0]


def test_a_week_cut_by_the_end_of_the_window_speaks_once_for_each_side():
    rows = [(d, v) for d, v in ((100, 3), (103, 4), (104, 5), (105, 6))]
    assert halves(derive.outcomes(course(rows, closed=88.0))) == ([100], [103, 105])


def test_while_no_end_is_known_nothing_lies_after_it():
    found = derive.outcomes(course([(d, 5) for d in (0, 30, 400)], closed=NAN))
    assert halves(found) == ([0, 30, 400], [])


def test_a_score_right_after_treatment_is_never_one():
    rows = [(0, 90.3, 7, BEFORE, 0), (0, 90.4, 2, AFTER, 0), (0, 200.3, 6, BEFORE, 1), (0, 200.4, 1, AFTER, 1)]
    for instrument in (NRS, NOW):
        found = derive.outcomes(record(rows, instrument=instrument, sessions=[(0, 90), (0, 200)]))
        assert (found.week_value[0].tolist(), found.later_value[0].tolist()) == ([7], [6])


def test_a_return_for_treatment_does_not_end_it():
    scores = [(0, d, 5, CHECK_IN) for d in (106, 150, 151, 200)]
    alone = derive.outcomes(record(scores, sessions=[(0, 0), (0, 91)], gap=91.0))
    back = derive.outcomes(record(scores, sessions=[(0, 0), (0, 91), (0, 151)], gap=91.0, closed=91.0))
    assert back.retreated[0] == 60
    assert alone.later_day[0].tolist() == back.later_day[0].tolist() == [106, 150, 200]


def test_a_count_of_28_days_lies_wholly_after_the_course_or_in_neither():
    found = derive.outcomes(course([(91 + d, 5) for d in (14, 15, 27, 28, 56)], instrument=DAYS))
    assert halves(found) == ([105], [119, 147])


def test_a_baseline_kind_after_the_course_is_a_score_like_any_other():
    found = derive.outcomes(record([(0, 120, 4, BASELINE)], closed=91.0))
    assert found.later_value[0].tolist() == [4]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("instrument", [NRS, NOW])
def test_both_equal_a_recount_reading_by_reading(seed, instrument):
    whole = cohort(seed, instrument=instrument)
    found = derive.outcomes(whole)
    for s in range(len(whole.series_course)):
        mine = np.flatnonzero(whole.reading_series == s).tolist()
        asked = {BASELINE, BEFORE, CHECK_IN}
        if instrument is NOW and any(whole.reading_kind[k] == BEFORE for k in mine):
            asked = {BASELINE, BEFORE}
        kept = {}
        for k in mine:
            day = whole.reading_day[k] - np.floor(found.start[s])
            late = bool(np.floor(whole.reading_day[k]) - found.t0[s] > 14)
            if whole.reading_kind[k] in asked and day >= 0:
                kept.setdefault((late, day // 7), {}).setdefault(day, []).append(whole.reading_value[k])
        for late, days, values in (
            (False, found.week_day[s], found.week_value[s]),
            (True, found.later_day[s], found.later_value[s]),
        ):
            firsts = [next(iter(of.items())) for (side, _), of in kept.items() if side == late]
            assert days.tolist() == [day for day, _ in firsts]
            assert values == pytest.approx([np.mean(scores) for _, scores in firsts])


def test_no_series_and_no_readings_give_empty_columns():
    silent = derive.outcomes(record([], series=(0, 0)))
    assert [len(column) for column in (*silent.week_day, *silent.later_day)] == [0, 0, 0, 0]
