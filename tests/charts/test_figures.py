"""Every figure: what Plotly takes, what travels, what it must never carry."""

import inspect
import json

import orjson
import plotly.graph_objects as go
import pytest

from tests.charts import clinics, people
from tracker.charts import cohort, course
from tracker.charts.cohort_words import Frame
from tracker.charts.figure import Figure, Table

FRAME = Frame.of(clinics.summary(), period="2026")
GROUPS = {"all": clinics.group(), "<b>x</b>": clinics.group()}
PERSONS = {
    "anna": people.anna(),
    "followed": people.followed(),
    "migraine": people.migraine(),
    "blank": people.blank(),
    "year": people.year(),
    "one reading": people.blank(scores=(people.point(0, 7, "baseline"),), baseline=7.0, baseline_n=1),
    "only befores": people.blank(pairs=tuple(people.pair(n, 5, None, False) for n in (1, 2, 3))),
    "no pairs": people.anna(pairs=()),
}
FIGURES: dict[str, Figure] = {
    **{f"{who}: progress": course.progress(p) for who, p in PERSONS.items()},
    **{f"{who}: sessions": course.sessions(p) for who, p in PERSONS.items()},
    **{f"{who}: durability": course.durability(p) for who, p in PERSONS.items()},
    "clinic: responders": cohort.responders(clinics.group(), FRAME),
    "clinic: durability": cohort.durability(clinics.group(), FRAME),
    "clinic: ecdf": cohort.ecdf(clinics.group(), FRAME, 3),
    "clinic: change": cohort.change(GROUPS, FRAME),
    "empty: responders": cohort.responders(clinics.empty(), FRAME),
    "empty: durability": cohort.durability(clinics.empty(), FRAME),
    "empty: ecdf": cohort.ecdf(clinics.empty(), FRAME),
    "empty: change": cohort.change({"all": clinics.empty()}, FRAME),
}
every_figure = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
BUILDERS = (course.progress, course.sessions, course.durability, cohort.responders, cohort.durability, cohort.ecdf)


@every_figure
def test_plotly_takes_it_and_gives_it_back_unchanged(figure: Figure):
    taken = go.Figure(data=figure.data, layout=figure.layout).to_plotly_json()
    taken["layout"].pop("template")
    assert json.loads(json.dumps(taken, default=list)) == {"data": figure.data, "layout": figure.layout}


@every_figure
def test_it_travels_as_plain_json(figure: Figure):
    sent = figure.json()
    assert list(sent) == ["data", "layout", "words", "table", "evidence"]
    assert json.loads(orjson.dumps(sent)) == json.loads(json.dumps(sent, allow_nan=False))
    assert "template" not in sent["layout"]


@every_figure
def test_the_basic_bundle_is_enough(figure: Figure):
    assert {trace["type"] for trace in figure.data} <= {"scatter", "bar"}


@every_figure
def test_it_has_words_and_a_table_of_even_rows(figure: Figure):
    assert figure.words
    assert all(line.strip() == line and line for line in figure.words)
    assert figure.table.caption
    assert all(len(row) == len(figure.table.columns) for row in figure.table.rows)


@pytest.mark.parametrize("p", PERSONS.values(), ids=PERSONS.keys())
@pytest.mark.parametrize("build", [course.progress, course.sessions, course.durability])
def test_no_score_axis_is_flipped(build, p):
    ranges = [a["range"] for name, a in build(p).layout.items() if name.startswith("yaxis")]
    assert ranges
    assert all(low < high for low, high in ranges)


def test_the_evidence_beside_is_the_callers_choice():
    ids = ("cochrane-2020", "macpherson-2017")
    assert course.progress(people.anna(), evidence=ids).json()["evidence"] == list(ids)
    assert cohort.durability(clinics.group(), evidence=ids).evidence == ids
    assert course.sessions(people.anna()).evidence == ()


@pytest.mark.parametrize("build", [*BUILDERS, cohort.change])
def test_no_builder_takes_a_reference_curve(build):
    assert set(inspect.signature(build).parameters) <= {
        *("p", "audience", "evidence"),
        *("group", "groups", "frame", "month"),
    }


def test_the_evidence_changes_nothing_in_the_picture():
    with_, without = course.progress(people.anna(), evidence=("a",)), course.progress(people.anna())
    assert (with_.data, with_.layout, with_.words) == (without.data, without.layout, without.words)


def test_a_year_of_daily_scores_stays_small():
    figure = course.progress(people.year())
    bare = orjson.dumps({"x": figure.data[0]["x"], "y": figure.data[0]["y"]})
    assert len(figure.data[0]["y"]) == 365
    assert len(orjson.dumps({"data": figure.data, "layout": figure.layout})) <= 1.5 * len(bare)
    assert len(orjson.dumps(figure.json())) <= 3 * len(bare)


def test_a_table_is_sent_as_lists():
    table = Table("Pain", ("Date", "Score"), (("12 May 2026", 0), ("19 May 2026", None)))
    assert table.json()["rows"] == [["12 May 2026", 0], ["19 May 2026", None]]
