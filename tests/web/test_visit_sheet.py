"""The visit sheet: one page, tagged, readable aloud, its numbers those of the page; whoever asks for it is kept."""

import io
import re
from datetime import date, timedelta
from typing import Any

import page as conformance  # an independent judge of PDF/UA-1; it shares nothing with typst
import pytest
from fontTools.cffLib import CFFFontSet
from pypdf import PdfReader
from sqlalchemy import select

from tests.web.record import Course, ago, ordinary
from tests.web.test_mine import root_of, tags
from tracker.charts.phrases import MONTHS
from tracker.exports.visit_sheet import ROWS, STRETCH, Sheet, beside
from tracker.science.scales import ITEMS
from tracker.services import log
from tracker.storage import AuditEvent
from tracker.web.database import session
from tracker.web.visit_sheet import brief

MISREAD = "PDFUA1-FONT-GLYPH-WIDTH-001"  # the judge takes some widths of CID-keyed fonts for 0: checked below instead
NAMES = ("김민지", "王小明", "Žofia Nuñez", "Ольга", "Αθηνά")


@pytest.fixture
def looked(door):
    """A practitioner's client."""
    return door.enter("practitioner")


@pytest.fixture
def course(app, world) -> Course:
    """An ordinary course with a bit of everything else."""
    with app.app_context():
        made = ordinary(world)
        told = {"actor": made.who, "course_id": made.id}
        log.reaction(session(), id=made.world.links["owner"], occurred_on=ago(120), code="bruise", grade="mild", **told)
        log.milestone(session(), id=made.patient, code="new_medicine", happened_on=ago(60), **told)
        for days, kind, items in ((150, "baseline", (6, 6, 6)), (90, "check_in", (3, 3, 4))):
            named = dict(zip(ITEMS["peg"], items, strict=True))
            made.score(ago(days), sum(items) / 3, instrument="peg", items=named, kind=kind)
        made.score(ago(93), 6, instrument="pgic")
    return made


