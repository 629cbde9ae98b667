"""Work list over HTTP: whom somebody should look at, why, and what was done."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from tracker.science.worklist import REASONS
from tracker.services import worklist
from tracker.services.worklist import WorkPage, WorkView
from tracker.storage.work import RESOLUTIONS
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Digits, Text, Word, one_of, within
from tracker.web.api.shapes import ReactionShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("worklist", __name__, url_prefix="/worklist", description="Whom somebody should look at")


class WorkQuery(Body):
    """Which items, from where on."""

    reason = Text(validate=one_of(REASONS))
    practitioner = Word(longest=200)
    state = Text(validate=one_of(("open", "resolved")))
    after = Word(longest=64)
    size = Digits(validate=within(1, worklist.LARGEST))


class ResolveBody(Body):
    """What was done."""

    resolution = Text(required=True, validate=one_of(RESOLUTIONS))
    note = Text(allow_none=True, lines=True)


class WorkItemShape(Shape):
    """One item. `details` holds the arithmetic behind it; a flag describes scores, not health."""

    id = fields.UUID()
    course_id = fields.UUID()
    patient_code = fields.String()
    initials = fields.String()
    condition = fields.String()
    practitioner = fields.String(allow_none=True)
    reason = fields.String()
    month = fields.Integer(allow_none=True)
    site = fields.String(allow_none=True)
    side = fields.String()
    instrument = fields.String(allow_none=True)
    subject_id = fields.UUID(allow_none=True)
    opened_on = fields.Date()
    opened_at = fields.DateTime()
    details = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    corrected = fields.Boolean()
    reactions = fields.List(fields.Nested(ReactionShape))
    last_value = fields.Float(allow_none=True)
    last_on = fields.Date(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)
    resolved_by = fields.String(allow_none=True)
    resolution = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class WorklistShape(Shape):
    """Some items, and where the next page begins; null = the last page."""

    rows = fields.List(fields.Nested(WorkItemShape))
    next = fields.String(allow_none=True)


@blp.route("")
@admits("practitioner", "clinic_admin")
@blp.arguments(WorkQuery, location="query")
@blp.response(200, WorklistShape)
def get_worklist(query: dict[str, Any]) -> WorkPage:
    """A page of the work list: open items by urgency and age, or those resolved in the last 28 days."""
    return worklist.listed(session(), actor=actor(), **query)


@blp.route("/<uuid:item_id>/resolve", methods=["POST"])
@admits("practitioner", "clinic_admin")
@blp.arguments(ResolveBody)
@blp.response(200, WorkItemShape)
def resolve_item(body: dict[str, Any], item_id: UUID) -> WorkView:
    """Close an item; the same again is a replay, other words are a conflict."""
    return worklist.resolve(session(), actor=actor(), id=item_id, **body)
