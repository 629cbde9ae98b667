"""Tokens: what the clinic's programs show to be let in; made by an admin, shown once, taken back at any time."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.services import token
from tracker.services.errors import Conflict, Refused
from tracker.web import forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, lately

USUAL_DAYS = 90
WORDS = {
    "courses:read": "Read courses, sessions, scores, outcomes",
    "courses:write": "Enter courses, sessions, scores, reactions",
    "worklist:read": "Read the roster and the work list",
    "worklist:write": "Close items of the work list",
    "summary:read": "Read the summary of many courses",
    "exports:read": "See exports and fetch their files",
    "exports:write": "Ask for exports",
}
STATE = {
    "open": "Open",
    "revoked": "Taken back",
    "expired": "Expired",
    "orphaned": "Ended with its maker's role",
}

blp = Blueprint("tokens", __name__, url_prefix="/clinic/settings/tokens")


@blp.get("")
@admits("clinic_admin")
def tokens() -> str:
    """Every token of the clinic."""
    return page()


@blp.post("")
@admits("clinic_admin")
def make() -> str | tuple[str, int]:
    """A new one; the answer shows it, once."""
    lately()
    try:
        name, made = _made()
    except Refused as error:
        session().rollback()
        return page(problem=error.message, typed=request.form), 409 if isinstance(error, Conflict) else 422
    return page(made=made, name=name)


@blp.post("/<uuid:token_id>/revoke")
@admits("clinic_admin")
def revoke(token_id: UUID) -> Response:
    """Take it back: dead at its next request."""
    token.revoke(session(), actor=actor(), id=token_id)
    flash("Taken back. It opens nothing any more.")
    return redirect(url_for("tokens.tokens"), 303)


def _made() -> tuple[str, str]:
    """Its name, and the token; the form's own id, so that sending it twice makes one."""
    name = forms.needed("name", forms.text("name", 200), "Write what the program is called.")
    days = forms.needed("days", forms.integer("days"), "Write for how many days.")
    id = forms.needed("id", forms.uuid("id"), forms.BROKEN)
    scopes = request.form.getlist("scope")
    return name, token.make(session(), actor=actor(), id=id, name=name, scopes=scopes, days=days)


def page(**more: Any) -> str:
    """The list and the form."""
    listed = token.listed(session(), actor=actor())
    words = {"scopes": WORDS, "states": STATE, "usual": USUAL_DAYS, "longest": token.LONGEST_DAYS}
    told = {"typed": {}, "ticked": request.form.getlist("scope") if "problem" in more else []} | more
    return render_template("clinic/tokens.html", listed=listed, fresh=uuid4(), **words, **told)
