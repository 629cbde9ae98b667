"""People: who is on this phone, and the ways on and off it. What changes anything goes through the API."""

from flask import Blueprint, render_template, request

from tracker.services import access
from tracker.web import links
from tracker.web.database import session
from tracker.web.doors import admits, for_the_phone
from tracker.web.security import actor

blp = Blueprint("people", __name__, url_prefix="/app/people")


@blp.get("")
@admits("patient")
@for_the_phone
def page() -> str:
    """Everybody here; the person named, unless a PIN stands before them, also sees what is theirs alone."""
    who = actor()
    here = access.people(session(), actor=who)
    named = len(here) == 1 or "X-Person" in request.headers
    own = named and not who.locked
    phones = access.phones(session(), actor=who, patient_id=who.patient_id) if own and who.patient_id else ()
    shown = [one for one in phones if one.this or not who.carer]
    told = {"me": who if named else None, "own": own, "phones": shown, "address": f"{links.host()}/join"}
    return render_template("patient/people.html", people=here, **told)
