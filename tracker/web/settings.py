"""Settings: what an admin sets for the whole clinic, its own instruments, and the records that are past their time."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import tongue
from tracker.science.scales import INSTRUMENTS, RESPONDER, Instrument
from tracker.services import declare, retention, setting
from tracker.services.errors import Conflict, Refused
from tracker.services.setting import Settings
from tracker.web import forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, lately

LONGEST_SCORE = 12  # characters of a number in the form of an instrument

blp = Blueprint("settings", __name__, url_prefix="/clinic/settings")


@blp.get("")
@admits("clinic_admin")
def clinic() -> str:
    """What is set."""
    return page()


@blp.post("")
@admits("clinic_admin")
def save() -> Response | tuple[str, int]:
    """Set it; whoever was slower than another admin sees what holds now and is told."""
    try:
        told = sent()
        setting.change(session(), actor=actor(), told=told, seen=forms.text("seen", 16))
    except Refused as error:
        session().rollback()
        changed = isinstance(error, Conflict)
        return page(problem=error.message, typed=None if changed else typed()), 409 if changed else 422
    flash("Saved.")
    return redirect(url_for("settings.clinic"), 303)


@blp.post("/expired")
@admits("clinic_admin")
def erase() -> Response | tuple[str, int]:
    """Erase the records that stood on the page."""
    lately()
    try:
        sure, seen = "sure" in request.form, forms.text("seen", 16) or ""
        count = retention.erase(session(), actor=actor(), seen=seen, sure=sure)
    except Refused as error:
        session().rollback()
        return page(problem=error.message), 409 if isinstance(error, Conflict) else 422
    flash(f"Erased: {count} {'record' if count == 1 else 'records'}.")
    return redirect(url_for("settings.clinic"), 303)


@blp.get("/instruments")
@admits("clinic_admin")
def instruments() -> str:
    """The house list, and what the clinic declared."""
    return instruments_page()


@blp.post("/instruments")
@admits("clinic_admin")
def declare_one() -> Response | tuple[str, int]:
    """An instrument of the clinic's own; the same again changes nothing."""
    try:
        made = declare.declare(session(), actor=actor(), instrument=declared())
    except Refused as error:
        session().rollback()
        return instruments_page(problem=error.message, typed=request.form), 409 if isinstance(error, Conflict) else 422
    flash(f"{made.code} is one of the clinic's instruments.")
    return redirect(url_for("settings.instruments"), 303)


def sent() -> Settings:
    """The form, read strictly."""
    usual = forms.needed("language", forms.one_of("language", tuple(tongue.LANGUAGES)), "Choose the usual language.")
    offered = set(request.form.getlist("languages")) | {usual}
    hours = {
        name: forms.needed(name, forms.integer(name), "Choose an hour.")
        for name in ("hour", "quiet_from", "quiet_until")
    }
    return Settings(
        name=forms.text("name", 200) or "",
        emergency_number=forms.text("emergency_number", 32) or "",
        languages=(usual, *(code for code in tongue.LANGUAGES if code in offered - {usual})),
        keep_years=forms.integer("keep_years"),
        **hours,
    )


def typed() -> dict[str, Any]:
    """What was typed, for the form that comes back."""
    told = request.form.to_dict()
    return {**told, "languages": [told.get("language"), *request.form.getlist("languages")]}


def page(problem: str = "", typed: dict[str, Any] | None = None) -> str:
    """The form as it stands, or as it was typed."""
    now = setting.settings(session(), actor=actor())
    past = retention.past(session(), actor=actor())
    shown = {"f": typed or {**asdict(now), "language": now.languages[0], "seen": now.version}, "past": past}
    return render_template("clinic/settings.html", problem=problem, years=setting.KEPT_YEARS, **shown)


def declared() -> Instrument:
    """The instrument's form, read strictly; a blank limit is none."""
    limits: dict[str, Any] = {name: score(name) for name in ("min_baseline", "points", "worse_points")}
    share = score("responder")
    return Instrument(
        code=forms.needed("code", forms.text("code", 64), "Write a code."),
        minimum=forms.needed("minimum", score("minimum"), "Write the least score."),
        maximum=forms.needed("maximum", score("maximum"), "Write the greatest score."),
        better="higher" if forms.one_of("better", ("lower", "higher")) == "higher" else "lower",
        version=forms.text("version", 16) or "1",
        whole="whole" in request.form,
        recall=forms.text("recall", 64) or "now",
        responder=RESPONDER if share is None else share / 100,
        name=forms.text("name", 200),
        source=forms.text("source"),
        **limits,
    )


def score(name: str) -> float | None:
    """A number that may be negative or have decimals; None where the field is blank."""
    typed = forms.text(name, LONGEST_SCORE)
    try:
        return None if typed is None else float(typed)
    except ValueError:
        raise forms.wrong(name, "not_a_number", "Write a number.") from None


def instruments_page(**more: Any) -> str:
    """The list and the form."""
    known = declare.known(session(), actor=actor())
    return render_template("clinic/instruments.html", known=known, house=INSTRUMENTS, **({"typed": {}} | more))
