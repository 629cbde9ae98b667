"""Forest rows: the sources' own numbers, and what may share an axis. Typed from the checked facts."""

from datetime import date

import pytest

from tracker.evidence.forest import GROUPS, Forest, forest
from tracker.evidence.library import library
from tracker.science.scales import CONDITIONS

TODAY = date(2026, 11, 26)
SD, POINTS_100 = "standard deviations of pain", "points of 100 on the pain scale"
RESPONDERS = "percentage points of responders"
HOW_OFTEN = "in how often headache came (unit not given)"
IPD, IPD_2 = "vickers-2012", "vickers-2018"
SD_2 = "standard deviations of pain and function"
ROWS = {
    "low_back": {
        ("haake-2007-gerac-lbp", "sham", RESPONDERS, "higher", "3.4", "−3.7 to 10.3"),
        ("haake-2007-gerac-lbp", "usual", RESPONDERS, "higher", "20.2", "13.4 to 26.7"),
        ("mu-2020-cochrane-lbp", "usual", POINTS_100, "lower", "−10.26", "−17.11 to −3.4"),
        ("debar-2025-backinaction", "usual", "points on a back-disability score of 24", "lower", "−1", "−1.9 to −0.1"),
        (IPD, "sham", SD, "higher", "0.23", "0.13 to 0.33"),
        (IPD, "usual", SD, "higher", "0.55", "0.51 to 0.58"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
    "neck": {
        (
            "witt-2006-neck",
            "usual",
            "points on a neck pain and disability score at 3 months",
            "higher",
            "12.3",
            "not seen",
        ),
        ("han-2019-cervical-surgery", "usual", "hazard ratio for neck surgery", "lower", "0.397", "0.299 to 0.527"),
        ("trinh-2016-cochrane-neck", "sham", SD, "lower", "−0.23", "−0.4 to −0.07"),
        ("macpherson-2015-atlas", "usual", "percentage points on a neck pain score", "higher", "3.92", "0.97 to 6.87"),
        ("irnich-2001-neck", "sham", "points on a scale of pain on moving", "higher", "17.28", "10 to 24.6"),
        ("irnich-2001-neck", "other", "points on a scale of pain on moving", "higher", "24.22", "16.5 to 31.9"),
        (IPD, "sham", SD, "higher", "0.23", "0.13 to 0.33"),
        (IPD, "usual", SD, "higher", "0.55", "0.51 to 0.58"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
    "knee_oa": {
        ("hinman-2014-knee", "sham", "points of pain of 10", "lower", "−0.4", "−1.2 to 0.4"),
        ("hinman-2014-knee", "usual", "points of pain of 10", "lower", "−1.1", "−1.8 to −0.4"),
        ("manheimer-2010-cochrane-oa", "sham", SD, "lower", "−0.28", "−0.45 to −0.11"),
        ("lin-2016-koa-meta", "other", "points of pain", "lower", "−1.24", "−1.92 to −0.56"),
        ("lin-2016-koa-meta", "other", "points of pain", "lower", "−0.55", "−1.39 to 0.29"),
        (IPD, "sham", SD, "higher", "0.16", "0.07 to 0.25"),
        (IPD, "usual", SD, "higher", "0.57", "0.5 to 0.64"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
    "migraine": {
        ("ni-2020-migraine", "sham", HOW_OFTEN, "lower", "−0.64", "−1.7 to 0.42"),
        ("ni-2020-migraine", "usual", HOW_OFTEN, "lower", "−1.8", "−2.34 to −1.26"),
        ("ni-2020-migraine", "drugs", HOW_OFTEN, "lower", "−1.75", "−2.91 to −0.58"),
        ("linde-2016-cochrane-migraine", "usual", "times as many responders", "higher", "2.4", "2.08 to 2.76"),
        ("vickers-2004-headache", "usual", "points on a headache score", "higher", "4.6", "2.2 to 7"),
        ("li-2012-cmaj-migraine", "sham", "days with migraine", "lower", "−1.06", "−1.77 to −0.5"),
        (IPD, "sham", SD, "higher", "0.15", "0.07 to 0.24"),
        (IPD, "usual", SD, "higher", "0.42", "0.37 to 0.46"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
    "tension_headache": {
        (IPD, "sham", SD, "higher", "0.15", "0.07 to 0.24"),
        (IPD, "usual", SD, "higher", "0.42", "0.37 to 0.46"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
    "other_msk": {
        ("manheimer-2010-cochrane-oa", "sham", SD, "lower", "−0.28", "−0.45 to −0.11"),
        (IPD, "sham", SD, "higher", "0.16", "0.07 to 0.25"),
        (IPD, "usual", SD, "higher", "0.57", "0.5 to 0.64"),
        (IPD_2, "usual", SD_2, "higher", "0.5", "not seen"),
    },
}
ROWS["headache"] = ROWS["migraine"]


def of(condition: str, **more) -> Forest:
    return forest(condition, today=TODAY, **more)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_rows_hold_the_sources_own_numbers(condition):
    axes = of(condition).axes
    rows = [(r.card.id, r.card.group, a.unit, a.better_is, r.printed, r.interval) for a in axes for r in a.rows]
    assert sorted(rows) == sorted(ROWS[condition])


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_axis_has_one_unit_one_good_side_and_one_point_of_no_difference(condition):
    axes = of(condition).axes
    for axis in axes:
        assert {(r.effect.unit, r.effect.better_is, r.effect.alike) for r in axis.rows} == {
            (axis.unit, axis.better_is, axis.alike)
        }
    assert len({axis.key for axis in axes}) == len(axes)
    assert not [a.unit for a in axes if "deviation" in a.unit and any("of 10" in (r.effect.unit or "") for r in a.rows)]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_answer_is_lost_between_the_drawn_and_the_undrawn(condition):
    shown = {(r.card.id, r.effect.text) for r in of(condition).rows}
    known = {
        (r.id, c.effect.text)
        for r in library().rendering
        for c in r.comparisons
        if condition in r.about(c) and r.theme not in ("safety", "measurement", "course")
        if c.comparator not in ("none", "guideline")
    }
    assert shown == known


def test_a_number_of_one_group_alone_is_not_drawn():
    undrawn = {r.card.id for r in of("low_back").undrawn} | {r.card.id for r in of("knee_oa").undrawn}
    assert {"cherkin-2009", "scharf-2006-gerac-knee", "tu-2021-knee"} <= undrawn


def test_what_shrinks_in_three_months_is_no_difference_between_groups():
    drawn = {r.card.id for c in CONDITIONS for a in of(c).axes for r in a.rows}
    assert "macpherson-2017-persistence" not in drawn


@pytest.mark.parametrize("group", GROUPS)
def test_one_comparison_can_be_asked_for(group):
    assert {r.card.group for r in of("knee_oa", group=group).rows} == {group}


def test_another_phase_of_pain_is_left_out():
    assert "lee-2013-acute-lbp" in {r.card.id for r in of("low_back").rows}
    assert "lee-2013-acute-lbp" not in {r.card.id for r in of("low_back", chronicity="chronic").rows}


def test_an_association_stands_apart_and_last():
    axes = of("neck").axes
    assert [axis.association for axis in axes] == [False] * (len(axes) - 1) + [True]
    assert axes[-1].ratio


def test_a_row_says_when_and_from_when():
    rows = {r.card.id: r for a in of("knee_oa").axes for r in a.rows}
    assert rows["hinman-2014-knee"].when == "12 weeks (counted from joining the trial)"
    assert rows["manheimer-2010-cochrane-oa"].when == "short term (where the count starts was not seen)"
    assert rows["hinman-2014-knee"].people == "282 people"
