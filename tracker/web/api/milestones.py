"""Milestones over HTTP: surgery, an injection, a new medicine and the like; that there was none; visits finished."""

from typing import Any
from uuid import UUID

from tracker.science.milestones import MILESTONES, STATEMENTS
from tracker.services import log
from tracker.services.views import MilestoneView
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.fields import Day, Flag, Id, Moment, Text, one_of
from tracker.web.api.shapes import MilestoneShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("milestones", __name__, url_prefix="/milestones", description="What happened beside the treatment")


class MilestoneBody(Body):
    """One milestone; `retracted` takes back the one that `supersedes` names."""

    course_id = Id(required=True)
    code = Text(required=True, validate=one_of((*MILESTONES, *STATEMENTS)))
    happened_on = Day(required=True)
    entered_at = Moment(allow_none=True, metadata={"format": "date-time"})
    supersedes = Id(allow_none=True)
    retracted = Flag()


@blp.route("/<uuid:milestone_id>", methods=["PUT"])
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(MilestoneBody)
@blp.response(200, MilestoneShape)
def put_milestone(body: dict[str, Any], milestone_id: UUID) -> MilestoneView:
    """Record what happened beside the treatment; the same again is a replay."""
    return log.milestone(session(), actor=actor(), id=milestone_id, **body)
