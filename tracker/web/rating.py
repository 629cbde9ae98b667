"""Rating: staff write a reaction down for a patient and rate what was reported; what a patient told never changes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.evidence.reactions import reactions
from tracker.services import log, review
from tracker.services.errors import NotFound, Refused
from tracker.services.views import AssessmentView, CourseView, ReactionView
from tracker.web import forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor
from tracker.web.treatment import TREATS, course_of, status, today

TREATED = {"yes": True, "no": False}

blp = Blueprint("rating", __name__, url_prefix="/clinic/courses")


@blp.get("/<uuid:course_id>/reactions/new")
@admits(*TREATS)
def new(course_id: UUID) -> str:
    """A reaction that a patient told of, or that was seen in the room."""
    return new_page(course_of(course_id))


@blp.post("/<uuid:course_id>/reactions/new")
@admits(*TREATS)
def add(course_id: UUID) -> Response | tuple[str, int]:
    """Write it down; rating it comes next."""
    course = course_of(course_id)
    try:
        made = log.reaction(
            session(),
            actor=actor(),
            id=forms.uuid("id") or uuid4(),
            course_id=course_id,
            code=forms.needed("code", forms.one_of("code", reactions().codes), "Choose what happened."),
            occurred_on=forms.day("occurred_on") or today(),
            session_id=forms.uuid("session_id"),
            serious="serious" in request.form,
            words=forms.text("words"),
        )
    except Refused as error:
        session().rollback()
        return new_page(course, error.message), status(error)
    flash("Saved. It can be rated here.")
    return redirect(url_for("rating.reaction", course_id=course_id, reaction_id=made.id), 303)


@blp.get("/<uuid:course_id>/reactions/<uuid:reaction_id>")
@admits(*TREATS)
def reaction(course_id: UUID, reaction_id: UUID) -> str:
    """What was told, what was made of it, and the form to rate it."""
    course, one = found(course_id, reaction_id)
    return rate_page(course, one, fields_of(one))


@blp.post("/<uuid:course_id>/reactions/<uuid:reaction_id>")
@admits(*TREATS)
def rate(course_id: UUID, reaction_id: UUID) -> Response | tuple[str, int]:
    """Rate it; earlier ratings stay in sight."""
    course, one = found(course_id, reaction_id)
    known = reactions()
    try:
        log.assessment(
            session(),
            actor=actor(),
            id=forms.uuid("id") or uuid4(),
            reaction_id=reaction_id,
            kind=forms.one_of("kind", known.kind_codes),
            grade=forms.integer("grade"),
            causality=forms.one_of("causality", tuple(known.causality)),
            serious="serious" in request.form,
            onset=forms.one_of("onset", tuple(known.onsets)),
            treated=TREATED.get(forms.one_of("treated", tuple(TREATED)) or ""),
            resolved_on=forms.day("resolved_on"),
            action=forms.text("action"),
            note=forms.text("note"),
        )
    except Refused as error:
        session().rollback()
        typed = {**dict.fromkeys(fields_of(one)), **request.form.to_dict()}
        return rate_page(course, one, typed, error.message), status(error)
    flash("Saved. What was told stays beside it.")
    return redirect(url_for("practitioner.course", course_id=course_id), 303)


def found(course_id: UUID, reaction_id: UUID) -> tuple[CourseView, ReactionView]:
    """A reaction of this very course."""
    course = course_of(course_id)
    told = review.reactions(session(), actor=actor(), course_id=course_id)
    one = next((r for r in told if r.id == reaction_id), None)
    if one is None:
        raise NotFound
    return course, one


def new_page(course: CourseView, problem: str = "") -> str:
    """The list of the phone, with the sessions after which it may have been."""
    held = [s for s in course.sessions if s.state in ("held", "reported") and s.held_on <= today()]
    shown = {"course": course, "problem": problem, "f": request.form, "today": today(), "sessions": held[::-1][:20]}
    return render_template("clinic/reaction_new.html", problems=reactions().problems, fresh=uuid4(), **shown)


def rate_page(course: CourseView, one: ReactionView, fields: Mapping[str, Any], problem: str = "") -> str:
    """What was told on the left, the rating on the right."""
    told = review.assessments(session(), actor=actor(), course_id=course.id)
    earlier = [a for a in told if a.reaction_id == one.id][::-1]
    shown = {"course": course, "one": one, "f": fields, "problem": problem, "earlier": earlier, "today": today()}
    return render_template("clinic/reaction.html", known=reactions(), fresh=uuid4(), **shown)


def fields_of(one: ReactionView) -> dict[str, Any]:
    """What the form's fields hold: the latest rating, else what the words of the report leave no doubt about."""
    if one.assessment is not None:
        return _fields(one.assessment)
    problem = reactions().problem(one.code)
    blank: dict[str, Any] = dict.fromkeys(("grade", "causality", "onset", "treated", "resolved_on", "action", "note"))
    return {**blank, "kind": problem.kind if problem else None, "serious": one.serious}


def _fields(a: AssessmentView) -> dict[str, Any]:
    treated = None if a.treated is None else "yes" if a.treated else "no"
    names = ("kind", "causality", "serious", "onset", "resolved_on", "action", "note")
    grade = None if a.grade is None else str(a.grade)
    return {name: getattr(a, name) for name in names} | {"treated": treated, "grade": grade}
