"""Visit sheet: a course as its page shows it, put on paper for one visit. Staff's paper: in English alone."""

from collections.abc import Iterator, Sequence
from datetime import date

from werkzeug.wrappers import Response

from tracker.charts import dose, timeline
from tracker.charts.figure import Cell, Table
from tracker.charts.marks import notes, pair_notes
from tracker.charts.phrases import after, day, measure, number, short
from tracker.charts.questionnaires import Asked
from tracker.charts.svg import progress_svg
from tracker.charts.table import told
from tracker.exports.pdf import unreadable
from tracker.exports.visit_sheet import Lines, PlaceSheet, Sheet, VisitSheet, beside, visit_sheet
from tracker.science.cohort import DEFINITIONS
from tracker.science.progress import Pair, Point, Progress
from tracker.services.views import CourseView
from tracker.web import course_page, history, places, wording, work_words
from tracker.web.course_page import Seen
from tracker.web.security import clinic

NAME = "visit-sheet.pdf"  # no name, no code: it may lie about
WIDE, HIGH = 700, 214  # the drawing on a page that must hold everything else too
SORRY = "Some letters could not be drawn here."
BESIDE = 3  # tables of scores beside each other
MISSING = ("no score before", "no score after", "no scores")
NOT_OPEN = "Nothing is open."
LETTERS = {  # of what is unusual about a score, as charts/marks.py words it
    "right now": "n",
    "entered late": "l",
    "corrected": "c",
    "clock corrected": "k",
    "entered with help": "h",
    "entered by staff": "s",
    "imported": "i",
}
MEANT = {
    "n": "right now, outside a session",
    "l": "entered late",
    "c": "corrected",
    "k": "clock corrected",
    "h": "entered with help",
    "s": "entered by staff",
    "i": "imported",
}


def answer(file: bytes) -> Response:
    """The file to keep or print."""
    return Response(
        file, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{NAME}"'}
    )


def pdf_of(seen: Sequence[Seen]) -> bytes:
    """The sheet of a course, one look a place."""
    return visit_sheet(sheet(seen))


def sheet(seen: Sequence[Seen]) -> VisitSheet:
    """Everything on it, in words."""
    first, here = seen[0], clinic() or {"name": ""}
    made = VisitSheet(
        title="Visit sheet",
        who=_who(first.course),
        about=_about(first.course, first.p),
        clinic=here["name"],
        language="en",
        plan=(_printed(first.p, here["name"]), *_plan(first)),
        places=tuple(_place(one, len(seen) > 1) for one in seen),
        short=tuple(_short(first, seen)),
        long=(
            Lines("Questionnaires", tuple(_answers(one) for one in first.asked) or ("None answered.",)),
            Lines("What studies of groups found", (first.evidence.summary,)),
        ),
        footer=f"Printed on {day(first.p.as_of)} · definitions {DEFINITIONS}",
    )
    return _readable(made)


def _printed(p: Progress, name: str) -> str:
    """Clinic, day and definitions as text of the page itself: what stands in the margins is not read aloud."""
    return f"{name}, printed on {day(p.as_of)}, definitions {DEFINITIONS}: a summary of what was entered."


def _readable(made: VisitSheet) -> VisitSheet:
    """With a word of apology where a letter has no font here."""
    if not unreadable(made.words()):
        return made
    return VisitSheet(**{**vars(made), "plan": (*made.plan, SORRY)})


def _who(course: CourseView) -> str:
    """XB SYN-002."""
    return " · ".join(one for one in (course.patient_initials, course.patient_code) if one)


def _about(course: CourseView, p: Progress) -> str:
    """Low back pain, chronic · Dr. Sample · from 11 June 2025 to 13 August 2025."""
    condition = wording.upper(wording.condition(course.condition)) + (
        f", {course.chronicity}" if course.chronicity else ""
    )
    until = f"last session of the course {day(p.ended)}" if p.ended else "the course has not ended"
    return " · ".join(x for x in (condition, course.practitioner, f"from {day(p.started)}", until) if x)


def _plan(seen: Seen) -> Iterator[str]:
    """What was planned and held, as a whole and week by week, and what was done."""
    yield f"{wording.upper(history.plan(seen.course, seen.p))}. {' '.join(dose.words(seen.weeks, seen.after))}"
    weeks = ", ".join(_week(one.held, one.planned) for one in seen.weeks)
    yield f"Week by week, held of planned: {weeks}."
    yield " ".join(timeline.words(seen.timeline))


def _week(held: int, planned: int | None) -> str:
    return str(held) if planned is None else f"{held} of {planned}"


