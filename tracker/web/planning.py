"""Planning: how often a course is treated, how many times and with what; the counter of visits of a whole clinic."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.science.scales import MODALITIES
from tracker.services import plan as plans
from tracker.services.errors import Refused
from tracker.services.plan import Kept
from tracker.services.views import CourseView
from tracker.web import forms, security
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor
from tracker.web.treatment import TREATS, course_of, status

blp = Blueprint("planning", __name__, url_prefix="/clinic")


@blp.get("/courses/<uuid:course_id>/plan")
@admits(*TREATS)
def plan(course_id: UUID) -> str:
    """The plan as it stands, and how it was kept."""
    course = course_of(course_id)
    return plan_page(course, fields_of(course))


@blp.post("/courses/<uuid:course_id>/plan")
@admits(*TREATS)
def change_plan(course_id: UUID) -> Response | tuple[str, int]:
    """Another plan, unless somebody else was faster."""
    course = course_of(course_id)
    try:
        plans.plan(
            session(),
            actor=actor(),
            course_id=course_id,
            planned_sessions=forms.integer("planned_sessions"),
            planned_per_week=forms.number("planned_per_week"),
            modalities=[m for m in MODALITIES if m in request.form.getlist("modality")],
            seen=forms.text("seen", 16),
        )
    except Refused as error:
        session().rollback()
        now = course_of(course_id)
        typed = {**fields_of(now), **request.form.to_dict(), "modality": request.form.getlist("modality")}
        return plan_page(now, {**typed, "seen": now.plan_version}, error.message), status(error)
    flash("Saved. The plan holds from now on.")
    return redirect(url_for("practitioner.course", course_id=course.id), 303)


@blp.post("/visit-counter")
@admits("clinic_admin")
def count_visits() -> Response:
    """Count visits in 90 days, or no longer, for the whole clinic."""
    on = forms.one_of("on", ("yes", "no")) == "yes"
    plans.count_visits(session(), actor=actor(), on=on)
    flash("Visits in 90 days are counted." if on else "Visits in 90 days are not counted any more.")
    return redirect(url_for("practitioner.roster"), 303)


def plan_page(course: CourseView, fields: Mapping[str, Any], problem: str = "") -> str:
    """The form with what was wrong."""
    counted = bool((security.clinic() or {}).get("counts_visits"))
    shown = {"course": course, "f": fields, "problem": problem, "modalities": MODALITIES, "counted": counted}
    return render_template("clinic/plan.html", **shown)


def fields_of(course: CourseView) -> dict[str, Any]:
    """What the form's fields hold."""
    per_week = course.planned_per_week
    return {
        "seen": course.plan_version,
        "planned_sessions": course.planned_sessions,
        "planned_per_week": None if per_week is None else f"{per_week:g}",
        "modality": course.planned_modalities,
    }


@blp.app_template_global()
def dose_of(course: CourseView) -> Kept:
    """Planned and held, for any page that shows a course."""
    return plans.kept(session(), actor=actor(), course_id=course.id)
