"""Courses over HTTP: what was opened, what was logged in them, what came of them, and the three figures."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from marshmallow import fields, post_load, validate

from tracker.science.scales import CHRONICITIES, CONDITIONS, SIDES
from tracker.services import enrol, review
from tracker.services.views import CourseView
from tracker.web.api import drawings
from tracker.web.api.blueprint import Blueprint, Body
from tracker.web.api.drawings import FigureShape
from tracker.web.api.fields import Day, Digits, Id, Number, Text, Whole, Word, one_of, within
from tracker.web.api.shapes import CourseShape, CoursesShape, OutcomesShape, ReadingsShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("courses", __name__, url_prefix="/courses", description="Courses of care")

LARGEST_PAGE = 200
EARLIEST_ONSET = 1900


class PlaceBody(Body):
    """Where it hurts."""

    site = Text(allow_none=True, load_default=None, longest=64)
    side = Text(load_default="none", validate=one_of(SIDES))


class CourseBody(Body):
    """One course of care."""

    patient_id = Id(required=True)
    condition = Text(required=True, validate=one_of(CONDITIONS))
    onset_on = Day(allow_none=True, since=EARLIEST_ONSET)
    chronicity = Text(allow_none=True, validate=one_of(CHRONICITIES))
    practitioner = Word(allow_none=True, longest=200)
    started_on = Day(allow_none=True)
    planned_sessions = Whole(allow_none=True, validate=within(1, 1000))
    planned_per_week = Number(allow_none=True, validate=within(0.01, 14))
    modality = Word(allow_none=True, longest=200)
    group_label = Word(allow_none=True, longest=200)
    places = fields.List(fields.Nested(PlaceBody), validate=validate.Length(max=20, error="too_many|At most {max}."))

    @post_load
    def pair_places(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Places as services take them: (site, side)."""
        pairs = {"places": [(p["site"], p["side"]) for p in data["places"]]} if "places" in data else {}
        return {**data, **pairs}


class PageQuery(Body):
    """Which part of a list that can be long."""

    after = Id()
    size = Digits(load_default=50, validate=within(1, LARGEST_PAGE))


class FigureQuery(Body):
    """Which place of the course, scored by what, as known on which day."""

    instrument = Word(longest=64)
    site = Text(longest=64)
    side = Text(validate=one_of(SIDES))
    as_of = Day()


def page(courses: Iterable[CourseView], *, size: int, after: UUID | None = None) -> dict[str, Any]:
    """Some of them, by id, and where the next page begins."""
    rest = sorted((c for c in courses if after is None or c.id > after), key=lambda c: c.id)
    return {"courses": rest[:size], "next": rest[size - 1].id if len(rest) > size else None}


@blp.route("")
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(PageQuery, location="query")
@blp.response(200, CoursesShape)
def get_courses(query: dict[str, Any]) -> dict[str, Any]:
    """The courses this person may see."""
    return page(review.courses(session(), actor=actor()), **query)


@blp.route("/<uuid:course_id>")
@admits("patient", "practitioner", "clinic_admin")
@blp.response(200, CourseShape)
def get_course(course_id: UUID) -> CourseView:
    """One course."""
    return review.course(session(), actor=actor(), course_id=course_id)


@blp.route("/<uuid:course_id>", methods=["PUT"])
@admits("front_desk", "practitioner", "clinic_admin")
@blp.arguments(CourseBody)
@blp.response(200, CourseShape)
def put_course(body: dict[str, Any], course_id: UUID) -> CourseView:
    """Open a course; the same again is a replay."""
    return enrol.open_course(session(), actor=actor(), id=course_id, **body)


@blp.route("/<uuid:course_id>/readings")
@admits("patient", "practitioner", "clinic_admin")
@blp.response(200, ReadingsShape)
def get_readings(course_id: UUID) -> dict[str, Any]:
    """What was logged, corrections and retractions included."""
    return {"readings": review.readings(session(), actor=actor(), course_id=course_id)}


@blp.route("/<uuid:course_id>/outcomes")
@admits("patient", "practitioner", "clinic_admin")
@blp.response(200, OutcomesShape)
def get_outcomes(course_id: UUID) -> dict[str, Any]:
    """What came of it: one for each instrument, site and side."""
    return {"outcomes": review.outcomes(session(), actor=actor(), course_id=course_id)}


@blp.route("/<uuid:course_id>/figures/<any(progress,sessions,durability):name>")
@admits("patient", "practitioner", "clinic_admin")
@blp.arguments(FigureQuery, location="query")
@blp.response(200, FigureShape)
def get_figure(query: dict[str, Any], course_id: UUID, name: str) -> dict[str, Any]:
    """One figure: for Plotly, in words, as a table, with the evidence that stands beside it."""
    course = review.course(session(), actor=actor(), course_id=course_id)
    progress = review.progress(session(), actor=actor(), course_id=course_id, **query)
    return drawings.of_course(name, progress, course, actor())


@blp.route("/<uuid:course_id>/staff-figures/<any(timeline,dose):name>")
@admits("practitioner", "clinic_admin")
@blp.arguments(FigureQuery, location="query")
@blp.response(200, FigureShape)
def get_staff_figure(query: dict[str, Any], course_id: UUID, name: str) -> dict[str, Any]:
    """One figure of the practitioner's page: what was done and what happened by day, or sessions a week."""
    course = review.course(session(), actor=actor(), course_id=course_id)
    progress = review.progress(session(), actor=actor(), course_id=course_id, **query)
    return drawings.for_staff(name, course, progress)
