"""Own: a person's record in the three forms in which they take it along."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from babel.dates import format_date
from marshmallow import fields

from tracker import tongue
from tracker.charts import course as charts
from tracker.charts.figure import Cell, Table
from tracker.charts.marks import MODALITIES
from tracker.charts.svg_progress import progress_svg
from tracker.exports import text
from tracker.exports.pdf import Paper, Part, Sheet, pdf, unreadable
from tracker.science.progress import Progress
from tracker.services import review, tidy
from tracker.services.actor import Actor
from tracker.services.looked import Looks
from tracker.services.views import CoTreatmentView, Own, OwnCourse, PlaceView, ReadingView
from tracker.tongue import _, english
from tracker.web import literature, looks, places, wording
from tracker.web.api.blueprint import Shape
from tracker.web.api.fields import Moment
from tracker.web.api.shapes import (
    ClinicShape,
    ConsentShape,
    CoTreatmentShape,
    CourseShape,
    MilestoneShape,
    PatientShape,
    ReactionShape,
    ReadingShape,
)
from tracker.web.database import session
from tracker.web.history import Logged, entries
from tracker.web.json import dumps
from tracker.web.wording import MEDICINE

FORMAT, VERSION = "outcome-tracker/own-record", 1
MARK = "\ufeff"  # by it spreadsheets know UTF-8; tidy.read takes it off
HAPPENED = {
    "surgery": english("Surgery"),
    "injection": english("An injection"),
    "opioid_start": english("A strong painkiller (an opioid), from here on"),
    "new_medicine": english("A new medicine"),
    "other_treatment": english("Another treatment"),
}
ON_PAPER = 1000  # the newest entries; all of them stand in the other two forms


class OwnWorkShape(Shape):
    """What a course put on the clinic's work list, and what became of it."""

    reason = fields.String()
    opened_on = fields.Date()
    month = fields.Integer(allow_none=True)
    site = fields.String(allow_none=True)
    side = fields.String()
    instrument = fields.String(allow_none=True)
    details = fields.Dict()
    resolved_at = Moment(allow_none=True)
    resolution = fields.String(allow_none=True)


class OwnCourseShape(Shape):
    """A course with everything in it."""

    course = fields.Nested(CourseShape(exclude=("group_label", "sessions.note")))
    readings = fields.List(fields.Nested(ReadingShape))
    reactions = fields.List(fields.Nested(ReactionShape(exclude=("assessment.note",))))
    milestones = fields.List(fields.Nested(MilestoneShape))
    co_treatments = fields.List(fields.Nested(CoTreatmentShape(exclude=("note",))))
    consents = fields.List(fields.Nested(ConsentShape))
    work = fields.List(fields.Nested(OwnWorkShape))


class OwnRemindersShape(Shape):
    """How the person chose to be reminded."""

    hour = fields.Integer()
    quiet_from = fields.Integer()
    quiet_until = fields.Integer()
    paused_until = fields.Date(allow_none=True)
    declined_at = Moment(allow_none=True)
    mail_address = fields.String(allow_none=True)
    mail_confirmed_at = Moment(allow_none=True)
    phones = fields.Integer()


class LookShape(Shape):
    """Something somebody did with the record."""

    at = Moment()
    who = fields.String()
    role = fields.String()
    name = fields.String(allow_none=True)
    actions = fields.List(fields.String())
    times = fields.Integer()


class LooksShape(Shape):
    """Who looked and who changed something, own acts apart; `more`: there are older ones."""

    others = fields.List(fields.Nested(LookShape))
    own = fields.List(fields.Nested(LookShape))
    lists = fields.List(fields.Nested(LookShape))
    more = fields.Boolean()


class OwnShape(Shape):
    """The whole file."""

    format = fields.Constant(FORMAT)
    version = fields.Constant(VERSION)
    made_at = Moment()
    clinic = fields.Nested(ClinicShape)
    patient = fields.Nested(PatientShape)
    courses = fields.List(fields.Nested(OwnCourseShape))
    reminders = fields.Nested(OwnRemindersShape, allow_none=True)
    looks = fields.Nested(LooksShape)


def as_json(own: Own, seen: Looks) -> str:
    """Everything, with the reasons of what was corrected or taken back."""
    return dumps(OwnShape().dump({**vars(own), "looks": seen._asdict()}))


def as_csv(own: Own) -> Iterator[str]:
    """The scores that count, one a row, in the tidy form; in pieces."""
    yield MARK
    yield from text.write(tidy.of(own.clinic, own.courses))


def as_pdf(own: Own, actor: Actor) -> bytes:
    """What was logged in words, drawings and tables, in the person's language."""
    on = own.made_at.astimezone(looks.ZoneInfo(own.patient.timezone)).date()
    made = format_date(on, "long", tongue.locale())
    parts = (*(part for one in own.courses for part in _places(one, actor)), *map(_entries, own.courses))
    written = (_reactions, _milestones, _co_treatments)
    beside = (part for one in own.courses for part in (told_of(one) for told_of in written) if part.tables)
    told = [*parts, *beside, _provenance(own, made)]
    lead = [
        _("{initials}, {clinic}", initials=own.patient.initials or own.patient.code, clinic=own.clinic.name),
        _("Made on {date}.", date=made),
    ]
    if own.clinic.synthetic:
        lead.append(_("Synthetic demo data — not real patients."))
    if not own.courses:
        lead.append(_("Your clinic has not opened a course for you yet."))
    title = _("My pain record")
    paper = Paper(title, own.clinic.name, tongue.language(), tuple(lead), tuple(told), f"{title} · {made}")
    if unreadable(paper.words()):
        sorry = _("Some letters could not be drawn here. They stand in the JSON and CSV files.")
        paper = Paper(title, paper.author, paper.language, (*lead, sorry), paper.parts, paper.footer)
    return pdf(paper)


