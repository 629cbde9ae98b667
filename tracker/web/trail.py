"""Trail: who did what, for the clinic's admin. An address holds ids and days; a patient's code travels in a form."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from tracker.exports import text
from tracker.services import trail
from tracker.services.errors import NotFound
from tracker.services.trail import EventView, Wanted
from tracker.web import cursor, desk, forms
from tracker.web.acts import ACTS, act
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, lately

COLUMNS = (
    *("at", "kind", "who", "role", "patient", "action"),
    *("subject", "subject_id", "subject_name", "detail", "source"),
)
KIND = {"patient": "the patient", "device": "a helper's phone", "operator": "whoever runs this system"}

blp = Blueprint("trail", __name__, url_prefix="/clinic/trail")


@blp.get("")
@admits("clinic_admin")
def page() -> str:
    """The newest events that fit, a page at a time."""
    return _page(asked(request.args), cursor.opened(request.args.get("after")))


@blp.post("")
@admits("clinic_admin")
def show() -> Answer | tuple[str, int]:
    """The filters, a patient's code among them; the address that follows names the patient by id."""
    code = forms.text("code", 64)
    wanted = asked(request.form)
    try:
        known = trail.patient(session(), actor=actor(), code=code) if code else None
    except NotFound as error:
        return _page(wanted, None, problem=error.message, typed=code), 422
    return redirect(
        url_for("trail.page", **address(wanted if known is None else replace(wanted, patient_id=known))), 303
    )


@blp.get("/trail.csv")
@admits("clinic_admin")
def file() -> Response:
    """All that fit as CSV, streamed; cells are safe from formulas."""
    lately()
    events = trail.export(session(), actor=actor(), wanted=asked(request.args))
    zone = desk.zone()
    lines = (piece.encode() for piece in text.lines(COLUMNS, (row(event, zone) for event in events)))
    answer = Response(stream_with_context(lines), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=trail.csv"
    return answer


def asked(told: Mapping[str, str]) -> Wanted:
    """From an address or a form; what is unknown counts as not asked, but a patient that is no id is nobody."""
    by = told.get("by") or None
    chosen = by if by in (trail.PATIENTS, trail.OPERATOR) else _id(by)
    action = told.get("action")
    person = told.get("patient")
    return Wanted(
        patient_id=(_id(person) or UUID(int=0)) if person else None,
        by=chosen,
        action=action if action in ACTS else None,
        day=_day(told.get("day")),
    )


def address(wanted: Wanted) -> dict[str, Any]:
    """What an address holds."""
    told = {"patient": wanted.patient_id, "by": wanted.by, "action": wanted.action, "day": wanted.day}
    return {name: str(value) for name, value in told.items() if value is not None}


def row(event: EventView, zone: ZoneInfo) -> tuple[Any, ...]:
    """One line of the file."""
    detail = json.dumps(event.detail, ensure_ascii=False, sort_keys=True) if event.detail else None
    subject_id = str(event.subject_id) if event.subject_id else None
    about = (event.patient, event.action, event.subject, subject_id, event.named, detail, event.source)
    return (event.at.astimezone(zone).isoformat(), event.kind, event.who, event.role, *about)


def who(event: EventView) -> str:
    """By whom: a name, or what they are."""
    if event.kind in ("staff", "token"):
        return event.who or "somebody"
    return KIND[event.kind]


def details(told: Mapping[str, Any]) -> Iterator[str]:
    """The words of the act, a line each; what is empty is left out."""
    for name, value in told.items():
        if isinstance(value, dict):
            yield from details(value)
        elif value not in ([], ""):
            yield f"{name.replace('_', ' ')}: {said(value)}"


def said(value: Any) -> str:
    """A value of the trail as people read it."""
    plain = {None: "nothing", True: "yes", False: "no"}
    if value is None or isinstance(value, bool):
        return plain[value]
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _page(wanted: Wanted, after: str | None, **more: Any) -> str:
    found = trail.page(session(), actor=actor(), wanted=wanted, after=after)
    one = wanted.patient_id
    person = trail.code_of(session(), actor=actor(), patient_id=one) if one else None
    choices = {"doers": trail.doers(session(), actor=actor()), "acts": sorted(ACTS.items(), key=lambda a: a[1])}
    told = {"wanted": wanted, "person": person, "filters": address(wanted), "next": cursor.sealed(found.next)}
    told |= {"who_did": who, "details": details, "act": act, "first": after is None}
    return render_template("clinic/trail.html", events=found.events, **choices, **told, **more)


def _id(told: str | None) -> UUID | None:
    try:
        return UUID(told) if told else None
    except ValueError:
        return None


def _day(told: str | None) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        return None
