"""The forest plot: chart, words and table hold the sources' own numbers; the picture stretches, its letters do not."""

import re
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.charts.test_theme import BLINDNESS, lab, linear
from tests.evidence.test_forest import ROWS
from tests.evidence.test_translations import OTHERS
from tests.evidence.test_translations import numbers as figures
from tracker import tongue
from tracker.charts import forest as charts
from tracker.charts import rows, svg_forest
from tracker.charts.axis import width
from tracker.evidence.forest import forest
from tracker.evidence.words import banned
from tracker.science.scales import CONDITIONS

TODAY = date(2026, 11, 26)
SVG = "{http://www.w3.org/2000/svg}"
AXES = [(c, axis) for c in CONDITIONS for axis in forest(c, today=TODAY).axes]
every_axis = pytest.mark.parametrize(("condition", "axis"), AXES, ids=[f"{c}-{a.key}" for c, a in AXES])


def numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def expected(condition, axis):
    """(number, interval) of this axis as they stand in the table of tests/evidence/test_forest.py."""
    return sorted(row[4:] for row in ROWS[condition] if row[2:4] == (axis.unit, axis.better_is))


@every_axis
def test_the_table_prints_the_sources_numbers(condition, axis):
    table = charts.table(axis)
    at = [table.columns.index(name) for name in ("Effect", "Interval")]
    assert sorted(tuple(row[n] for n in at) for row in table.rows) == expected(condition, axis)


@every_axis
def test_the_words_say_the_sources_numbers(condition, axis):
    said = " ".join(charts.words(axis))
    for value, interval in expected(condition, axis):
        assert f"{value}, interval {interval};" in said
    assert banned(said) == []


@every_axis
def test_plotly_draws_the_sources_numbers(condition, axis):
    figure = charts.forest(axis)
    go.Figure(figure.data, figure.layout)
    drawn = []
    for trace in figure.data:
        errors = trace["error_x"]
        for x, up, down in zip(trace["x"], errors["array"], errors["arrayminus"], strict=True):
            drawn.append((x, *([round(x - down, 6), round(x + up, 6)] if up or down else [])))
    told = [(numbers(v)[0], *numbers(i)) for v, i in expected(condition, axis)]
    assert sorted(drawn) == sorted(told)


@every_axis
def test_the_drawing_places_the_sources_numbers(condition, axis):
    """From the places in the picture back to the numbers."""
    root, over = ElementTree.fromstring(svg_forest.forest_svg(axis)), rows.measure(axis)

    def back(place: str) -> float:
        part = (float(place.rstrip("%")) - svg_forest.LEFT) / svg_forest.WIDTH
        return over.low * (over.high / over.low) ** part if axis.ratio else over.low + (over.high - over.low) * part

    tolerance = (over.high - over.low) / 1000
    marks = sorted(back(mark.get("x", "")) for mark in root.iter(f"{SVG}svg") if mark is not root)
    bars = [e for e in root.iter(f"{SVG}line") if e.get("class") == "interval" and e.get("x1") != e.get("x2")]
    ends = sorted((back(e.get("x1", "")), back(e.get("x2", ""))) for e in bars)
    told = [(numbers(v)[0], *numbers(i)) for v, i in expected(condition, axis)]
    assert marks == pytest.approx(sorted(row[0] for row in told), abs=tolerance)
    for found, right in zip(ends, sorted(row[1:] for row in told if len(row) == 3), strict=True):
        assert found == pytest.approx(right, abs=tolerance)


@every_axis
def test_every_line_fits_a_phone_and_is_12_pixels_or_more(condition, axis):
    root = ElementTree.fromstring(svg_forest.forest_svg(axis))
    assert root.get("width") == "100%"
    assert root.get("viewBox") is None  # a viewBox would shrink the letters
    assert axis.unit in " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    assert (root.get("role"), bool(root.findtext(f"{SVG}title"))) == ("img", True)
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size", 0))
        assert size >= 12
        assert width(text.text or "") * size / 12 <= rows.ROOM + 13, text.text


