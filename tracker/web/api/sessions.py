"""Sessions over HTTP: a visit as the phone reports it or the clinic records it."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from tracker.science.scales import MODALITIES
from tracker.services import log
from tracker.services.views import SessionView
from tracker.storage.care import STATES
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.fields import Day, Id, Text, Whole, one_of, within
from tracker.web.api.shapes import SessionShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("sessions", __name__, url_prefix="/sessions", description="Treatment visits")


class SessionBody(Body):
    """One visit; its id is uuid5(course id, "YYYY-MM-DD/number")."""

    course_id = Id(required=True)
    held_on = Day(required=True)
    number = Whole(validate=within(1, 9))
    state = Text(validate=one_of(STATES))
    modalities = fields.List(
        Text(validate=one_of(MODALITIES)),
        validate=validate.Length(max=len(MODALITIES), error="too_many|At most {max}."),
    )
    note = Text(allow_none=True, lines=True)


@blp.route("/<uuid:session_id>", methods=["PUT"])
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.arguments(SessionBody)
@blp.response(200, SessionShape)
def put_session(body: dict[str, Any], session_id: UUID) -> SessionView:
    """Record or correct a visit."""
    return log.session(session(), actor=actor(), id=session_id, **body)
