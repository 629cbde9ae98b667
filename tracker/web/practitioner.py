"""Practitioner: the roster, a course with all that was logged in it, the forms with which staff write for a patient."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.services import clock, log, review
from tracker.services.errors import Invalid, Refused
from tracker.services.sheet import made
from tracker.services.views import CourseView
from tracker.web import course_page as everything
from tracker.web import forms, places
from tracker.web import roster as roster_lines
from tracker.web import visit_sheet as sheet
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.places import Chosen
from tracker.web.security import actor, clinic

ASKED = {  # what staff may enter: the kind and the instrument behind each choice
    "before": ("before", "nrs_now"),
    "after": ("after", "nrs_now"),
    "weekly": ("check_in", "nrs_week"),
    "start": ("baseline", "nrs_week"),
}

blp = Blueprint("practitioner", __name__, url_prefix="/clinic")


@blp.get("/roster")
@admits("practitioner", "clinic_admin")
def roster() -> str:
    """All courses, a page at a time; the address holds filters, never a person."""
    return roster_lines.page(roster_lines.asked(), today())


@blp.post("/roster")
@admits("practitioner", "clinic_admin")
def search() -> str:
    """The same, searched: codes and initials travel in the body."""
    return roster_lines.page(roster_lines.asked(), today())


@blp.get("/courses/<uuid:course_id>")
@blp.get("/courses/<uuid:course_id>/<int:number>")
@admits("practitioner", "clinic_admin")
def course(course_id: UUID, number: int = 0) -> str:
    """One course at one place: chart, sessions, entries, reactions, evidence."""
    return course_page(course_id, number)


@blp.get("/courses/<uuid:course_id>/visit-sheet.pdf")
@admits("practitioner", "clinic_admin")
def visit_sheet(course_id: UUID) -> Response:
    """The course on paper, for the visit; the trail keeps that it was made."""
    made(session(), actor=actor(), course_id=course_id)
    found = places.every(review.course(session(), actor=actor(), course_id=course_id))
    return sheet.answer(sheet.pdf_of([everything.look(one) for one in found]))


@blp.post("/courses/<uuid:course_id>/readings")
@admits("practitioner", "clinic_admin")
def enter(course_id: UUID) -> Response | tuple[str, int]:
    """A score written down for a patient, marked as such."""
    return written(course_id, enter_reading, "Saved. The score is marked as entered by staff or with help.")


def course_page(course_id: UUID, number: int = 0, **more: Any) -> str:
    """The course with everything logged in it."""
    found = place_of(course_id, number)
    shown = everything.shown(everything.look(found)) | {
        "fresh": uuid4(),
        "opened": clock.now().astimezone(zone()),
    }
    return render_template("clinic/course.html", chosen=found, course=found.course, today=today(), **shown, **more)


def written(course_id: UUID, write: Any, said: str) -> Response | tuple[str, int]:
    """Write what a form holds and show the course again; a refusal stands above it."""
    number = forms.integer("number") or 0
    try:
        write(course_id, number)
    except Refused as error:
        session().rollback()
        return course_page(course_id, number, problem=error.message), 422
    flash(said)
    return redirect(url_for("practitioner.course", course_id=course_id, number=number), 303)


def enter_reading(course_id: UUID, number: int) -> None:
    """The score of a form: which question, which number, when, and who held the pen."""
    asked = forms.needed("asked", forms.one_of("asked", tuple(ASKED)), "Choose which question it answers.")
    kind, instrument = ASKED[asked]
    on = past(forms.day("on"))
    found = place_of(course_id, number)
    where = found.place
    log.reading(
        session(),
        actor=actor(),
        id=forms.uuid("id") or uuid4(),
        course_id=course_id,
        kind=kind,
        instrument=instrument,
        site=where.site,
        side=where.side,
        value=forms.needed("value", forms.integer("value"), "Choose a number from 0 to 10."),
        session_id=visit_of(found.course, on) if kind in ("before", "after") else None,
        recorded_at=moment(on),
        recorded_zone=zone().key,
        entered_by=forms.one_of("entered_by", ("staff", "assisted")),
    )


def visit_of(course: CourseView, on: date) -> UUID:
    """The session of that day, also one whose day was corrected later; else the one that both sides would make."""
    held = next((one.id for one in course.sessions if one.held_on == on and one.state != "cancelled"), None)
    return held or uuid5(course.id, f"{on.isoformat()}/1")


def past(on: date | None) -> date:
    """Today unless an earlier day is named; what is still to come cannot have been scored."""
    if on is not None and on > today():
        raise Invalid("too_late", "This day is still to come.", "/on")
    return on or today()


def place_of(course_id: UUID, number: int) -> Chosen:
    """One place of the course."""
    return places.find([review.course(session(), actor=actor(), course_id=course_id)], course_id, number)


def zone() -> ZoneInfo:
    """The clinic's zone."""
    here = clinic()
    return ZoneInfo(here["timezone"] if here else "UTC")


def today() -> date:
    """The clinic's date."""
    return clock.now().astimezone(zone()).date()


def moment(on: date) -> datetime:
    """When the form was opened, if that was today, so that sending twice is one entry; noon for an earlier day."""
    opened = (forms.moment("opened") or clock.now()).astimezone(zone())
    return opened if on == opened.date() else datetime.combine(on, time(12), zone())