@every_axis
def test_the_good_side_is_said_and_is_where_the_numbers_say(condition, axis):
    told = rows.side(axis)
    assert told.startswith("←") == (axis.better_is == "lower")
    assert axis.association or "better with acupuncture" in told
    for row in axis.rows:
        if row.card.direction == "better" and row.effect.value is not None:
            left = row.effect.value < axis.alike
            assert left == rows.better_left(axis), row.source


@every_axis
def test_shape_tells_what_colour_tells_and_an_unseen_interval_is_open(condition, axis):
    looks = [rows.LOOK[group] for group in axis.groups]
    assert len({color for color, _ in looks}) == len({shape for _, shape in looks}) == len(looks)
    for trace in charts.forest(axis).data:
        for symbol, up in zip(trace["marker"]["symbol"], trace["error_x"]["array"], strict=True):
            assert symbol.endswith("-open") == (up == 0)


@every_axis
def test_the_axis_shows_both_sides_of_no_difference_and_names_it(condition, axis):
    over = rows.measure(axis)
    assert over.low < axis.alike < over.high
    assert axis.alike in rows.ticks(axis)
    assert 2 <= len(rows.ticks(axis)) <= 6


@pytest.mark.parametrize("code", OTHERS)
def test_in_every_language_the_picture_fits_a_phone_and_holds_the_same_numbers(code):
    for condition in CONDITIONS:
        with tongue.speaking(code):
            drawn = [
                (axis, svg_forest.forest_svg(axis), charts.words(axis)) for axis in forest(condition, today=TODAY).axes
            ]
        english = forest(condition, today=TODAY).axes
        for (axis, svg, words), theirs in zip(drawn, english, strict=True):
            assert axis.key == theirs.key
            letters = [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]
            assert [line for line in letters if width(line) > rows.ROOM + 13] == []
            assert figures(" ".join(words), code) == figures(" ".join(charts.words(theirs)), "en")
            assert set(words) & set(charts.words(theirs)) == set()


@pytest.mark.parametrize("code", tongue.LANGUAGES)
def test_breaking_into_lines_loses_no_letter_and_begins_none_with_a_stop(code):
    with tongue.speaking(code):
        told = [text for _, axis in AXES for text in (tongue._(axis.unit), *charts.words(axis))]
    for text in told:
        lines = list(rows.broken(text, room=120))
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert [line for line in lines if line[0] in "，。；：、）,.;:)"] == []
    assert len(list(rows.broken("与常规治疗或没有针刺比较，每一行是一个来源", room=120))) == 3


@pytest.mark.parametrize("eye", BLINDNESS)
def test_the_colours_of_the_comparisons_stay_apart_for_colour_blind_eyes(eye):
    seen = [lab(np.clip(np.array(BLINDNESS[eye]) @ linear(color), 0, 1)) for color, _ in rows.LOOK.values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 10


def test_answers_without_a_number_stand_in_a_table_of_their_own():
    table = charts.undrawn(forest("other_msk", today=TODAY))
    assert table is not None
    assert {"Cochrane review, hip osteoarthritis, 2018"} <= {row[0] for row in table.rows}
    assert charts.undrawn(forest("neck", group="drugs", today=TODAY)) is None


def test_a_note_that_bends_the_number_stands_beside_it():
    axis = next(a for a in forest("neck", today=TODAY).axes if "moving" in a.unit)
    assert "The printed interval and P value (.327) do not fit together." in " ".join(charts.words(axis))
    assert "do not fit together" in str(charts.table(axis).rows[0][-1])
    [drawn] = [one for one in rows.placed(axis) if one.row.at_odds]
    assert "no clear difference: The printed interval and P value (.327) do not fit together." in " ".join(
        drawn.details
    )
    assert [row.card.id for _, a in AXES for row in a.rows if row.at_odds] == ["irnich-2001-neck"]


def test_hostile_words_stay_text():
    axis = AXES[0][1]
    hostile = axis.__class__(axis.key, '"><script>alert(1)</script>&', axis.better_is, axis.alike, axis.rows)
    assert "<script" not in svg_forest.forest_svg(hostile)
    assert "<script" not in str(charts.forest(hostile).layout)
