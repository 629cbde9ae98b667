"""What stands beside a chart: the right records for each condition, both sides shown, gaps said."""

from dataclasses import replace
from datetime import date

import pytest

from tracker.evidence.beside import beside, group_of
from tracker.evidence.library import Library, library
from tracker.evidence.panel import Panel
from tracker.evidence.shown import DOUBT, FAVOUR
from tracker.evidence.words import banned, tradition
from tracker.science.scales import CONDITIONS

TODAY = date(2026, 11, 22)
KEYS = ("sham", "usual", "drugs", "guideline", "other", "course", "safety")
MUST = {
    "low_back": {"acp-2017", "nice-ng59", "mu-2020-cochrane-lbp", "haake-2007-gerac-lbp", "wallwork-2024-lbp-course"},
    "neck": {
        "witt-2006-neck",
        "han-2019-cervical-surgery",
        "trinh-2016-cochrane-neck",
        "irnich-2001-neck",
        "nice-ng193",
    },
    "knee_oa": {"acr-2019-oa", "nice-ng226", "aaos-2021-knee", "hinman-2014-knee", "li-2019-koa-overview"},
    "headache": {"vickers-2004-headache", "nice-cg150", "linde-2016-cochrane-tth", "linde-2016-cochrane-migraine"},
    "migraine": {"linde-2016-cochrane-migraine", "ni-2020-migraine", "li-2012-cmaj-migraine", "vickers-2004-headache"},
    "tension_headache": {"linde-2016-cochrane-tth", "nice-cg150", "vickers-2012"},
    "other_msk": {"manheimer-2018-cochrane-hip", "nice-ng193", "nice-ng226", "acr-2019-oa", "vickers-2018"},
}
MUST_NOT = {
    "low_back": {"nice-ng193", "witt-2006-neck", "hinman-2014-knee", "linde-2016-cochrane-migraine"},
    "neck": {"acp-2017", "nice-ng59", "wallwork-2024-lbp-course", "artus-2014-lbp-course"},
    "knee_oa": {"manheimer-2018-cochrane-hip", "nice-ng193", "acp-2017"},
    "headache": {"nice-ng193", "acp-2017", "nice-ng226"},
    "migraine": {"linde-2016-cochrane-tth", "nice-ng193"},
    "tension_headache": {"linde-2016-cochrane-migraine", "vickers-2004-headache", "macpherson-2017-persistence"},
    "other_msk": {"hinman-2014-knee", "acp-2017", "nice-ng59", "witt-2006-neck"},
}
NEVER = {"costa-2012-lbp-course", "cms-ncd-30-3-3", "farrar-2001-nrs", "lowe-2024-audit", "ichd-3-medication-overuse"}


def panel(condition: str, **case) -> Panel:
    """The panel as of the day the facts were checked."""
    return beside(condition, **{"today": TODAY, **case})


def ids(panel: Panel, key: str) -> list[str]:
    """Ids in one group, in order."""
    [group] = [g for g in panel.groups if g.key == key]
    return [c.id for c in group.cards]


def directions(panel: Panel, key: str) -> dict[str, set[str]]:
    """Directions in one group, by record."""
    return {id: {c.direction for c in panel.cards if c.id == id and c.group == key} for id in ids(panel, key)}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_right_records_stand_and_the_wrong_ones_do_not(condition):
    shown = set(panel(condition).ids)
    assert MUST[condition] <= shown
    assert not (MUST_NOT[condition] | NEVER) & shown


@pytest.mark.parametrize("condition", CONDITIONS)
def test_groups_come_in_reading_order_with_a_sham_row_and_a_care_row(condition):
    found = panel(condition)
    assert tuple(g.key for g in found.groups) == KEYS
    assert ids(found, "sham")
    assert ids(found, "usual")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_group_has_cards_or_says_none_seen_and_never_both(condition):
    for group in panel(condition, chronicity="acute").groups:
        assert bool(group.cards) != bool(group.none_seen)
        assert group.none_seen is None or group.none_seen.startswith("None seen for acute ")


