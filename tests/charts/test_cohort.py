"""The clinic's figures: counts with their denominators, both readings, refusals in words."""

import re
from xml.etree import ElementTree

import pytest

from tests.charts import clinics
from tests.charts.test_svg import touching
from tests.charts.test_words import BANNED
from tracker.charts import captions, cohort, cohort_words, shares, svg
from tracker.charts.cohort_words import Frame

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame.of(clinics.summary(), period="Q3 2026")
GROUP = clinics.group()


def picture_text(figure) -> str:
    """All that is written into the picture."""
    return " | ".join(note["text"] for note in figure.layout["annotations"])


def test_the_top_line_is_the_one_on_the_screen():
    assert cohort_words.top_line(GROUP, FRAME) == (
        "Of 182 courses due for the 3-month question, 131 (72 %) answered it; 40 more are not yet due. "
        "At least 30 % lower: 58 of 131 seen; 58 of 182 if the silent count as not; 109 of 182 at best."
    )


@pytest.mark.parametrize(
    ("due", "n", "x", "told"),
    [
        (100, 70, 30, "At least 30 % lower: 30 of 70 seen; 30 of 100 if the silent count as not; 60 of 100 at best."),
        (100, 69, 30, "At least 30 % lower: between 30 and 61 of 100; too few answered for one number."),
        (100, 50, 30, "At least 30 % lower: between 30 and 80 of 100; too few answered for one number."),
        (100, 49, 30, "Fewer than half answered, so no share is given."),
        (100, 0, 0, "Fewer than half answered, so no share is given."),
        (1, 1, 0, "At least 30 % lower: 0 of 1 seen; 0 of 1 if the silent count as not; 0 of 1 at best."),
    ],
)
def test_silence_narrows_what_may_be_said(due, n, x, told):
    group = clinics.group(windows=[clinics.window(3, due, n, x)], courses=due)
    assert cohort_words.top_line(group, FRAME).endswith(told)


def test_nothing_due_is_said():
    assert cohort_words.top_line(clinics.empty(), FRAME) == (
        "No course is due for the 3-month question yet; 12 are not yet due."
    )


def test_one_course_not_yet_due_is_singular():
    group = clinics.group(windows=[clinics.window(3, 10, 9, 3)], courses=11)
    assert "; 1 more is not yet due." in cohort_words.top_line(group, FRAME)


def test_three_bars_a_window_with_their_denominators():
    figure = cohort.responders(GROUP, FRAME)
    assert [t["name"] for t in figure.data] == [shares.SEEN, shares.SILENT, shares.BEST]
    assert figure.layout["yaxis"]["ticktext"][3:6] == ["58 of 131 seen", "58 of 182 silent = not", "109 of 182 at best"]
    assert figure.data[0]["x"][1] == 58 / 131
    assert figure.data[2]["x"][1] == 109 / 182


def test_bars_table_and_svg_hold_the_same_shares():
    figure, root = cohort.responders(GROUP, FRAME), ElementTree.fromstring(svg.responders_svg(GROUP, FRAME))
    column = figure.table.columns.index("Share")
    drawn = [t["x"][n] for n in range(4) for t in figure.data]
    bars = [float(e.get("width", 0)) for e in root.iter(f"{SVG}rect") if "bar" in (e.get("class") or "").split()]
    assert [row[column] for row in figure.table.rows] == drawn
    assert [width / (358 - 140 - 44) for width in bars] == pytest.approx(drawn, abs=0.001)


def test_a_window_nobody_answered_is_one_line_of_counts_without_bars():
    group = clinics.group(windows=[clinics.window(1, 10, 0, 0), clinics.window(3, 10, 8, 2)], courses=10)
    figure = cohort.responders(group, FRAME)
    assert "1 month: n 0 of 10 due · 10 missing" in picture_text(figure)
    assert [t["y"] for t in figure.data] == [[2], [3], [4]]
    assert [row[0] for row in figure.table.rows] == ["3 months"] * 3
    assert "1 month: n 0 of 10 due · 10 missing" in svg.responders_svg(group, FRAME)


