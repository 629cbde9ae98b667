"""Today: the visits of the day as the desk and those who treat see them; what became of each is one tap."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.services import today as service
from tracker.services.errors import Refused
from tracker.web import forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

STAFF = ("front_desk", "practitioner", "clinic_admin")
SAYS = {  # what a tap says: the state, and whether what was done is taken from the last visit
    "held": ("held", False, "Held."),
    "again": ("held", True, "Held, as last time."),
    "cancelled": ("cancelled", False, "Cancelled. It does not count."),
}

blp = Blueprint("today", __name__, url_prefix="/clinic/today")


@blp.get("")
@admits(*STAFF)
def page() -> str:
    """Everybody who comes today."""
    return today_page()


@blp.post("")
@admits(*STAFF)
def add() -> Response | tuple[str, int]:
    """Somebody has come: by the clinic's code, which travels in the body."""
    try:
        code = forms.needed("code", forms.text("code", 64), "Write the patient's code.")
        first, *others = service.candidates(session(), actor=actor(), code=code)
    except Refused as error:
        return today_page(problem=error.message, typed=forms.text("code") or ""), 422
    if others:
        return today_page(choices=(first, *others)), 200
    return arrived(first.course_id)


@blp.post("/<uuid:course_id>")
@admits(*STAFF)
def arrive(course_id: UUID) -> Response:
    """The same, where a code stands for several courses."""
    return arrived(course_id)


@blp.post("/<uuid:course_id>/<uuid:session_id>")
@admits(*STAFF)
def settle(course_id: UUID, session_id: UUID) -> Response | tuple[str, int]:
    """Held, held as last time, cancelled."""
    at: dict[str, Any] = {"course_id": course_id, "session_id": session_id}
    service.need(session(), actor=actor(), **at)
    try:
        said = forms.needed("said", forms.one_of("said", tuple(SAYS)), "Say what became of the visit.")
        state, again, words = SAYS[said]
        service.settle(session(), actor=actor(), state=state, as_last_time=again, **at)
    except Refused as error:
        session().rollback()
        return today_page(problem=error.message), 422
    flash(words)
    return redirect(url_for("today.page"), 303)


def arrived(course_id: UUID) -> Response:
    """On the list, once, however often it is sent."""
    service.arrive(session(), actor=actor(), course_id=course_id)
    flash("On today's list.")
    return redirect(url_for("today.page"), 303)


def today_page(**more: object) -> str:
    """The list, and the field for whoever comes next."""
    arrivals = service.today(session(), actor=actor())
    done = sum(one.session.state == "held" for one in arrivals)
    told = {"arrivals": arrivals, "done": done, "problem": "", "typed": "", "choices": ()}
    return render_template("clinic/today.html", **(told | more))
