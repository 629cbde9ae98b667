"""Kiosk: the clinic's tablet goes into a patient's hands and comes back.

Handing over ends the staff's session in that browser and takes what it had cached: nothing of the staff's pages is left
to go back to. The tablet keeps one cookie of its own, which opens no page but /kiosk.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.services import kiosk as service
from tracker.services.errors import Locked, Refused
from tracker.web import account, forms, scripts
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, actor_or_none

STAFF = ("front_desk", "practitioner", "clinic_admin")

blp = Blueprint("kiosk", __name__)


@blp.get("/clinic/kiosk/<uuid:course_id>/<uuid:session_id>")
@admits(*STAFF)
def ask(course_id: UUID, session_id: UUID) -> str:
    """The code with which the tablet comes back, and *Hand over*."""
    return ask_page(course_id, session_id)


@blp.post("/clinic/kiosk/<uuid:course_id>/<uuid:session_id>")
@admits(*STAFF)
def hand_over(course_id: UUID, session_id: UUID) -> Response | tuple[str, int]:
    """The staff's session ends in this browser; what follows is the patient's page."""
    at: dict[str, Any] = {"course_id": course_id, "session_id": session_id}
    service.open_asks(session(), actor=actor(), **at)
    try:
        token = service.hand_over(session(), actor=actor(), code=forms.text("code") or "", **at)
    except Refused as error:
        session().rollback()
        return ask_page(course_id, session_id, error.message), 422
    account.leave()
    answer = redirect(url_for("kiosk.page"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'  # the staff's pages, those kept for the back button too
    return keep(answer, token)


@blp.get("/kiosk")
@admits("anonymous")
def page() -> str | Response:
    """The patient's page and, when it has forgotten the patient, the field for the staff's code. It holds no data."""
    if actor_or_none() is not None:
        return redirect(url_for("home.index"), 303)
    return kiosk_page()


@blp.post("/kiosk/back")
@admits("anonymous")
def take_back() -> Response | tuple[str, int]:
    """The staff's code: whoever handed the tablet over is signed in again."""
    try:
        code = forms.text("code") or ""
        signed = service.take_back(session(), token=token(), code=code, source=request.remote_addr)
    except Locked as error:
        session().rollback()
        return kiosk_page(error.message), 422
    g.pop("actor", None)
    answer = account.enter(signed)
    answer.headers["Location"] = url_for("today.page")
    answer.delete_cookie(cookie_name(), path="/", secure=current_app.config["SETTINGS"].tls, httponly=True)
    return answer


def ask_page(course_id: UUID, session_id: UUID, problem: str = "") -> str:
    """Whose visit it is, what will be asked, and the code."""
    asks = service.open_asks(session(), actor=actor(), course_id=course_id, session_id=session_id)
    return render_template(
        "clinic/hand_over.html", course_id=course_id, session_id=session_id, asks=asks, problem=problem
    )


def kiosk_page(problem: str = "") -> str:
    """The same bytes for everybody, but for what was wrong with a code."""
    return render_template("kiosk.html", problem=problem, modules=scripts.modules(starts=("js/kiosk.js",)))


def token() -> str | None:
    """The tablet's key."""
    return request.cookies.get(cookie_name())


def cookie_name() -> str:
    """`__Host-` where TLS allows."""
    return "__Host-kiosk" if current_app.config["SETTINGS"].tls else "kiosk"


def keep(answer: Response, token: str) -> Response:
    """Give the tablet its key, for a working day; no other site can make it send one."""
    tls = current_app.config["SETTINGS"].tls
    lasting = service.BACK_FOR
    answer.set_cookie(cookie_name(), token, max_age=lasting, path="/", secure=tls, httponly=True, samesite="Strict")
    return answer
