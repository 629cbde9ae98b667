"""A mapping is read strictly: a word it does not know, a name that stands twice or a thing left unsaid is refused."""

import pytest

from tracker.exports import mapping
from tracker.exports.mapping import Cell, Wrong

GOOD = """
columns: {patient: id}
fixed: {condition: neck, course_end: 91}
missing: [-99, NA]
scores:
- {column: p0, instrument: nrs_week, kind: baseline, day: -7}
- {column: p3, instrument: nrs_week, kind: check_in, at: seen_on, only_with: seen_on, zero: counts}
"""


def test_a_mapping_as_values():
    found = mapping.read(GOOD.encode())
    assert found.told == {"patient": Cell("id", True), "condition": Cell("neck"), "course_end": Cell("91")}
    assert (found.missing, found.columns()) == ({"-99", "NA"}, ["id", "seen_on", "p0", "p3"])
    first, second = found.scores
    assert (first.told["recorded_at"], second.told["recorded_at"]) == (Cell("-7"), Cell("seen_on", True))
    assert (first.zero_counts, second.zero_counts, second.only_with) == (False, True, "seen_on")


WRONG = {
    "not YAML": ("columns: [", "not YAML in line"),
    "a list": ("- a", "names with values"),
    "nothing": ("", "names with values"),
    "an unknown word": (GOOD + "colour: red\n", "the mapping: a name is not known"),
    "a name twice": (GOOD + "missing: [9]\n", "stands twice"),
    "no scores": (GOOD.split("scores:")[0], "scores: a list"),
    "no patient": (GOOD.replace("patient: id", "course: id"), "patient"),
    "no condition": (GOOD.replace("condition: neck, ", ""), "condition"),
    "no tidy column": (GOOD.replace("patient: id", "person: id"), "columns: a name is not known"),
    "a score without its column": (GOOD.replace("column: p0, ", ""), "number 1: column"),
    "a score without its day": (GOOD.replace(", day: -7", ""), "number 1: day or at is not said"),
    "a score without its kind": (GOOD.replace("kind: baseline, ", ""), "number 1: kind is not said"),
    "day and at": (GOOD.replace("day: -7", "day: -7, at: seen_on"), "day or at, not both"),
    "a list for a word": (GOOD.replace("patient: id", "patient: [id]"), "not a list"),
    "zero told otherwise": (GOOD.replace("zero: counts", "zero: maybe"), "zero can only be"),
    "events without their column": (GOOD + "events: {one: {day: 1}}\n", "one needs the other"),
    "an unknown form of dates": (GOOD + "dates: DDMMYY\n", "dates is one of"),
    "too large": (GOOD + "#" * mapping.LARGEST, "larger than 64 KiB"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_refused_in_one_line(case: str):
    text, words = WRONG[case]
    with pytest.raises(Wrong, match=words) as caught:
        mapping.read(text.encode())
    assert "\n" not in str(caught.value)


def test_another_encoding_is_refused():
    with pytest.raises(Wrong, match="UTF-8"):
        mapping.read("columns: {patient: größe}".encode("latin-1"))


def test_anchors_cannot_make_it_large():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(Wrong, match="not known"):
        mapping.read(bomb.encode())