def test_a_window_where_no_percent_can_be_judged_has_no_observed_share():
    window = clinics.window(3, 10, 8, 2)
    window["responders"][0]["observed"] = {"x": 0, "n": 0, "share": None, "ci": None}
    group = clinics.group(windows=[window])
    assert cohort.responders(group, FRAME).data[0]["x"] == []
    assert cohort.responders(group, FRAME).table.rows[0][4] is None
    assert "–</text>" in svg.responders_svg(group, FRAME)


def test_boxes_hold_both_readings():
    figure = cohort.durability(GROUP, FRAME)
    kept, lost = figure.data
    assert kept["base"] == [0.82, 0.66, 0.5]
    assert [b + y for b, y in zip(kept["base"], kept["y"], strict=True)] == pytest.approx([0.88, 0.66, 0.61])
    assert lost["base"] == pytest.approx([0.77, 0.61, 0.45])
    assert [row[1:3] for row in figure.table.rows] == [(0.82, 0.88), (0.66, 0.66), (0.5, 0.61)]
    assert {t["type"] for t in figure.data} == {"bar"}


def test_boxes_in_svg_are_the_same_and_a_flat_one_is_a_line():
    root = ElementTree.fromstring(svg.boxes_svg(GROUP, FRAME))
    marks = [e for e in root.iter() if (e.get("class") or "").split()[:1] == ["box"]]
    assert [e.tag.removeprefix(SVG) for e in marks] == ["rect", "rect", "line", "line", "rect", "rect"]
    height = 300 - 78 - 54
    assert float(marks[0].get("height", 0)) / height == pytest.approx(0.06, abs=0.001)


def test_a_day_beyond_follow_up_is_said_not_drawn():
    figure = cohort.durability(GROUP, FRAME)
    assert "No figure for day 364: too few were still followed." in figure.words
    assert len(figure.table.rows) == 3


def test_readings_far_apart_have_no_headline():
    far = "The two ways of counting are more than 10 points apart, so neither is a headline."
    assert far in cohort.durability(clinics.group(durability=clinics.durability(drop=0.11)), FRAME).words
    assert far not in cohort.durability(clinics.group(durability=clinics.durability(drop=0.1)), FRAME).words


def test_too_few_are_refused_with_the_summarys_own_reason():
    words = cohort.durability(clinics.empty(), FRAME).words
    assert "Not shown: fewer than 20 responders with enough follow-up." in words
    assert any("fewer than 20: no survival figures" in line for line in words)
    assert cohort.ecdf(clinics.empty(), FRAME).words[0] == "Not shown: fewer than 20 courses with enough follow-up."
    assert "not shown" in picture_text(cohort.ecdf(clinics.empty(), FRAME))


def test_a_summary_without_durability_is_refused_too():
    assert cohort.durability(clinics.group(durability=None), FRAME).words[0].startswith("Not shown")


def test_the_curve_and_its_dashed_twin():
    figure = cohort.ecdf(GROUP, FRAME, 3)
    solid, dashed = figure.data
    assert dashed["line"]["dash"] == "dash"
    assert [row[:2] for row in figure.table.rows] == list(zip(solid["x"], solid["y"], strict=True))
    assert [row[2] for row in figure.table.rows] == dashed["y"]
    assert figure.words[0] == "At least 30 % lower: 50 % of those who answered."


def test_the_curves_own_month_is_the_one_it_carries():
    figure = cohort.ecdf(clinics.group(ecdf_month=3), FRAME)
    assert "3 months: n 131 of 182 due" in picture_text(figure)
    assert figure.words[1].startswith("Of 182 courses due for the 3-month question")


def test_a_summary_without_the_twin_draws_one_curve():
    bare = [{"improvement": 0.3, "share": 0.559}]
    assert [t["name"] for t in cohort.ecdf(clinics.group(ecdf=bare), FRAME).data] == ["share"]


