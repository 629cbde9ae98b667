"""Treatment: a session is written down in a few seconds, as the last one or otherwise; changed, merged, consented to.

Every form carries which state of the session it was opened on: two tabs never overwrite each other. A form sent twice
is one session, because its id follows from the course, the day and the number.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.evidence.beside import red_flags
from tracker.evidence.library import library
from tracker.science import needling as limits
from tracker.science.scales import MODALITIES
from tracker.services import clock, consent, log, repeat, review
from tracker.services.errors import Conflict, NotFound, Refused
from tracker.services.repeat import OPEN
from tracker.services.views import CourseView, SessionView
from tracker.services.visit import MOST_A_DAY, session_id
from tracker.storage import User
from tracker.storage.care import STATES
from tracker.web import forms, wording
from tracker.web.database import session
from tracker.web.desk import zone
from tracker.web.doors import admits
from tracker.web.security import actor

TREATS = ("practitioner", "clinic_admin")
NEW = "new"  # what a form saw that was opened before there was a session
SIDES = {"l": "left", "r": "right", "b": "both", "left": "left", "right": "right", "both": "both"}
SHORT = {"left": "l", "right": "r", "both": "b"}
STIMULATION = {"none": "none", "manual": "by hand", "electro": "by a current"}
PRODUCT = {"herbal": "herbal extract", "bee_venom": "bee venom", "other": "something else"}
NUMBERS = {"needles": True, "gauge_mm": False, "depth_mm": False, "retention_minutes": True}  # and whether whole
BEE_VENOM = ("park-2015-bee-venom", "bva-anaphylaxis-2022")

blp = Blueprint("treatment", __name__, url_prefix="/clinic/courses")


@blp.get("/<uuid:course_id>/sessions/new")
@admits(*TREATS)
def new(course_id: UUID) -> str:
    """A session to be written down: as the last one in one tap, or otherwise."""
    course = course_of(course_id)
    number = repeat.free(course.sessions, today())
    waiting = found(course, session_id(course_id, today(), number))
    was = repeat.last(course.sessions) if "again" in request.args else None
    fields = fields_of(waiting, was, number)
    return form_page(course, waiting, {**fields, "practitioner": own_name() or fields["practitioner"]})


@blp.post("/<uuid:course_id>/sessions/new")
@admits(*TREATS)
def add(course_id: UUID) -> Response | tuple[str, int]:
    """Write it down."""
    course = course_of(course_id)
    return written(course, None)


@blp.post("/<uuid:course_id>/sessions/repeat")
@admits(*TREATS)
def again(course_id: UUID) -> Response | tuple[str, int]:
    """The last one again, in one tap."""
    course = course_of(course_id)
    try:
        on, number = forms.day("on") or today(), forms.integer("number_that_day") or 1
        made = repeat.repeat(session(), actor=actor(), course_id=course_id, on=on, number=number)
    except Refused as error:
        session().rollback()
        return form_page(course, None, fields_of(None, None, 1), error.message), status(error)
    flash(saved(made))
    return back(course_id)


@blp.get("/<uuid:course_id>/sessions/<uuid:session_id>")
@admits(*TREATS)
def edit(course_id: UUID, session_id: UUID) -> str:
    """A session as it was written down, to be changed."""
    course = course_of(course_id)
    one = needed(course, session_id)
    return form_page(course, one, fields_of(one, None, one.number))


@blp.post("/<uuid:course_id>/sessions/<uuid:session_id>")
@admits(*TREATS)
def change(course_id: UUID, session_id: UUID) -> Response | tuple[str, int]:
    """Change it, unless somebody else was faster."""
    course = course_of(course_id)
    return written(course, needed(course, session_id))


@blp.post("/<uuid:course_id>/sessions/<uuid:session_id>/merge")
@admits(*TREATS)
def merge(course_id: UUID, session_id: UUID) -> Response | tuple[str, int]:
    """Two that were one visit."""
    course = course_of(course_id)
    one = needed(course, session_id)
    try:
        into = forms.needed("into", forms.uuid("into"), "Choose the session that stays.")
        log.merge(session(), actor=actor(), session_id=session_id, into=needed(course, into).id)
    except Refused as error:
        session().rollback()
        return form_page(course, one, fields_of(one, None, one.number), error.message), status(error)
    flash("Merged. The scores of both stand in the one that stays.")
    return back(course_id)


@blp.post("/<uuid:course_id>/consents")
@admits(*TREATS)
def agree(course_id: UUID) -> Response | tuple[str, int]:
    """What a person answered when asked about an injection."""
    course = course_of(course_id)
    try:
        log.consent(
            session(),
            actor=actor(),
            id=forms.uuid("id") or uuid4(),
            course_id=course_id,
            product=forms.needed("product", forms.one_of("product", limits.PRODUCTS), "Choose what would be injected."),
            answer=forms.needed("answer", forms.one_of("answer", limits.ANSWERS), "Choose what the person answered."),
            answered_on=forms.day("answered_on") or today(),
        )
    except Refused as error:
        session().rollback()
        return form_page(course, None, fields_of(None, None, 1), error.message), status(error)
    flash("Saved. The answer is written down with your name.")
    return redirect(url_for("treatment.new", course_id=course_id), 303)


def written(course: CourseView, one: SessionView | None) -> Response | tuple[str, int]:
    """Save what the form holds; a refusal shows it again as it was typed, and what stands there by now."""
    typed = {**fields_of(None, None, 1), **request.form.to_dict(), "modality": request.form.getlist("modality")}
    try:
        made = save(course, one)
    except Refused as error:
        session().rollback()
        stands = found(course_of(course.id), target(course, one))
        if isinstance(error, Conflict) and stands is not None:
            typed["seen"] = stands.version
            now_reads = f" It now reads: {told(stands)}. Save again to replace that with what stands below."
            return form_page(course, one, typed, error.message + now_reads), 409
        return form_page(course, one, typed, error.message), status(error)
    flash(saved(made))
    return back(course.id)


def save(course: CourseView, one: SessionView | None) -> SessionView:
    """One session from a form. A form opened before there was one may confirm what the phone or the plan made."""
    on, number = day(), one.number if one else forms.integer("number_that_day") or 1
    id = one.id if one else session_id(course.id, on, number)
    here, seen = found(course, id), forms.text("seen", 16) or NEW
    if here is not None and seen == NEW and here.state in OPEN and not repeat.written(here):
        seen = here.version
    return log.session(
        session(),
        actor=actor(),
        id=id,
        course_id=course.id,
        held_on=on,
        number=number,
        state=forms.one_of("state", STATES) or "held",
        modalities=[m for m in MODALITIES if m in request.form.getlist("modality")],
        note=forms.text("note"),
        seen=seen,
        minutes=forms.integer("minutes"),
        practitioner=forms.text("practitioner", 200),
        needling=needles(),
        product=forms.one_of("product", limits.PRODUCTS),
    )


def day() -> date:
    """The day of the form, today unless another is named."""
    return forms.day("on") or today()


def target(course: CourseView, one: SessionView | None) -> UUID | None:
    """The session a form speaks of; None where it cannot be told."""
    if one is not None:
        return one.id
    try:
        return session_id(course.id, day(), forms.integer("number_that_day") or 1)
    except Refused:
        return None


def needles() -> dict[str, Any] | None:
    """The record of needling as the form has it, every fault with its name."""
    made: dict[str, Any] = {"points": points(forms.text("points") or "")}
    for name, whole in NUMBERS.items():
        made[name] = forms.integer(name) if whole else forms.number(name)
    made["stimulation"] = forms.one_of("stimulation", limits.STIMULATIONS)
    made |= {name: forms.text(name, limits.LONGEST_WORDS) for name in ("stimulation_words", "response")}
    return made if any(made.values()) or any(made[name] == 0 for name in NUMBERS) else None


def points(typed: str) -> list[dict[str, str]]:
    """ST36 b, LI4 l, GV20: the side is the last word, where it is one."""
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", typed))):
        *name, end = part.split()
        side = SIDES.get(end.lower()) if name else None
        found.append({"name": " ".join(name) if side else part, "side": side or "none"})
    return found


def fields_of(one: SessionView | None, was: SessionView | None, number: int) -> dict[str, Any]:
    """What the form's fields hold: a session's own words, else those of the session that is done again."""
    of = was if was is not None and (one is None or not repeat.written(one)) else one
    needling: Mapping[str, Any] = (of.needling if of else None) or {}
    return {
        "seen": one.version if one else NEW,
        "on": one.held_on.isoformat() if one else today().isoformat(),
        "number_that_day": number,
        "state": one.state if one and one.state not in OPEN else "held",
        "modality": list(of.modalities) if of else [],
        "minutes": of.minutes if of else None,
        "practitioner": of.practitioner if of else None,
        "product": of.product if of else None,
        "note": one.note if one else None,
        "points": ", ".join(map(point, needling.get("points", ()))),
        **{name: needling.get(name) for name in (*NUMBERS, "stimulation", "stimulation_words", "response")},
    }


def point(one: Mapping[str, str]) -> str:
    """ST36 b."""
    return " ".join(filter(None, (one["name"], SHORT.get(one["side"]))))


def form_page(course: CourseView, one: SessionView | None, fields: Mapping[str, Any], problem: str = "") -> str:
    """The form, with what is done in one tap above it and what was wrong."""
    answers = review.consents(session(), actor=actor(), course_id=course.id)
    return render_template(
        "clinic/session.html",
        course=course,
        one=one,
        f=fields,
        problem=problem,
        folded=not any(fields[name] for name in (*NUMBERS, "points", "stimulation", "stimulation_words", "response")),
        modalities=MODALITIES,
        stimulation=STIMULATION,
        product=PRODUCT,
        limits=limits,
        agreed={name: consent.answer_on(answers, name, today()) for name in limits.PRODUCTS},
        answers=[answer for answer in answers if answer.effective],
        warning=next(flag for flag in red_flags() if flag.id == "anaphylaxis"),
        rates=[record for id in BEE_VENOM if (record := library().get(id)) and record.renders],
        others=others(course, one),
        today=today(),
        fresh=uuid4(),
    )


@blp.app_template_global()
def repeating(course: CourseView) -> dict[str, Any]:
    """What the button that repeats the last session needs, on this page and on the course's own."""
    on = today()
    number = repeat.free(course.sessions, on)
    last = repeat.last(course.sessions, (on, number))
    there = [s for s in course.sessions if s.held_on == on and s.state == "held"]
    return {"last": last, "told": told(last) if last else "", "on": on, "number": number, "there": there}


