"""Patient: the phone's pages. The shell at /app holds no data; the others are the patient's own and never stored."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.evidence.beside import red_flags
from tracker.science.progress import Progress
from tracker.services import access, clock, language, log, review
from tracker.services.errors import NotFound, Refused
from tracker.services.views import CourseView, PlaceView, ReadingView
from tracker.tongue import _, english
from tracker.web import forms, phone, picture, places, reactions, shell, signs
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.places import Chosen
from tracker.web.security import actor, clinic

SHOWN = 30  # latest entries offered for correction
KEPT = ("course_id", "session_id", "kind", "instrument", "site", "side", "recorded_zone")  # of what is corrected
NO_VALUE = english("Choose the right number, or take the entry back.")
NO_REASON = "changed on the phone"

blp = Blueprint("patient", __name__, url_prefix="/app")


@blp.get("")
@admits("anonymous")
def app() -> str:
    """The shell: the same bytes for everybody; its scripts fetch what they show and learn the person's language."""
    return shell.page()


@blp.get("/home.json")
@admits("patient")
def home() -> dict[str, Any]:
    """What the shell's home needs."""
    who = actor()
    return phone.home(review.home(session(), actor=who), access.people(session(), actor=who))


@blp.get("/progress")
@blp.get("/progress/<uuid:course_id>/<int:number>")
@admits("patient")
def progress(course_id: UUID | None = None, number: int = 0) -> str:
    """One place of one course: words, chart, table, evidence beside it."""
    courses = review.courses(session(), actor=actor())
    if not courses:
        return render_template("patient/no_course.html")
    found = places.find(courses, course_id, number)
    p = seen(found.course, found.place)
    shown = picture.of(p, found.course, audience="patient", width=358, height=480)
    return render_template("patient/progress.html", chosen=found, picture=shown, entries=own_entries(found))


@blp.get("/courses/<uuid:course_id>/entries/<uuid:reading_id>")
@admits("patient")
def entry(course_id: UUID, reading_id: UUID) -> str:
    """One own entry, to be corrected or taken back."""
    return entry_page(effective(course_id, reading_id))


@blp.post("/courses/<uuid:course_id>/entries/<uuid:reading_id>")
@admits("patient")
def change_entry(course_id: UUID, reading_id: UUID) -> str | Response | tuple[str, int]:
    """Correct it or take it back: a new entry that names the old one, which is kept."""
    old = effective(course_id, reading_id)
    try:
        supersede(old, retracted="take_back" in request.form)
    except Refused as error:
        return entry_page(old, error.message), 422
    taken = "take_back" in request.form
    flash(_("Taken back. The old entry is kept.") if taken else _("Changed. The old entry is kept."))
    return redirect(url_for("patient.progress"), 303)


@blp.get("/warning-signs")
@admits("patient")
def warning_signs() -> str:
    """All warning signs and the number to call."""
    return render_template("patient/warning_signs.html", speeds=signs.by_speed(red_flags()))


@blp.get("/report")
@admits("patient")
def report() -> str:
    """Two taps: what happened, and Send."""
    return report_page()


@blp.post("/report")
@admits("patient")
def send_report() -> str | tuple[str, int]:
    """The same without scripts."""
    try:
        code = forms.needed("code", forms.one_of("code", tuple(reactions.WORDS)), _("Choose what happened."))
        told = {"course_id": forms.uuid("course_id"), "code": code, "words": forms.text("words")}
        log.reaction(session(), actor=actor(), id=forms.uuid("id") or uuid4(), occurred_on=today(), **told)
    except Refused as error:
        return report_page(error.message), 422
    return render_template("patient/reported.html", urgent=code in reactions.URGENT)


@blp.get("/help")
@admits("patient")
def help_page() -> str:
    """Whom to call, and what nobody does here."""
    return render_template("patient/help.html")


@blp.post("/language")
@admits("patient")
def choose_language() -> Response:
    """Everything in another language from now on; the page comes back in it."""
    chosen = forms.needed("language", forms.text("language"), _("Choose one of the list."))
    language.choose(session(), actor=actor(), language=chosen)
    return redirect(url_for("patient.help_page"), 303)


def seen(course: CourseView, place: PlaceView) -> Progress:
    """One place of one of the patient's own courses."""
    at = {"course_id": course.id, "site": place.site, "side": place.side}
    return review.progress(session(), actor=actor(), **at)


def today() -> date:
    """The clinic's date."""
    here = clinic()
    return clock.local_date(clock.now(), here["timezone"] if here else "UTC")


def own_entries(chosen: Chosen) -> list[ReadingView]:
    """The latest entries at this place that count, newest first."""
    where = (chosen.place.site, chosen.place.side)
    found = review.readings(session(), actor=actor(), course_id=chosen.course.id)
    own = [r for r in found if r.effective and not r.retracted and (r.site, r.side) == where]
    return sorted(own, key=lambda r: r.at, reverse=True)[:SHOWN]


def effective(course_id: UUID, reading_id: UUID) -> ReadingView:
    """The own entry of that id, unless it was corrected or taken back already."""
    found = review.readings(session(), actor=actor(), course_id=course_id)
    reading = next((r for r in found if r.id == reading_id and r.effective and not r.retracted), None)
    if reading is None:
        raise NotFound
    return reading


def supersede(old: ReadingView, *, retracted: bool) -> None:
    """Log what replaces an entry, at the moment the old one speaks of."""
    value = None if retracted else forms.needed("value", forms.integer("value"), _(NO_VALUE))
    log.reading(
        session(),
        actor=actor(),
        id=forms.uuid("id") or uuid4(),
        value=value,
        recorded_at=old.at.astimezone(old.recorded_at.tzinfo),
        supersedes=old.id,
        reason=forms.text("reason", 200) or NO_REASON,
        retracted=retracted,
        **{name: getattr(old, name) for name in KEPT},
    )


def entry_page(entry: ReadingView, problem: str = "") -> str:
    """The form, with what was wrong."""
    return render_template("patient/entry.html", entry=entry, problem=problem, fresh=forms.uuid("id") or uuid4())


def report_page(problem: str = "") -> str:
    """The list of problems; the course asked about is the latest unless another is chosen."""
    courses = sorted(review.courses(session(), actor=actor()), key=places.recent, reverse=True)
    listed = {"problems": reactions.PROBLEMS, "today": today(), "fresh": forms.uuid("id") or uuid4()}
    return render_template("patient/report.html", courses=courses, problem=problem, **listed)