def _places(one: OwnCourse, actor: Actor) -> Iterator[Part]:
    """Each place of a course: words, drawing, numbers, what studies found."""
    for place in places.of(one.course):
        at = {"course_id": one.course.id, "site": place.site, "side": place.side}
        p = review.progress(session(), actor=actor, **at)
        drawn = charts.progress(p)
        yield Part(
            title=_title(one, place),
            lines=drawn.words,
            picture=progress_svg(p, 640, 380),
            alt=" ".join(drawn.words),
            after=_studies(one, p),
            tables=(_sheet(drawn.table),),
        )


def _studies(one: OwnCourse, p: Progress) -> tuple[str, ...]:
    """What studies found in one sentence."""
    return (literature.of_course(one.course, p).summary,)


def _title(one: OwnCourse, place: PlaceView) -> str:
    """Left knee: knee osteoarthritis."""
    condition, named = wording.condition(one.course.condition), places.words(one.course, place)
    return named if place.site is None else f"{named}: {condition}"


def _sheet(table: Table) -> Sheet:
    rows = tuple(tuple(map(_cell, row)) for row in table.rows)
    return Sheet(table.caption, tuple(table.columns), rows, _widths(table.columns, rows))


def _cell(value: Cell) -> str:
    return "–" if value is None else wording.cell(value)


def _widths(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> tuple[float, ...]:
    """As wide as the longest word or a fair share of the longest cell."""
    longest = [max([len(name), *(len(row[n]) for row in rows)]) for n, name in enumerate(columns)]
    return tuple(float(min(max(size, 8), 40)) for size in longest)


def _entries(one: OwnCourse) -> Part:
    """All entries, newest first, those that were corrected or taken back with their reason."""
    listed = entries(one.course, one.readings)
    rows = tuple(_entry(logged) for logged in listed[:ON_PAPER])
    columns = (_("Date"), _("Question"), _("Place"), _("Score"), _("Remarks"))
    left = len(listed) - len(rows)
    more = (_("{n} older entries stand in the JSON and CSV files.", n=left),) if left else ()
    title = _("All entries: {condition}", condition=wording.condition(one.course.condition))
    if not rows:
        return Part(title, lines=(_("Nothing has been entered yet."),))
    return Part(title, lines=more, tables=(Sheet(_("Newest first"), columns, rows, (20, 30, 16, 8, 26)),))


def _entry(logged: Logged) -> tuple[str, ...]:
    r = logged.reading
    remarks = "; ".join((*logged.marks, *([r.reason] if r.reason else [])))
    return wording.reading_day(r), _question(r), logged.place, _cell(r.value), remarks


def _question(r: ReadingView) -> str:
    named = _(wording.INSTRUMENT.get(r.instrument, wording.plain(r.instrument)))
    kind = wording.KIND.get(r.kind)
    return _("{question}, {when}", question=named, when=_(kind)) if kind else named


def _reactions(one: OwnCourse) -> Part:
    """What felt bad or odd after a visit."""
    rows = tuple(
        (_day(r.occurred_on), _(wording.reactions.WORDS.get(r.code, r.code)), r.words or "") for r in one.reactions
    )
    title = _("Reactions: {condition}", condition=wording.condition(one.course.condition))
    columns = (_("Date"), _("What"), _("In your own words"))
    return Part(title, tables=(Sheet(_("Oldest first"), columns, rows, (18, 34, 48)),) if rows else ())


def _milestones(one: OwnCourse) -> Part:
    """What happened beside the treatment."""
    told = [m for m in one.milestones if m.effective and m.code in HAPPENED]
    rows = tuple((_day(m.happened_on), _(HAPPENED[m.code])) for m in told)
    title = _("Other treatments: {condition}", condition=wording.condition(one.course.condition))
    return Part(title, tables=(Sheet(_("Oldest first"), (_("Date"), _("What")), rows, (18, 82)),) if rows else ())


def _co_treatments(one: OwnCourse) -> Part:
    """What else was taken or received, with its days; a name stands as staff wrote it."""
    rows = tuple(
        (_day(c.begun_on), _day(c.ended_on) if c.ended_on else _("goes on"), _taken(c))
        for c in one.co_treatments
        if c.effective
    )
    title = _("Treatments and medicines beside: {condition}", condition=wording.condition(one.course.condition))
    columns = (_("First day"), _("Last day"), _("What"))
    return Part(title, tables=(Sheet(_("Oldest first"), columns, rows, (22, 22, 56)),) if rows else ())


def _taken(one: CoTreatmentView) -> str:
    words = {**MODALITIES, **MEDICINE}.get(one.code or "")
    return ": ".join(filter(None, (words and _(words), one.label)))


def _day(on: date) -> str:
    return format_date(on, "long", tongue.locale())


def _provenance(own: Own, made: str) -> Part:
    """Where all this comes from and what it cannot say."""
    count = sum(r.effective and not r.retracted for one in own.courses for r in one.readings)
    every = sum(len(one.readings) for one in own.courses)
    told: list[Any] = [
        _("Made by Outcome Tracker for {clinic} on {date}.", clinic=own.clinic.name, date=made),
        _("{n} entries, {count} of them count; the others were corrected or taken back.", n=every, count=count),
        _("Days are those of {zone}.", zone=own.clinic.timezone),
        _("Pain also changes by itself; these numbers cannot show why."),
    ]
    return Part(_("About this paper"), lines=tuple(map(str, told)))
