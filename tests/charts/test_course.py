"""One person's figures: the numbers of the figure, the table and the first paint are the same numbers."""

import re
from dataclasses import replace
from datetime import timedelta, timezone
from xml.etree import ElementTree

import pytest

from tests.charts import people
from tracker.charts import axis, course, svg_progress, table
from tracker.charts.svg import progress_svg
from tracker.science.progress import Lasted
from tracker.science.scales import INSTRUMENTS

SVG = "{http://www.w3.org/2000/svg}"
PEOPLE = {"anna": people.anna(), "followed": people.followed(), "migraine": people.migraine()} | {
    "year": people.year(),
    "blank": people.blank(),
}
everybody = pytest.mark.parametrize("p", PEOPLE.values(), ids=PEOPLE.keys())


def trace(figure, name):
    """The one trace of that name."""
    return next(t for t in figure.data if t.get("name") == name)


def known(values):
    """Without the gaps."""
    return [v for v in values if v is not None]


def centres(root, name: str) -> list[float]:
    """The heights of all marks of a class, whatever their shape."""
    found = [e for e in root.iter() if name in (e.get("class") or "").split()]
    return [_centre(e) for e in found]


def _centre(e) -> float:
    if e.tag == f"{SVG}circle":
        return float(e.get("cy"))
    if e.tag == f"{SVG}rect":
        return float(e.get("y")) + float(e.get("height")) / 2
    return float(re.findall(r"[\d.]+", e.get("d"))[1])


def heights_back(root, name: str, y: axis.Scale) -> list[float]:
    """Values read off the picture."""
    return [(at - y.first) / (y.last - y.first) * (y.high - y.low) + y.low for at in centres(root, name)]


@everybody
def test_the_scores_are_the_same_in_figure_table_and_svg(p):
    figure, root = course.progress(p), ElementTree.fromstring(progress_svg(p))
    own = figure.table.columns[1]
    rows = [row[figure.table.columns.index(own)] for row in figure.table.rows]
    drawn = known(figure.data[-1]["y"]) if not p.scores else known(trace(figure, _title(p))["y"])
    _, upper, _ = svg_progress.scales(p, 358, 300)
    assert drawn == known(rows) == [s.value for s in sorted(p.scores, key=lambda s: s.at)]
    assert heights_back(root, "dot", upper) == pytest.approx(drawn, abs=0.015 * p.instrument.span)


def _title(p):
    return table.measure(p.instrument).title


@pytest.mark.parametrize("end", ["before", "after"])
def test_before_and_after_are_the_same_in_figure_table_and_svg(end):
    p = people.anna()
    root, sessions = ElementTree.fromstring(progress_svg(p)), course.sessions(p)
    column = sessions.table.columns.index(end.title())
    _, _, lower = svg_progress.scales(p, 358, 300)
    values = known([getattr(pair, end) for pair in p.pairs])
    assert known([row[column] for row in sessions.table.rows]) == values
    assert trace(sessions, end)["y"] == trace(course.progress(p), end)["y"] == values
    assert heights_back(root, end, lower) == pytest.approx(values, abs=0.1)


def test_a_score_of_zero_is_a_score():
    p = people.blank(scores=(people.point(0.5, 0), people.point(1.5, 8)), pairs=(people.pair(1, 0, 0),))
    figure = course.progress(p)
    assert trace(figure, _title(p))["y"] == [0, 8]
    assert trace(figure, "before")["y"] == trace(figure, "after")["y"] == [0]
    assert figure.table.rows[0][1:] == (None, 0, 0)
    assert figure.table.rows[1][1] == 0
    assert course.sessions(p).table.rows[0][2:5] == (0, 0, "no change")
    assert len(centres(ElementTree.fromstring(progress_svg(p)), "dot")) == 2


@pytest.mark.parametrize("build", [course.progress, course.sessions, course.durability])
def test_nothing_yet_is_said_and_drawn_as_nothing(build):
    figure = build(people.blank())
    assert not any(known(t["y"]) for t in figure.data)
    assert [n["text"] for n in figure.layout["annotations"] if n["text"].startswith("no scores")]


def test_one_reading_is_one_dot():
    p = people.blank(scores=(people.point(0, 7, "baseline"),), baseline=7.0, baseline_n=1)
    assert trace(course.progress(p), _title(p))["y"] == [7]
    assert "The start is one single reading." in course.progress(p).words[0]


def test_only_befores_draw_no_bar_and_say_why():
    p = people.blank(pairs=tuple(people.pair(n, 5, None, False) for n in (1, 2)))
    figure = course.sessions(p)
    assert [t["name"] for t in figure.data] == ["before"]
    assert [row[4:] for row in figure.table.rows] == [(None, "no score after")] * 2
    assert "2 sessions have only one of the two scores." in figure.words


def test_an_unusable_pair_is_dotted_and_counts_for_nothing():
    figure = course.sessions(people.anna())
    dashes = [t["line"]["dash"] for t in figure.data if t["name"] == "pair"]
    assert dashes == ["solid", "dot"]
    assert figure.table.rows[6][4:] == (None, "order unclear, not counted")
    assert 'class="pair unclear"' in progress_svg(people.anna())


