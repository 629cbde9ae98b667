"""Beside: what else a person takes or receives during a course, and the dated events that end a benefit."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.science.exposures import LONGEST_LABEL, MEDICINES
from tracker.science.milestones import MILESTONES
from tracker.science.scales import MODALITIES
from tracker.services import log, review
from tracker.services.errors import NotFound, Refused
from tracker.services.views import CoTreatmentView, CourseView, MilestoneView
from tracker.web import forms, wording
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor
from tracker.web.treatment import TREATS, course_of, status, today

OTHER = "other:"

blp = Blueprint("beside", __name__, url_prefix="/clinic/courses")


@blp.get("/<uuid:course_id>/beside")
@admits(*TREATS)
def page(course_id: UUID) -> str:
    """Everything that goes on beside the course, and the forms to write more down."""
    return beside_page(course_of(course_id))


@blp.post("/<uuid:course_id>/co-treatments")
@admits(*TREATS)
def add(course_id: UUID) -> Response | tuple[str, int]:
    """Another treatment or medicine."""
    return done(course_id, enter, "Saved.")


@blp.post("/<uuid:course_id>/co-treatments/<uuid:co_treatment_id>")
@admits(*TREATS)
def change(course_id: UUID, co_treatment_id: UUID) -> Response | tuple[str, int]:
    """It ended on a day, or was entered by mistake; the earlier row is kept."""
    old = standing(review.co_treatments(session(), actor=actor(), course_id=course_id), co_treatment_id)
    back = "take_back" in request.form
    said = "Taken back. The old entry is kept." if back else "Saved. It has ended."
    return done(course_id, lambda id: end(id, old), said)


@blp.post("/<uuid:course_id>/milestones")
@admits(*TREATS)
def happened(course_id: UUID) -> Response | tuple[str, int]:
    """Surgery, an injection, an opioid and the like."""
    return done(course_id, tell, "Saved.")


@blp.post("/<uuid:course_id>/milestones/<uuid:milestone_id>")
@admits(*TREATS)
def take_back(course_id: UUID, milestone_id: UUID) -> Response | tuple[str, int]:
    """It was told by mistake; it counts no longer and is kept."""
    old = standing(review.milestones(session(), actor=actor(), course_id=course_id), milestone_id)
    return done(course_id, lambda id: retract(id, old), "Taken back. The old entry is kept.")


def done(course_id: UUID, write: Callable[[UUID], Any], said: str) -> Response | tuple[str, int]:
    """Write what a form holds; a refusal shows the page again with what was typed."""
    course = course_of(course_id)
    try:
        write(course_id)
    except Refused as error:
        session().rollback()
        return beside_page(course, error.message), status(error)
    flash(said)
    return redirect(url_for("beside.page", course_id=course_id), 303)


def enter(course_id: UUID) -> None:
    """What the form says: a modality, a class of medicines, or something by its name."""
    what = forms.needed("what", forms.text("what", 50), "Choose what it is.")
    kind, _, code = what.partition(":")
    log.co_treatment(
        session(),
        actor=actor(),
        id=forms.uuid("id") or uuid4(),
        course_id=course_id,
        kind=kind,
        code=code or None,
        label=forms.text("label", LONGEST_LABEL),
        begun_on=forms.needed("begun_on", forms.day("begun_on"), "Write the first day."),
        ended_on=forms.day("ended_on"),
        note=forms.text("note"),
    )


def end(course_id: UUID, old: CoTreatmentView) -> None:
    """Another row that names the old one."""
    back = "take_back" in request.form
    ended = old.ended_on if back else forms.needed("ended_on", forms.day("ended_on"), "Write the last day.")
    same = {name: getattr(old, name) for name in ("kind", "code", "label", "begun_on", "note")}
    more = {"ended_on": ended, "supersedes": old.id, "retracted": back}
    log.co_treatment(session(), actor=actor(), id=forms.uuid("id") or uuid4(), course_id=course_id, **same, **more)


def tell(course_id: UUID) -> None:
    """What the form says happened."""
    code = forms.needed("code", forms.one_of("code", MILESTONES), "Choose what happened.")
    on = forms.needed("happened_on", forms.day("happened_on"), "Write the day.")
    id = forms.uuid("id") or uuid4()
    log.milestone(session(), actor=actor(), id=id, course_id=course_id, code=code, happened_on=on)


def retract(course_id: UUID, old: MilestoneView) -> None:
    """Another row that takes the old one back."""
    told = {"code": old.code, "happened_on": old.happened_on, "supersedes": old.id, "retracted": True}
    log.milestone(session(), actor=actor(), id=forms.uuid("id") or uuid4(), course_id=course_id, **told)


def standing(rows: Any, id: UUID) -> Any:
    """The row a form is about, also one that is corrected by now: sending again must be a replay."""
    one = next((row for row in rows if row.id == id), None)
    if one is None:
        raise NotFound
    return one


def beside_page(course: CourseView, problem: str = "") -> str:
    """What stands, and the forms."""
    at: dict[str, Any] = {"actor": actor(), "course_id": course.id}
    taken = [one for one in review.co_treatments(session(), **at) if one.effective]
    told = [one for one in review.milestones(session(), **at) if one.effective and one.code in MILESTONES]
    return render_template(
        "clinic/beside.html",
        course=course,
        problem=problem,
        f=request.form,
        taken=taken,
        events=told,
        choices=choices(),
        milestones=MILESTONES,
        today=today(),
        fresh=uuid4,
    )


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with what can be chosen under each."""
    return [
        ("Treatment", [(f"modality:{code}", wording.plain(code)) for code in MODALITIES]),
        ("Medicine", [(f"medicine:{code}", wording.MEDICINE[code]) for code in MEDICINES]),
        ("Something else", [(OTHER, "by its name below")]),
    ]


@blp.app_template_global()
def taken_beside(course: CourseView) -> list[CoTreatmentView]:
    """What else was taken or received, for any page that shows a course."""
    found = review.co_treatments(session(), actor=actor(), course_id=course.id)
    return [one for one in found if one.effective]
