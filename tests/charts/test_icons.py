"""Icon arrays: the hundred people are as many as the source says, and only such numbers are drawn."""

import re
from xml.etree import ElementTree

import pytest

from tests.evidence.test_translations import languages, numbers
from tracker import tongue
from tracker.charts import icons
from tracker.charts.icons import FIGURE
from tracker.evidence.library import library
from tracker.evidence.records import Share, Shares
from tracker.evidence.words import banned

SVG = "{http://www.w3.org/2000/svg}"
STATED = {  # typed from the checked facts
    ("haake-2007-gerac-lbp", "sham"): [47.6, 44.2],
    ("haake-2007-gerac-lbp", "usual_care"): [47.6, 27.4],
    ("cherkin-2009", "usual_care"): [60, 39],
    ("debar-2025-backinaction", "usual_care"): [39.1, 43.8, 29.4],
    ("linde-2016-cochrane-migraine", "usual_care"): [41, 17],
    ("linde-2016-cochrane-tth", "usual_care"): [48, 17],
    ("linde-2016-cochrane-tth", "sham"): [52, 43],
    ("scharf-2006-gerac-knee", "sham"): [53.1, 51],
    ("scharf-2006-gerac-knee", "usual_care"): [53.1, 29.1],
    ("tu-2021-knee", "sham"): [60.3, 58.6, 47.3],
}
FOUND = {(r.id, c.comparator): c.effect.shares for r in library().records for c in r.comparisons if c.effect.shares}


def test_only_stated_numbers_are_drawn():
    assert {key: [one.per_100 for one in shares.groups] for key, shares in FOUND.items()} == STATED


@pytest.mark.parametrize("shares", FOUND.values(), ids=[id for id, _ in FOUND])
def test_each_array_is_a_hundred_people_of_whom_as_many_are_filled(shares):
    for one, array in zip(shares.groups, icons.arrays(shares), strict=True):
        root = ElementTree.fromstring(array.svg)
        drawn = {p.get("fill") != "none": (p.get("d") or "").count(FIGURE) for p in root.iter(f"{SVG}path")}
        assert drawn == {True: round(one.per_100), False: 100 - round(one.per_100)}
        assert f"{one.per_100:g} of 100" in array.told
        assert ("drawn as" in array.told) == (one.per_100 != round(one.per_100))
        assert root.get("role") == "img"
        assert array.told in (root.findtext(f"{SVG}title") or "")


@pytest.mark.parametrize("shares", FOUND.values(), ids=[id for id, _ in FOUND])
def test_the_sentence_says_every_number(shares):
    said = icons.sentence(shares)
    assert [float(n) for n in re.findall(r"(\d+(?:\.\d+)?) of 100", said)] == [one.per_100 for one in shares.groups]
    assert banned(said) == []


@languages
@pytest.mark.parametrize("shares", FOUND.values(), ids=[id for id, _ in FOUND])
def test_every_language_says_the_same_numbers_and_no_english(shares, code):
    with tongue.speaking(code):
        said = [
            icons.sentence(shares),
            *(one.told for one in icons.arrays(shares)),
            *(one.who for one in icons.arrays(shares)),
        ]
    english = [
        icons.sentence(shares),
        *(one.told for one in icons.arrays(shares)),
        *(one.who for one in icons.arrays(shares)),
    ]
    assert [numbers(one, code) for one in said] == [numbers(one, "en") for one in english]
    assert set(said) & set(english) == set()
    assert all(one.lower() not in said[0].lower() for one in (shares.what, *(group.who for group in shares.groups)))


@pytest.mark.parametrize("n", [0, 100])
def test_none_and_all_are_drawn_too(n):
    root = ElementTree.fromstring(icons.array_svg(Share("acupuncture", n), "slept"))
    assert sum((p.get("d") or "").count(FIGURE) for p in root.iter(f"{SVG}path")) == 100
    assert len(list(root.iter(f"{SVG}path"))) == 1


def test_hostile_words_stay_text():
    bad = Shares('<script>"', (Share("<b>", 1), Share("&", 2)))
    assert all("<script" not in array.svg and "<b>" not in array.svg for array in icons.arrays(bad))
