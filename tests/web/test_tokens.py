"""Tokens at the doors: each opens what its scopes say, at its clinic, while it lives; nothing else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.house.test_doors import ALWAYS_ANSWERED, DOORS, knock, names_an_object
from tests.web.world import csrf, score
from tracker.services import clock, token
from tracker.services.actor import Actor
from tracker.services.token import SCOPES
from tracker.storage import ApiToken, AuditEvent, Reading
from tracker.web import scopes
from tracker.web.database import session
from tracker.web.doors import audiences_of

PLACES = {  # each scope opens exactly these endpoints, by hand
    "courses:read": {
        *("courses.get_courses", "courses.get_course", "courses.get_readings", "courses.get_outcomes"),
        *("courses.get_figure", "courses.get_staff_figure", "readings.post_missing", "dose.get_dose"),
    },
    "courses:write": {
        *("courses.put_course", "readings.put_reading", "readings.post_batch", "sessions.put_session"),
        *("reactions.put_reaction", "milestones.put_milestone", "dose.put_plan", "dose.post_merge"),
        *("dose.put_consent", "dose.put_co_treatment", "dose.put_assessment"),
    },
    "worklist:read": {"roster.get_roster", "roster.search_roster", "worklist.get_worklist"},
    "worklist:write": {"worklist.resolve_item"},
    "summary:read": {"clinic_api.get_summary", "clinic_api.get_figure"},
    "exports:read": {"exports_api.get_export", "exports.file"},
    "exports:write": {"exports_api.post_export"},
    scopes.EVERY: {"me.get_me"},
}


def made(app: Flask, world, *wanted: str, clinic: str = "here", maker: str = "clinic_admin", id=None) -> dict[str, str]:
    """The header of a new token."""
    who = Actor("staff", world.staff[maker], world.clinics[clinic], "clinic_admin")
    with app.app_context():
        told = token.make(session(), actor=who, id=id or uuid4(), name="Booking", scopes=wanted or SCOPES, days=30)
    return {"Authorization": f"Bearer {told}"}


def test_each_scope_opens_what_it_says_and_no_door_else():
    opened: dict[str, set[str]] = {}
    for rule, method in DOORS:
        scope = scopes.needed(rule.endpoint, method)
        if scope:
            opened.setdefault(scope, set()).add(rule.endpoint)
    assert opened == PLACES


@pytest.mark.parametrize(
    ("scope", "method", "path", "opened"),
    [
        ("courses:read", "GET", "/api/v1/courses", 200),
        ("courses:write", "GET", "/api/v1/courses", 403),
        ("worklist:read", "GET", "/api/v1/courses", 403),
        ("worklist:read", "GET", "/api/v1/roster", 200),
        ("worklist:read", "POST", "/api/v1/roster/search", 200),
        ("courses:read", "POST", "/api/v1/readings/missing", 200),
        ("summary:read", "GET", "/api/v1/clinic/summary", 200),
        ("exports:read", "GET", "/api/v1/clinic/summary", 403),
        ("exports:read", "POST", "/api/v1/clinic/exports", 403),
        ("exports:write", "POST", "/api/v1/clinic/exports", 202),
        ("summary:read", "POST", "/api/v1/invitations", 403),
        ("summary:read", "GET", "/api/v1/me", 200),
    ],
)
def test_a_token_opens_its_scopes_alone(app, world, scope, method, path, opened):
    body = {
        "/api/v1/roster/search": {"search": ""},
        "/api/v1/readings/missing": {"ids": [str(uuid4())]},
        "/api/v1/clinic/exports": {"id": str(uuid4()), "what": "readings"},
    }.get(path, {})
    json = None if method == "GET" else body
    answer = app.test_client().open(path, method=method, json=json, headers=made(app, world, scope))
    assert answer.status_code == opened, answer.text
    assert opened != 403 or answer.json["code"] == "scope"


def test_what_is_anothers_is_not_there_behind_any_door_and_no_other_door_opens(app, world):
    """A token with every scope, at each door of the house."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = made(app, world)["Authorization"]
    closed = 0
    for door in DOORS:
        rule, method = door
        with app.app_context():
            open_to_all = "anonymous" in (audiences_of(rule.endpoint) or ())
        if scopes.needed(rule.endpoint, method) is None:
            status, where, _ = knock(client, door, world, "own", "")
            closed += 1
            assert open_to_all or status in (401, 403) or where == "/sign-in" or status == 400, (rule, status)
        elif names_an_object(door, world):
            foreign, missing = (knock(client, door, world, target, "") for target in ("foreign", "missing"))
            assert foreign == missing, rule
            assert foreign[0] == 404 or rule.endpoint in ALWAYS_ANSWERED, (rule, foreign)
    assert closed > 100