def _place(seen: Seen, named: bool) -> PlaceSheet:
    """One place: words, drawing, numbers."""
    figure, p = seen.progress, seen.p
    title = places.words(seen.course, seen.chosen.place) if named or seen.chosen.place.site else "Scores"
    return PlaceSheet(
        title=title,
        lead=seen.lasted,
        picture=progress_svg(p, WIDE, HIGH, course_page.AUDIENCE),
        alt=" ".join(figure.words),
        words=tuple(line for line in figure.words if line != seen.lasted),
        numbers=tuple(row for row in _numbers(seen) if row),
        key=_key(p),
    )


def _numbers(seen: Seen) -> Iterator[tuple[Sheet, ...]]:
    """Sessions beside the scores, which take as many columns as there is room for; then the time after the course."""
    p = seen.p
    rows = tuple(_session(pair) for pair in told(p))
    sessions = (Sheet("Sessions", ("No.", "Day", "Before", "After", "Done"), rows, 4),) if rows else ()
    points = sorted((*p.scores, *p.now), key=lambda x: x.at.replace(tzinfo=None))
    scores = tuple(_score(point, p) for point in points)
    title = wording.upper(measure(p.instrument).title)
    found = beside(Sheet(title, ("Day", "Score"), scores), len(rows), BESIDE) if scores else ()
    yield (*sessions, *found)
    if p.ended:
        yield (_after(seen.durability.table),)


def _session(pair: Pair) -> tuple[str, ...]:
    """One session; a dash already says which score is missing."""
    done = [one for one in pair_notes(pair).split(", ") if one not in MISSING]
    return (
        str(pair.number),
        brief(pair.on),
        wording.score(pair.before),
        wording.score(pair.after),
        ", ".join(done),
    )


def _score(point: Point, p: Progress) -> tuple[str, str]:
    """A score, with a letter for each thing that is unusual about it."""
    return brief(point.at.date()), " ".join((number(point.value), *_letters(point, p)))


def _letters(point: Point, p: Progress) -> list[str]:
    """The letters of one score; one asked right now, outside a session, has one too."""
    said = [*(["right now"] if point in p.now else []), *notes(point).split(", ")]
    return [LETTERS[one] for one in said if one]


def _key(p: Progress) -> str:
    """What the letters mean, those that stand on this paper."""
    used = {letter for point in (*p.scores, *p.now) for letter in _letters(point, p)}
    told = "; ".join(f"{letter} {words}" for letter, words in MEANT.items() if letter in used)
    return f"Beside scores: {told}." if told else ""


def brief(on: date) -> str:
    """12 Sep 2026: as narrow tables have it."""
    return f"{short(on)} {on.year}"


def _after(table: Table) -> Sheet:
    rows = tuple(tuple(map(_cell, row)) for row in table.rows)
    return Sheet(table.caption, table.columns, rows, 1)


def _short(first: Seen, seen: Sequence[Seen]) -> Iterator[Lines]:
    """What is told in a few lines: what is open for the visit, reactions, what else happened."""
    work = [work_words.on_paper(one, course_page.today()) for one in first.work]
    yield Lines(
        "Open for this visit", tuple(dict.fromkeys([*work, *(q for one in seen for q in open_now(one))])) or (NOT_OPEN,)
    )
    odd = tuple(f"{day(one.occurred_on)}: {course_page.told(one)}" for one in first.reactions)
    yield Lines("Reactions", odd or ("None reported.",))
    happened = tuple(f"{day(x.on)}: {x.words}" for x in sorted(first.timeline.events))
    yield Lines("What else happened", happened or ("Nothing was told.",))


def _answers(one: Asked) -> str:
    """The change in words, then every answer."""
    given = ", ".join(f"{number(value)} on {brief(on)}" for on, value in one.answers)
    return f"{one.sentence} Answers: {given}."


def open_now(seen: Seen) -> Iterator[str]:
    """What the record still lacks on the day of the visit, each a fact of the record."""
    p = seen.p
    if p.baseline is None:
        yield "No score from before the first session."
    yield from _halves(p)
    for w in p.windows:
        if w.opens <= p.as_of <= w.closes and w.value is None:
            yield f"{wording.upper(after(w.month))} after the last session: open until {day(w.closes)}, no answer yet."
    if p.lasted.state == "unconfirmed" and p.lasted.on:
        yield f"The answer of {day(p.lasted.on)} has no second one that confirms it."


def _halves(p: Progress) -> Iterator[str]:
    """The last session, where one of its two scores is missing."""
    last = max((x for x in told(p) if x.on <= p.as_of), key=lambda x: (x.on, x.number), default=None)
    if last and (last.before is None) != (last.after is None):
        yield f"Session {last.number}, {day(last.on)}: no score {'before' if last.before is None else 'after'}."


def _cell(value: Cell) -> str:
    return "–" if value is None else wording.cell(value)
