"""The first paint: well-formed, escaped, without style or script, its words apart from each other."""

import re
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.charts import clinics, people, test_dose, test_timeline
from tracker.charts import draw, svg
from tracker.charts.cohort_words import Frame

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame.of(clinics.summary())
LETTER = 0.47  # em; Chromium drew these sentences in Noto Sans at 0.45 em a letter
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x00\u202e&'
PICTURES = {
    "anna": svg.progress_svg(people.anna()),
    "followed": svg.progress_svg(people.followed()),
    "migraine": svg.progress_svg(people.migraine()),
    "blank": svg.progress_svg(people.blank()),
    "year": svg.progress_svg(people.year()),
    "hostile": svg.progress_svg(people.anna(site=HOSTILE)),
    "wide": svg.progress_svg(people.anna(), width=900, height=420, audience="staff"),
    "timeline": svg.timeline_svg(test_timeline.full()),
    "no timeline": svg.timeline_svg(test_timeline.TIMELINES["blank"], width=358),
    "dose": svg.dose_svg(test_dose.told()),
    "bars": svg.responders_svg(clinics.group(), FRAME),
    "boxes": svg.boxes_svg(clinics.group(), FRAME),
    "no bars": svg.responders_svg(clinics.empty(), FRAME),
    "no boxes": svg.boxes_svg(clinics.empty(), FRAME),
    "spark": svg.sparkline_svg([7, None, 5, 0]),
    "no spark": svg.sparkline_svg([]),
}
every_picture = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())


@every_picture
def test_it_is_xml_with_a_name_and_its_words(picture):
    root = ElementTree.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title")
    assert root.find(f"{SVG}desc") is not None


@every_picture
def test_no_style_no_script_no_link(picture):
    root = ElementTree.fromstring(picture)
    names = {e.tag.removeprefix(SVG) for e in root.iter()}
    assert names <= {"svg", "title", "desc", "text", "line", "path", "circle", "rect"}
    attributes = {a for e in root.iter() for a in e.attrib}
    assert not [a for a in attributes if a == "style" or a.startswith("on") or "href" in a]


@every_picture
def test_every_class_is_documented(picture):
    used = {c for e in ElementTree.fromstring(picture).iter() for c in (e.get("class") or "").split()}
    assert used <= set(re.findall(r"[a-z]+(?:-[a-z]+)?", svg.__doc__ or ""))


def test_a_hostile_site_is_only_text():
    picture = svg.progress_svg(people.anna(site=HOSTILE))
    assert "<script" not in picture
    assert "<img" not in picture
    assert "\u202e" not in picture
    title = ElementTree.fromstring(picture).findtext(f"{SVG}title") or ""
    assert '"><script>alert(1)</script>' in title


def test_attributes_are_escaped_too():
    assert draw.tag("rect", class_='a" onload="x') == '<rect class="a&quot; onload=&quot;x"/>'


def extent(e) -> tuple[float, float, float, float]:
    """About where a text stands: left, right, top, bottom."""
    size, words = float(e.get("font-size")), e.text or ""
    width = len(words) * size * LETTER
    left = float(e.get("x")) - {"start": 0, "middle": width / 2, "end": width}[e.get("text-anchor")]
    return left, left + width, float(e.get("y")) - size * 0.72, float(e.get("y"))


def touching(picture: str) -> list[tuple[str, str]]:
    """Texts that stand on each other."""
    found = [(e.text or "", *extent(e)) for e in ElementTree.fromstring(picture).iter(f"{SVG}text")]
    return [
        (a[0], b[0]) for a, b in combinations(found, 2) if a[1] < b[2] and b[1] < a[2] and a[3] < b[4] and b[3] < a[4]
    ]


@every_picture
def test_words_stay_apart_and_inside(picture):
    root = ElementTree.fromstring(picture)
    assert touching(picture) == []
    assert all(extent(e)[0] >= -3 and extent(e)[1] <= float(root.get("width", 0)) + 3 for e in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("days", [71, 80, 100, 130, 200, 300, 400, 560])
def test_words_stay_apart_however_long_it_lasts(days):
    ended = people.START + timedelta(weeks=10)
    as_of = people.START + timedelta(days)
    p = people.anna(as_of=as_of, windows=people.windows(ended, as_of, {}), scores=people.anna().scores[:12])
    assert touching(svg.progress_svg(p)) == []


def test_letters_are_large_enough_on_a_phone():
    sizes = {float(e.get("font-size", 0)) for e in ElementTree.fromstring(PICTURES["anna"]).iter(f"{SVG}text")}
    assert min(sizes) >= 12


def test_the_empty_picture_says_so():
    texts = [e.text for e in ElementTree.fromstring(PICTURES["blank"]).iter(f"{SVG}text")]
    assert texts.count("no scores yet") == 2
    assert "not shown: too few" in PICTURES["no bars"]
    assert "not shown: too few" in PICTURES["no boxes"]


def test_a_sparkline_says_its_scores_and_breaks_at_a_gap():
    root = ElementTree.fromstring(svg.sparkline_svg([7, 6, None, 5, 0]))
    assert root.findtext(f"{SVG}title") == "Scores, oldest first: 7, 6, no answer, 5, 0"
    assert len([e for e in root.iter(f"{SVG}path") if e.get("class") == "spark"]) == 2
    last = next(e for e in root.iter() if e.get("class") == "spark-last")
    assert float(last.get("cy", 0)) == 24


def test_a_sparkline_keeps_true_time():
    root = ElementTree.fromstring(svg.sparkline_svg([7, 6, 5], days=[0, 1, 10]))
    path = next(e for e in root.iter(f"{SVG}path")).get("d") or ""
    x = [float(pair.split()[0]) for pair in path[1:].split("L")]
    assert (x[1] - x[0]) / (x[2] - x[0]) == pytest.approx(0.1, abs=0.01)


def test_a_lone_score_is_a_dot():
    root = ElementTree.fromstring(svg.sparkline_svg([4]))
    assert [e.get("class") for e in root.iter(f"{SVG}circle")] == ["spark", "spark-last"]


def test_a_year_is_small():
    assert len(PICTURES["year"]) < 60_000


def test_the_floor_knows_neither_flask_nor_the_database():
    source = "".join(p.read_text() for p in Path(svg.__file__).parent.glob("*.py"))
    assert set(re.findall(r"^(?:from|import) (\w+(?:\.\w+)?)", source, re.M)) <= {
        *(
            "collections.abc",
            "dataclasses",
            "datetime",
            "functools",
            "babel.dates",
            "html",
            "math",
            "operator",
            "re",
            "typing",
            "unicodedata",
        ),
        *("tracker.charts", "tracker.evidence", "tracker.science", "tracker.tongue", "tracker"),
    }
