"""Each chart and each condition: what must stand beside it, what must not, and that no side is lost on the way."""

import inspect
from dataclasses import replace
from datetime import date

import pytest

from tests.evidence.test_beside import MUST, MUST_NOT, NEVER, ids
from tracker.charts import cohort, course, curves
from tracker.evidence.beside import beside, group_of, standing
from tracker.evidence.card import card
from tracker.evidence.library import library
from tracker.evidence.panel import Panel
from tracker.evidence.shown import ANSWERS, CHARTS, DOUBT, FAVOUR, Shown
from tracker.science.scales import CONDITIONS

TODAY = date(2026, 11, 22)
HARMS = {r.id for r in library().records if r.theme == "safety"}
COURSES = {"wallwork-2024-lbp-course", "artus-2014-lbp-course"}
GUIDELINES = {r.id for r in library().records if r.kind == "guideline"}
PERSISTENCE = "macpherson-2017-persistence"
# What lasts: the sources that looked at three months or later, both sides of them.
LASTS = {
    "low_back": {
        "haake-2007-gerac-lbp",
        "debar-2025-backinaction",
        "cherkin-2009",
        PERSISTENCE,
        "mu-2020-cochrane-lbp",
    },
    "neck": {"macpherson-2015-atlas", "irnich-2001-neck", "trinh-2016-cochrane-neck", "witt-2006-neck", PERSISTENCE},
    "knee_oa": {"hinman-2014-knee", "scharf-2006-gerac-knee", "lin-2016-koa-meta", PERSISTENCE},
    "headache": {"vickers-2004-headache", "linde-2016-cochrane-migraine", "li-2012-cmaj-migraine", PERSISTENCE},
    "migraine": {"linde-2016-cochrane-migraine", "li-2012-cmaj-migraine", PERSISTENCE, "vickers-2004-headache"},
    "tension_headache": {"linde-2016-cochrane-tth", "vickers-2018"},
    "other_msk": {"manheimer-2010-cochrane-oa", "manheimer-2018-cochrane-hip", PERSISTENCE},
}
SHORT = {  # nothing was seen of these beyond three months
    "low_back": {"yuan-2008-lbp", "lee-2013-acute-lbp", "liu-2015-lbp-overview", "vickers-2012"},
    "neck": {"vickers-2012", "allen-2022-evidence-map"},
    "knee_oa": {"li-2019-koa-overview", "vickers-2012"},
    "headache": {"ni-2020-migraine", "vickers-2012"},
    "migraine": {"ni-2020-migraine", "vickers-2012"},
    "tension_headache": {"vickers-2012", PERSISTENCE},
    "other_msk": {"vickers-2012", "allen-2022-evidence-map"},
}
BOTH_SIDES = {  # comparisons in which sources differ, whatever the chart
    "low_back": {"sham", "usual"},
    "neck": {"sham"},
    "knee_oa": {"sham", "usual"},
    "headache": {"sham"},
    "migraine": {"sham"},
    "tension_headache": set(),
    "other_msk": {"sham"},
}
every = pytest.mark.parametrize("condition", CONDITIONS)
charts = pytest.mark.parametrize("chart", CHARTS)


def panel(condition: str, chart: str, **shown) -> Panel:
    """The panel beside one chart."""
    return beside(condition, chart=chart, **{"today": TODAY, **shown})


def must(condition: str, chart: str) -> set[str]:
    """What has to stand there."""
    if CHARTS[chart].lasting:
        return LASTS[condition]
    return MUST[condition] - (set() if "course" in CHARTS[chart].groups else COURSES)


def must_not(condition: str, chart: str) -> set[str]:
    """What may not."""
    found = NEVER | MUST_NOT[condition]
    groups = CHARTS[chart].groups
    found |= set() if "safety" in groups else HARMS
    found |= set() if "course" in groups else COURSES
    found |= set() if "guideline" in groups else GUIDELINES
    if CHARTS[chart].lasting is False:
        found = found | {PERSISTENCE}
    return found | (SHORT[condition] if CHARTS[chart].lasting else set())


@every
@charts
def test_the_right_records_stand_beside_each_chart_and_the_wrong_ones_do_not(condition: str, chart: str):
    shown = set(panel(condition, chart).ids)
    assert must(condition, chart) <= shown
    assert not must_not(condition, chart) & shown


@every
@charts
def test_sources_that_differ_stand_beside_each_chart_on_both_sides(condition: str, chart: str):
    found = panel(condition, chart)
    for key in BOTH_SIDES[condition]:
        [group] = [g for g in found.groups if g.key == key]
        assert any(c.direction in FAVOUR for c in group.cards), key
        assert any(c.direction in DOUBT for c in group.cards), key
        assert group.heading in found.disagreement
    assert found.disagree >= bool(BOTH_SIDES[condition])


