"""Reactions over HTTP: something bad or odd after a treatment."""

from typing import Any
from uuid import UUID

from tracker.services import log
from tracker.services.views import ReactionView
from tracker.storage.care import GRADES
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.fields import Day, Flag, Id, Text, Word, one_of
from tracker.web.api.shapes import ReactionShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("reactions", __name__, url_prefix="/reactions", description="Adverse events after treatment")


class ReactionBody(Body):
    """One reaction."""

    course_id = Id(required=True)
    session_id = Id(allow_none=True)
    occurred_on = Day(required=True)
    code = Word(required=True, longest=64)
    grade = Text(allow_none=True, validate=one_of(GRADES))
    serious = Flag()
    words = Text(allow_none=True, lines=True)


@blp.route("/<uuid:reaction_id>", methods=["PUT"])
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(ReactionBody)
@blp.response(200, ReactionShape)
def put_reaction(body: dict[str, Any], reaction_id: UUID) -> ReactionView:
    """Report a reaction; the same again is a replay."""
    return log.reaction(session(), actor=actor(), id=reaction_id, **body)