def sheet(client, course: Course) -> bytes:
    """The file."""
    answer = client.get(f"{course.path}/visit-sheet.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return answer.data


def pages(file: bytes) -> list[str]:
    """The words of each page."""
    return [one.extract_text() for one in PdfReader(io.BytesIO(file)).pages]


def squeezed(text: str) -> str:
    """Without any space: how a line breaks is the paper's affair."""
    return re.sub(r"\s+", "", text)


def figure(client, course: Course, name: str, **where: str) -> dict[str, Any]:
    """What the page draws."""
    kind = "figures" if name in ("progress", "durability") else "staff-figures"
    answer = client.get(f"/api/v1/courses/{course.id}/{kind}/{name}", query_string=where)
    assert answer.status_code == 200
    return answer.json


def shown(value: Any) -> str:
    """A cell as people read it."""
    return "–" if value is None else f"{value:g}" if isinstance(value, int | float) else value


def test_an_ordinary_course_fits_one_page(looked, course):
    assert len(pages(sheet(looked, course))) == 1


@pytest.mark.parametrize("name", ["progress", "durability", "timeline", "dose"])
def test_every_sentence_of_the_page_is_on_the_sheet(looked, course, name):
    paper = squeezed("".join(pages(sheet(looked, course))))
    skip = ("Still to be asked", "of 5 follow-up questions", "follow-up question")
    for sentence in figure(looked, course, name)["words"]:
        if name != "durability" or not any(one in sentence for one in skip):
            assert squeezed(sentence) in paper, sentence


def test_every_number_of_the_pages_tables_is_on_the_sheet(looked, course):
    paper = squeezed("".join(pages(sheet(looked, course))))
    for row in figure(looked, course, "durability")["table"]["rows"]:
        assert squeezed("".join(map(shown, row))) in paper, row
    weeks = ", ".join(f"{row[3]} of {row[2]:g}" for row in figure(looked, course, "dose")["table"]["rows"])
    assert squeezed(f"held of planned: {weeks}.") in paper
    seen = 0
    table = figure(looked, course, "progress")["table"]
    for row in table["rows"]:
        told = dict(zip(table["columns"], row, strict=True))
        on = brief(as_date(told.pop("Date")))
        numbers = [shown(v) for k, v in told.items() if isinstance(v, int | float)]
        seen += len(numbers)
        assert not numbers or squeezed(on + "".join(numbers)) in paper, row
    assert seen == 2 + 8 + 3 + 16


def as_date(words: str) -> date:
    """12 May 2026, read back."""
    day, month, year = words.split()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def test_it_says_whose_it_is_what_for_and_what_happened(looked, course):
    text = squeezed(pages(sheet(looked, course))[0])
    for told in (
        "LO · P-looked",
        "Knee osteoarthritis, chronic · Dr. Cho",
        "8 of 8 planned sessions held.",
        f"Here, printed on {ago(0).day} {ago(0):%B %Y}, definitions 1",
        "A bruise, mild",
        "A new medicine",
        "PEG: 2.7 points lower",
        "Change since the start: much better",
        "Open for this visit",
        "Studies of groups",
    ):
        assert squeezed(told) in text, told


def test_what_is_open_is_told(app, world, looked):
    with app.app_context():
        course = Course(world).open()
        course.visit(ago(60))
        course.visit(ago(50), 5, None)
    text = squeezed("".join(pages(sheet(looked, course))))
    day, closes = (f"{d.day} {d:%B %Y}" for d in (ago(50), ago(50) + timedelta(135)))
    assert squeezed("No score from before the first session.") in text
    assert squeezed(f"Session 2, {day}: no score after.") in text
    assert squeezed(f"3 months after the last session: open until {closes}, no answer yet.") in text


@pytest.mark.parametrize(("since", "open_"), [(135, True), (136, False)])
def test_a_window_is_open_through_its_last_day(app, world, looked, since, open_):
    with app.app_context():
        course = Course(world).open()
        course.visit(ago(since), 6, 4)
    text = squeezed("".join(pages(sheet(looked, course))))
    assert (squeezed("3 months after the last session: open until") in text) is open_


def test_two_places_stand_on_one_sheet_each_with_its_own_numbers(app, world, looked):
    with app.app_context():
        course = Course(world, places=(("knee", "left"), ("knee", "right"))).open()
        for place, value in ((0, 9), (1, 2)):
            course.score(ago(21), value, place, kind="baseline")
            course.visit(ago(20), value, value - 1, place)
    text = "".join(pages(sheet(looked, course)))
    left, right = squeezed(text).split("Leftknee")[-1].split("Rightknee", 1)
    assert squeezed(f"1 {brief(ago(20))} 9 8") in left
    assert squeezed(f"1 {brief(ago(20))} 2 1") in right


def test_a_long_course_takes_more_pages_and_says_on_each_whose_it_is(app, world, looked):
    with app.app_context():
        course = Course(world).open(planned_sessions=60)
        course.score(ago(501), 6, kind="baseline")
        for n in range(60):
            course.visit(ago(500 - 7 * n), 6, 4, modalities=["acupuncture"])
        course.weeks({499 - 7 * n: n % 11 for n in range(60)})
    found = pages(sheet(looked, course))
    assert len(found) > 1
    assert all("LO · P-looked" in text and f"/ {len(found)}" in text for text in found)
    paper = squeezed("".join(found))
    for n in range(60):
        assert squeezed(f"{n + 1} {brief(ago(500 - 7 * n))} 6 4") in paper
        assert squeezed(f"{brief(ago(499 - 7 * n))} {n % 11}") in paper


def test_a_course_without_anything_is_still_a_sheet(app, world, looked):
    with app.app_context():
        course = Course(world).open()
    (text,) = pages(sheet(looked, course))
    assert "None reported." in text
    assert "The course has not ended." in text


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_script_stand_on_it(app, world, looked, name):
    with app.app_context():
        course = Course(world).open(initials=name, practitioner=name)
    file = sheet(looked, course)
    assert squeezed(f"{name} · P-looked") in squeezed(pages(file)[0])
    assert judged(file) == []


def test_what_a_person_typed_is_never_markup(app, world, looked):
    trick = '#include "x" *b* $x$ <s> \\ `r` [l]'
    with app.app_context():
        course = Course(world).open(practitioner=trick)
    assert squeezed(trick) in squeezed(pages(sheet(looked, course))[0])


# Read aloud


def judged(file: bytes) -> list[str]:
    """What the independent judge finds against PDF/UA-1, but for the rule it misreads."""
    report = conformance.validate_pdf_bytes(file, profile="ua1")
    assert report.rules.total > 100
    return [f"{one.rule_id}: {one.message}" for one in report.failures if one.rule_id != MISREAD]


def test_it_conforms_to_pdf_ua(looked, course):
    assert judged(sheet(looked, course)) == []


def test_the_judge_finds_what_is_missing(looked, course):
    file = sheet(looked, course)
    for part, changed in ((b"/StructTreeRoot", b"/StructTreeRooX"), (b"/Lang", b"/Lanx"), (b"/Alt", b"/Alx")):
        assert part in file
        assert judged(file.replace(part, changed)) != [], part


def test_the_widths_told_of_each_letter_are_those_of_its_font(looked, course):
    """The rule that the judge misreads, read from the embedded fonts by another program."""
    checked = 0
    for font in fonts(PdfReader(io.BytesIO(sheet(looked, course)))):
        descriptor = font["/FontDescriptor"].get_object()
        if "/FontFile3" not in descriptor:
            continue
        inside = CFFFontSet()
        inside.decompile(io.BytesIO(descriptor["/FontFile3"].get_object().get_data()), None)
        letters = inside[0].CharStrings
        for cid, width in told_widths(font["/W"].get_object()):
            letter = letters[".notdef" if cid == 0 else f"cid{cid:05d}"]
            letter.decompile()
            letter.draw(Nothing())
            assert letter.width == pytest.approx(width, abs=1)
            checked += 1
    assert checked > 20


class Nothing:
    """A pen that draws nothing: the width is found on the way."""

    def __getattr__(self, _name):
        return lambda *_points: None


def fonts(reader: PdfReader) -> list[Any]:
    """Every embedded composite font, once."""
    found = {}
    for one in reader.pages:
        for ref in part(one, "/Resources", "/Font").values():
            for inner in ref.get_object().get("/DescendantFonts", []):
                found[inner.idnum] = inner.get_object()
    return list(found.values())


def part(node: Any, *names: str) -> Any:
    """What stands at these names, one inside the other."""
    for name in names:
        node = node[name].get_object()
    return node


def told_widths(table: list[Any]) -> list[tuple[int, float]]:
    """(letter, width) pairs of a /W array."""
    found, left = [], [one.get_object() if hasattr(one, "get_object") else one for one in table]
    while left:
        first, second = left[0], left[1]
        if isinstance(second, list):
            found += [(int(first) + n, float(w)) for n, w in enumerate(second)]
            left = left[2:]
        else:
            found += [(cid, float(left[2])) for cid in range(int(first), int(second) + 1)]
            left = left[3:]
    return found


def test_it_is_tagged_has_a_title_a_language_and_words_for_its_drawing(looked, course):
    reader = PdfReader(io.BytesIO(sheet(looked, course)))
    root = root_of(reader)
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata
    assert reader.metadata.title == "Visit sheet"
    assert round(float(reader.pages[0].mediabox.width)) == 595  # A4
    found = list(tags(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/L", "/LI"} <= {tag.get("/S") for tag in found}
    words = [tag["/Alt"] for tag in found if tag.get("/S") == "/Figure"]
    assert [" ".join(figure(looked, course, "progress")["words"])] == words
    assert len(reader.pages[0].images) == 0  # it is drawn as lines


# Whose it is


def test_making_one_is_kept_and_the_patient_reads_it(app, world, door, looked, course):
    sheet(looked, course)
    with app.app_context():
        chosen = select(AuditEvent.on_behalf_of, AuditEvent.actor_id).where(AuditEvent.action == "sheet.make")
        assert session().execute(chosen).all() == [(course.patient, world.staff["practitioner"])]


@pytest.mark.parametrize("name", ["owner", "front_desk", "foreign_practitioner", "anonymous"])
def test_nobody_else_gets_one(door, course, name):
    answer = door.enter(name).get(f"{course.path}/visit-sheet.pdf")
    assert answer.status_code in (303, 403, 404)
    assert b"%PDF" not in answer.data


def test_it_is_kept_nowhere_and_its_name_tells_nothing(looked, course):
    answer = looked.get(f"{course.path}/visit-sheet.pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="visit-sheet.pdf"'


@pytest.mark.parametrize(
    ("rows", "high", "parts"),
    [
        (0, 8, [0]),
        (1, 0, [1]),
        (12, 8, [12]),
        (13, 8, [7, 6]),
        (18, 12, [18]),
        (19, 12, [10, 9]),
        (100, 8, [34, 34, 32]),
    ],
)
def test_a_long_table_goes_on_beside_itself(rows, high, parts):
    table = Sheet("Scores", ("Day",), tuple((str(n),) for n in range(rows)))
    made = beside(table, high, 3)
    assert [len(one.rows) for one in made] == parts
    assert tuple(row for one in made for row in one.rows) == table.rows
    assert (ROWS, STRETCH) == (8, 1.5)
