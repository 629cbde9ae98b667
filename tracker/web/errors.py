"""Errors: every refusal in one shape, application/problem+json (RFC 9457) for programs and a plain page for people.

The only place that knows status codes. Nothing here repeats a value that was sent.
"""

import logging
import traceback
from typing import Any

from flask import Flask, Response, g, redirect, render_template, request
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as WerkzeugResponse

from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, SignInNeeded, Unready
from tracker.web.database import session
from tracker.web.json import dumps

log = logging.getLogger("tracker.errors")

STATUS: dict[type[Refused], int] = {
    SignInNeeded: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Unready: 503,
    Refused: 422,
}
RETRY = {401: "sign-in", 403: "never", 404: "never", 405: "never", 429: "later", 500: "later", 503: "later"}
WAIT = "5"  # seconds, for Retry-After
PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")
SAID = {
    400: "The request could not be read.",
    401: "Please sign in.",
    403: "You may not do this.",
    404: "There is nothing here.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    415: "Send application/json.",
    500: "Something went wrong on our side. Nothing was saved by this request.",
    503: "The tracker cannot save at the moment. Please try again soon.",
}

BARE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<h1>{title}</h1><p>{detail}</p><p>If you ask for help, say this number: {id}</p></html>"""


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
        answer.headers["WWW-Authenticate"] = "Cookie"
    if status == 503:
        answer.headers["Retry-After"] = WAIT
    return answer


def for_programs() -> bool:
    """Whether the answer is read by a program."""
    return request.path.startswith(PROGRAMS) or request.accept_mimetypes.best == "application/json"


def _for_programs(body: dict[str, Any]) -> Response:
    return Response(dumps(body), body["status"], content_type="application/problem+json")


def _for_people(body: dict[str, Any]) -> Response | WerkzeugResponse:
    if body["status"] == 401 and request.method in {"GET", "HEAD"}:
        return redirect("/sign-in", 303)
    return Response(_page(body), body["status"])


def _page(body: dict[str, Any]) -> str:
    try:
        return render_template("error.html", problem=body)
    except Exception as again:  # the page's own head asked something that cannot be answered now
        log.error("%s error page %s", body["request_id"], type(again).__name__)
        return BARE.format(title=body["title"], detail=body["detail"], id=body["request_id"])


def refused(error: Refused) -> Response | WerkzeugResponse:
    """A service said no."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    errors = getattr(error, "errors", None)
    if not errors and error.pointer is not None:
        errors = [{"pointer": error.pointer, "code": error.code, "message": error.message}]
    return problem(status, error.code, error.message, retry=RETRY.get(status, error.retry), errors=errors)


def framework(error: HTTPException) -> Response | WerkzeugResponse:
    """Flask or Werkzeug said no."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    named = getattr(error, "problem", None)
    name = HTTP_STATUS_CODES.get(error.code, "error").lower().replace(" ", "_")
    said = error.description if named else SAID.get(error.code, error.name)
    answer = problem(error.code, named or name, said or error.name)
    for header, value in error.get_headers():
        if header == "Allow":
            answer.headers[header] = value
    return answer


def unreachable(error: Exception) -> Response | WerkzeugResponse:
    """The database is gone, full or locked: nothing was saved, and the same request may come again."""
    log.error("%s database %s", g.get("request_id"), type(error).__name__)
    _let_go()
    return problem(503, "database_unavailable", SAID[503])


def broken(error: Exception) -> Response | WerkzeugResponse:
    """A defect of ours. The log says where, never with which values."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return unreachable(error)
    where = " < ".join(
        f"{f.name}:{f.lineno} {f.filename}" for f in reversed(traceback.extract_tb(error.__traceback__)[-8:])
    )
    log.error("%s %s at %s", g.get("request_id"), type(error).__name__, where)
    _let_go()
    return problem(500, "internal_error", SAID[500])


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
