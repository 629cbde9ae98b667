"""The numbers walk: every figure of the library against the checked fact base, which stands beside the repository."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tracker.evidence.library import CONDITIONS, library
from tracker.evidence.problems import said
from tracker.evidence.records import Record

FACTS = Path(__file__).parents[2].parent / "shared" / "evidence" / "facts.yaml"
if not FACTS.exists():
    pytest.skip("the fact base ../shared/evidence/facts.yaml is not beside this repository", allow_module_level=True)

BASE = yaml.safe_load(FACTS.read_text("utf-8"))
SOURCES = {s["id"]: s for s in BASE["sources"]}
RECORDS = {r.id: r for r in library().records}
FROM_THRESHOLDS = {"ichd-3-medication-overuse": "headache", "tubach-2005-knee-mcii": "knee_oa"}
COMPARATORS = {"massage": "other_treatment", "mixed_comparators": "mixed"}
DIRECTIONS = {"better_below_relevance": "better", "association_only": "association"}
# Figures in our sentences that are not printed in the source's entry, each with the reason it may stand.
OWN_FIGURES = {
    "bva-anaphylaxis-2022": {45, 100000},  # 0.045 % as people
    "baumler-2021-ae-meta": {100, 9, 1, 80},  # 9.31 % as people of 100; I2 above 80 %
    "witt-2009-safety": {100, 9},  # 8.6 % as people of 100, rounded
    "white-2001-safa": {100, 7},  # 684 per 10,000 as 7 in 100
    "nice-ng226": {2019},  # names the ACR guideline
    "acr-2019-oa": {226},  # names NICE NG226
    "haake-2007-gerac-lbp": {27.4},  # usual care: 47.6 less 20.2, and so printed in facts.md
    "kmd-2022-37490": {100, 12},  # 1205 per 10,000 as 12 in 100
}
pair = pytest.mark.parametrize("record", [RECORDS[id] for id in SOURCES], ids=lambda r: r.id)


def figures(value: object) -> Iterator[float]:
    """Every number in a value, in its texts too; signs and thousands commas dropped."""
    if isinstance(value, dict):
        for item in value.items():
            yield from figures(list(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from figures(item)
    elif value is not None and not isinstance(value, bool):
        found = re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", str(value)))
        yield from (float(number) for number in found)


def triples(value: object) -> Iterator[tuple[float, float | None, float | None]]:
    """(value, low, high) wherever a fact holds one."""
    if isinstance(value, dict):
        yield from _triple(value)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from triples(item)


def _triple(fact: dict) -> Iterator[tuple[float, float | None, float | None]]:
    low, high = fact.get("ci") or (fact.get("ci_low"), fact.get("ci_high"))
    keys = ("value", "rr", "acupuncture_pct")
    yield from ((fact[key], low, high) for key in keys if isinstance(fact.get(key), int | float))


def fact_of(record: Record) -> object:
    """The facts behind a record: its own entry, or the thresholds it was made from."""
    return SOURCES.get(record.id) or BASE["thresholds"][FROM_THRESHOLDS[record.id]]


def test_every_verified_source_is_in_the_library_and_nothing_else():
    assert set(RECORDS) - set(FROM_THRESHOLDS) == {id for id, s in SOURCES.items() if s["verified"]}


def test_no_source_that_was_not_verified_is_in_the_library():
    assert not set(RECORDS) & {s["id"] for s in BASE["not_yet_verified_do_not_render"]}


@pair
def test_identifiers_size_and_state_are_the_facts(record: Record):
    fact = SOURCES[record.id]
    for name in ("doi", "pmid", "pmcid", "year", "n", "superseded_by", "seed_ref", "time_zero", "verified"):
        assert getattr(record, name) == fact.get(name), name
    assert record.seen == fact["seen_level"]
    assert list(record.time_points_months) == fact["timepoints_months"]
    assert record.checked_on.isoformat() == BASE["checked_on"]


@pair
def test_conditions_are_those_of_the_one_table(record: Record):
    allowed = {code for name in SOURCES[record.id]["condition"] for code in CONDITIONS[name]}
    assert set(record.conditions) <= allowed
    assert bool(record.conditions) == bool(allowed)


@pair
def test_every_effect_with_its_interval_is_a_fact(record: Record):
    known = set(triples(SOURCES[record.id]))
    for c in record.comparisons:
        if c.effect.value is not None:
            assert (c.effect.value, c.effect.low, c.effect.high) in known


@pair
def test_directions_by_comparison_are_the_facts(record: Record):
    facts = SOURCES[record.id].get("direction_by_comparison", [])
    stated = {(COMPARATORS.get(f["comparator"], f["comparator"]), _direction(f)) for f in facts}
    ours = {(c.comparator, c.direction) for c in record.comparisons if c.direction not in ("none", "worse")}
    assert ours == stated or record.id == "allen-2022-evidence-map"


def _direction(fact: dict) -> str:
    stated = str(fact["direction"])
    return DIRECTIONS.get(stated, stated)


@pair
def test_a_gap_below_relevance_is_never_shown_as_a_plain_gain(record: Record):
    facts = SOURCES[record.id].get("direction_by_comparison", [])
    below = sum(f["direction"] == "better_below_relevance" for f in facts)
    assert sum(c.important is False for c in record.comparisons) >= below


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda r: r.id)
def test_every_figure_in_our_sentences_is_a_fact(record: Record):
    facts = {near for f in figures(fact_of(record)) for near in (f, round(f), int(f))}
    known = facts | OWN_FIGURES.get(record.id, set()) | {0, 1, 2, 10, 100}
    assert {f for f in figures(said(record).replace(record.citation, "")) if f not in known} == set()


@pytest.mark.parametrize("c_record", [(r, c) for r in RECORDS.values() for c in r.comparisons], ids=lambda p: p[0].id)
def test_months_and_people_of_a_comparison_are_within_its_record(c_record):
    record, comparison = c_record
    assert comparison.n is None or comparison.n in set(figures(fact_of(record)))
    allowed = {*record.time_points_months, *([3.0, 4.0] if record.id == "linde-2016-cochrane-tth" else [])}
    assert set(comparison.months) <= allowed


@pytest.mark.parametrize(
    ("id", "hidden"),
    [
        ("lee-2013-acute-lbp", (1.11, 1.06, 1.16, 9.38, 17.0, 1.76)),
        ("mu-2020-cochrane-lbp", (9.2, 20.3)),
        ("linde-2016-cochrane-migraine", (0.019,)),
        ("kim-2016-safety", (0.019, 0.0037, 0.0025, 0.002)),
    ],
)
def test_figures_marked_unverified_are_nowhere(id, hidden):
    assert not set(hidden) & set(figures(said(RECORDS[id])))


def test_the_unverified_sham_percentages_for_migraine_are_nowhere():
    [sham] = [c for c in RECORDS["linde-2016-cochrane-migraine"].comparisons if c.comparator == "sham"]
    assert not {50.0, 41.0} & set(figures([sham.effect.text, sham.note]))
