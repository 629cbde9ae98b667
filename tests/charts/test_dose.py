"""Sessions a week: bars and frames in figure and drawing are the table's numbers."""

from datetime import date, timedelta
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from tracker.charts import dose
from tracker.charts.axis import Scale
from tracker.charts.svg import dose_svg
from tracker.science.dose import weeks

FIRST = date(2026, 3, 2)


def told(**more):
    """Six weeks, two a week planned, ten in all; week 3 is silent, a session is cancelled, two are booked."""
    days = [0, 3, 7, 10, 11, 21, 24, 28]
    plan = {"per_week": 2, "total": 10, "cancelled": [FIRST + timedelta(15)], "booked": [FIRST + timedelta(31)] * 2}
    return weeks(FIRST, FIRST + timedelta(30), **{"held": [FIRST + timedelta(n) for n in days], **plan, **more})


CASES = {
    "planned": told(),
    "no pace": told(per_week=None),
    "nothing held": told(held=[], cancelled=[], booked=[]),
    "many": weeks(FIRST, FIRST + timedelta(700), held=[FIRST + timedelta(7 * n) for n in range(100)], per_week=0.5),
}
every = pytest.mark.parametrize("found", CASES.values(), ids=CASES.keys())


def heights(found, name: str) -> list[float]:
    """What the boxes of a class stand for, read off the drawing."""
    root = ElementTree.fromstring(dose_svg(found))
    y = Scale(0, dose.top(found), 130 - dose.FOOT, dose.TOP)
    boxes = [float(e.get("height") or 0) for e in root.iter() if e.get("class") == name]
    return [(h / (y.first - y.last)) * y.high for h in boxes]


@every
def test_figure_drawing_and_table_have_the_same_numbers(found):
    figure = dose.dose(found)
    go.Figure(data=figure.data, layout=figure.layout)
    planned, held = figure.data
    rows = figure.table.rows
    assert held["y"] == [row[3] for row in rows] == [w.held for w in found]
    known = [row[2] for row in rows if isinstance(row[2], int | float) and row[2]]
    assert planned["y"] == known
    assert heights(found, "planned") == pytest.approx(known, abs=0.05)
    assert heights(found, "held") == pytest.approx([n for n in held["y"] if n], abs=0.05)


def test_its_words_count_what_the_table_lists():
    assert dose.words(told(), after=1) == (
        "8 sessions held in 5 weeks.",
        "Planned for the weeks that are over: 8.",
        "At least as many held in 3 of 4.",
        "1 week without a session.",
        "1 session cancelled.",
        "2 sessions booked.",
        "1 session held after the end of the course.",
    )


def test_a_plan_without_a_pace_says_so_in_words_and_table():
    figure = dose.dose(told(per_week=None))
    assert "The plan does not say how many a week." in figure.words
    assert {row[2] for row in figure.table.rows} == {dose.NOT_PLANNED}


def test_half_a_session_a_week_is_one_in_each_second():
    figure = dose.dose(told(per_week=0.5, total=None))
    assert [row[2] for row in figure.table.rows] == [1, 0, 1, 0, 1]


def test_the_scale_reaches_the_highest_bar_in_whole_sessions():
    assert dose.ticks(told()) == [0, 1, 2, 3]
    assert dose.ticks(told(held=[FIRST] * 9)) == [0, 2, 4, 6, 8]
    assert dose.ticks(told(held=[], per_week=None)) == [0, 1, 2]