def test_change_of_groups_with_intervals():
    groups = {"acupuncture": GROUP, "usual care": clinics.group(windows=[clinics.window(3, 100, 50, 20)])}
    figure = cohort.change(groups, FRAME)
    first, second = figure.data
    assert first["marker"]["symbol"] != second["marker"]["symbol"]
    assert second["y"] == [1.75]
    assert second["error_y"]["arrayminus"] == pytest.approx([0.7])
    assert figure.table.rows[-1] == ("usual care", "3 months", 1.75, 1.05, 2.6, 50, 100, 50)
    assert "usual care, 3-month question (50 of 100 due): on average 1.8 points lower" in " ".join(figure.words)


def test_month_zero_is_the_end_of_the_course():
    group = clinics.group(windows=[clinics.window(0, 40, 30, 12), clinics.window(3, 20, 18, 6)], ecdf_month=0)
    assert "for the end-of-course question" in cohort.responders(group, FRAME).words[0]
    assert "end of course: n 30 of 40 due" in picture_text(cohort.responders(group, FRAME))
    assert "end of course: n 30 of 40 due" in picture_text(cohort.ecdf(group, FRAME))
    assert cohort.change({"all": group}, FRAME).data[0]["x"] == [0, 3]
    assert cohort.change({"all": group}, FRAME).table.rows[0][1] == "end of course"


def test_a_change_for_the_worse_is_said_as_such():
    worse = clinics.window(3, 10, 10, 0) | {"improvement": {"mean": -0.5, "ci": None}}
    assert "on average 0.5 points higher." in cohort.change({"all": clinics.group(windows=[worse])}, FRAME).words[0]


def test_a_mean_that_is_not_given_is_not_drawn():
    blank = clinics.window(3, 10, 0, 0)
    figure = cohort.change({"all": clinics.group(windows=[blank])}, FRAME)
    assert figure.words[0].endswith("no mean can be given.")
    assert figure.table.rows[0][2] is None
    assert "not shown" in picture_text(figure)


def test_a_groups_name_is_only_text():
    figure = cohort.change({"<img src=x>": GROUP}, FRAME)
    assert "<img" not in picture_text(figure)
    assert figure.data[0]["name"] == "&lt;img src=x&gt;"


@pytest.mark.parametrize(
    "figure",
    [
        cohort.responders(GROUP, FRAME),
        cohort.durability(GROUP, FRAME),
        cohort.ecdf(GROUP, FRAME, 3),
        cohort.change({"all": GROUP}, FRAME),
    ],
    ids=["responders", "durability", "ecdf", "change"],
)
def test_a_picture_cut_from_its_page_still_says_what_it_is(figure):
    told = picture_text(figure)
    assert "definitions 1" in told
    assert "Q3 2026" in told
    assert "as of 22 November 2026" in told
    assert re.search(r"n \d+ of \d+ due · \d+ missing|\d+ responders of \d+ ended · \d+ without", told)
    assert not [line for line in figure.words if BANNED.search(line)]


def test_the_counts_shown_are_of_the_latest_window_with_an_answer():
    windows = [clinics.window(3, 20, 18, 6), clinics.window(12, 10, 0, 0)]
    assert captions.latest(clinics.group(windows=windows)).startswith("3 months: n 18 of 20 due")
    assert captions.latest(clinics.group(windows=windows[1:])).startswith("12 months: n 0 of 10 due")
    assert captions.latest(clinics.empty()) == "12 courses, none due yet"


def test_a_full_box_leaves_its_label_room():
    rows = [clinics.survival(91, 1.0, 1.0, 70, 0.0)]
    picture = svg.boxes_svg(clinics.group(durability=clinics.durability() | {"survival": rows}), FRAME)
    assert touching(picture) == []


def test_the_frame_comes_from_the_summary():
    assert FRAME.goal == "At least 30 % lower"
    walking = {"code": "walking", "better": "higher", "responder": 0.4}
    summary = clinics.summary() | {"as_of": None, "instrument": walking}
    assert Frame.of(summary).goal == "At least 40 % higher"
    assert Frame.of(summary).edition == "definitions 1"


def test_a_demonstration_says_so():
    assert Frame.of(clinics.summary(), synthetic=True).edition.endswith("made-up data")


def test_headache_days_are_judged_on_a_half():
    summary = clinics.summary()
    summary["instrument"]["responder"] = 0.5
    assert Frame.of(summary).part == 0.5