def test_low_back_guidelines_disagree_and_both_are_shown():
    found = panel("low_back")
    assert directions(found, "guideline") == {"acp-2017": {"for"}, "nice-ng59": {"against"}}
    assert found.disagree
    assert "Guidelines" in found.disagreement


def test_knee_guidelines_disagree_and_all_are_shown():
    found = directions(panel("knee_oa"), "guideline")
    assert found["acr-2019-oa"] == {"for"}
    assert found["nice-ng226"] == {"against"}
    assert found["aaos-2021-knee"] == {"limited"}


def test_neck_sham_trials_disagree():
    found = panel("neck")
    assert found.disagree
    assert directions(found, "sham")["irnich-2001-neck"] == {"no_clear_difference"}
    assert directions(found, "sham")["trinh-2016-cochrane-neck"] == {"better"}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_summary_counts_sources_never_votes(condition):
    found = panel(condition)
    effect = {c.id for c in found.cards if c.group not in ("course", "safety")}
    assert found.summary.startswith(f"{len(effect)} sources; ")
    assert ("they do not all agree" in found.summary) == found.disagree == bool(found.disagreement)
    assert found.summary.endswith("cannot say what will happen to you.")
    assert not any(ch.isdigit() for ch in found.disagreement)


def test_one_source_that_fades_over_time_is_no_disagreement_with_itself():
    lib = library()
    alone = replace(lib, records=tuple(r for r in lib.records if r.id == "hinman-2014-knee"))
    found = panel("knee_oa", source=alone)
    assert not found.disagree
    assert found.summary.startswith("1 source only.")


def test_acute_and_chronic_back_pain_are_told_apart():
    acute, chronic = panel("low_back", chronicity="acute"), panel("low_back", chronicity="chronic")
    assert "lee-2013-acute-lbp" in acute.ids
    assert not {"mu-2020-cochrane-lbp", "cherkin-2009", "vickers-2018"} & set(acute.ids)
    assert "lee-2013-acute-lbp" not in chronic.ids
    assert [c.certainty for c in acute.cards if c.id == "acp-2017"] == ["low certainty"]
    assert [c.certainty for c in chronic.cards if c.id == "acp-2017"] == ["moderate certainty"]
    assert "nice-ng59" in acute.ids
    assert "nice-ng59" in chronic.ids


def test_natural_course_is_that_of_the_same_phase():
    texts = {
        p: [c.effect for c in panel("low_back", chronicity=p).cards if c.id.startswith("wallwork")] for p in PHASES
    }
    assert {p: len(t) for p, t in texts.items()} == dict.fromkeys(PHASES, 1)
    assert "56, 26, 22 and 21" in texts["acute"][0]


PHASES = ("acute", "subacute", "chronic")


def test_a_condition_without_evidence_says_so():
    empty = replace(library(), records=())
    found = panel("neck", source=empty)
    assert found.cards == ()
    assert found.summary == "No study or guideline was seen for neck pain, so none stands beside this chart."
    assert [g.none_seen for g in found.groups] == ["None seen for neck pain."] * len(KEYS)


@pytest.mark.parametrize("case", [{"condition": "elbow"}, {"condition": "neck", "chronicity": "old"}])
def test_an_unknown_condition_or_phase_is_refused(case):
    with pytest.raises(ValueError, match="no such condition or chronicity"):
        panel(**case)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("field", [{"verified": False}, {"superseded_by": "acp-2017"}])
def test_nothing_unverified_or_superseded_renders(condition, field):
    lib = library()
    hidden = replace(lib, records=tuple(replace(r, **field) for r in lib.records))
    assert panel(condition, source=hidden).cards == ()


def test_a_record_past_its_date_keeps_its_place_with_a_badge():
    badges = {c.id: c.badge for c in panel("low_back").cards}
    assert badges["acp-2017"] == "review due"
    assert badges["nice-ng59"] is None
    later = {c.id: c.badge for c in panel("low_back", today=date(2027, 11, 23)).cards}
    assert later["nice-ng59"] == "review due"


