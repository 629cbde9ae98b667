"""The practitioner's page of a course: everything of it, each figure drawn, in words and as a table, at every edge."""

import html
import io
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from sqlalchemy import event

from tests.web.record import Course, ago, at, ordinary, today
from tests.web.world import csrf
from tracker.evidence.library import library
from tracker.services import enrol, log
from tracker.services.actor import Actor
from tracker.web.database import db, session

MARKS = ("dot", "before", "after", "done", "held", "window")
SECTIONS = (
    "In words",
    "What was done, and what happened",
    "Questionnaires",
    "Reactions",
    "What else happened",
    "Sessions and plan",
    "Entries",
    "Corrections",
    "What studies found",
)


@pytest.fixture
def looked(door):
    """A practitioner's client."""
    return door.enter("practitioner")


@pytest.fixture
def course(app, world) -> Course:
    """An ordinary course, told anew for each test."""
    with app.app_context():
        return ordinary(world)


def page(client, course: Course, number: int = 0) -> str:
    """The page as text, its entities undone."""
    answer = client.get(f"{course.path}/{number}" if number else course.path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def drawings(text: str, title: str):
    """Both drawings whose name holds these words."""
    found = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg[^>]*class=\"chart\".*?</svg>", text, re.DOTALL)]
    return [root for root in found if title in (root.findtext("{http://www.w3.org/2000/svg}title") or "")]


def marks(root, name: str) -> int:
    """How many elements have this class."""
    return sum(name in (e.get("class") or "").split() for e in root.iter())


def cells(text: str, caption: str) -> list[list[str]]:
    """The rows of the table with this caption."""
    table = next(t for t in re.findall(r"<table>.*?</table>", text, re.DOTALL) if f"<caption>{caption}</caption>" in t)
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]


def test_everything_of_a_course_stands_on_its_page(looked, course):
    text = page(looked, course)
    headings = re.findall(r"<h2[^>]*>(.*?)(?:\s*<span.*?)?</h2>", text)
    assert [one for one in SECTIONS if one not in headings] == []
    assert "8 of 8 planned sessions held" in text
    assert "visit-sheet.pdf" in text


def test_open_work_stands_on_page_and_sheet_and_is_closed_from_there(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(20), 0, kind="baseline")
        course.visit(ago(19), 1, 0)
        course.score(ago(1), 8)
    why = "is 8 above the baseline (0). 4 or more is listed."
    text = page(looked, course)
    section = text.split('id="work-title"')[1].split("</section>")[0]
    assert "Sudden rise" in section
    assert why in section
    assert "Sudden rise" in words_of(looked, course)
    assert why in words_of(looked, course)
    action = re.findall(r'action="(/clinic/worklist/[^"]+/resolve)"', section)
    body = {"csrf_token": csrf(looked, course.path), "back": str(course.id), "resolution": "spoke", "note": "rang"}
    answer = looked.post(action[0], data=body)
    assert (answer.status_code, answer.location) == (303, course.path)
    assert why not in page(looked, course)
    assert why not in words_of(looked, course)


def words_of(client, course: Course) -> str:
    """All letters of the visit sheet, on one line."""
    file = client.get(f"{course.path}/visit-sheet.pdf").data
    return re.sub(r"\s+", " ", " ".join(one.extract_text() for one in PdfReader(io.BytesIO(file)).pages))


def test_what_else_is_taken_is_a_stretch_on_the_timeline_on_page_api_and_sheet(app, looked, course):
    with app.app_context():
        told = {"course_id": course.id, "kind": "medicine", "code": "opioid", "label": "tramadol"}
        days: dict[str, Any] = {"begun_on": ago(120), "ended_on": ago(110)}
        log.co_treatment(session(), actor=course.who, id=uuid4(), **told, **days)
        gone = log.co_treatment(session(), actor=course.who, id=uuid4(), **told | {"label": "wrong"}, **days)
        back = {"supersedes": gone.id, "retracted": True, "label": "wrong"}
        log.co_treatment(session(), actor=course.who, id=uuid4(), **told | back, **days)
    text = page(looked, course)
    (address,) = {one for one in re.findall(r'data-figure="([^"]+)"', text) if "/timeline?" in one}
    figure = looked.get(address).json
    rows = [row for row in figure["table"]["rows"] if "tramadol" in str(row)]
    assert len(rows) == 1
    assert not [row for row in figure["table"]["rows"] if "wrong" in str(row)]
    assert "tramadol" in drawn_words(text)
    assert "tramadol" in words_of(looked, course)


