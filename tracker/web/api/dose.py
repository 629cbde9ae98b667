"""Dose over HTTP: the plan of a course and how it was kept, sessions that were one, consent, what else was taken, and
what a practitioner made of a reaction.
"""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from tracker.evidence.reactions import reactions
from tracker.science.exposures import ALL_CODES, KINDS, LONGEST_LABEL
from tracker.science.needling import ANSWERS, PRODUCTS
from tracker.science.scales import MODALITIES
from tracker.services import log, plan, review
from tracker.services.views import AssessmentView, ConsentView, CoTreatmentView, CourseView, SessionView
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Day, Flag, Id, Number, Text, Whole, Word, one_of, within
from tracker.web.api.shapes import AssessmentShape, ConsentShape, CoTreatmentShape, CourseShape, SessionShape
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("dose", __name__, url_prefix="", description="Plan, dose, consent and other treatments")

SEEN = {"description": "The `version` somebody saw; refused with 409 when it is another one by now"}


class PlanBody(Body):
    """How often, how many times, with what; null = not planned."""

    planned_sessions = Whole(required=True, allow_none=True, validate=within(1, 1000))
    planned_per_week = Number(required=True, allow_none=True, validate=within(0.01, 14))
    modalities = fields.List(
        Text(validate=one_of(MODALITIES)),
        validate=validate.Length(max=len(MODALITIES), error="too_many|At most {max}."),
    )
    seen = Word(longest=16, metadata=SEEN)


class WeekShape(Shape):
    """One week of a course; `planned` is null where nothing was planned."""

    number = fields.Integer()
    first = fields.Date()
    last = fields.Date()
    held = fields.Integer()
    planned = fields.Integer(allow_none=True)
    over = fields.Boolean()


class VisitsShape(Shape):
    """Visits in the last so many days; `again_on`: the first day on which one more stays within the limit."""

    count = fields.Integer()
    limit = fields.Integer()
    days = fields.Integer()
    first = fields.Date()
    again_on = fields.Date(allow_none=True)


class DoseShape(Shape):
    """Planned and held; `ninety` and `year` only where the clinic counts visits for a payer."""

    held = fields.Integer()
    weeks = fields.List(fields.Nested(WeekShape), metadata={"description": "From the first day of the course"})
    ninety = fields.Nested(VisitsShape, allow_none=True)
    year = fields.Nested(VisitsShape, allow_none=True)
    co_treatments = fields.List(fields.Nested(CoTreatmentShape))
    consents = fields.List(fields.Nested(ConsentShape))


class MergeBody(Body):
    """Which session stays."""

    into = Id(required=True)


class ConsentBody(Body):
    """One answer to being asked; `retracted` takes back the one that `supersedes` names."""

    course_id = Id(required=True)
    product = Text(required=True, validate=one_of(PRODUCTS))
    answer = Text(required=True, validate=one_of(ANSWERS))
    answered_on = Day(required=True)
    supersedes = Id(allow_none=True)
    retracted = Flag()


class CoTreatmentBody(Body):
    """Another treatment or medicine; `supersedes` names the one it corrects, ends or (with `retracted`) takes back."""

    course_id = Id(required=True)
    kind = Text(required=True, validate=one_of(KINDS))
    code = Text(allow_none=True, validate=one_of(ALL_CODES))
    label = Word(allow_none=True, longest=LONGEST_LABEL)
    begun_on = Day(required=True)
    ended_on = Day(allow_none=True)
    note = Text(allow_none=True, lines=True)
    supersedes = Id(allow_none=True)
    retracted = Flag()


class AssessmentBody(Body):
    """What a practitioner made of a reaction."""

    reaction_id = Id(required=True)
    kind = Text(allow_none=True, validate=one_of(reactions().kind_codes))
    grade = Whole(allow_none=True, validate=within(1, 5), metadata={"description": "CTCAE"})
    causality = Text(
        allow_none=True, validate=one_of(tuple(reactions().causality)), metadata={"description": "WHO-UMC"}
    )
    serious = Flag()
    onset = Text(allow_none=True, validate=one_of(tuple(reactions().onsets)))
    treated = Flag(allow_none=True)
    resolved_on = Day(allow_none=True)
    action = Text(allow_none=True, lines=True)
    note = Text(allow_none=True, lines=True)


@blp.route("/courses/<uuid:course_id>/plan", methods=["PUT"])
@admits("practitioner", "clinic_admin")
@blp.arguments(PlanBody)
@blp.response(200, CourseShape)
def put_plan(body: dict[str, Any], course_id: UUID) -> CourseView:
    """Set the plan of a course; the same again changes nothing."""
    return plan.plan(session(), actor=actor(), course_id=course_id, **body)


@blp.route("/courses/<uuid:course_id>/dose")
@admits("patient", "practitioner", "clinic_admin")
@blp.response(200, DoseShape)
def get_dose(course_id: UUID) -> dict[str, Any]:
    """Planned and held week by week, what else was taken, and what the person agreed to."""
    at: dict[str, Any] = {"actor": actor(), "course_id": course_id}
    kept = plan.kept(session(), **at)
    beside = {"co_treatments": review.co_treatments(session(), **at), "consents": review.consents(session(), **at)}
    return {**vars(kept), **beside}


@blp.route("/sessions/<uuid:session_id>/merge", methods=["POST"])
@admits("practitioner", "clinic_admin")
@blp.arguments(MergeBody)
@blp.response(200, SessionShape)
def post_merge(body: dict[str, Any], session_id: UUID) -> SessionView:
    """Two sessions were one visit: this one goes into the one named; the same again is a replay."""
    return log.merge(session(), actor=actor(), session_id=session_id, **body)


@blp.route("/consents/<uuid:consent_id>", methods=["PUT"])
@admits("practitioner", "clinic_admin")
@blp.arguments(ConsentBody)
@blp.response(200, ConsentShape)
def put_consent(body: dict[str, Any], consent_id: UUID) -> ConsentView:
    """Write down what a person answered; the same again is a replay."""
    return log.consent(session(), actor=actor(), id=consent_id, **body)


@blp.route("/co-treatments/<uuid:co_treatment_id>", methods=["PUT"])
@admits("practitioner", "clinic_admin")
@blp.arguments(CoTreatmentBody)
@blp.response(200, CoTreatmentShape)
def put_co_treatment(body: dict[str, Any], co_treatment_id: UUID) -> CoTreatmentView:
    """Enter another treatment or medicine; the same again is a replay."""
    return log.co_treatment(session(), actor=actor(), id=co_treatment_id, **body)


@blp.route("/assessments/<uuid:assessment_id>", methods=["PUT"])
@admits("practitioner", "clinic_admin")
@blp.arguments(AssessmentBody)
@blp.response(200, AssessmentShape)
def put_assessment(body: dict[str, Any], assessment_id: UUID) -> AssessmentView:
    """Rate a reaction; the same again is a replay, what was reported stays."""
    return log.assessment(session(), actor=actor(), id=assessment_id, **body)