def test_the_neck_review_that_is_not_the_newest_version_is_marked():
    assert {c.badge for c in panel("neck").cards if c.id == "trinh-2016-cochrane-neck"} == {"review due"}


def test_the_month_and_the_setting_sort_but_never_hide():
    plain, month = panel("low_back"), panel("low_back", month=12)
    assert set(plain.ids) == set(month.ids)
    assert next(c.at for c in month.cards if c.group == "usual") == "12 months"
    added = panel("low_back", alone=False)
    assert (
        next(c for c in added.cards if c.group == "usual").comparator == "added to usual care, against usual care alone"
    )
    assert next(c for c in panel("low_back", alone=True).cards if c.group == "usual").id == "haake-2007-gerac-lbp"


def test_within_the_same_relevance_the_more_certain_comes_first():
    assert ids(panel("migraine"), "sham")[0] == "linde-2016-cochrane-migraine"
    assert ids(panel("low_back"), "guideline") == ["acp-2017", "acp-2017", "nice-ng59"]


def test_bee_venom_stands_only_beside_pharmacopuncture():
    venom = {"park-2015-bee-venom", "bva-anaphylaxis-2022"}
    assert not venom & set(panel("neck", modalities=("acupuncture",)).ids)
    assert venom <= set(panel("neck", modalities=("acupuncture", "pharmacopuncture")).ids)


def test_safety_rates_carry_their_denominators():
    rated = [c for c in panel("neck").cards if c.group == "safety" and c.interval]
    assert len(rated) >= 6
    assert all(c.denominator for c in rated)


def test_trial_figures_say_where_their_months_start():
    shown = [c for x in CONDITIONS for c in panel(x).cards]
    assert {c.time_zero for c in shown if c.id == "hinman-2014-knee"} == {
        "months count from joining the trial, treatment weeks included"
    }
    assert {c.time_zero for c in shown if c.id == "acp-2017"} == {""}


def test_a_card_shows_the_people_behind_its_own_figure():
    people = {c.id: c.n for c in panel("neck").cards}
    assert people["witt-2006-neck"] == 3766
    assert people["trinh-2016-cochrane-neck"] == 560


def test_a_card_prints_the_interval_and_which_way_is_better():
    [card] = [
        c for c in panel("low_back").cards if c.id == "mu-2020-cochrane-lbp" and c.comparator == "against usual care"
    ]
    assert card.interval == "interval −17.11 to −3.4 points of 100 on the pain scale; lower is better"
    assert card.direction_words == "better, by less than most people call important"
    assert card.certainty == "low certainty"
    assert card.url == "https://doi.org/10.1002/14651858.CD013814"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_card_holds_a_claim_or_a_traditional_term(condition):
    for card in panel(condition, modalities=("pharmacopuncture",)).cards:
        text = "\n\n".join(str(v) for v in vars(card).values())
        assert banned(text) == []
        assert tradition(text) == []


def test_the_persistence_of_group_differences_is_words_without_a_direction():
    shown = [c for c in panel("low_back").cards if c.id == "macpherson-2017-persistence"]
    assert {c.direction for c in shown} == {"none"}
    assert {c.group for c in shown} == {"sham", "usual"}


def test_payment_rules_and_measurement_papers_have_no_place_beside_a_chart():
    lib: Library = library()
    assert {group_of(r, c) for r in lib.records if r.kind in ("coverage", "measurement") for c in r.comparisons} == {
        None
    }


@pytest.mark.parametrize("condition", CONDITIONS)
def test_where_sources_differ_both_sides_are_in_sight(condition: str):
    for group in panel(condition).groups:
        sides = {side for side in (FAVOUR, DOUBT) if any(card.direction in side for card in group.cards)}
        shown = {side for side in (FAVOUR, DOUBT) if any(card.direction in side for card in group.in_sight)}
        assert shown == sides
        assert set(group.in_sight) <= set(group.cards)


def test_a_survey_of_harms_takes_no_side():
    safety = next(group for group in panel("neck").groups if group.key == "safety")
    assert {card.direction_words for card in safety.cards} == {""}