def drawn_words(text: str) -> str:
    """What the timeline's drawing says."""
    return " ".join("".join(root.itertext()) for root in drawings(text, "What was done, and what happened"))


def test_how_staff_rated_a_reaction_stands_on_page_and_sheet(app, looked, course):
    with app.app_context():
        told = {"course_id": course.id, "occurred_on": ago(120), "code": "bruise"}
        one = log.reaction(session(), actor=course.owner, id=uuid4(), **told)
        log.assessment(session(), actor=course.who, id=uuid4(), reaction_id=one.id, grade=2, causality="probable")
    for text in (page(looked, course), words_of(looked, course)):
        assert re.search(r"grade [^;]+; probable[^;]*; not serious", text)


def test_a_session_is_written_down_at_one_place(looked, course):
    text = page(looked, course)
    assert f'href="{course.path}/sessions/new"' in text
    assert f'action="{course.path}/sessions/repeat"' in text
    assert f'action="{course.path}/sessions"' not in text


@pytest.mark.parametrize("name", ["progress", "timeline", "dose"])
def test_each_figure_says_on_the_page_what_the_api_says(looked, course, name):
    text = page(looked, course)
    (address,) = {html.unescape(one) for one in re.findall(r'data-figure="([^"]+)"', text) if f"/{name}?" in one}
    figure = looked.get(address).json
    assert figure["words"]
    for sentence in figure["words"]:
        assert sentence in text, sentence
    shown = cells(text, figure["table"]["caption"])
    assert [[one.replace("–", "") for one in row] for row in shown] == [
        ["" if v is None else f"{v:g}" if isinstance(v, int | float) else v for v in row]
        for row in figure["table"]["rows"]
    ]


def test_each_figure_is_drawn_for_a_desk_and_for_a_phone(looked, course):
    text = page(looked, course)
    for title in ("pain over time", "What was done, and what happened", "Sessions a week"):
        wide, narrow = drawings(text, title)
        assert (wide.get("width"), narrow.get("width")) == ("720", "358")
        told = [
            {n: marks(root, n) for n in ("dot", "before", "after", "done", "held", "window")} for root in (wide, narrow)
        ]
        assert told[0] == told[1]
        assert any(told[0].values())


def test_the_dated_sentence_leads_and_stands_once(looked, course):
    text = page(looked, course)
    on = ago(10)
    sentence = f"Still at least 30 % lower on {on.day} {on:%B %Y}, day 90 after the last session."
    assert f'<p class="lead lasted">{sentence}</p>' in text
    shown = re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
    assert shown.count(sentence) == 1


def test_staff_read_the_slope_with_its_interval(looked, course):
    assert re.search(r"Slope −0\.\d\d a week, 95 % interval −0\.\d\d to −0\.\d\d\.", page(looked, course))


# At the edges


def test_a_course_ends_on_the_day_it_is_known_to(app, world, looked):
    with app.app_context():
        on_the_day, before = Course(world).open("P-ended"), Course(world).open("P-runs")
        on_the_day.visit(ago(28), 6, 4)
        before.visit(ago(27), 6, 4)
    assert marks(drawings(page(looked, on_the_day), "pain over time")[0], "end") == 2
    text = page(looked, before)
    assert marks(drawings(text, "pain over time")[0], "end") == 0
    assert '<p class="lead lasted">The course has not ended.</p>' in text


def test_a_course_closed_today_has_ended_today(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(30), 6, kind="baseline")
        course.visit(ago(29), 6, 4)
        course.visit(today(), 4, 2)
        enrol.close_course(session(), actor=course.who, course_id=course.id, on=today(), reason="completed")
    text = page(looked, course)
    assert marks(drawings(text, "pain over time")[0], "end") == 2
    assert "There is no score from the end of the course" in text
    rows = cells(text, "Left knee: after the last session")
    assert [row[3] for row in rows] == ["no answer", *["not yet due"] * 5]


@pytest.mark.parametrize(("since", "state"), [(43, "not yet due"), (44, "no answer"), (45, "no answer")])
def test_a_window_is_due_on_its_last_day(app, world, looked, since, state):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(since + 30), 6, kind="baseline")
        course.visit(ago(since), 6, 4)
        course.score(ago(since - 7), 3)
    assert cells(page(looked, course), "Left knee: after the last session")[1][3] == state


