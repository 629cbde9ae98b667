"""The library as shipped: whole, checked, and honest about the seed text's eight references."""

from dataclasses import replace
from datetime import date

import pytest

from tracker.evidence.library import Library, check, library
from tracker.evidence.problems import said
from tracker.evidence.records import Comparison, Effect, Record
from tracker.evidence.words import sentences, tradition

SHOWN = library().rendering
# What a faithful reading of each reference must admit (facts.md section 1).
SEED = {
    1: "wrong source",
    2: "short of context",
    3: "Overstated",
    4: "Selective",
    5: "not randomised",
    6: "association",
    7: "Short of context",
    8: "no comparison group",
}


def changed(id: str, **fields: object) -> Library:
    """The shipped library with one record changed."""
    lib = library()
    return replace(lib, records=tuple(replace(r, **fields) if r.id == id else r for r in lib.records))


def test_the_shipped_library_has_no_problems():
    assert check() == []


@pytest.mark.parametrize(("ref", "admits"), SEED.items())
def test_every_seed_reference_is_there_with_a_faithful_reading(ref, admits):
    [record] = [r for r in SHOWN if r.seed_ref == ref]
    assert record.seed_claim
    assert record.seed_faithful
    assert admits in record.seed_faithful


@pytest.mark.parametrize("record", library().records, ids=lambda r: r.id)
def test_plain_text_is_at_most_two_sentences_of_short_words(record: Record):
    assert 1 <= len(sentences(record.plain)) <= 2
    assert all(len(sentence.split()) <= 34 for sentence in sentences(record.plain))


@pytest.mark.parametrize("record", library().records, ids=lambda r: r.id)
def test_no_record_speaks_of_blood_lymph_or_recovering_nerves_or_of_tradition(record: Record):
    words = said(record).replace(record.citation, "").lower()
    assert not [w for w in ("lymph", "blood flow", "circulation", "oxygen", "endorphin") if w in words]
    assert not ("nerve" in words and "recover" in words)
    assert tradition(words) == []


@pytest.mark.parametrize("record", library().records, ids=lambda r: r.id)
def test_no_sentence_of_the_seed_without_a_reference_stands_as_a_fact(record: Record):
    words = said(record).replace(record.citation, "").lower()
    claims = ("once or twice a week", "twice weekly", "respond faster", "responds faster", "several weeks of", "blood")
    assert [claim for claim in claims if claim in words] == []


def test_endorphins_stand_in_the_seed_claim_alone():
    assert [r.id for r in SHOWN if "endorphin" in (r.seed_claim or "")] == ["chen-michalsen-2017"]


@pytest.mark.parametrize(
    ("id", "fields", "problem"),
    [
        ("acp-2017", {"conflicts": ("nobody-1900",)}, "conflicts: no such record nobody-1900"),
        ("acp-2017", {"conflicts": ()}, "conflicts: acp-2017 does not name it back"),
        ("acp-2017", {"valid_until": None}, "valid_until: a rule needs a date"),
        ("acp-2017", {"seed_faithful": None}, "seed_claim, seed_faithful: missing"),
        ("acp-2017", {"seed_ref": 7}, "expected 1 to 8, each once"),
        ("acp-2017", {"verified": False}, "expected 1 to 8, each once"),
        ("acp-2017", {"plain": "One. Two. Three."}, "plain: more than two sentences"),
        ("acp-2017", {"plain": "It is a proven cure."}, "says 'proven'"),
        ("acp-2017", {"limits": "It moves the Qi."}, "traditional term 'Qi'"),
        ("acp-2017", {"conditions": ()}, "conditions: none named"),
        ("vickers-2012", {"conditions": ("neck",)}, "a condition the record does not name"),
        ("hinman-2014-knee", {"time_zero": None}, "time_zero: missing beside months"),
        ("white-2001-safa", {"denominator": None}, "denominator: missing beside a rate"),
        ("costa-2012-lbp-course", {"superseded_by": "nobody-1900"}, "superseded_by: no such record nobody-1900"),
        ("farrar-2001-nrs", {"verified": False}, "thresholds.yaml: nrs_percent: source: no such record"),
    ],
)
def test_check_names_each_problem(id, fields, problem):
    assert any(problem in found for found in check(changed(id, **fields)))


@pytest.mark.parametrize("comparators", [("sham",), ("usual_care", "no_acupuncture")])
def test_a_condition_without_its_main_comparison_is_a_problem(comparators):
    lib = library()
    kept = tuple(r for r in lib.records if not {c.comparator for c in r.comparisons} & set(comparators))
    assert any(p.startswith("neck: no record against") for p in check(replace(lib, records=kept)))


def test_unverified_and_superseded_records_are_kept_but_not_shown():
    lib = changed("acp-2017", verified=False)
    shown = {r.id for r in lib.rendering}
    assert {"acp-2017", "costa-2012-lbp-course"} <= {r.id for r in lib.records}
    assert not {"acp-2017", "costa-2012-lbp-course"} & shown
    assert "wallwork-2024-lbp-course" in shown


def test_review_is_due_the_day_after_the_last_valid_day():
    record = library().get("nice-ng59")
    assert record is not None
    assert record.valid_until == date(2027, 11, 22)
    assert [record.review_due(date(2027, 11, day)) for day in (22, 23)] == [False, True]


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"doi": "10.1/x", "pmid": 1, "pmcid": "PMC1"}, "https://doi.org/10.1/x"),
        ({"doi": None, "pmid": 16781068, "pmcid": "PMC1"}, "https://pubmed.ncbi.nlm.nih.gov/16781068/"),
        ({"doi": None, "pmid": None, "pmcid": "PMC33515"}, "https://pmc.ncbi.nlm.nih.gov/articles/PMC33515/"),
        ({"doi": None, "pmid": None, "pmcid": None}, None),
    ],
)
def test_the_link_is_the_doi_else_pubmed_else_pmc_else_none(fields, url):
    assert replace(SHOWN[0], **fields).url == url


def test_records_cannot_be_changed_by_a_reader():
    with pytest.raises(AttributeError):
        setattr(SHOWN[0], "verified", False)  # noqa: B010  (a plain assignment would not pass the type check)


def test_a_comparison_without_conditions_speaks_of_its_record():
    narrow = Comparison("sham", "better", Effect("x"), conditions=("neck",))
    wide = Comparison("sham", "better", Effect("x"))
    record = replace(SHOWN[0], conditions=("neck", "low_back"))
    assert [record.about(c) for c in (narrow, wide)] == [("neck",), ("neck", "low_back")]
