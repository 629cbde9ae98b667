"""Errors: every answer that is no success fits one schema, framework errors included, and never repeats a value."""

import json
from uuid import uuid4

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from tests.web.world import csrf, score, settings
from tracker.app import create_app
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
from tracker.web.doors import admits
from tracker.web.errors import STATUS

MEMBERS = {
    "type": str,
    "title": str,
    "status": int,
    "code": str,
    "detail": str,
    "request_id": str,
    "errors": list,
    "retry": str,
}
RETRY = {"fix", "later", "sign-in", "never"}


def fits(answer, status):
    """One schema for all."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    body = json.loads(answer.data)
    assert {name: type(value) for name, value in body.items()} == MEMBERS
    assert (body["status"], body["request_id"]) == (status, answer.headers["X-Request-ID"])
    assert body["retry"] in RETRY
    assert all(set(e) == {"pointer", "code", "message"} for e in body["errors"])
    return body


def raising(error):
    def view():
        raise error

    return admits("anonymous")(view)


@pytest.fixture
def trouble(tmp_path):
    """An application whose views fail in every way there is."""
    app = create_app(settings(tmp_path))
    for prefix in ("/api/v1", "/page"):
        for code in (400, 401, 403, 404, 405, 413, 415, 500, 503):
            app.add_url_rule(
                f"{prefix}/{code}", f"{prefix[1:3]}{code}", admits("anonymous")(lambda code=code: abort(code))
            )
        app.add_url_rule(f"{prefix}/bug", f"{prefix[1:3]}bug", raising(ZeroDivisionError("CANARY")))
        gone = OperationalError("SELECT CANARY", {}, Exception("CANARY"))
        app.add_url_rule(f"{prefix}/gone", f"{prefix[1:3]}gone", raising(gone))
    for kind in STATUS:
        app.add_url_rule(f"/api/v1/{kind.__name__}", kind.__name__, raising(kind("some_code", "Some words.", "/field")))
    return app.test_client()


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 413, 415, 500, 503])
def test_framework_errors_fit_the_schema(trouble, code):
    fits(trouble.get(f"/api/v1/{code}"), code)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 415, 500, 503])
def test_pages_get_a_plain_page(trouble, code):
    answer = trouble.get(f"/page/{code}")
    assert (answer.status_code, answer.mimetype) == (code, "text/html")
    assert answer.headers["X-Request-ID"] in answer.text


@pytest.mark.parametrize("kind", STATUS, ids=lambda kind: kind.__name__)
def test_each_refusal_of_a_service_has_its_status(trouble, kind):
    body = fits(trouble.get(f"/api/v1/{kind.__name__}"), STATUS[kind])
    assert (body["code"], body["detail"], body["errors"][0]["pointer"]) == ("some_code", "Some words.", "/field")


def test_every_class_of_refusal_is_mapped():
    assert set(STATUS) == {Refused, NotFound, Conflict, Invalid, NotAllowed, SignInNeeded, Unready, Locked, TooMany}


@pytest.mark.parametrize(("path", "status"), [("bug", 500), ("gone", 503)])
def test_trouble_of_ours_says_nothing_of_it(trouble, caplog, capfd, path, status):
    for prefix in ("/api/v1", "/page"):
        answer = trouble.get(f"{prefix}/{path}")
        assert answer.status_code == status
        assert "CANARY" not in answer.text
    out, err = capfd.readouterr()
    assert "CANARY" not in out + err + caplog.text


def test_a_lost_database_says_when_to_come_again(trouble):
    answer = trouble.get("/api/v1/gone")
    body = fits(answer, 503)
    assert (body["retry"], answer.headers["Retry-After"]) == ("later", "5")


def test_nowhere_and_wrong_methods_fit_the_schema(door):
    client = door.app.test_client()
    fits(client.get("/api/v1/nowhere"), 404)
    answer = client.delete("/api/v1/me")
    fits(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_refusals_of_every_kind_fit_the_schema(door, world):
    owner, desk, path = door.enter("owner"), door.enter("front_desk"), f"/api/v1/readings/{uuid4()}"
    fits(door.app.test_client().get("/api/v1/me"), 401)
    fits(desk.put(path, json=score(world)), 403)
    fits(owner.get(f"/api/v1/courses/{uuid4()}"), 404)
    fits(owner.put(path, data="{}"), 415)
    fits(owner.put(path, data="{", content_type="application/json"), 400)
    fits(owner.put(path, json=score(world, value=11)), 422)
    fits(owner.put(path, data="x" * 70_000, content_type="application/json"), 413)
    owner.put(path, json=score(world))
    fits(owner.put(path, json=score(world, value=6)), 409)
    fits(owner.put(path, json=score(world), headers={"Sec-Fetch-Site": "cross-site"}), 403)


def test_a_strangers_object_answers_as_a_missing_one_but_for_the_request_id(door, world):
    client = door.enter("stranger")
    foreign, missing = (client.get(f"/api/v1/courses/{id}") for id in (world.courses["owner"], uuid4()))
    assert foreign.data.replace(foreign.headers["X-Request-ID"].encode(), b"") == missing.data.replace(
        missing.headers["X-Request-ID"].encode(), b""
    )
    varying = {"X-Request-ID"}
    assert [h for h in foreign.headers if h[0] not in varying] == [h for h in missing.headers if h[0] not in varying]


def test_a_form_without_its_token_is_refused_with_a_page(door):
    client = door.app.test_client()
    csrf(client)
    answer = client.post("/sign-in", data={"code": "x"})
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
