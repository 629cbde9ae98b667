"""Malformed files: each stops the load with the file, the record and the field in one line."""

import copy
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tracker.evidence.fields import EvidenceError
from tracker.evidence.library import HERE, load

GOOD: dict[str, Any] = {
    "id": "smith-2020",
    "title": "A trial",
    "citation": "Smith 2020",
    "doi": "10.1000/xyz",
    "pmid": 12345,
    "year": 2020,
    "design": "trial",
    "kind": "trial",
    "conditions": ["neck"],
    "outcomes": ["pain"],
    "n": 10,
    "comparisons": [
        {
            "comparator": "sham",
            "direction": "better",
            "months": [3],
            "effect": {
                "value": -1.0,
                "low": -2.0,
                "high": -0.5,
                "unit": "points",
                "better_is": "lower",
                "text": "Less.",
            },
        }
    ],
    "time_zero": "randomisation",
    "durability": "Short.",
    "certainty": "low",
    "limits": "Small.",
    "checked_on": date(2026, 11, 22),
    "verified": True,
    "seen": "primary",
    "plain": "Less pain was reported.",
    "clinician": "RCT, n=10.",
}
EFFECT = ("comparisons", 0, "effect")
MISSING = object()
SHARES = {"what": "slept", "groups": [{"who": "real", "per_100": 50}, {"who": "sham", "per_100": 101}]}
FOUR = {"what": "slept", "groups": [{"who": f"group {n}", "per_100": n} for n in range(4)]}
CASES = [
    ((*EFFECT, "alike"), 2, "comparisons[0].effect.alike", "expected 0 or 1"),
    ((*EFFECT, "alike"), 1, "comparisons[0].effect.alike", "a ratio is above 0"),
    ((*EFFECT, "shares"), {"what": "slept"}, "comparisons[0].effect.shares.groups", "two groups or three"),
    ((*EFFECT, "shares"), FOUR, "comparisons[0].effect.shares.groups", "two groups or three"),
    ((*EFFECT, "shares"), SHARES, "comparisons[0].effect.shares.groups[1].per_100", "101 is not a number of 100"),
    (("id",), MISSING, "id", "missing"),
    (("id",), "Smith 2020", "id", "not a well-formed id"),
    (("title",), "  ", "title", "expected text"),
    (("titel",), "A trial", "titel", "unknown field"),
    (("doi",), "https://doi.org/10.1/x", "doi", "not a well-formed doi"),
    (("pmid",), "12345", "pmid", "expected a whole number above 0"),
    (("pmid",), -3, "pmid", "expected a whole number above 0"),
    (("pmid",), 123456789, "pmid", "not a well-formed pmid"),
    (("pmcid",), "33515", "pmcid", "not a well-formed pmcid"),
    (("n",), True, "n", "expected a whole number above 0"),
    (("kind",), "trail", "kind", "not one of trial, review"),
    (("conditions",), ["back"], "conditions", "'back' is not one of"),
    (("conditions",), "neck", "conditions", "expected a list"),
    (("conditions",), ["neck", "neck"], "conditions", "the same item twice"),
    (("outcomes",), MISSING, "outcomes", "missing"),
    (("outcomes",), ["mood"], "outcomes", "'mood' is not one of pain"),
    (("verified",), "yes", "verified", "expected true or false"),
    (("checked_on",), "22.11.2026", "checked_on", "expected a date"),
    (("certainty",), "middling", "certainty", "not one of high"),
    (("comparisons",), [None], "comparisons[0].", "expected fields"),
    (("comparisons", 0, "comparator"), "placebo", "comparisons[0].comparator", "not one of sham"),
    (("comparisons", 0, "direction"), "good", "comparisons[0].direction", "not one of better"),
    (("comparisons", 0, "months"), ["three"], "comparisons[0].months", "expected a number"),
    ((*EFFECT, "text"), MISSING, "comparisons[0].effect.text", "missing"),
    ((*EFFECT, "value"), "minus one", "comparisons[0].effect.value", "expected a number"),
    ((*EFFECT, "unit"), MISSING, "comparisons[0].effect.unit", "missing beside a value"),
    ((*EFFECT, "better_is"), MISSING, "comparisons[0].effect.better_is", "missing beside a value"),
    ((*EFFECT, "low"), MISSING, "comparisons[0].effect.low", "two ends"),
    ((*EFFECT, "low"), 5, "comparisons[0].effect.low", "does not hold the value"),
    ((*EFFECT, "000 people"), None, "comparisons[0].effect.000 people", "unknown field"),
]