def test_a_score_of_zero_is_a_score(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(5), 0, kind="baseline")
        course.visit(ago(4), 0, 0)
        course.score(ago(2), 0)
    text = page(looked, course)
    rows = [row[1:4] for row in cells(text, "Left knee: pain over time")]
    assert sorted(rows) == [["0", "–", "–"], ["0", "–", "–"], ["–", "0", "0"]]
    root = drawings(text, "pain over time")[0]
    assert (marks(root, "dot"), marks(root, "before"), marks(root, "after")) == (2, 1, 1)
    assert "about 0 in the past week" in text


@pytest.mark.parametrize(("end", "told"), [(7, "Still at least 30 % lower"), (8, "was not at least 30 % lower")])
def test_a_change_of_exactly_thirty_per_cent_responds(app, world, looked, end, told):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(61), 10, kind="baseline")
        course.visit(ago(60), 10, 8)
        course.score(ago(53), end)
    text = page(looked, course)
    assert told in text
    assert cells(text, "Left knee: after the last session")[0][2:] == [str(end), "yes" if end == 7 else "no"]


def test_without_a_baseline_nothing_is_judged(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.visit(ago(60))
        course.score(ago(53), 3)
    text = page(looked, course)
    assert "There is no score from before the first session, so how long it lasted is not known." in text
    assert marks(drawings(text, "pain over time")[0], "threshold") == 0
    assert cells(text, "Left knee: after the last session")[0][3] == "not judged"


def test_a_course_without_any_entry_says_so_everywhere(app, world, looked):
    with app.app_context():
        course = Course(world).open()
    text = page(looked, course)
    for words in ("no scores yet", "Nothing has been written down yet.", "None answered.", "None reported."):
        assert words in text, words
    assert "Nothing was corrected or taken back." in text
    assert "0 sessions held" in text


def test_one_reading_is_one_dot_and_called_single(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.score(ago(2), 7, kind="baseline")
    text = page(looked, course)
    assert marks(drawings(text, "pain over time")[0], "dot") == 1
    assert "no scores yet" in text  # in the lower panel


def test_two_knees_have_a_page_each_with_their_own_numbers(app, world, looked):
    with app.app_context():
        course = Course(world, places=(("knee", "left"), ("knee", "right"))).open()
        for place, value in ((0, 9), (1, 2)):
            course.score(ago(21), value, place, kind="baseline")
        course.visit(ago(20), 9, 8, place=0)
        course.visit(ago(20), 2, 1, place=1)
        course.weeks({10: 9}, place=0)
        course.weeks({10: 2}, place=1)
    left, right = page(looked, course), page(looked, course, 1)
    assert [row[1] for row in cells(left, "Left knee: pain over time") if row[1] != "–"] == ["9", "9"]
    assert [row[1] for row in cells(right, "Right knee: pain over time") if row[1] != "–"] == ["2", "2"]
    assert "None answered." in left  # the other knee's weekly score is no questionnaire


def test_headache_days_lead_in_a_headache_course(app, world, looked):
    with app.app_context():
        course = Course(world, places=()).open(condition="migraine")
        course.score(ago(90), 14, kind="baseline", instrument="headache_days")
        course.visit(ago(89), 5, 4)
        course.score(ago(40), 7, instrument="headache_days")
        course.score(ago(40), 3, instrument="nrs_week")
    text = page(looked, course)
    assert "headache days in 28 days" in text
    assert "Pain in the past week: 3, answered once" in text


def test_treatment_after_the_end_is_no_part_of_the_plan(looked, app, course):
    with app.app_context():
        course.visit(ago(5), 4, 3, modalities=["acupuncture"])
    text = page(looked, course)
    assert "8 of 8 planned sessions held" in text
    assert "1 session held after the end of the course." in text
    assert len(cells(text, "Sessions a week, held and planned")) == 8


def test_reactions_and_what_else_happened_stand_on_the_timeline(looked, app, course):
    with app.app_context():
        told = {"actor": course.who, "course_id": course.id}
        log.reaction(session(), id=uuid4(), occurred_on=ago(120), code="bruise", grade="mild", **told)
        for code, on in (("surgery", ago(60)), ("none", ago(50))):
            log.milestone(session(), id=uuid4(), code=code, happened_on=on, **told)
    text = page(looked, course)
    rows = cells(text, "What was done, and what happened, by day")
    assert [row[1:] for row in rows if not row[1].startswith("session")] == [
        ["reaction", "A bruise, mild"],
        ["event", "Surgery"],
    ]
    root = drawings(text, "What was done, and what happened")[0]
    assert (marks(root, "done"), marks(root, "reaction"), marks(root, "event")) == (12, 1, 1)


def test_combined_treatments_are_told_with_their_days(looked, course):
    text = page(looked, course)
    assert "Acupuncture: 4 sessions" in text
    assert "Acupuncture with cupping: 4 sessions" in text


def test_what_is_known_of_one_treatment_stands_beside_its_courses_alone(app, world, looked):
    with app.app_context():
        given, not_given = Course(world).open("P-venom"), Course(world).open("P-needle")
        agreed = {"product": "bee_venom", "answer": "given", "answered_on": ago(5)}
        log.consent(session(), actor=given.who, id=uuid4(), course_id=given.id, **agreed)
        given.visit(ago(5), 6, 4, modalities=["acupuncture", "pharmacopuncture"], product="bee_venom")
        not_given.visit(ago(5), 6, 4, modalities=["acupuncture"])
    own = {r.id for r in library().rendering if r.modality == "pharmacopuncture"}
    ids = [set(looked.get(f"/api/v1/courses/{c.id}/figures/progress").json["evidence"]) for c in (given, not_given)]
    assert own
    assert (own & ids[0], own & ids[1]) == (own, set())
    assert page(looked, given).count('class="card source"') > page(looked, not_given).count('class="card source"')


# The history of corrections


def corrected(text: str) -> list[list[str]]:
    """The rows of the corrections, without markup."""
    section = text.split('id="corrections-title"')[1].split("</section>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", section.split("<tbody>")[1], re.DOTALL)
    told = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in row] for row in told]


