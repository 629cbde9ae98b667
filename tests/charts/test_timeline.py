"""The timeline: each session, reaction, event and stretch is in figure, drawing and table, on the scores' axis."""

from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from tests.charts import people
from tracker.charts import axis, course
from tracker.charts.svg import progress_svg, timeline_svg
from tracker.charts.svg_progress import LEFT, RIGHT
from tracker.charts.timeline import NOT_SAID, NOTHING, Dated, Span, Timeline, combined, stretches, timeline

WIDTH = 720
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x00\u202e&'


def treated(**more):
    """Anna, whose sessions name what was done: acupuncture, from the fourth on with cupping, twice nothing."""
    done = [("acupuncture",)] * 3 + [("cupping", "acupuncture")] * 6 + [()] * 2
    p = people.anna()
    return replace(p, pairs=tuple(replace(x, modalities=m) for x, m in zip(p.pairs, done, strict=True)), **more)


def full(**more) -> Timeline:
    """Everything once."""
    on = people.START
    told = {
        "reactions": (Dated(on + timedelta(8), "A bruise, mild"), Dated(on, "Very tired or sleepy")),
        "events": (Dated(on + timedelta(100), "Surgery"),),
        "spans": (
            Span("Ibuprofen", on + timedelta(20), on + timedelta(40), "as needed"),
            Span("Physiotherapy", on - timedelta(400)),
        ),
    }
    return Timeline(treated(), **{**told, **more})


TIMELINES = {"full": full(), "blank": Timeline(people.blank()), "migraine": Timeline(people.migraine())}
every = pytest.mark.parametrize("t", TIMELINES.values(), ids=TIMELINES.keys())


def elements(t: Timeline, name: str):
    """All elements of a class."""
    root = ElementTree.fromstring(timeline_svg(t, WIDTH))
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def across(t: Timeline) -> axis.Scale:
    """The drawing's time axis."""
    left, right = axis.span(t.p)
    return axis.Scale(left.toordinal(), right.toordinal(), LEFT, WIDTH - RIGHT)


@every
def test_plotly_accepts_it(t):
    figure = timeline(t)
    go.Figure(data=figure.data, layout=figure.layout)


@every
def test_its_axis_is_that_of_the_scores(t):
    assert timeline(t).layout["xaxis"]["range"] == course.progress(t.p).layout["xaxis"]["range"]
    margins = [x.layout["margin"] for x in (timeline(t), course.progress(t.p))]
    assert len({(m["l"], m["r"]) for m in margins}) == 1


def test_a_session_stands_under_its_scores_in_the_drawing():
    t = full()
    root = ElementTree.fromstring(progress_svg(t.p, WIDTH, 380))
    scored = {float(e.get("cx") or 0) for e in root.iter() if "before" in (e.get("class") or "")}
    assert scored <= {float(e.get("x1") or "nan") for e in elements(t, "done")}


def test_every_mark_is_in_figure_drawing_and_table():
    t = full()
    figure, x = timeline(t), across(t)
    named = {trace["name"]: trace for trace in figure.data if trace.get("mode") == "markers"}
    assert list(named) == ["acupuncture", "cupping", NOT_SAID, "reactions", "other events"]
    assert [len(named[n]["x"]) for n in named] == [9, 6, 2, 2, 1]
    drawn = sorted(float(e.get("x1") or "nan") for e in elements(t, "done"))
    told = [at for n in ("acupuncture", "cupping", NOT_SAID) for at in named[n]["x"]]
    assert drawn == sorted(x(axis.moment(axis.noon(date.fromisoformat(at[:10])))) for at in told)
    assert (len(elements(t, "reaction")), len(elements(t, "event"))) == (2, 1)
    rows = [row[1] for row in figure.table.rows]
    assert rows.count("reaction") == 2
    assert rows.count("event") == 1
    assert sum(str(row).startswith("session") for row in rows) == 11


def test_a_stretch_reaches_from_its_first_day_to_its_last_or_to_today():
    t = full()
    left, right = axis.span(t.p)
    lanes = {lane.name: lane for lane in t.lanes()}
    assert [x[:2] for x in stretches(lanes["Ibuprofen"], t)] == [
        (people.START + timedelta(20), people.START + timedelta(40))
    ]
    assert [x[:2] for x in stretches(lanes["Physiotherapy"], t)] == [(left, min(t.p.as_of, right))]
    bars = [trace for trace in timeline(t).data if trace.get("mode") == "lines"]
    assert [bar["x"] for bar in bars] == [
        [left.isoformat(), min(t.p.as_of, right).isoformat()],
        [d.isoformat() for d in (people.START + timedelta(20), people.START + timedelta(40))],
    ]
    x = across(t)
    edges = [(float(e.get("x") or "nan"), float(e.get("width") or "nan")) for e in elements(t, "beside")]
    assert edges == [
        pytest.approx((x(a.toordinal()), x(b.toordinal()) - x(a.toordinal())), abs=0.1)
        for a, b in [(left, t.p.as_of), (people.START + timedelta(20), people.START + timedelta(40))]
    ]


def test_a_stretch_of_one_day_is_still_seen():
    t = full(spans=(Span("An injection", people.START, people.START),))
    assert [float(e.get("width") or "nan") for e in elements(t, "beside")] == [2.0]


def test_what_lies_outside_is_told_and_not_drawn():
    late = Dated(axis.span(people.anna())[1] + timedelta(1), "Surgery")
    gone = Span("Ibuprofen", people.START - timedelta(90), people.START - timedelta(60))
    t = Timeline(people.anna(), events=(late,), spans=(gone,))
    assert t.outside() == 2
    assert elements(t, "event") == elements(t, "beside") == []
    figure = timeline(t)
    assert "2 of these lie outside the drawing; the table has them." in figure.words
    assert {"Surgery", "Ibuprofen, 8 October 2025 to 7 November 2025"} <= {row[2] for row in figure.table.rows}


def test_combinations_are_counted_with_their_days():
    told = timeline(full()).words
    assert told[:3] == (
        "Acupuncture: 3 sessions, 6 January 2026 to 20 January 2026.",
        "Acupuncture with cupping: 6 sessions, 27 January 2026 to 3 March 2026.",
        "Treatment not written down: 2 sessions, 10 March 2026 to 17 March 2026.",
    )
    assert told[3:] == (
        "2 reactions, the first on 6 January 2026, the last on 14 January 2026.",
        "1 other event, 16 April 2026.",
        "Beside the sessions: Physiotherapy, 2 December 2024 still going on.",
        "Beside the sessions: Ibuprofen, 26 January 2026 to 15 February 2026 (as needed).",
    )


def test_the_order_of_modalities_in_the_record_makes_no_other_combination():
    assert combined(("cupping", "acupuncture")) == combined(("acupuncture", "cupping")) == "acupuncture with cupping"


def test_nothing_is_said_as_nothing():
    t = Timeline(people.blank())
    assert timeline(t).words == (NOTHING,)
    assert timeline(t).table.rows == ()
    assert NOTHING in timeline_svg(t)


def test_a_hostile_name_is_only_text():
    t = full(spans=(Span(HOSTILE, people.START, None, HOSTILE),), events=(Dated(people.START, HOSTILE),))
    picture, figure = timeline_svg(t), timeline(t)
    root = ElementTree.fromstring(picture)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "title", "desc", "text", "line", "path", "rect"}
    assert "<script" not in picture
    assert not [text for trace in figure.data for text in trace.get("text", ()) if "<script" in str(text)]
    assert not [note["text"] for note in figure.layout["annotations"] if "<" in note["text"].replace("<br>", "")]
