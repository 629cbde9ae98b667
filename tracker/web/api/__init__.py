"""The JSON API under /api/v1, and its description (OpenAPI 3.1) made from the very schemas that judge what arrives."""

import http
from typing import Any
from uuid import UUID

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, request
from flask_smorest.utils import prepare_response

from tracker.services.errors import Invalid
from tracker.tongue import _
from tracker.web import scopes
from tracker.web.api import (
    answers,
    batch,
    clinic,
    courses,
    dose,
    evidence,
    exports,
    forest,
    invitations,
    kiosk,
    me,
    milestones,
    push,
    reactions,
    readings,
    roster,
    sessions,
    sign_off,
    worklist,
)
from tracker.web.api.shapes import ProblemShape
from tracker.web.doors import admits

PREFIX = "/api/v1"
COOKIES = {"device": "A patient's phone", "session": "Staff, signed in"}  # behind TLS both begin with __Host-
PROGRAM = "A program of the clinic; behind an operation stands the scope it needs"
ASKED_IF = ("If-None-Match", "If-Match")
PARTS = (
    *(me, invitations, courses, readings, sessions, reactions, milestones, dose, answers, kiosk, push),
    *(roster, worklist, clinic, exports, evidence, forest, sign_off),
)


class Api(flask_smorest.Api):
    """flask-smorest whose refusals are ours: tracker/web/errors.py makes them."""

    ERROR_SCHEMA = ProblemShape

    def _register_error_handlers(self) -> None:
        """None of its own."""

    def _register_responses(self) -> None:
        """Every refusal is a problem."""
        assert self.spec is not None
        for name in [status.name for status in http.HTTPStatus] + ["DEFAULT_ERROR"]:
            answer: dict[str, Any] = {"description": "Refused", "schema": ProblemShape}
            prepare_response(answer, self.spec, "application/problem+json")
            self.spec.components.response(name, answer, lazy=True)


def named(schema: Any) -> str:
    """A schema's name in the description: CourseShape is Course there."""
    return (schema if isinstance(schema, type) else type(schema)).__name__.removesuffix("Shape")


def allow_more() -> None:
    """Before a batch: it may be larger than other bodies."""
    if request.path == batch.PATH:
        request.max_content_length = batch.LIMIT


def refuse_nil() -> None:
    """Before a write: the nil id is nobody's, also where it stands in the address."""
    if request.method == "PUT" and any(isinstance(v, UUID) and not v.int for v in (request.view_args or {}).values()):
        raise Invalid("not_an_id", _("This must be a UUID of your own making."), "/id")


def tag(answer: Response) -> Response:
    """What was read bears an ETag of its bytes; whoever has the same already gets 304 and no body."""
    if request.method == "GET" and answer.status_code == 200 and request.path.startswith(PREFIX):
        answer.add_etag()
        if any(name in request.headers for name in ASKED_IF):
            answer.make_conditional(request)
    return answer


def init_app(app: Flask) -> None:
    """Serve the API and its description."""
    app.config.update(API_TITLE="Outcome Tracker", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    api = Api(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=named),
            "security": [{n: []} for n in COOKIES],
        },
    )
    spec = api.spec
    assert spec is not None
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "description": PROGRAM})
    for name, whose in COOKIES.items():
        spec.components.security_scheme(name, {"type": "apiKey", "in": "cookie", "name": name, "description": whose})
    for part in PARTS:
        api.register_blueprint(part.blp, url_prefix=PREFIX + part.blp.url_prefix)
    app.before_request(allow_more)
    app.before_request(refuse_nil)
    app.after_request(tag)

    @app.get(f"{PREFIX}/openapi.json")
    @admits("anonymous")
    def openapi() -> dict[str, Any]:
        """This API, described."""
        return described(app, spec.to_dict())


def described(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """The description, with the scopes that open an operation to a token."""
    scopes.describe(app, document["paths"])
    return document
