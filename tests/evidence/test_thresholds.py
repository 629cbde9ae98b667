"""Thresholds and codes: each from a source, and the same as the limits the science floor uses."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tracker.evidence.library import library
from tracker.evidence.limits import limits
from tracker.science import scales

FACTS = Path(__file__).parents[2].parent / "shared" / "evidence" / "facts.yaml"
SCIENCE = Path(scales.__file__).parent
SOURCED = re.compile(
    r"\b[A-Z][a-zé]+ (?:19|20)\d\d\b|IMMPACT|0–10|of the (?:scale's )?width"
)  # what a limit's comment says
LIMITS = ("min_baseline", "points", "worse_points", "responder")
METHOD = {"case_mix.EVENTS"}  # a rule of statistics, not a limit on a score
BY_ID = {t.id: t for t in library().thresholds}
CODES = library().measures


def test_every_threshold_has_a_record_that_is_shown():
    shown = {r.id for r in library().rendering}
    assert {t.source for t in BY_ID.values()} <= shown


def sourced() -> Iterator[str]:
    """module.NAME of every constant of the science floor whose comment names a study or a part of a score."""
    for path in sorted(SCIENCE.glob("*.py")):
        text = path.read_text("utf-8")
        for node in ast.parse(text).body:
            line = text.splitlines()[node.end_lineno - 1] if node.end_lineno else ""
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and "#" in line:
                said, [name] = line.partition("#")[2], [t.id for t in node.targets if isinstance(t, ast.Name)]
                if isinstance(node.value.value, int | float) and SOURCED.search(said):
                    yield f"{path.stem}.{name}"


def limited() -> Iterator[str]:
    """code.limit of every limit an instrument of our own has; 30 % is the default of them all."""
    for code, one in scales.INSTRUMENTS.items():
        for name in LIMITS:
            if getattr(one, name) not in (None, scales.RESPONDER):
                yield f"{code}.{name}"


def value_of(place: str) -> float:
    """What the code uses there."""
    where, name = place.split(".")
    known = scales.INSTRUMENTS.get(where)
    return getattr(known or importlib.import_module(f"tracker.science.{where}"), name)


def claims() -> dict[str, list[float]]:
    """For every place in the code, what the library says stands there."""
    found: dict[str, list[float]] = {}
    for t in BY_ID.values():
        for place in t.used:
            share = 100 if t.unit.startswith("per cent") else 10 if place.startswith("flags.") else 1
            found.setdefault(place, []).append(t.value / share)
    for choice in CODES.choices:
        for place in choice.used:
            found.setdefault(place, []).append(choice.value)
    return found


def test_every_limit_in_the_code_stands_in_the_library():
    assert {*sourced(), *limited()} - METHOD - set(claims()) == set()


def test_the_scan_finds_the_limits_that_are_known():
    known = {"scales.RESPONDER", "flags.WORSE", "flags.HIGH", "noise.WITHIN", "trend.CLEAR", "responders.MUCH_IMPROVED"}
    assert known <= set(sourced())
    assert {"nrs_now.points", "peg.points", "peg.min_baseline", "headache_days.responder"} <= set(limited())


@pytest.mark.parametrize("place", claims())
def test_the_code_uses_what_the_library_says(place):
    assert set(claims()[place]) == {value_of(place)}


@pytest.mark.parametrize("place", [place for t in BY_ID.values() for place in t.used])
def test_the_code_names_the_study_the_library_names(place):
    where, name = place.split(".")
    known = scales.INSTRUMENTS.get(where)
    said = str(known.source) if known else (SCIENCE / f"{where}.py").read_text("utf-8")
    line = said if known else next(row for row in said.splitlines() if row.startswith(f"{name} = "))
    records = [library().get(t.source) for t in BY_ID.values() if place in t.used]
    named = [f"{r.citation.split()[0]} {r.year}" for r in records if r] + [_cochrane(r.citation) for r in records if r]
    assert any(one and one in line for one in named), (line, named)


def _cochrane(citation: str) -> str:
    found = re.search(r"CD\d{6}", citation)
    return found.group() if found else ""


def test_a_choice_of_our_own_says_why():
    assert all(choice.why and choice.used for choice in CODES.choices)


def test_instruments_are_those_of_the_science_floor_with_their_source():
    shown = {r.id for r in library().rendering}
    for code, asked in CODES.instruments.items():
        ours = scales.INSTRUMENTS[code]
        assert (asked.minimum, asked.maximum, asked.better) == (ours.minimum, ours.maximum, ours.better)
        assert asked.source in shown
        assert asked.text
    missing = set(scales.INSTRUMENTS) - set(CODES.instruments)
    assert {code for code in missing if not code.startswith("medicine_days_")} == {"headache_today"}


@pytest.mark.parametrize(
    ("instrument", "condition", "ids"),
    [
        ("nrs_week", "low_back", ["responder_30", "responder_50", "low_back_nrs"]),
        ("nrs_now", "neck", ["responder_30", "responder_50", "nrs_points", "neck_mdc"]),
        ("nrs_week", "knee_oa", ["responder_30", "responder_50", "nrs_points"]),
        ("peg", "neck", ["peg_points"]),
        ("pgic", "neck", ["pgic_much_improved"]),
        ("headache_days", "migraine", ["headache_responder"]),
        ("headache_days", "tension_headache", ["tension_headache_responder"]),
        ("medicine_days", "migraine", []),
        ("a_scale_of_theirs", "neck", []),
    ],
)
def test_a_chart_is_told_its_limits_each_with_its_source(instrument, condition, ids):
    told = limits(instrument, condition)
    assert [one.id for one in told] == ids
    titles = {r.id: r.title for r in library().records}
    assert all(one.source == titles[BY_ID[one.id].source] for one in told)
    assert all(f"{BY_ID[one.id].value:g}" in one.words for one in told)


def test_shares_and_points_are_those_of_the_science_floor():
    assert BY_ID["responder_30"].value == 100 * scales.RESPONDER
    assert BY_ID["responder_50"].value == 100 * scales.SUBSTANTIAL
    assert BY_ID["nrs_points"].value == scales.INSTRUMENTS["nrs_now"].points
    assert BY_ID["peg_points"].value == scales.INSTRUMENTS["peg"].points
    assert BY_ID["headache_responder"].value == 100 * scales.INSTRUMENTS["headache_days"].responder


def test_the_minimal_band_is_ten_to_twenty_and_never_fifteen():
    assert (BY_ID["minimal_band"].value, BY_ID["minimal_band"].high) == (10, 20)


def test_neck_change_that_can_be_detected_exceeds_the_one_that_matters():
    assert (BY_ID["neck_mdc"].value, BY_ID["neck_nrs"].value) == (4.0, 1.5)


@pytest.mark.parametrize(
    ("medicine", "days"),
    [("triptans", 10), ("opioids", 10), ("ergotamine", 10), ("combination_analgesics", 10), ("simple_analgesics", 15)],
)
def test_overuse_days_by_medicine(medicine, days):
    assert BY_ID[f"overuse_{medicine}"].value == days
    assert BY_ID[f"overuse_{medicine}"].medicine == medicine


def test_every_condition_but_other_has_an_icd10_code():
    assert set(CODES.icd10) == set(scales.CONDITIONS) - {"other_msk"}
    assert (CODES.icd10["low_back"].who, CODES.icd10["low_back"].cm[0]) == ("M54.5", "M54.50")


def test_pain_answers_map_all_eleven_scores_to_eleven_codes():
    for instrument in ("nrs_now", "nrs_week"):
        answers = CODES.loinc[instrument].answers
        assert list(answers) == list(range(11))
        assert len(set(answers.values())) == 11


def test_codes_and_values_are_the_facts():
    if not FACTS.exists():
        pytest.skip("the fact base ../shared/evidence/facts.yaml is not beside this repository")
    base = yaml.safe_load(FACTS.read_text("utf-8"))
    nrs, peg = base["codes"]["loinc"]["nrs"], base["codes"]["loinc"]["peg"]
    assert CODES.loinc["nrs_now"].answers == nrs["answers"]
    assert (CODES.loinc["nrs_now"].code, CODES.loinc["nrs_now"].display) == (nrs["code"], nrs["display"])
    assert (CODES.loinc["peg"].panel, list(CODES.loinc["peg"].items)) == (peg["panel"], peg["items"])
    facts = base["thresholds"]
    assert BY_ID["low_back_vas"].value == facts["low_back"]["vas_mm"]
    assert BY_ID["low_back_rmdq"].value == facts["low_back"]["rmdq_24"]
    assert BY_ID["low_back_odi"].value == facts["low_back"]["odi"]
    assert BY_ID["neck_nrs"].value == facts["neck"]["nrs_roc"]
    assert BY_ID["neck_mdc"].value == facts["neck"]["nrs_mdc"]
    assert BY_ID["knee_vas"].value == facts["knee_oa"]["vas_mm_mcii"]
    assert BY_ID["knee_vas_pass"].value == facts["knee_oa"]["vas_mm_pass"]
    assert BY_ID["knee_nrs"].value == facts["knee_oa"]["nrs_mcid_hinman"]
    assert [BY_ID["peg_points"].value, BY_ID["peg_points"].high] == facts["peg"]["mid_points"]
    assert [BY_ID["promis_pi_points"].value, BY_ID["promis_pi_points"].high] == facts["promis_pi_t"]["mid"]
    overuse = facts["headache"]["medication_overuse"]
    assert BY_ID["overuse_headache_days"].value == overuse["headache_days_per_month"]
    assert BY_ID["overuse_months"].value == overuse["months_more_than"]
    assert {m: BY_ID[f"overuse_{m}"].value for m in overuse["medication_days_per_month"]} == overuse[
        "medication_days_per_month"
    ]
