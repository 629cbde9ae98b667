"""Signing in and out: links work once and by POST only; what was taken away is gone at the next request."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.web.world import csrf, redeem, settings
from tracker.app import create_app
from tracker.services import access, clock, enrol
from tracker.services.actor import operator
from tracker.storage import Membership, SignInLink
from tracker.web.database import session

ME = "/api/v1/me"


@pytest.mark.parametrize("name", ["owner", "practitioner", "front_desk", "clinic_admin"])
def test_a_link_signs_in_the_person_it_was_made_for(door, world, name):
    answer = door.enter(name).get(ME)
    assert answer.json["role"] == {"owner": "patient"}.get(name, name)
    assert answer.json["clinic"]["slug"] == "here"
    assert (answer.json["patient"] is None) == (name != "owner")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_link_uses_nothing_up(door, method):
    token, client = door.link("owner"), door.app.test_client()
    for _ in range(3):
        getattr(client, method)(f"/sign-in#{token}")
        getattr(client, method)(f"/sign-in?code={token}&token={token}")
    assert redeem(client, token).status_code == 303


def test_a_pasted_address_works_as_well_as_its_code(door):
    client = door.app.test_client()
    assert redeem(client, f"  http://localhost:8000/sign-in#{door.link('owner')}\n").status_code == 303
    assert client.get(ME).status_code == 200


def test_wrong_used_and_expired_are_answered_alike(door):
    used, expired = door.link("owner"), door.link("owner")
    redeem(door.app.test_client(), used)
    with door.app.app_context():
        old = datetime.now(UTC) - timedelta(seconds=1)
        session().execute(
            update(SignInLink).where(SignInLink.token_hash == access.hashed(expired)).values(expires_at=old)
        )
        session().commit()
    pages = set()
    for token in ("wrong", "", used, expired, "x" * 5000, "٧\x00"):
        client = door.app.test_client()
        answer = redeem(client, token)
        pages.add((answer.status_code, re.sub('name="csrf_token" value="[^"]+"', "", answer.text)))
        assert client.get(ME).status_code == 401
    assert len(pages) == 1


def test_one_link_redeemed_by_many_at_once_signs_in_exactly_one(door):
    token = door.link("owner")
    clients = [door.app.test_client() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(lambda client: redeem(client, token).status_code, clients))
    assert statuses == [303] + [422] * 9


def test_the_patients_cookie_lasts_400_days_and_is_closed_to_scripts(door):
    answer = redeem(door.app.test_client(), door.link("owner"))
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("device="))
    assert {"HttpOnly", "SameSite=Lax", f"Max-Age={400 * 86400}", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_the_cookie_is_renewed_with_the_session_and_otherwise_left_alone(door, monkeypatch):
    """An answer on its way while a second person joins must not put the old cookie in the new one's place."""
    client = door.enter("owner")
    for path in ("/app", "/app/help", "/app/home.json"):
        assert "device=" not in str(client.get(path).headers.getlist("Set-Cookie"))
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "device=" in str(client.get("/app/home.json").headers.getlist("Set-Cookie"))
    assert "device=" not in str(client.get("/app/help").headers.getlist("Set-Cookie"))