def test_a_session_without_scores_stays_in_the_table():
    p = people.blank(pairs=(people.pair(1, None, None, False), people.pair(2, None, None, False, state="planned")))
    assert [row[0] for row in course.sessions(p).table.rows] == [1]
    assert course.sessions(p).table.rows[0][-1] == "no scores"


def test_what_was_done_is_noted():
    p = people.blank(pairs=(people.pair(1, 5, 3, modalities=("acupuncture", "herbal_medicine")),))
    assert course.sessions(p).table.rows[0][-1] == "acupuncture, herbal medicine"


def test_marks_say_who_when_and_whether_corrected():
    figure = course.progress(people.anna())
    line = trace(figure, _title(people.anna()))
    assert set(line["marker"]["symbol"]) == {"circle", "diamond", "square", "circle-open"}
    assert {t for t in line["text"] if t} == {"corrected", "entered with help", "entered late"}
    assert {row[-1] for row in figure.table.rows} >= {"corrected", "entered with help", "entered late"}


def test_local_times_with_and_without_a_zone_stand_on_one_axis():
    zoned = people.point(1, 5).at.replace(tzinfo=timezone(timedelta(hours=9)))
    aware = replace(people.point(1, 5), at=zoned)
    p = people.blank(scores=(people.point(2, 4), aware))
    assert trace(course.progress(p), _title(p))["x"] == ["2026-01-13 09:30", "2026-01-20 09:30"]
    assert [row[1] for row in course.progress(p).table.rows] == [5, 4]
    assert progress_svg(p)


def test_a_demonstration_says_so_in_the_picture():
    p = people.anna(synthetic=True)
    assert "made-up data" in str(course.progress(p).layout["annotations"])
    assert "made-up data</text>" in progress_svg(p)
    assert "made-up" not in progress_svg(people.anna())


def test_plain_scores_carry_no_symbols():
    assert "symbol" not in trace(course.progress(people.migraine()), "headache days in 28 days")["marker"]


def test_a_wrong_clock_is_told():
    p = people.blank(scores=(people.point(0.5, 4, clock_corrected=True),))
    assert trace(course.progress(p), _title(p))["text"] == ["clock corrected"]


def test_silence_of_more_than_three_weeks_breaks_the_line():
    p = people.blank(scores=tuple(people.point(n, 5) for n in (0, 1, 4, 8)))
    assert trace(course.progress(p), _title(p))["y"] == [5, 5, 5, None, 5]


def test_both_panels_share_one_time_axis():
    figure = course.progress(people.anna())
    assert {t["xaxis"] for t in figure.data if "xaxis" in t} == {"x"}
    assert [k for k in figure.layout if k.startswith("xaxis")] == ["xaxis"]
    assert figure.layout["xaxis"]["type"] == "date"


def test_the_whole_scale_is_drawn_low_below():
    pain, days = course.progress(people.anna()).layout, course.progress(people.migraine()).layout
    assert pain["yaxis"]["range"] == [-0.5, 10.5]
    assert pain["yaxis"]["title"]["text"] == "higher = more pain"
    assert days["yaxis"]["tickvals"] == [0, 7, 14, 21, 28]
    assert days["yaxis2"]["range"] == [-0.5, 10.5]


def test_the_responder_line_is_dashed_and_named():
    layout = course.progress(people.anna()).layout
    dashed = [s for s in layout["shapes"] if s.get("line", {}).get("dash") == "dash"]
    assert [s["y0"] for s in dashed] == [4.9]
    assert "30\u00a0%<br>lower" in [n["text"] for n in layout["annotations"]]


def test_windows_that_have_opened_are_shaded():
    shaded = [s for s in course.progress(people.anna()).layout["shapes"] if s["type"] == "rect"]
    assert len(shaded) == 3
    assert shaded[-1]["x1"] == course.progress(people.anna()).layout["xaxis"]["range"][1]


def test_the_end_is_marked_through_both_panels():
    ends = [s for s in course.progress(people.anna()).layout["shapes"] if s.get("yref") == "paper"]
    assert [(s["x0"], s["y0"], s["y1"]) for s in ends] == [("2026-03-17 12:00", 0, 1)]
    assert "shapes" not in course.progress(people.year()).layout


def test_the_fan_goes_through_the_middle_with_both_slopes_and_stays_on_the_scale():
    p = people.anna()
    assert p.trend is not None
    (_, a), (_, b), (_, c), (_, d) = course.trend.fan(p.trend, p.instrument)
    middle, half = (6.9 + 2.7) / 2, 5
    assert (a, b, c, d) == pytest.approx(
        (middle + 0.29 * half, middle - 0.29 * half, middle - 0.55 * half, middle + 0.55 * half)
    )
    wild = replace(p.trend, low=-9, high=9)
    assert {y for _, y in course.trend.fan(wild, p.instrument)} == {0, 10}


