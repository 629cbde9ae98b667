"""Errors: every refusal in one shape, application/problem+json (RFC 9457) for programs and a plain page for people.

The only place that knows status codes. Nothing here repeats a value that was sent.
"""

import logging
import traceback
from typing import Any

from flask import Flask, Response, g, redirect, render_template, request
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as WerkzeugResponse

from tracker import tongue
from tracker.services.errors import (
    Conflict,
    Invalid,
    Locked,
    NotAllowed,
    NotFound,
    Refused,
    SignInNeeded,
    TooMany,
    Unready,
)
from tracker.tongue import _, english
from tracker.web.database import session
from tracker.web.json import dumps
from tracker.web.security import by_the_shell

log = logging.getLogger("tracker.errors")

STATUS: dict[type[Refused], int] = {
    SignInNeeded: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Locked: 423,
    TooMany: 429,
    Unready: 503,
    Refused: 422,
}
RETRY = {401: "sign-in", 403: "never", 404: "never", 405: "never", 429: "later", 500: "later", 503: "later"}
WAIT = {429: "3600", 503: "5"}  # seconds, for Retry-After
ELSEWHERE = ("which_person", "not_here", "pin_needed")  # the shell asks whom it is for, or for the PIN
PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")
SAID = {
    400: english("The request could not be read."),
    401: english("Please sign in."),
    403: english("You may not do this."),
    404: english("There is nothing here."),
    405: english("This address does not take that method."),
    413: english("The request is too large."),
    415: english("Send application/json."),
    500: english("Something went wrong on our side. Nothing was saved by this request."),
    503: english("The tracker cannot save at the moment. Please try again soon."),
}

BARE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{detail}</p><p>{help}</p></html>"""
TITLES = {
    404: english("This page is not here"),
    403: english("This page is not for you"),
    503: english("Not just now"),
}
ELSE = english("That did not go through")


def problem(
    status: int, code: str, message: str, *, retry: str | None = None, errors: list[dict[str, Any]] | None = None
) -> Response | WerkzeugResponse:
    """One refusal, dressed for whoever asked."""
    body = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES[status],
        "status": status,
        "code": code,
        "detail": message,
        "request_id": g.get("request_id", ""),
        "errors": errors or [],
        "retry": retry or RETRY.get(status, "fix"),
    }
    answer = _for_programs(body) if for_programs() else _for_people(body)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer" if "Authorization" in request.headers else "Cookie"
    if status in WAIT:
        answer.headers["Retry-After"] = WAIT[status]
    return answer


def for_programs() -> bool:
    """Whether the answer is read by a program; the shell that asks for a part of a page is one."""
    asked = request.accept_mimetypes.best == "application/json" or by_the_shell()
    return request.path.startswith(PROGRAMS) or asked


def _for_programs(body: dict[str, Any]) -> Response:
    return Response(dumps(body), body["status"], content_type="application/problem+json")


def _for_people(body: dict[str, Any]) -> Response | WerkzeugResponse:
    if request.method in {"GET", "HEAD"}:
        if body["status"] == 401:
            return redirect("/sign-in", 303)
        if body["code"] in ELSEWHERE:
            return redirect("/app", 303)
    return Response(_page(body), body["status"])


def _page(body: dict[str, Any]) -> str:
    title = _(TITLES.get(body["status"], ELSE))
    try:
        return render_template("error.html", problem=body, title=title)
    except Exception as again:  # the page's own head asked something that cannot be answered now
        log.error("%s error page %s", body["request_id"], type(again).__name__)
        call = _("If you ask for help, say this number: {id}", id=body["request_id"])
        return BARE.format(lang=tongue.here().tag, title=title, detail=escape(body["detail"]), help=call)


def refused(error: Refused) -> Response | WerkzeugResponse:
    """A service said no."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    errors = getattr(error, "errors", None)
    if not errors and error.pointer is not None:
        errors = [{"pointer": error.pointer, "code": error.code, "message": error.message}]
    return problem(status, error.code, _(error.message), retry=RETRY.get(status, error.retry), errors=errors)


def framework(error: HTTPException) -> Response | WerkzeugResponse:
    """Flask or Werkzeug said no."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    named = getattr(error, "problem", None)
    name = HTTP_STATUS_CODES.get(error.code, "error").lower().replace(" ", "_")
    said = error.description if named else SAID.get(error.code, error.name)
    answer = problem(error.code, named or name, _(said or error.name))
    for header, value in error.get_headers():
        if header == "Allow":
            answer.headers[header] = value
    return answer


def unreachable(error: Exception) -> Response | WerkzeugResponse:
    """The database is gone, full or locked: nothing was saved, and the same request may come again."""
    log.error("%s database %s", g.get("request_id"), type(error).__name__)
    _let_go()
    return problem(503, "database_unavailable", _(SAID[503]))


def broken(error: Exception) -> Response | WerkzeugResponse:
    """A defect of ours. The log says where, never with which values."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return unreachable(error)
    where = " < ".join(
        f"{f.name}:{f.lineno} {f.filename}" for f in reversed(traceback.extract_tb(error.__traceback__)[-8:])
    )
    log.error("%s %s at %s", g.get("request_id"), type(error).__name__, where)
    _let_go()
    return problem(500, "internal_error", _(SAID[500]))


def _let_go() -> None:
    g.actor = None  # the page must not ask the database again
    try:
        session().rollback()
    except Exception as again:
        log.error("%s rollback %s", g.get("request_id"), type(again).__name__)


def init_app(app: Flask) -> None:
    """Register the four ways to be refused."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, framework)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, unreachable)
    app.register_error_handler(Exception, broken)
