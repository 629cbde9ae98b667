"""Team: the clinic's staff for its admin: who has which role, invitations by a one-time link, roles that end."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.services import access, enrol, role
from tracker.services.errors import Conflict, NotFound, Refused
from tracker.storage.people import ROLES
from tracker.web import forms, links
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("team", __name__, url_prefix="/clinic/settings/staff")


@blp.get("")
@admits("clinic_admin")
def staff() -> str:
    """Everybody with a role here."""
    return page()


@blp.post("")
@admits("clinic_admin")
def invite() -> str | tuple[str, int]:
    """A member of staff; the answer is a one-time link, shown once."""
    try:
        link, name = invited()
    except Refused as error:
        return refused(error, typed=request.form)
    return page(link=link, name=name)


@blp.post("/<uuid:user_id>/link")
@admits("clinic_admin")
def link(user_id: UUID) -> str | tuple[str, int]:
    """A fresh one-time link for a member of staff, shown once."""
    try:
        token = access.issue_link(session(), actor=actor(), user_id=user_id, id=forms.uuid("id"))
    except Conflict as error:
        return refused(error)
    name = next(one.name for one in access.team(session(), actor=actor()) if one.id == user_id)
    return page(link=links.sign_in(token), name=name)


@blp.post("/<uuid:user_id>/role")
@admits("clinic_admin")
def change(user_id: UUID) -> Response | tuple[str, int]:
    """Another role, from the next request on."""
    given, seen = request.form.get("role", ""), forms.one_of("seen", ROLES)
    return _done(lambda: role.change(session(), actor=actor(), user_id=user_id, role=given, seen=seen), "Saved.")


@blp.post("/<uuid:user_id>/end")
@admits("clinic_admin")
def end(user_id: UUID) -> Response | tuple[str, int]:
    """No role here any more, from the next request on."""
    words = "Removed. What they wrote stays, and the trail with it."
    return _done(lambda: role.end(session(), actor=actor(), user_id=user_id), words)


def _done(act: Any, words: str) -> Response | tuple[str, int]:
    try:
        act()
    except NotFound:
        raise
    except Refused as error:
        return refused(error)
    flash(words)
    return redirect(url_for("team.staff" if _still_admin() else "home.index"), 303)


def _still_admin() -> bool:
    """Whether this page is still theirs: an admin may give their own role away."""
    who = actor()
    now = access.staff_actor(session(), user_id=who.id, clinic_id=who.clinic) if who.id else None
    return now is not None and now.role == "clinic_admin"


def invited() -> tuple[str, str]:
    """A member of staff with a link; the form's own id, so that sending it twice adds once."""
    email = forms.needed("email", forms.text("email", 255), "Write an e-mail address.")
    name = forms.needed("name", forms.text("name", 200), "Write a name.")
    given = forms.needed("role", forms.one_of("role", ROLES), "Choose a role.")
    _, token = enrol.add_staff(session(), actor=actor(), email=email, name=name, role=given, id=forms.uuid("id"))
    return links.sign_in(token), name


def refused(error: Refused, **more: Any) -> tuple[str, int]:
    """The page with what was wrong."""
    session().rollback()
    return page(problem=error.message, **more), 409 if isinstance(error, Conflict) else 422


def page(**more: Any) -> str:
    """The list and the form."""
    team = access.team(session(), actor=actor())
    return render_template("clinic/team.html", team=team, roles=ROLES, fresh=uuid4, **({"typed": {}} | more))