def test_a_line_without_an_interval_has_no_fan():
    p = people.anna()
    assert p.trend is not None
    bare = replace(p, trend=replace(p.trend, low=None, high=None))
    assert [t.get("name") for t in course.scores(bare)] == ["trend in the course", _title(p)]
    assert [t.get("name") for t in course.scores(people.year())] == [_title(p)]


def test_the_line_after_the_course_is_drawn_like_the_one_in_it_and_ends_with_the_last_score():
    p = people.followed()
    inside, after = (trace(course.progress(p), f"trend {when} the course") for when in ("in", "after"))
    assert {k: v for k, v in inside.items() if k not in ("name", "x", "y")} == {
        k: v for k, v in after.items() if k not in ("name", "x", "y")
    }
    assert (inside["y"], after["y"]) == ([6.9, 2.7], [2.9, 5.1])
    assert inside["x"][-1] < after["x"][0]
    assert after["x"][-1][:10] == max(s.at for s in p.scores).date().isoformat()


def test_both_lines_stand_in_the_first_paint_where_they_stand_in_the_figure():
    p = people.followed()
    x, upper, _ = svg_progress.scales(p, 358, 300)
    paths = [e.get("d") or "" for e in ElementTree.fromstring(progress_svg(p)).iter() if e.get("class") == "trend"]
    drawn = [[float(n) for n in re.findall(r"[\d.]+", d)] for d in paths]
    lines = (p.trend, p.trend_after)
    ends = [[at for day, y in course.trend.fitted(t) for at in (x(axis.moment(day)), upper(y))] for t in lines if t]
    assert drawn == ends
    assert len(drawn) == 2
    assert progress_svg(p).count('class="fan"') == 2


def test_the_table_notes_where_each_line_begins_and_ends():
    notes = [(row[0], row[-1]) for row in course.progress(people.followed()).table.rows if "trend" in str(row[-1])]
    assert notes == [
        ("6 January 2026", "trend in the course, from 6.9"),
        ("17 March 2026", "trend in the course, to 2.7"),
        ("14 April 2026", "trend after the course, from 2.9"),
        ("22 December 2026", "trend after the course, to 5.1"),
    ]
    assert not [row for row in course.progress(people.migraine()).table.rows if "trend" in str(row)]


def test_too_few_scores_after_the_course_draw_nothing():
    p = people.followed()
    assert p.trend_after is not None
    short = replace(p.trend_after, label="not_enough", slope=None, low=None, high=None, start_value=None)
    names = [t.get("name") for t in course.scores(replace(p, trend_after=short))]
    assert names == ["95 % interval of the slope", "trend in the course", _title(p)]


def test_one_persons_durability_is_dots_never_a_curve():
    figure = course.durability(people.migraine())
    assert {t["mode"] for t in figure.data} == {"markers+text"}
    assert [row[3] for row in figure.table.rows] == ["yes", "yes", "yes", "no", "yes", "no"]
    drawn = sorted(y for t in figure.data for y in t["y"])
    assert drawn == sorted([6, 6, 7, 9, 5, 8])
    assert [row[2] for row in figure.table.rows] == [6, 6, 7, 9, 5, 8]


def test_exactly_at_the_line_counts():
    p = people.migraine(end_value=7.0)
    assert course.durability(p).table.rows[0][2:] == (7, "yes")


def test_no_percent_is_judged_where_the_start_is_too_low():
    p = people.anna(baseline=2.0, lasted=Lasted("too_low", None, None, 0.3))
    assert {row[3] for row in course.durability(p).table.rows} == {"not judged", "not yet due"}
    assert [t["name"] for t in course.durability(p).data] == ["not judged"]


def test_an_unanswered_window_is_no_answer_and_an_open_one_not_yet_due():
    p = people.anna(windows=people.windows(people.START, people.START + timedelta(60), {}), ended=people.START)
    assert [row[3] for row in course.durability(p).table.rows] == ["yes", "no answer", *["not yet due"] * 4]


def test_an_answer_stands_on_its_own_day():
    first, *rest = people.anna().windows
    on = first.opens + timedelta(3)
    figure = course.durability(people.anna(windows=(replace(first, on=on), *rest)))
    assert figure.data[0]["x"][1] == on.isoformat()
    assert figure.table.rows[1][1] == "4 April 2026"


def test_pain_now_as_the_instrument_says_so():
    p = people.anna(instrument=INSTRUMENTS["nrs_now"])
    assert course.progress(p).layout["annotations"][0]["text"] == "pain right now"


def test_right_now_scores_outside_sessions_have_their_own_column():
    figure = course.progress(people.anna())
    column = figure.table.columns.index("right now")
    assert known([row[column] for row in figure.table.rows]) == trace(figure, "right now")["y"] == [8, 2]


@pytest.mark.parametrize("days", [0, 1, 20, 40, 90, 150, 400, 900])
def test_dates_on_the_axis_are_few_and_inside(days):
    left, right = axis.span(people.blank(as_of=people.START + timedelta(days)))
    ticks = axis.date_ticks(left, right)
    assert 2 <= len(ticks) <= 6
    assert all(left <= on <= right for on, _ in ticks)
