"""Clinic: the summary of many courses, and the desk where patients come in."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request

from tracker import tongue
from tracker.science.scales import CHRONICITIES, CONDITIONS, SIDES
from tracker.science.windows import MONTHS
from tracker.services import access, clock, enrol, overview, proof, setting, summarise
from tracker.services.errors import Refused
from tracker.web import desk, forms, gallery, wording
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.gallery import Question
from tracker.web.security import actor

blp = Blueprint("clinic", __name__, url_prefix="/clinic")


@blp.get("/summary")
@admits("practitioner", "clinic_admin")
def summary() -> str:
    """What came of many courses: words, figures, each with its table and its denominators."""
    asked = Question.of(request.args)
    made = overview.overview(session(), actor=actor(), **asked.filters())
    about = {"instrument": asked.instrument, "condition": asked.condition}
    scored = summarise.instruments(session(), actor=actor(), condition=asked.condition)
    choices = {"conditions": CONDITIONS, "instruments": scored, "months": MONTHS}
    may = overview.choices(session(), actor=actor(), **about)
    return render_template("clinic/summary.html", asked=asked, may=may, **choices, **gallery.of(made, asked))


@blp.get("/summary/change.json")
@admits("practitioner", "clinic_admin")
def change() -> dict[str, Any]:
    """The figure that stands for all groups together, for Plotly."""
    made = overview.overview(session(), actor=actor(), **Question.of(request.args).filters())
    return gallery.change(made).json()


@blp.get("/people")
@admits("front_desk", "clinic_admin")
def people() -> str:
    """Enrol a patient; staff come in under Settings."""
    return people_page()


@blp.post("/people/patients")
@admits("front_desk", "clinic_admin")
def enrol_patient() -> str | tuple[str, int]:
    """Code, condition, place; the answer is the QR code that the patient's phone opens."""
    try:
        patient_id = enrolled()
    except Refused as error:
        return refused(error)
    return desk.qr_page(patient_id)


@blp.post("/people/patients/<uuid:patient_id>/code")
@admits("front_desk", "practitioner", "clinic_admin")
def show_code(patient_id: UUID) -> str:
    """A code with which the patient, who stands here, may share or erase their own data; shown once."""
    return render_template("clinic/code.html", code=proof.code(session(), actor=actor(), patient_id=patient_id))


def refused(error: Refused) -> tuple[str, int]:
    """The page with what was wrong and everything that was typed."""
    session().rollback()
    return people_page(problem=error.message, typed=request.form), 422


def enrolled() -> UUID:
    """A patient with a course."""
    code = forms.needed("code", forms.text("code", 64), "Write the patient's code.")
    condition = forms.needed("condition", forms.one_of("condition", CONDITIONS), "Choose a condition.")
    site, side = forms.text("site", 64), forms.one_of("side", SIDES) or "none"
    course = {
        "places": [(wording.site(site), side)] if site or side != "none" else [],
        "onset_on": forms.day("onset_on"),
        "chronicity": forms.one_of("chronicity", CHRONICITIES),
        "practitioner": forms.text("practitioner", 200),
        "planned_sessions": forms.integer("planned_sessions"),
        "planned_per_week": forms.number("planned_per_week"),
    }
    ids = forms.uuid("patient_id") or uuid4(), forms.uuid("course_id") or uuid4()
    initials = forms.text("initials", 16) or ""
    language = forms.one_of("language", tuple(tongue.LANGUAGES)) or setting.languages(session(), actor=actor())[0]
    person = enrol.enrol_patient(session(), actor=actor(), id=ids[0], code=code, initials=initials, language=language)
    enrol.open_course(session(), actor=actor(), id=ids[1], patient_id=person.id, condition=condition, **course)
    return person.id


def people_page(**more: Any) -> str:
    """The form, with ids of its own, so that sending twice enrols once."""
    ids = {"patient_id": forms.uuid("patient_id") or uuid4(), "course_id": forms.uuid("course_id") or uuid4()}
    choices = {"conditions": CONDITIONS, "sides": SIDES, "chronicities": CHRONICITIES}
    choices["offered"] = setting.languages(session(), actor=actor())
    waiting, count = access.unjoined(session(), actor=actor())
    told = {"waiting": waiting, "waiting_count": count, "now": clock.now(), "typed": {}}
    return render_template("clinic/people.html", ids=ids, **choices, **(told | more))
