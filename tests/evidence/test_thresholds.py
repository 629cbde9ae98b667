"""Thresholds and codes: each from a source, and the same as the limits the science floor uses."""

from pathlib import Path

import pytest
import yaml

from tracker.evidence.library import library
from tracker.science import scales

FACTS = Path(__file__).parents[2].parent / "shared" / "evidence" / "facts.yaml"
BY_ID = {t.id: t for t in library().thresholds}
CODES = library().measures


def test_every_threshold_has_a_record_that_is_shown():
    shown = {r.id for r in library().rendering}
    assert {t.source for t in BY_ID.values()} <= shown


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
