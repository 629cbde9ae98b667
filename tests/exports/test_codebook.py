"""The codebook: the codes of conditions and questions stand in it, each with where it was seen."""

import pytest

from tracker.evidence.library import library
from tracker.exports.codebook import READINGS, VEILED


@pytest.mark.parametrize("columns", [READINGS, VEILED], ids=["readings", "de-identified"])
def test_conditions_and_questions_name_their_codes_and_sources(columns):
    told, known = {column.name: column for column in columns}, library().measures
    for condition, one in known.icd10.items():
        assert all(f"{code}" in told["condition"].meaning for code in (one.who, *one.cm)), condition
        assert one.source in told["condition"].source
    for name, one in known.loinc.items():
        if name != "vas":  # no question of ours
            assert all(code in told["instrument"].meaning for code in (one.code, *one.also, *one.items)), name
            assert one.source in told["instrument"].source
    assert "LOINC 72514-3" in told["instrument"].meaning
    assert "ICD-10 M54.5 (low_back)" in told["condition"].meaning
