"""Readings over HTTP: one, many, and which are still unknown. The phone makes the ids, so every retry is safe."""

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from tracker.science.scales import ENTERED_BY, KINDS, SIDES
from tracker.services import log
from tracker.services.views import ReadingView
from tracker.web.api import batch
from tracker.web.api.blueprint import Blueprint, Body, Shape, invalid
from tracker.web.api.fields import Answers, Flag, Id, Moment, Number, Text, Whole, Word, Zone, one_of, within
from tracker.web.api.shapes import FaultShape, ReadingShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("readings", __name__, url_prefix="/readings", description="Scores, never updated, never deleted")

MOST_IDS = 1500  # what fits into 64 KiB
SENT_AT = {
    "in": "header",
    "name": "X-Sent-At",
    "schema": {"type": "string", "format": "date-time"},
    "description": "The phone's clock when it sent this; what a wrong clock is recognised by",
}


class ReadingBody(Body):
    """One score. Without `value` only to take an earlier one back (`retracted`)."""

    course_id = Id(required=True)
    session_id = Id(allow_none=True)
    kind = Text(required=True, validate=one_of(KINDS))
    instrument = Word(required=True, longest=64)
    site = Text(allow_none=True, longest=64)
    side = Text(validate=one_of(SIDES))
    value = Number()
    items = Answers(allow_none=True)
    recorded_at = Moment(required=True, metadata={"format": "date-time"})
    recorded_zone = Zone(allow_none=True)
    entered_at = Moment(allow_none=True, metadata={"format": "date-time"})
    device_seq = Whole(allow_none=True, validate=within(0, 2**31 - 1))
    entered_by = Text(allow_none=True, validate=one_of(ENTERED_BY[:3]))
    supersedes = Id(allow_none=True)
    reason = Text(allow_none=True, lines=True)
    retracted = Flag()

    @validates_schema
    def check_value(self, data: dict[str, Any], **_: Any) -> None:
        """A blank is no reading, never 0; a retraction has no value."""
        if ("value" in data) == data.get("retracted", False):
            raise ValidationError({"value": ["value_or_retracted|A score, or retracted, one of the two."]})


class ReadingItem(ReadingBody):
    """One score of a batch."""

    id = Id(required=True)


class BatchBody(Body):
    """Up to 500 readings; each is judged by itself."""

    readings = fields.List(fields.Raw(allow_none=True), required=True, metadata={"maxItems": batch.MOST})

    @pre_load
    def check_size(self, data: Any, **_: Any) -> Any:
        """More than 500 are too large, whatever they are."""
        batch.check_size(data)
        return data


class ResultShape(Shape):
    """What came of one item."""

    id = fields.UUID(allow_none=True)
    status = fields.String(metadata={"enum": ["created", "replay", "refused"]})
    code = fields.String(attribute="error.code")
    detail = fields.String(attribute="error.message")
    errors = fields.List(fields.Nested(FaultShape), attribute="error.errors")


class BatchShape(Shape):
    """One result an item, in the order in which they came."""

    results = fields.List(fields.Nested(ResultShape))


class IdsBody(Body):
    """Ids the phone holds."""

    ids = fields.List(Id(), required=True, validate=validate.Length(max=MOST_IDS, error="too_many|At most {max}."))


class MissingShape(Shape):
    """Those the store lacks."""

    missing = fields.List(fields.UUID())


def sent_at() -> dict[str, Any]:
    """The phone's clock when it sent this (header X-Sent-At): what a wrong clock is recognised by."""
    told = request.headers.get("X-Sent-At")
    try:
        return {"sent_at": Moment().deserialize(told)} if told else {}
    except ValidationError as error:
        raise invalid({"X-Sent-At": error.messages}) from None


@blp.route("/<uuid:reading_id>", methods=["PUT"], parameters=[SENT_AT])
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(ReadingBody)
@blp.alt_response(201, schema=ReadingShape, description="Recorded")
@blp.response(200, ReadingShape, description="Already recorded: a replay")
def put_reading(body: dict[str, Any], reading_id: UUID) -> tuple[ReadingView, int]:
    """Record one score; the same id again is a replay."""
    logged = log.reading(session(), actor=actor(), id=reading_id, **{"value": None, **body, **sent_at()})
    return logged.reading, 201 if logged.created else 200


@blp.route("/batch", methods=["POST"], parameters=[SENT_AT])
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(BatchBody)
@blp.response(200, BatchShape)
def post_batch(body: dict[str, Any]) -> dict[str, Any]:
    """Record up to 500 scores; good ones are kept, each has its result."""
    read = batch.sort_out(body["readings"], ReadingItem(), sent_at())
    return {"results": batch.merge(read, log.batch(session(), actor=actor(), items=batch.good(read)))}


@blp.route("/missing", methods=["POST"])
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(IdsBody)
@blp.response(200, MissingShape)
def post_missing(body: dict[str, Any]) -> dict[str, Any]:
    """Which of these ids the store lacks: what a phone offers again after a restore."""
    return {"missing": log.missing(session(), actor=actor(), ids=body["ids"])}
