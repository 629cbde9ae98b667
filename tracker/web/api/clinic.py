"""Clinic over HTTP: the summary of many courses, and its figures."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from tracker.science.scales import CONDITIONS
from tracker.services import summarise
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
    condition = Text(validate=one_of(CONDITIONS))
    group = Text(validate=one_of(("group",)))
    compare = Word(longest=200)
    practitioner = Word(longest=200)
    since = Day()
    until = Day()
    as_of = Day()

    @validates_schema
    def check_period(self, data: dict[str, Any], **_: Any) -> None:
        """A period begins before it ends."""
        if "since" in data and "until" in data and data["since"] > data["until"]:
            raise ValidationError({"until": ["ends_before_it_begins|Not before `since`."]})


class SummaryShape(Shape):
    """What `outcomes --json` writes; docs/api.md shows the whole of it."""

    definitions = fields.String()
    as_of = fields.String(allow_none=True)
    anchor = fields.String()
    instrument = fields.Dict()
    groups = fields.Dict(keys=fields.String(), values=fields.Dict())
    comparison = fields.Dict(allow_none=True)
    courses = fields.List(fields.Dict())


@blp.route("/summary")
@admits("practitioner", "clinic_admin")
@blp.arguments(SummaryQuery, location="query")
@blp.response(200, SummaryShape)
def get_summary(query: dict[str, Any]) -> dict[str, Any]:
    """What came of many courses."""
    return summarise.clinic_summary(session(), actor=actor(), **query)


@blp.route("/figures/<any(durability,responders,ecdf):name>")
@admits("practitioner", "clinic_admin")
@blp.arguments(SummaryQuery, location="query")
@blp.response(200, FiguresShape)
def get_figure(query: dict[str, Any], name: str) -> dict[str, Any]:
    """One figure of many courses."""
    summary = summarise.clinic_summary(session(), actor=actor(), **query)
    return drawings.of_clinic(name, summary, query.get("condition"))
