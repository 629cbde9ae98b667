"""The persistence panel: bands that the source's interval makes, and nothing that joins them."""

from xml.etree import ElementTree

import pytest

from tests.evidence.test_translations import languages, numbers
from tracker import tongue
from tracker.charts import persistence
from tracker.evidence.library import library
from tracker.evidence.words import banned

SVG = "{http://www.w3.org/2000/svg}"
RECORD = library().get(persistence.SOURCE)
assert RECORD is not None
SHOWN = {c.comparator: c for c in persistence.shown(RECORD)}
EXPECTED = {
    "sham": [("88 %", "75 % to 100 %"), ("75 %", "50 % to 100 %"), ("62 %", "25 % to 100 %"), ("50 %", "0 % to 100 %")],
    "no_acupuncture": [
        ("98 %", "93 % to 103 %"),
        ("96 %", "85 % to 106 %"),
        ("93 %", "78 % to 108 %"),
        ("91 %", "70 % to 111 %"),
    ],
}


def test_both_comparisons_of_the_source_are_drawn():
    assert set(SHOWN) == set(EXPECTED)


@pytest.mark.parametrize("comparator", EXPECTED)
def test_the_table_holds_the_bands(comparator):
    assert [row[1:] for row in persistence.table(SHOWN[comparator]).rows] == EXPECTED[comparator]


@pytest.mark.parametrize("comparator", EXPECTED)
def test_boxes_stand_apart_and_no_line_joins_them(comparator):
    root = ElementTree.fromstring(persistence.persistence_svg(SHOWN[comparator]))
    boxes = list(root.iter(f"{SVG}rect"))
    assert len(boxes) == 4
    assert not list(root.iter(f"{SVG}path"))
    middles = [e for e in root.iter(f"{SVG}line") if e.get("class") == "middle"]
    assert all(float(e.get("x2", 0)) - float(e.get("x1", 0)) == 32 for e in middles)


@pytest.mark.parametrize("comparator", EXPECTED)
def test_the_words_say_whose_arithmetic_it_is_and_when_months_start(comparator):
    said = " ".join(persistence.words(SHOWN[comparator]))
    for part in ("our arithmetic", "Months count from the last session", "not what happens to one person"):
        assert part in said
    assert banned(said) == []


@languages
@pytest.mark.parametrize("comparator", EXPECTED)
def test_every_language_says_the_same_numbers_and_no_english(comparator, code):
    shown = SHOWN[comparator]
    with tongue.speaking(code):
        words, table, svg = persistence.words(shown), persistence.table(shown), persistence.persistence_svg(shown)
    english = persistence.table(shown)
    assert numbers(" ".join(words), code) == numbers(" ".join(persistence.words(shown)), "en")
    cells = [[numbers(str(cell), code) for cell in row] for row in table.rows]
    assert cells == [[numbers(str(cell), "en") for cell in row] for row in english.rows]
    assert set(words) & set(persistence.words(shown)) == set()
    assert set(table.columns) & set(english.columns) == set()
    assert "gap" not in svg
    assert "session" not in svg


def test_start_sizes_are_those_of_the_pooled_trials():
    pooled = library().get("vickers-2018")
    assert pooled is not None
    told = {c.comparator: c.effect for c in pooled.comparisons}
    assert told["no_acupuncture"].value == persistence.START["no_acupuncture"]
    assert f"About {persistence.START['sham']:g} standard deviations" in told["sham"].text
