"""Reactions: one list for phone, clinic and service; no weaker than the fact base; every rate has its record."""

from pathlib import Path

import pytest
import yaml

from tracker.evidence.fields import EvidenceError
from tracker.evidence.library import library
from tracker.evidence.reactions import FILE, LIFE_THREATENING, LISTS, load, reactions
from tracker.storage.care import GRADES

FACTS = Path(__file__).parents[2].parent / "shared" / "evidence" / "facts.yaml"


def test_the_kinds_and_their_grades_are_those_of_the_fact_base():
    if not FACTS.exists():
        pytest.skip("the fact base is not here")
    told = yaml.safe_load(FACTS.read_text("utf-8"))["ae_taxonomy"]
    assert [(k.code, k.grade) for k in reactions().kinds] == [(one["code"], one["default_grade"]) for one in told]
    assert len(reactions().kinds) == 18


def test_every_rate_comes_from_a_record_that_renders():
    shown = {record.id for record in library().rendering}
    assert [k.code for k in reactions().kinds if k.source and k.source not in shown] == []
    assert sum(k.rate is not None for k in reactions().kinds) > 5


def test_figures_of_bee_venom_say_so():
    told = {k.code: k.rate or "" for k in reactions().kinds}
    assert all("bee venom alone" in told[code] for code in ("allergy_venom", "anaphylaxis"))


def test_grades_are_ctcae_and_causality_has_the_six_words_of_who_umc():
    assert list(reactions().grades) == [1, 2, 3, 4, 5]
    assert len(reactions().causality) == 6
    assert "death" in reactions().grades[5]
    assert LIFE_THREATENING in reactions().grades


def test_every_list_says_where_it_comes_from():
    told = reactions().sources
    assert set(told) == set(LISTS)
    assert "Common Terminology Criteria for Adverse Events" in told["grades"]
    assert "WHO-UMC" in told["causality"]


def test_the_strength_a_patient_tells_is_no_grade():
    assert not set(GRADES) & {str(grade) for grade in reactions().grades}


GOOD = yaml.safe_load(FILE.read_text("utf-8"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"phone": [*GOOD["phone"], GOOD["phone"][0]]}, "twice"),
        ({"phone": [{"id": "x", "words": "X", "kind": "nothing"}]}, "no such kind"),
        ({"phone": [{"id": "x"}]}, "missing"),
        ({"phone": [{"id": "x", "words": "X", "urgnt": True}]}, "unknown field"),
        ({"kinds": [*GOOD["kinds"], {"id": "y", "words": "Y", "rate": "1 %"}]}, "go together"),
        ({"causality": [{"id": "x", "words": "X", "more": 1}]}, "unknown field"),
        ({"more": []}, "unknown field"),
        ({"sources": {"phone": "Ours"}}, "missing"),
    ],
)
def test_a_malformed_list_is_refused(tmp_path, change, reason):
    path = tmp_path / "reactions.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **change}), "utf-8")
    with pytest.raises(EvidenceError, match=reason):
        load(path)