def shelf(folder: Path, text: str) -> Path:
    """A library folder whose one record file holds `text`."""
    (folder / "records").mkdir()
    (folder / "records" / "neck.yaml").write_text(text, "utf-8")
    for name in ("red_flags.yaml", "thresholds.yaml"):
        shutil.copy(HERE / name, folder / name)
    return folder


def spoilt(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    """GOOD with one field changed or taken out."""
    record = copy.deepcopy(GOOD)
    place: Any = record
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return record


def test_the_good_record_loads(tmp_path):
    [record] = load(shelf(tmp_path, yaml.safe_dump([GOOD]))).records
    assert (record.id, record.theme, record.comparisons[0].effect.low) == ("smith-2020", "neck", -2.0)


@pytest.mark.parametrize(("path", "value", "field", "reason"), CASES)
def test_a_wrong_field_is_named_with_its_file_and_record(tmp_path, path, value, field, reason):
    with pytest.raises(EvidenceError) as caught:
        load(shelf(tmp_path, yaml.safe_dump([spoilt(path, value)])))
    record = "record 1" if value is MISSING and path == ("id",) else GOOD["id"]
    assert caught.value.file == "neck.yaml"
    assert caught.value.record == (record if path != ("id",) or value is MISSING else value)
    assert caught.value.field == field
    assert reason in caught.value.reason
    assert str(caught.value).startswith("neck.yaml: ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- id: [unclosed", "not YAML"),
        ("id: smith-2020", "expected a list of records, found dict"),
        ("", "expected a list of records, found NoneType"),
        ("- id: smith-2020\n  id: smith-2021", "the field 'id' twice"),
        ("- just words", "expected fields"),
        ("- !!python/object/apply:os.getcwd []", "not YAML"),
    ],
)
def test_a_file_that_is_no_list_of_records_is_refused(tmp_path, text, reason):
    with pytest.raises(EvidenceError, match=reason):
        load(shelf(tmp_path, text))


def test_an_id_used_twice_names_both_files(tmp_path):
    folder = shelf(tmp_path, yaml.safe_dump([GOOD]))
    (folder / "records" / "other.yaml").write_text(yaml.safe_dump([GOOD]), "utf-8")
    with pytest.raises(EvidenceError, match=r"other.yaml: smith-2020: id: already used in neck.yaml"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("red_flags.yaml", "action: crisis_line", "action: wait", "mood: action: 'wait' is not one of"),
        ("red_flags.yaml", "applies: [knee_oa]", "applies: [knee]", "knee_hot: applies: 'knee' is not one of"),
        ("red_flags.yaml", "sign_off: {state: pending}", "sign_off: {state: signed}", "a name and a date"),
        ("red_flags.yaml", "window_days: 7", "window_days: a week", "pneumothorax: window_days: expected a whole"),
        ("thresholds.yaml", "value: 1.5", "value: one", "neck_nrs: value: expected a number"),
        ("thresholds.yaml", "who: R51", "whom: R51", "headache: who: missing"),
        ("thresholds.yaml", "codes:", "kodes:", "codes: missing"),
        ("thresholds.yaml", "source: The wiki", "sauce: The wiki", "vas: source: missing"),
        ("thresholds.yaml", "splits it, source: *both", "splits it", "headache: source: missing"),
    ],
)
def test_signs_and_thresholds_are_read_as_strictly(tmp_path, name, old, new, reason):
    folder = shelf(tmp_path, yaml.safe_dump([GOOD]))
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(EvidenceError, match=reason):
        load(folder)


def test_a_missing_file_is_named(tmp_path):
    folder = shelf(tmp_path, yaml.safe_dump([GOOD]))
    (folder / "red_flags.yaml").unlink()
    with pytest.raises(EvidenceError, match=r"red_flags.yaml: .* cannot be read"):
        load(folder)
