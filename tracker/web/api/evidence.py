"""Evidence over HTTP: what sources found for a condition. Open to everybody; it says nothing about any person."""

from typing import Any

from marshmallow import fields
from marshmallow.validate import Range

from tracker.evidence.beside import beside
from tracker.evidence.panel import Panel
from tracker.evidence.shown import CHARTS
from tracker.science.scales import CHRONICITIES, CONDITIONS
from tracker.services import clock
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Text, one_of
from tracker.web.doors import admits

blp = Blueprint("evidence", __name__, url_prefix="/evidence", description="What the literature says")


class EvidenceQuery(Body):
    """Which condition, which phase of it, and what the chart shows."""

    condition = Text(required=True, validate=one_of(CONDITIONS))
    chronicity = Text(validate=one_of(CHRONICITIES))
    chart = Text(validate=one_of(tuple(CHARTS)))
    instrument = Text()
    month = fields.Integer(validate=Range(0, 60))
    alone = fields.Boolean()


class CardShape(Shape):
    """One answer of one source; numbers stay as the source printed them."""

    id = fields.String()
    kind = fields.String()
    heading = fields.String()
    comparator = fields.String()
    direction = fields.String()
    direction_words = fields.String()
    n = fields.Integer(allow_none=True)
    effect = fields.String()
    interval = fields.String()
    certainty = fields.String()
    certainty_note = fields.String()
    outcomes = fields.List(fields.String())
    at = fields.String()
    time_zero = fields.String()
    limits = fields.String()
    durability = fields.String()
    plain = fields.String()
    clinician = fields.String()
    design = fields.String()
    year = fields.Integer(allow_none=True)
    denominator = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    checked_on = fields.Date()
    badge = fields.String(allow_none=True)


class GroupShape(Shape):
    """The answers to one comparison, or the sentence that none was seen."""

    key = fields.String()
    heading = fields.String()
    cards = fields.List(fields.Nested(CardShape))
    none_seen = fields.String(allow_none=True)


class EvidenceShape(Shape):
    """What stands beside a chart of this condition, in reading order."""

    condition = fields.String()
    summary = fields.String()
    span = fields.String(
        metadata={"description": "Which month is shown, and whether a source looked at about that time"}
    )
    caution = fields.String()
    disagreement = fields.String(metadata={"description": "Where sources differ; empty where they do not"})
    groups = fields.List(fields.Nested(GroupShape))


@blp.route("")
@admits("anonymous")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, EvidenceShape)
def get_evidence(query: dict[str, Any]) -> Panel:
    """The sources on one condition."""
    return beside(**query, today=clock.now().date())
