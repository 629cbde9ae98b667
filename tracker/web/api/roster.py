"""Roster over HTTP: the clinic's courses a page at a time. Searched words stand in a body, never in an address."""

from typing import Any

import orjson
from flask import Response
from marshmallow import fields

from tracker.science.scales import CONDITIONS
from tracker.services import review
from tracker.services.roster import SORTS
from tracker.services.views import RosterPage
from tracker.storage.standing import STATES
from tracker.web import cursor
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Day, Digits, Text, Whole, Word, one_of, within
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("roster", __name__, url_prefix="/roster", description="The clinic's courses")

LARGEST_PAGE = 200


class RosterQuery(Body):
    """Which courses, from where on."""

    condition = Text(validate=one_of(CONDITIONS))
    practitioner = Word(longest=200)
    state = Text(validate=one_of(STATES))
    sort = Text(validate=one_of(SORTS))
    after = Word(longest=500)
    size = Digits(validate=within(1, LARGEST_PAGE))
    as_of = Day()


class RosterSearch(Body):
    """The same, and words that patients' codes and initials are searched for."""

    search = Text(longest=100)
    condition = Text(validate=one_of(CONDITIONS))
    practitioner = Word(longest=200)
    state = Text(validate=one_of(STATES))
    sort = Text(validate=one_of(SORTS))
    after = Word(longest=500)
    size = Whole(validate=within(1, LARGEST_PAGE))
    as_of = Day()


class RosterRowShape(Shape):
    """One course at one place. `change` is improvement from baseline; positive = better."""

    course_id = fields.UUID()
    patient_code = fields.String()
    initials = fields.String()
    condition = fields.String()
    chronicity = fields.String(allow_none=True)
    practitioner = fields.String(allow_none=True)
    site = fields.String(allow_none=True)
    side = fields.String()
    instrument = fields.String()
    last_value = fields.Float(allow_none=True)
    last_on = fields.Date(allow_none=True)
    entry_on = fields.Date(allow_none=True)
    baseline = fields.Float(allow_none=True)
    change = fields.Float(allow_none=True)
    spark = fields.List(fields.Float())
    held = fields.Integer()
    planned = fields.Integer(allow_none=True)
    state = fields.String()
    label = fields.String()
    number = fields.Integer(metadata={"description": "Of the place among those of its course"})
    reason = fields.String(
        allow_none=True, metadata={"description": "The most pressing open item of the work list; serious: a reaction"}
    )


class RosterShape(Shape):
    """Some rows, and where the next page begins; null = the last page."""

    rows = fields.List(fields.Nested(RosterRowShape))
    next = fields.String(allow_none=True)


@blp.route("")
@admits("practitioner", "clinic_admin")
@blp.arguments(RosterQuery, location="query")
@blp.response(200, RosterShape)
def get_roster(query: dict[str, Any]) -> Response:
    """A page of the roster, those that need attention first."""
    return told(review.roster(session(), actor=actor(), **asked(query)))


@blp.route("/search", methods=["POST"])
@admits("practitioner", "clinic_admin")
@blp.arguments(RosterSearch)
@blp.response(200, RosterShape)
def search_roster(body: dict[str, Any]) -> Response:
    """A page of the roster, searched; nothing is changed."""
    return told(review.roster(session(), actor=actor(), **asked(body)))


def asked(query: dict[str, Any]) -> dict[str, Any]:
    """The question with its cursor opened."""
    return query | {"after": cursor.opened(query.get("after"))}


def told(page: RosterPage) -> Response:
    """The page in its shape; a row is kept as the shape has it."""
    body = {"rows": [orjson.Fragment(text) for text in page.told], "next": cursor.sealed(page.next)}
    return Response(orjson.dumps(body), content_type="application/json")
