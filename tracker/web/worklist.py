"""Work list: who needs somebody, why, since when; the forms that close an item or enter what was said on a call."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.charts import phrases
from tracker.science.worklist import REASONS
from tracker.services import worklist
from tracker.services.errors import Conflict, NotFound, Refused
from tracker.services.worklist import Answer
from tracker.storage.work import RESOLUTIONS
from tracker.web import forms, work_words
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.practitioner import today, zone
from tracker.web.security import actor

PAGE, PAST = 50, 50  # open and resolved items on one page

blp = Blueprint("work", __name__, url_prefix="/clinic/worklist")


@blp.get("")
@admits("practitioner", "clinic_admin")
def page() -> str:
    """Open items, and below them those resolved lately; the address holds filters, never a person."""
    return list_page(_filters(request.args))


@blp.post("")
@admits("practitioner", "clinic_admin")
def further() -> str:
    """The next page of the same."""
    return list_page(_filters(request.form), forms.text("after", 64))


@blp.post("/<uuid:item_id>/resolve")
@admits("practitioner", "clinic_admin")
def resolve(item_id: UUID) -> Response | tuple[str, int]:
    """What was done, in one tap and perhaps a note."""

    def close() -> None:
        worklist.item(session(), actor=actor(), id=item_id)  # what is not there answers so, whatever the form holds
        done = forms.needed("resolution", forms.one_of("resolution", RESOLUTIONS), "Choose what was done.")
        worklist.resolve(session(), actor=actor(), id=item_id, resolution=done, note=forms.text("note"))

    return _written(close, "Closed. Who closed it and when is kept.")


@blp.post("/<uuid:item_id>/answer")
@admits("practitioner", "clinic_admin")
def answer(item_id: UUID) -> Response | tuple[str, int]:
    """The number somebody said on the phone."""

    def enter() -> None:
        item = worklist.item(session(), actor=actor(), id=item_id)
        said = [(place, forms.integer(f"value-{n}")) for n, place in enumerate(item.places)]
        given = [Answer(place, value) for place, value in said if value is not None]
        worklist.answer(session(), actor=actor(), id=item_id, answers=given, note=forms.text("note"))

    return _written(enter, "Saved, marked as entered with help. The call is closed.")


def _written(write: Any, said: str) -> Response | tuple[str, int]:
    """Write what a form holds and show the list again; a refusal stands above it."""
    asked = _filters(request.form)
    try:
        write()
    except NotFound:
        raise
    except Refused as error:
        session().rollback()
        return list_page(asked, problem=error.message), 409 if isinstance(error, Conflict) else 422
    flash(said)
    course_id = forms.uuid("back")
    if course_id:
        return redirect(url_for("practitioner.course", course_id=course_id), 303)
    return redirect(url_for("work.page", reason=asked["reason"], practitioner=asked["practitioner"]), 303)


def list_page(asked: dict[str, str | None], after: str | None = None, **more: Any) -> str:
    """One page of the work list."""
    chosen: dict[str, Any] = {"practitioner": asked["practitioner"], "reason": asked["reason"]}
    now = worklist.listed(session(), actor=actor(), after=after, size=PAGE, **chosen)
    past = worklist.listed(session(), actor=actor(), state="resolved", size=PAST, **chosen) if not after else None
    return render_template(
        "clinic/worklist.html",
        lines=[work_words.told(item, today()) for item in now.rows],
        past=[work_words.told(item, today()) for item in past.rows] if past else [],
        past_more=bool(past and past.next),
        next=now.next,
        first=after is None,
        asked=asked,
        reasons=work_words.REASON,
        done=work_words.RESOLUTION,
        **more,
    )


def _filters(given: Any) -> dict[str, str | None]:
    """What the address or a form asks for; what nobody knows asks for nothing."""
    reason = given.get("reason")
    words = (given.get("practitioner") or "").strip()[:200]
    return {"reason": reason if reason in REASONS else None, "practitioner": words or None}


@blp.app_template_filter("minutes")
def minutes(moment: datetime) -> str:
    """12 May 2026, 14:05, where the clinic is."""
    local = moment.astimezone(zone())
    return f"{phrases.day(local.date())}, {local:%H:%M}"
