"""Clinic over HTTP: the summary of many courses, and its figures."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from tracker.science import periods
from tracker.science.scales import CONDITIONS, MODALITIES
from tracker.science.windows import MONTHS
from tracker.services import overview
from tracker.services.summarise import COMBINED
from tracker.web.api import drawings
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.drawings import FiguresShape
from tracker.web.api.fields import Day, Text, Word, one_of
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("clinic_api", __name__, url_prefix="/clinic", description="Many courses together")


class SummaryQuery(Body):
    """Which courses, counted from where, told apart by what."""

    anchor = Text(validate=one_of(("end", "start")))
    instrument = Word(longest=64)
    period = Text(metadata={"description": "A year or a quarter in which courses began: `2026`, `2026-Q1`"})
    condition = Text(validate=one_of(CONDITIONS))
    practitioner = Word(longest=200)
    modality = Text(validate=one_of(MODALITIES))
    combined = Text(validate=one_of(COMBINED))
    group = Text(validate=one_of(("group",)))
    compare = Word(longest=200)
    month = Text(validate=one_of(tuple(map(str, MONTHS))))
    as_of = Day()

    @validates_schema
    def check_period(self, data: dict[str, Any], **_: Any) -> None:
        """A year, or a quarter of one."""
        if "period" in data and periods.period(data["period"]) is None:
            raise ValidationError({"period": ["not_a_period|A year or a quarter: 2026 or 2026-Q1."]})

    @post_load
    def number_month(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The month is one of five words in an address, a number for the service."""
        return data | ({"month": int(data["month"])} if "month" in data else {})


class SummaryShape(Shape):
    """What `outcomes --json` writes but for single courses, with what stands beside; docs/api.md shows the whole."""

    definitions = fields.String()
    as_of = fields.String(allow_none=True)
    changed_since = fields.String(allow_none=True)
    anchor = fields.String()
    month = fields.Integer()
    selection = fields.Dict()
    instrument = fields.Dict()
    groups = fields.Dict(keys=fields.String(), values=fields.Dict())
    comparison = fields.Dict(allow_none=True)


@blp.route("/summary")
@admits("practitioner", "clinic_admin")
@blp.arguments(SummaryQuery, location="query")
@blp.response(200, SummaryShape)
def get_summary(query: dict[str, Any]) -> dict[str, Any]:
    """What came of many courses."""
    return overview.overview(session(), actor=actor(), **query)


@blp.route("/figures/<any(durability,responders,ecdf,funnel,pairs,reactions,dose):name>")
@admits("practitioner", "clinic_admin")
@blp.arguments(SummaryQuery, location="query")
@blp.response(200, FiguresShape)
def get_figure(query: dict[str, Any], name: str) -> dict[str, Any]:
    """One figure of many courses."""
    summary = overview.overview(session(), actor=actor(), **query)
    return drawings.of_clinic(name, summary)