def others(course: CourseView, one: SessionView | None) -> list[SessionView]:
    """The sessions with which one may be merged, the nearest first."""
    if one is None or one.merged_into is not None:
        return []
    rest = [s for s in course.sessions if s.id != one.id and s.merged_into is None]
    return sorted(rest, key=lambda s: (abs((s.held_on - one.held_on).days), s.number))[:MOST_A_DAY]


def told(one: SessionView) -> str:
    """acupuncture, cupping · ST36 b, LI4 l · 12 needles, 0.25 mm, 5.7 mm deep, for 20 minutes · 45 minutes · Dr Cho."""
    n: Mapping[str, Any] = one.needling or {}
    said = (
        ", ".join(map(wording.plain, one.modalities)),
        PRODUCT[one.product] if one.product else "",
        ", ".join(map(point, n.get("points", ()))),
        ", ".join(_needles(n)),
        f"{one.minutes} minutes" if one.minutes else "",
        one.practitioner or "",
    )
    return " · ".join(filter(None, said)) or "nothing was written down"


def _needles(n: Mapping[str, Any]) -> list[str]:
    """The numbers of a record of needling, in words."""
    words = {
        "needles": "{:g} needles",
        "gauge_mm": "{:g} mm thick",
        "depth_mm": "{:g} mm deep",
        "retention_minutes": "left for {:g} minutes",
    }
    return [*(words[name].format(n[name]) for name in words if name in n), *_stimulated(n)]