def test_it_writes_as_itself(app, world):
    id, header = uuid4(), made(app, world, "courses:write", id=(program := uuid4()))
    put = app.test_client().put(f"/api/v1/readings/{id}", json=score(world), headers=header)
    assert (put.status_code, put.json["entered_by"]) == (201, "staff")
    with app.app_context():
        event = session().scalars(select(AuditEvent).where(AuditEvent.actor_kind == "token")).one()
        assert (event.actor_id, event.action, event.on_behalf_of) == (program, "reading.add", world.patients["owner"])
        assert session().get(Reading, (world.clinics["here"], id)) is not None


def test_another_clinics_things_are_not_there(app, world):
    client, header = app.test_client(), made(app, world, clinic="there", maker="foreign_admin")
    for path in (f"/api/v1/courses/{world.courses['owner']}", f"/api/v1/clinic/exports/{world.exports['owner']}"):
        assert client.get(path, headers=header).status_code == 404
    listed = {one["id"] for one in client.get("/api/v1/courses", headers=header).json["courses"]}
    assert listed == {str(world.courses["stranger"])}
    body = score(world)
    assert client.put(f"/api/v1/readings/{uuid4()}", json=body, headers=header).status_code == 404


@pytest.mark.parametrize("how", ["revoked", "expired", "unknown", "other_scheme", "empty", "maker_left"])
def test_a_dead_token_opens_nothing_and_no_cookie_helps(app, door, world, how):
    id = uuid4()
    header = made(app, world, id=id)
    admin = door.enter("clinic_admin")
    assert admin.get("/api/v1/courses", headers=header).status_code == 200
    if how == "revoked":
        admin.post(f"/clinic/settings/tokens/{id}/revoke", data={"csrf_token": csrf(admin)})
    elif how == "expired":
        with app.app_context():
            day = clock.now() - timedelta(days=1)
            session().execute(update(ApiToken).values(created_at=day - timedelta(days=1), expires_at=day))
            session().commit()
    elif how == "maker_left":
        with app.app_context():
            session().execute(update(ApiToken).values(created_by=world.staff["front_desk"]))
            session().commit()
    else:
        header = {
            "Authorization": {"unknown": "Bearer ot_nobody", "other_scheme": "Basic eDp5", "empty": "Bearer "}[how]
        }
    answer = admin.get("/api/v1/courses", headers=header)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert admin.get("/api/v1/courses").status_code == 200  # the cookie by itself still does


def test_pages_look_at_no_token(app, world):
    client, header = app.test_client(), made(app, world)
    for path in ("/clinic/roster", "/clinic/settings", "/clinic/trail", "/clinic/exports"):
        assert client.get(path, headers=header).headers["Location"] == "/sign-in"


def test_me_says_what_a_token_is_good_for(app, world):
    told = app.test_client().get("/api/v1/me", headers=made(app, world, "summary:read", "courses:read")).json
    assert (told["role"], told["scopes"], told["patient"]) == ("practitioner", ["courses:read", "summary:read"], None)
    assert told["clinic"]["slug"] == "here"


def test_the_description_says_which_scope_opens_what(app):
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    assert {"token": ["courses:read"]} in paths["/api/v1/courses"]["get"]["security"]
    assert {"token": ["courses:write"]} in paths["/api/v1/readings/{reading_id}"]["put"]["security"]
    assert "security" not in paths["/api/v1/invitations"]["post"]


def test_what_was_read_is_not_sent_again(app, world):
    client, header = app.test_client(), made(app, world)
    first = client.get("/api/v1/courses", headers=header)
    again = client.get("/api/v1/courses", headers=header | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    client.put(
        f"/api/v1/courses/{uuid4()}",
        json={"patient_id": str(world.patients["owner"]), "condition": "neck"},
        headers=header,
    )
    changed = client.get("/api/v1/courses", headers=header | {"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)
