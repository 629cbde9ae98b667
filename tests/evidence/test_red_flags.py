"""Warning signs: all of them, always, in plain words, never weaker than the fact base."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tracker.evidence.beside import red_flags
from tracker.evidence.library import library
from tracker.evidence.records import SignOff
from tracker.evidence.words import banned, sentences
from tracker.science.scales import CONDITIONS

FACTS = Path(__file__).parents[2].parent / "shared" / "evidence" / "facts.yaml"
EVERYWHERE = {
    "pneumothorax",
    "infection",
    "anaphylaxis",
    "nerve_spinal",
    "mood",
    "aortic",
    "liver",
    "clot",
    "neck_vascular",
    "septic_joint",
}
OWN = {
    "low_back": {"cauda_equina", "back_other_emergency", "back_urgent"},
    "neck": {"back_urgent", "thunderclap", "cord_compression", "visual_loss_headache"},
    "knee_oa": {"knee_hot"},
    "headache": {"thunderclap", "headache_other", "visual_loss_headache"},
    "migraine": {"thunderclap", "headache_other", "visual_loss_headache"},
    "tension_headache": {"thunderclap", "headache_other", "visual_loss_headache"},
    "other_msk": set(),
}


def ids(condition: str | None) -> set[str]:
    """Ids of the flags for a condition."""
    return {f.id for f in red_flags(condition)}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_each_condition_has_its_own_signs_and_those_of_everyone(condition):
    assert ids(condition) == EVERYWHERE | OWN[condition]


def test_an_unknown_condition_gets_every_sign_so_that_none_is_lost():
    assert len(ids("left_ear")) == len(ids(None)) == 18


def test_unverified_and_unsigned_signs_render():
    shown = {f.id: f for f in red_flags("knee_oa")}
    assert not shown["knee_hot"].verified
    assert not shown["nerve_spinal"].verified
    assert shown["knee_hot"].sign_off.state == "pending"


def test_no_state_of_a_sign_hides_it():
    lib = library()
    bare = tuple(replace(f, verified=False, sign_off=SignOff("pending")) for f in lib.red_flags)
    for condition in CONDITIONS:
        assert {f.id for f in red_flags(condition, source=replace(lib, red_flags=bare))} == ids(condition)


def test_emergencies_come_first():
    actions = [f.action for f in red_flags("neck")]
    assert actions == sorted(actions, key=["emergency_now", "same_day_or_emergency", "same_day", "crisis_line"].index)


@pytest.mark.parametrize(("id", "days"), [("pneumothorax", 7), ("nerve_spinal", 7), ("infection", 14)])
def test_signs_after_treatment_carry_their_window(id, days):
    [found] = [f for f in red_flags() if f.id == id]
    assert found.window_days == days
    assert found.after


@pytest.mark.parametrize("flag", red_flags(), ids=lambda f: f.id)
def test_signs_are_plain_words_without_a_claim(flag):
    for text in (flag.ask, *(also.ask for also in flag.also)):
        assert banned(text) == []
        assert 1 <= len(sentences(text)) <= 2
        assert text.endswith(".")


@pytest.mark.parametrize("flag", red_flags(), ids=lambda f: f.id)
def test_a_sign_says_where_it_was_seen_and_an_unverified_one_that_it_was_not(flag):
    assert flag.source
    assert ("no page with these signs was seen" in flag.source.lower()) == (not flag.verified)


def test_signs_of_the_neck_arteries_are_not_narrowed_to_the_days_after_treatment():
    [found] = [f for f in red_flags("knee_oa") if f.id == "neck_vascular"]
    assert (found.after, found.window_days) == (None, None)
    assert "14 days after treatment of the neck" in found.ask


def test_no_sign_is_missing_or_weaker_than_the_facts():
    if not FACTS.exists():
        pytest.skip("the fact base ../shared/evidence/facts.yaml is not beside this repository")
    facts = {f["id"]: f for f in yaml.safe_load(FACTS.read_text("utf-8"))["red_flags"]}
    ours = {f.id: f for f in red_flags()}
    assert set(ours) == set(facts)
    for id, fact in facts.items():
        assert fact["action"].startswith(ours[id].action), id
        assert ours[id].verified == fact["verified"], id
        assert bool(fact.get("escalate")) <= any(a.action == "emergency_now" for a in ours[id].also), id
