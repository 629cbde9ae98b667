"""Sessions over HTTP: a visit as the phone reports it or the clinic records it."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from tracker.science import needling as limits
from tracker.science.scales import MODALITIES, SIDES
from tracker.services import log
from tracker.services.views import SessionView
from tracker.storage.care import STATES
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.dose import SEEN
from tracker.web.api.fields import Day, Id, Number, Text, Whole, Word, one_of, within
from tracker.web.api.shapes import SessionShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("sessions", __name__, url_prefix="/sessions", description="Treatment visits")


class PointBody(Body):
    """One point."""

    name = Word(required=True, longest=limits.LONGEST_POINT)
    side = Text(validate=one_of(SIDES))


class NeedlingBody(Body):
    """What was done with needles, in the shape of STRICTA; what is left out was not recorded."""

    points = fields.List(
        fields.Nested(PointBody),
        validate=validate.Length(max=limits.MOST_POINTS, error="too_many|At most {max}."),
    )
    needles = Whole(allow_none=True, validate=within(*limits.NEEDLES))
    gauge_mm = Number(allow_none=True, validate=within(*limits.GAUGE))
    depth_mm = Number(allow_none=True, validate=within(*limits.DEPTH))
    retention_minutes = Whole(allow_none=True, validate=within(*limits.RETENTION))
    stimulation = Text(allow_none=True, validate=one_of(limits.STIMULATIONS))
    stimulation_words = Text(allow_none=True, longest=limits.LONGEST_WORDS)
    response = Text(allow_none=True, longest=limits.LONGEST_WORDS, metadata={"description": "The response sought"})


class SessionBody(Body):
    """One visit; its id is uuid5(course id, "YYYY-MM-DD/number"). Of the last four what is left out stays as it was."""

    course_id = Id(required=True)
    held_on = Day(required=True)
    number = Whole(validate=within(1, 9))
    state = Text(validate=one_of(STATES))
    modalities = fields.List(
        Text(validate=one_of(MODALITIES)),
        validate=validate.Length(max=len(MODALITIES), error="too_many|At most {max}."),
    )
    note = Text(allow_none=True, lines=True)
    seen = Word(longest=16, metadata=SEEN)
    minutes = Whole(allow_none=True, validate=within(*limits.MINUTES))
    practitioner = Word(allow_none=True, longest=200)
    needling = fields.Nested(NeedlingBody, allow_none=True)
    product = Text(allow_none=True, validate=one_of(limits.PRODUCTS))


@blp.route("/<uuid:session_id>", methods=["PUT"])
@admits("patient", "front_desk", "practitioner", "clinic_admin")
@blp.arguments(SessionBody)
@blp.response(200, SessionShape)
def put_session(body: dict[str, Any], session_id: UUID) -> SessionView:
    """Record or correct a visit."""
    return log.session(session(), actor=actor(), id=session_id, **body)