def test_over_tls_cookies_are_secure_and_bound_to_the_host(tmp_path):
    from dataclasses import replace

    app = create_app(replace(settings(tmp_path), public_url="https://tracker.example.org"))
    answer = app.test_client().get("/sign-in", base_url="https://tracker.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def sign_out(client):
    return client.post("/sign-out", data={"csrf_token": csrf(client)})


@pytest.mark.parametrize(("name", "cookie"), [("owner", "device"), ("practitioner", "session")])
def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(door, name, cookie):
    client, thief = door.enter(name), door.app.test_client()
    thief.set_cookie(cookie, client.get_cookie(cookie).value)
    assert thief.get(ME).status_code == 200
    assert sign_out(client).status_code == 303
    assert (client.get(ME).status_code, thief.get(ME).status_code) == (401, 401)


def test_a_revoked_device_is_out_at_its_next_request(door, world):
    client = door.enter("owner")
    with door.app.app_context():
        actor = access.device(session(), token=client.get_cookie("device").value)
        assert actor is not None
        assert actor.device_id is not None
        access.revoke_device(session(), actor=operator(world.clinics["here"]), device_session_id=actor.device_id)
    assert client.get(ME).status_code == 401


def change_membership(door, world, **values):
    with door.app.app_context():
        mine = (Membership.user_id == world.staff["practitioner"]) & (Membership.clinic_id == world.clinics["here"])
        session().execute(update(Membership).where(mine).values(**values))
        session().commit()


def test_a_member_who_was_removed_is_out_at_the_next_request(door, world):
    client = door.enter("practitioner")
    change_membership(door, world, ended_at=datetime.now(UTC))
    assert client.get(ME).status_code == 401


def test_a_changed_role_counts_at_the_next_request(door, world):
    client = door.enter("practitioner")
    change_membership(door, world, role="front_desk")
    assert client.get("/api/v1/roster").status_code == 403


def test_staff_sign_in_again_after_fifteen_idle_minutes(door):
    client = door.enter("practitioner")
    with client.session_transaction() as cookie:
        cookie["seen"] -= 14 * 60
    assert client.get(ME).status_code == 200
    with client.session_transaction() as cookie:
        cookie["seen"] -= 16 * 60
    assert client.get(ME).status_code == 401


def test_the_use_of_a_session_is_kept_to_the_quarter_of_a_minute(door):
    client = door.enter("practitioner")
    for ago, kept in ((10, False), (20, True)):
        with client.session_transaction() as cookie:
            cookie["seen"] = before = datetime.now(UTC).timestamp() - ago
        assert ("Set-Cookie" in client.get(ME).headers) is kept
        with client.session_transaction() as cookie:
            assert (cookie["seen"] > before) is kept


def test_signing_in_starts_a_new_session(door):
    client = door.enter("owner")
    assert redeem(client, door.link("practitioner")).status_code == 303
    assert client.get(ME).json["role"] == "practitioner"
    assert client.get_cookie("device") is None


@pytest.fixture
def of_two_clinics(door, world):
    """The practitioner has a second membership, as an admin, in the other clinic."""
    with door.app.app_context():
        enrol.add_staff(
            session(),
            actor=operator(world.clinics["there"]),
            email="practitioner@example.org",
            name="P",
            role="clinic_admin",
        )
    return door.enter("practitioner")


def test_a_link_opens_the_clinic_that_made_it_and_no_other(of_two_clinics, world):
    assert of_two_clinics.get(ME).json["clinic"]["slug"] == "here"
    assert of_two_clinics.get(f"/api/v1/courses/{world.courses['stranger']}").status_code == 404


def test_an_admin_who_adds_a_strangers_staff_gets_no_way_into_their_clinic(door, world):
    with door.app.app_context():
        _, token = enrol.add_staff(
            session(),
            actor=operator(world.clinics["here"]),
            email="foreign_admin@example.org",
            name="A guest",
            role="practitioner",
        )
    client = door.app.test_client()
    redeem(client, token)
    me = client.get(ME).json
    assert (me["clinic"]["slug"], me["role"]) == ("here", "practitioner")
    assert client.get(f"/api/v1/courses/{world.courses['stranger']}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/register", "/reset", "/change", "/verify", "/fs-static/js/webauthn.js"]
)
def test_flask_securitys_own_views_are_not_served(door, path):
    client = door.enter("practitioner")
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


@pytest.mark.parametrize("where", ["header", "query", "body"])
def test_flask_securitys_tokens_open_nothing(door, world, where):
    from tracker.web.account import accounts

    with door.app.test_request_context():
        token = accounts.find_user(id=world.staff["practitioner"]).get_auth_token()  # type: ignore[union-attr]
    asked = {"header": {"headers": {"Authentication-Token": token}}, "query": {"query_string": {"auth_token": token}}}
    asked["body"] = {"json": {"auth_token": token}}
    assert door.app.test_client().get(ME, **asked[where]).status_code == 401


@pytest.mark.parametrize("cookie", ["x", "", "é", "%00", "a" * 4000])
def test_a_cookie_of_any_shape_is_nobody(door, cookie):
    client = door.app.test_client()
    client.set_cookie("device", cookie)
    client.set_cookie("session", cookie)
    assert client.get(ME).status_code == 401
