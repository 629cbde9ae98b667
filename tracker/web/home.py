"""Home: what this is, and the evidence library; open to everybody."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.evidence.beside import beside
from tracker.science.scales import CHRONICITIES, CONDITIONS
from tracker.services import clock
from tracker.web import wording
from tracker.web.doors import admits
from tracker.web.security import actor, actor_or_none

OWN_PAGE = {
    "patient": "patient.app",
    "front_desk": "clinic.people",
    "practitioner": "today.page",
    "clinic_admin": "practitioner.roster",
}

blp = Blueprint("home", __name__)
wording.teach(blp)


@blp.get("/")
@admits("anonymous")
def index() -> str | Response:
    """What this is; whoever is signed in goes to their own page."""
    who = actor_or_none()
    return redirect(url_for(OWN_PAGE[who.role]), 303) if who else render_template("home.html")


@blp.get("/clinic/")
@admits("front_desk", "practitioner", "clinic_admin")
def staff() -> Response:
    """A member of staff's own page."""
    return redirect(url_for(OWN_PAGE[actor().role]), 303)


@blp.get("/evidence")
@admits("anonymous")
def evidence() -> str:
    """What studies found, one condition after another, or the one asked for."""
    asked = request.args.get("condition") if request.args.get("condition") in CONDITIONS else None
    phase = request.args.get("chronicity") if request.args.get("chronicity") in CHRONICITIES else None
    shown = [asked] if asked else CONDITIONS
    panels = [beside(condition, chronicity=phase, today=clock.now().date()) for condition in shown]
    choices = {"conditions": CONDITIONS, "chronicities": CHRONICITIES}
    return render_template("evidence.html", panels=panels, asked=asked, phase=phase, **choices)