def test_every_correction_says_who_when_why_and_both_values(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        cho = Actor("staff", world.staff["practitioner"], world.clinics["here"], "practitioner")
        first = course.score(ago(9), 0)
        moment: dict[str, Any] = {"recorded_at": at(ago(9))}
        more: dict[str, Any] = {"supersedes": first, "reason": "typed & sent", "now": at(ago(8)), **moment}
        second = course.score(ago(9), 8, **more)
        third = course.score(
            ago(9), 7, supersedes=second, reason="heard again", actor=cho, entered_by="staff", now=at(ago(7)), **moment
        )
        course.score(ago(9), None, supersedes=third, reason="not mine", retracted=True, now=at(ago(6)), **moment)
    day, by = (f"{d.day} {d:%B %Y}" for d in (ago(9), ago(6)))
    found = corrected(page(looked, course))
    assert [row[2:4] for row in found] == [
        ["7", "taken back"],
        ["8", "7 corrected again later"],
        ["0", "8 corrected again later"],
    ]
    assert {row[0] for row in found} == {day}
    assert found[0][4] == f"{by} the patient"
    assert found[1][4].endswith("practitioner, staff")
    assert [row[5] for row in found] == ["not mine", "heard again", "typed & sent"]


def test_of_two_corrections_of_one_entry_both_are_told_and_one_counts(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        first = course.score(ago(9), 5)
        for value, days in ((6, 8), (7, 7)):
            course.score(ago(9), value, supersedes=first, reason="x", now=at(ago(days)), recorded_at=at(ago(9)))
    assert [row[2:4] for row in corrected(page(looked, course))] == [
        ["5", "7"],
        ["5", "6 not counted: a later correction stands"],
    ]


# What it costs


def statements(app, client, path: str) -> int:
    """How many statements a page takes."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("suffix", ["", "/visit-sheet.pdf"])
def test_a_long_course_takes_as_many_statements_as_a_short_one(app, world, looked, suffix):
    with app.app_context():
        short, long = Course(world).open("P-short"), Course(world).open("P-long")
        short.visit(ago(40), 6, 4)
        short.weeks({40 - n: 5 for n in range(3)})
        short.score(ago(36), 9)  # an item on the work list, as the long one has some
        for n in range(40):
            long.visit(ago(400 - 7 * n), 6, 4)
        items = [
            {
                **dict(zip(("site", "side"), long.places[0], strict=True)),
                "id": uuid4(),
                "course_id": long.id,
                "kind": "check_in",
                "instrument": "nrs_week",
                "value": n % 10,
                "recorded_at": at(ago(400)) + timedelta(days=n),
            }
            for n in range(120)
        ]
        log.batch(session(), actor=long.owner, items=items)
    statements(app, looked, short.path)
    assert statements(app, looked, short.path + suffix) == statements(app, looked, long.path + suffix)
