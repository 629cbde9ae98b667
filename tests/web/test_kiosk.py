"""Kiosk over HTTP: what the tablet's cookie opens and what it does not, and how it comes and goes."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4, uuid5

import pytest
from flask.testing import FlaskClient

from tests.web.world import Door, World, csrf
from tracker.services import clock, language, today
from tracker.services.actor import Actor
from tracker.web.database import session

CODE = "4821"
QUESTION, ANSWERS, FORGET = (f"/api/v1/kiosk/{what}" for what in ("question", "answers", "forget"))


@pytest.fixture
def visit(door: Door, world: World) -> str:
    """The address at which the owner's visit of today is handed a tablet."""
    course = world.courses["owner"]
    with door.app.app_context():
        desk = Actor("staff", world.staff["front_desk"], world.clinics["here"], "front_desk")
        today.arrive(session(), actor=desk, course_id=course)
    on = clock.local_date(clock.now(), "Asia/Seoul")
    return f"/clinic/kiosk/{course}/{uuid5(course, f'{on}/1')}"


@pytest.fixture
def tablet(door: Door, visit: str) -> FlaskClient:
    """The tablet in the patient's hands."""
    return handed(door.enter("front_desk"), visit)


def handed(client: FlaskClient, visit: str) -> FlaskClient:
    answer = client.post(visit, data={"csrf_token": csrf(client, visit), "code": CODE})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk")
    return client


def body(value: float = 0, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=5)
    answers = [{"id": str(uuid4()), "site": None, "side": "none", "value": value}]
    return {"kind": "before", "answers": answers, "recorded_at": at.isoformat(), "recorded_zone": "Asia/Seoul"} | more


def take_back(client: FlaskClient, code: str = CODE):
    return client.post("/kiosk/back", data={"csrf_token": csrf(client, "/kiosk"), "code": code})


def test_handing_over_signs_the_staff_out_and_gives_the_tablet_a_key_no_script_reads(door: Door, visit: str):
    client = door.enter("practitioner")
    assert client.get("/clinic/roster").status_code == 200
    answer = client.post(visit, data={"csrf_token": csrf(client, visit), "code": CODE})
    (given,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("kiosk=")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(given.split("; "))
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    for path in ("/clinic/roster", "/clinic/today", "/clinic/", visit):
        assert client.get(path).headers["Location"] == "/sign-in", path
    assert client.get("/api/v1/roster").status_code == 401


def test_the_page_holds_no_data_and_is_never_stored(tablet: FlaskClient):
    page = tablet.get("/kiosk")
    assert page.headers["Cache-Control"] == "no-store"
    drawn = re.sub(r'csrf[^>]*(?:value|content)="[^"]+"', "", page.text)  # chance may spell any two letters
    assert "csrf" in page.text
    assert "csrf" not in drawn
    assert not [word for word in ("OW", "P-owner", "knee") if word in drawn]


def test_the_question_is_all_it_tells(tablet: FlaskClient):
    told = json.loads(tablet.post(QUESTION).text)
    assert set(told) == {"initials", "language", "asks"}
    assert (told["initials"], [ask["kind"] for ask in told["asks"]]) == ("OW", ["before", "after"])
    assert "P-owner" not in json.dumps(told)


def test_an_answer_lost_on_its_way_is_stored_once(tablet: FlaskClient, door: Door):
    before, told = door.scores(), body()
    for _ in range(3):
        assert tablet.post(ANSWERS, json=told).json == {"stored": True}
    assert door.scores() == before + 1
    assert tablet.post(ANSWERS, json=body(9)).status_code == 404
    assert door.scores() == before + 1


@pytest.mark.parametrize(
    "wrong",
    [
        *({"kind": kind} for kind in ("baseline", "check_in", "", None)),
        *({"answers": answers} for answers in ([], None, [{"id": "x"}])),
        {"course_id": str(uuid4())},
        {"recorded_at": "yesterday"},
    ],
)
def test_a_body_that_does_not_hold_stores_nothing(tablet: FlaskClient, door: Door, wrong: dict):
    before = door.scores()
    assert tablet.post(ANSWERS, json=body(**wrong)).status_code == 422
    assert door.scores() == before


@pytest.mark.parametrize("path", [QUESTION, ANSWERS, FORGET])
def test_another_site_cannot_make_the_tablet_ask_or_send(tablet: FlaskClient, path: str):
    assert tablet.post(path, json=body(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_without_its_key_it_is_a_tablet_like_any_other(door: Door, visit: str):
    client = door.enter("anonymous")
    assert client.post(QUESTION).status_code == 404
    assert client.post(ANSWERS, json=body()).status_code == 404
    assert client.post(FORGET).json == {"forgotten": True}
    assert take_back(client).status_code == 422


def test_the_key_of_a_tablet_opens_nothing_of_the_record(tablet: FlaskClient, world: World):
    for path in (f"/api/v1/courses/{world.courses['owner']}", "/api/v1/me", "/app/home.json", "/app/progress"):
        assert tablet.get(path).status_code in (401, 303), path


def test_it_comes_back_by_its_code_to_today_and_the_key_is_worth_nothing(tablet: FlaskClient):
    assert take_back(tablet, "9999").status_code == 422
    answer = take_back(tablet)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/clinic/today")
    assert tablet.get("/clinic/today").status_code == 200
    assert tablet.get_cookie("kiosk") is None
    assert tablet.get("/clinic/roster").status_code == 403  # the front desk, as before


def test_a_forged_code_without_the_forms_token_is_refused(tablet: FlaskClient):
    assert tablet.post("/kiosk/back", data={"code": CODE}).status_code == 400
    assert tablet.get("/clinic/today").status_code == 303


def test_what_is_refused_is_said_in_the_patients_language(tablet: FlaskClient, door: Door, world: World):
    with door.app.app_context():
        id = world.patients["owner"]
        language.choose(session(), actor=Actor("patient", id, world.clinics["here"], "patient", id), language="ko")
    answer = tablet.post(ANSWERS, json=body(kind="after", answers=[body()["answers"][0] | {"value": 11}]))
    assert (answer.status_code, answer.headers["Content-Language"][:2]) == (422, "ko")


def test_a_code_that_is_none_keeps_the_staff_signed_in(door: Door, visit: str):
    client = door.enter("front_desk")
    answer = client.post(visit, data={"csrf_token": csrf(client, visit), "code": "12"})
    assert answer.status_code == 422
    assert "4 to 6 digits" in answer.text
    assert client.get("/clinic/today").status_code == 200
