"""Me: who is signed in, where, and a patient's own courses."""

from typing import Any

from flask_security import current_user

from tracker.services import access, review
from tracker.services.actor import Actor
from tracker.services.errors import SignInNeeded
from tracker.web.api.blueprint import Blueprint
from tracker.web.api.shapes import MeShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("me", __name__, url_prefix="/me", description="Who is signed in")


@blp.route("")
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.response(200, MeShape)
def get_me() -> dict[str, Any]:
    """Who is signed in."""
    who = actor()
    return patient(who) if who.kind == "patient" else staff(who)


def patient(who: Actor) -> dict[str, Any]:
    """A patient with clinic and courses."""
    me = review.me(session(), actor=who)
    return {"role": who.role, "clinic": me.clinic, "patient": me.patient, "courses": me.courses}


def staff(who: Actor) -> dict[str, Any]:
    """A member of staff at the clinic they chose."""
    here = [m.clinic for m in access.memberships(session(), current_user.id) if m.clinic.id == who.clinic_id]
    if not here:
        raise SignInNeeded
    return {"role": who.role, "clinic": here[0], "patient": None, "courses": []}