@every
@charts
def test_no_chart_takes_a_side_away_from_a_comparison(condition: str, chart: str):
    everything = panel(condition, "progress")
    for key in ANSWERS:
        kept = {c.direction for c in panel(condition, chart).cards if c.group == key}
        whole = {c.direction for c in everything.cards if c.group == key}
        assert all(bool(set(side) & kept) == bool(set(side) & whole) for side in (FAVOUR, DOUBT) if kept)


@every
@charts
def test_a_chart_without_evidence_says_so_group_by_group(condition: str, chart: str):
    found = panel(condition, chart, source=replace(library(), records=()))
    assert found.summary.startswith("No study or guideline was seen for ")
    assert found.summary.endswith("so none stands beside this chart.")
    assert tuple(g.key for g in found.groups) == tuple(g.key for g in panel(condition, chart).groups)
    assert all(g.none_seen for g in found.groups)
    assert found.caution == ""


@every
@charts
@pytest.mark.parametrize("field", [{"verified": False}, {"superseded_by": "acp-2017"}])
def test_nothing_unverified_or_replaced_stands_beside_any_chart(condition: str, chart: str, field: dict):
    lib = library()
    hidden = replace(lib, records=tuple(replace(r, **field) for r in lib.records))
    assert panel(condition, chart, source=hidden).cards == ()


@every
@charts
def test_what_is_past_its_date_never_stands_unmarked(condition: str, chart: str):
    lib = library()
    old = replace(lib, records=tuple(replace(r, valid_until=date(2026, 11, 21)) for r in lib.records))
    found = panel(condition, chart, source=old)
    assert found.cards
    assert {c.badge for c in found.cards} == {"review due"}


def test_every_chart_that_carries_evidence_stands_in_the_table():
    builders = {
        f"{'' if module is course else 'clinic_'}{name}"
        for module in (course, cohort, curves)
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if "evidence" in inspect.signature(made).parameters
    }
    assert builders == set(CHARTS)


def test_a_chart_that_is_not_in_the_table_is_refused():
    with pytest.raises(ValueError, match="no such chart: pie"):
        panel("neck", "pie")


@charts
def test_a_clinics_own_figures_say_that_they_have_no_comparison_group(chart: str):
    assert ("no comparison group" in panel("neck", chart).caution) == chart.startswith("clinic_")


@pytest.mark.parametrize(
    ("month", "first"), [(0, "weeks 5-8, the main result"), (3, "weeks 13-16"), (12, "weeks 13-16")]
)
def test_of_one_source_the_answer_nearest_in_time_comes_first(month: int, first: str):
    told = [c.at for c in panel("headache", "durability", month=month).cards if c.id == "li-2012-cmaj-migraine"]
    assert told[0] == first


def test_month_12_of_a_trial_is_near_month_9_after_the_course_and_far_from_month_6():
    lib = library()
    alone = replace(lib, records=tuple(r for r in lib.records if r.id == "vickers-2004-headache"))
    spans = {m: panel("headache", "durability", month=m, source=alone).span for m in (3, 6, 9, 12)}
    assert "looked at about that time stand first" in spans[9]
    assert spans[9].startswith("The chart shows 9 months after the course.")
    assert all("No source here looked at about that time." in spans[m] for m in (3, 6, 12))


def test_a_chart_that_shows_no_single_month_says_nothing_of_one():
    assert panel("neck", "progress").span == ""
    assert panel("neck", "durability", month=0).span.startswith("The chart shows the end of the course.")


@every
def test_every_card_with_months_says_where_the_study_starts_counting(condition: str):
    timed = [(r, c) for r, c in standing(Shown(condition, "durability", month=6), library()) if c.months]
    assert timed
    assert all(card(r, c, "", TODAY).time_zero for r, c in timed)


@pytest.mark.parametrize(
    ("condition", "instrument", "first"),
    [("low_back", "peg", "mu-2020-cochrane-lbp"), ("low_back", "pgic", "debar-2025-backinaction")],
)
def test_what_measured_the_same_comes_first_within_a_comparison(condition: str, instrument: str, first: str):
    assert ids(panel(condition, "progress", instrument=instrument), "usual")[0] == first


def test_neither_measure_month_nor_setting_takes_a_record_away():
    plain = set(panel("low_back", "progress").ids)
    for shown in ({"instrument": "pgic"}, {"instrument": "own_scale"}, {"month": 6}, {"alone": True}, {"alone": False}):
        assert set(panel("low_back", "progress", **shown).ids) == plain


def test_groups_are_those_of_the_chart_alone():
    for chart, asked in CHARTS.items():
        assert {g.key for g in panel("neck", chart).groups} == set(asked.groups)
        assert {group_of(r, c) for r, c in standing(Shown("neck", chart), library())} <= set(asked.groups)
