"""Home: what this is, and the evidence library; open to everybody."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.web import bookshelf, wording
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
    """What studies found, one condition after another, or what the address asks for."""
    who = actor_or_none()
    reader = {"plain": who is None or who.kind == "patient", "admin": who is not None and who.role == "clinic_admin"}
    return render_template("evidence.html", **bookshelf.page(request.args), **reader)