def _stimulated(n: Mapping[str, Any]) -> list[str]:
    how = n.get("stimulation")
    return [f"stimulated {STIMULATION[how]}"] if how in ("manual", "electro") else []


def saved(made: SessionView) -> Markup:
    """The words after saving, with the way to change it; the cookie that carries them tells nothing of a person."""
    href = url_for("treatment.edit", course_id=made.course_id, session_id=made.id)
    return Markup('Saved. <a href="{}">Change it</a>').format(href)


def status(error: Refused) -> int:
    """409 for what somebody else changed, 422 for what does not fit."""
    return 409 if isinstance(error, Conflict) else 422


def back(course_id: UUID) -> Response:
    """To the course."""
    return redirect(url_for("practitioner.course", course_id=course_id), 303)


def course_of(course_id: UUID) -> CourseView:
    """One course of this clinic."""
    return review.course(session(), actor=actor(), course_id=course_id)


def found(course: CourseView, id: UUID | None) -> SessionView | None:
    """A session of the course."""
    return next((s for s in course.sessions if s.id == id), None)


def needed(course: CourseView, id: UUID) -> SessionView:
    """A session of the course; NotFound for what is not there."""
    one = found(course, id)
    if one is None:
        raise NotFound
    return one


def own_name() -> str | None:
    """The name of whoever treats."""
    row = session().get(User, actor().id)
    return row.name if row and actor().role == "practitioner" else None


def today() -> date:
    """The clinic's date."""
    return clock.now().astimezone(zone()).date()
