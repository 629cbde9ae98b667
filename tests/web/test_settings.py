"""An admin's pages: what is sent twice happens once, what is stale is told, secrets are shown once."""

import csv
import io
import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.web.world import csrf, redeem
from tracker.services import setting
from tracker.services import trail as kept
from tracker.services.actor import Actor
from tracker.storage import ApiToken, AuditEvent, InstrumentRow, SignInLink
from tracker.web import acts, security, trail
from tracker.web.database import session

PAGES = ("", "/staff", "/tokens", "/instruments")
CLINIC = {
    "name": "Here",
    "emergency_number": "119",
    "language": "ko",
    "languages": ["ko", "en"],
    "hour": "7",
    "quiet_from": "22",
    "quiet_until": "6",
    "keep_years": "10",
}
BOOKING = {"name": "Booking", "days": "30", "scope": ["courses:read"]}
TRAIL = "/clinic/trail"


@pytest.fixture
def admin(door):
    return door.enter("clinic_admin")


def send(client, path, **fields):
    return client.post(f"/clinic/settings{path}", data={"csrf_token": csrf(client), **fields})


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def count(app, table, *where):
    with app.app_context():
        return session().scalar(select(func.count()).select_from(table).where(*where)) or 0


def acted(app, action):
    return count(app, AuditEvent, AuditEvent.action == action)


# The clinic


def test_the_clinic_is_set_once_and_seen_where_it_counts(app, door, admin):
    seen = hidden(admin.get("/clinic/settings").text, "seen")
    sent = [send(admin, "", seen=seen, **CLINIC).status_code for _ in range(2)]
    assert (sent, acted(app, "clinic.set")) == ([303, 303], 1)
    page = admin.get("/clinic/settings").text
    assert "Asia/Seoul" in page
    assert "Every record has had an entry since" in page
    offered = re.search(r'<select id="language".*?</select>', door.enter("front_desk").get("/clinic/people").text, re.S)
    assert offered
    assert re.findall(r'value="(\w+)"', offered[0]) == ["ko", "en"]
    assert 'value="ko" lang="ko" selected' in offered[0]


def test_a_stale_form_is_told_and_shows_what_holds(admin):
    seen = hidden(admin.get("/clinic/settings").text, "seen")
    send(admin, "", seen=seen, **CLINIC)
    late = send(admin, "", seen=seen, **CLINIC | {"emergency_number": "112"})
    assert late.status_code == 409
    assert "Somebody changed these settings meanwhile." in late.text
    assert 'value="119"' in late.text


def test_what_does_not_fit_keeps_what_was_typed(admin):
    answer = send(admin, "", seen="", **CLINIC | {"emergency_number": "", "name": "Elsewhere"})
    assert (answer.status_code, 'value="Elsewhere"' in answer.text) == (422, True)


def test_an_instrument_is_declared_once(app, admin):
    mood = {"code": "mood", "minimum": "0", "maximum": "100", "better": "higher", "recall": "7 days"}
    assert [send(admin, "/instruments", **mood).status_code for _ in range(2)] == [303, 303]
    assert (count(app, InstrumentRow), acted(app, "instrument.declare")) == (1, 1)
    assert ">mood<" in admin.get("/clinic/settings/instruments").text
    for field, value in (("maximum", "many"), ("maximum", "nan"), ("code", "nrs_now"), ("points", "5")):
        assert send(admin, "/instruments", **mood | {field: value}).status_code == 422, field


# Staff


def test_an_invitation_is_shown_once_and_sent_twice_makes_one(app, door, admin):
    before, added = count(app, SignInLink), acted(app, "staff.add")
    told = {"name": "New", "email": "new@example.org", "role": "practitioner"}
    id = hidden(admin.get("/clinic/settings/staff").text.split("Invite a member")[1], "id")
    first, again = (send(admin, "/staff", id=id, **told) for _ in range(2))
    link = re.search(r"/sign-in#([\w-]+)", first.text)
    assert link
    assert (again.status_code, "/sign-in#" in again.text) == (409, False)
    assert (count(app, SignInLink), acted(app, "staff.add")) == (before + 1, added + 1)
    client = door.app.test_client()
    redeem(client, link[1])
    assert client.get("/api/v1/me").json["role"] == "practitioner"


def test_a_role_is_another_at_the_next_request(door, world, admin):
    desk, id = door.enter("front_desk"), world.staff["front_desk"]
    assert send(admin, f"/staff/{id}/role", role="practitioner", seen="front_desk").status_code == 303
    assert desk.get("/clinic/roster").status_code == 200
    stale = send(admin, f"/staff/{id}/role", role="clinic_admin", seen="front_desk")
    assert (stale.status_code, "Somebody changed this role meanwhile." in stale.text) == (409, True)
    assert send(admin, f"/staff/{id}/end").status_code == 303
    assert desk.get("/clinic/roster").headers["Location"] == "/sign-in"


def test_the_last_admin_cannot_lock_themselves_out(app, world, admin):
    me = world.staff["clinic_admin"]
    for answer in (
        send(admin, f"/staff/{me}/end"),
        send(admin, f"/staff/{me}/role", role="front_desk", seen="clinic_admin"),
        send(admin, "/staff", name="Me", email="clinic_admin@example.org", role="front_desk", id=str(uuid4())),
    ):
        assert (answer.status_code, "last admin" in answer.text) == (409, True)
    assert admin.get("/clinic/settings").status_code == 200
    send(admin, f"/staff/{world.staff['practitioner']}/role", role="clinic_admin", seen="practitioner")
    gone = send(admin, f"/staff/{me}/role", role="practitioner", seen="clinic_admin")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/")
    assert admin.get("/clinic/settings").status_code == 403


# Tokens


def test_a_token_is_shown_once(app, admin):
    before = acted(app, "token.make")
    id = hidden(admin.get("/clinic/settings/tokens").text.split("Make a token")[1], "id")
    first, again = (send(admin, "/tokens", id=id, **BOOKING) for _ in range(2))
    made = re.search(r"ot_[\w-]{43}", first.text)
    assert made
    assert (again.status_code, "ot_" in again.text) == (409, False)
    assert (count(app, ApiToken, ApiToken.name == "Booking"), acted(app, "token.make")) == (1, before + 1)
    assert made[0] not in admin.get("/clinic/settings/tokens").text
    assert app.test_client().get("/api/v1/courses", headers={"Authorization": f"Bearer {made[0]}"}).status_code == 200
    revoked = [send(admin, f"/tokens/{id}/revoke").status_code for _ in range(2)]
    assert (revoked, acted(app, "token.revoke")) == ([303, 303], 1)
    assert app.test_client().get("/api/v1/courses", headers={"Authorization": f"Bearer {made[0]}"}).status_code == 401


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("days", "0"), ("days", "400"), ("scope", [])])
def test_a_token_that_does_not_fit_keeps_what_was_typed(app, admin, field, value):
    answer = send(admin, "/tokens", id=str(uuid4()), **BOOKING | {field: value})
    assert (answer.status_code, count(app, ApiToken, ApiToken.name == "Booking")) == (422, 0)
    assert field == "scope" or 'value="courses:read" checked' in answer.text


# The step up


def test_what_opens_the_house_asks_for_a_late_sign_in(app, admin, monkeypatch):
    monkeypatch.setattr(security, "LATELY", -1)
    assert send(admin, "/tokens", id=str(uuid4()), **BOOKING).status_code == 401
    assert send(admin, "/expired", seen="", sure="yes").status_code == 401
    assert admin.get(f"{TRAIL}/trail.csv").headers["Location"] == "/sign-in"
    assert (count(app, ApiToken, ApiToken.name == "Booking"), acted(app, "trail.export")) == (0, 0)


def test_records_past_their_time_go_only_with_the_tick(admin):
    assert send(admin, "/expired", seen="").status_code == 422
    assert send(admin, "/expired", seen="", sure="yes").status_code == 409


# The trail


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        ({"rows": 0, "given": "front_desk"}, ["rows: 0", "given: front_desk"]),
        ({"serious": False, "note": "", "readings": []}, ["serious: no"]),
        ({"set": {"languages": ["ko", "en"], "keep_years": None}}, ["languages: ko, en", "keep years: nothing"]),
    ],
)
def test_what_an_act_was_about_is_said_in_lines(told, lines):
    assert list(trail.details(told)) == lines


def test_a_patients_code_is_in_no_address(admin, world):
    found = admin.post(TRAIL, data={"csrf_token": csrf(admin), "code": "P-owner", "action": "course.open", "day": ""})
    where = found.headers["Location"]
    assert sorted(where.partition("?")[2].split("&")) == ["action=course.open", f"patient={world.patients['owner']}"]
    page = admin.get(where).text
    assert page.count("<tr>") == 2
    assert 'value="P-owner"' in page
    nobody = admin.post(TRAIL, data={"csrf_token": csrf(admin), "code": "P-stranger"})
    assert (nobody.status_code, "No patient of this clinic has that code." in nobody.text) == (422, True)


def test_strangers_in_an_address_are_as_nobody(admin, world):
    answers = [admin.get(f"{TRAIL}?patient={id}") for id in (world.patients["stranger"], uuid4(), "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert admin.get(f"{TRAIL}?by=x&action=x&day=x&more=x").status_code == 200


def test_pages_of_the_trail_follow_a_sealed_place(admin, monkeypatch):
    monkeypatch.setitem(kept.page.__kwdefaults__ or {}, "size", 20)
    seen, where = 0, f"{TRAIL}?by=operator"
    while where:
        page = admin.get(where).text
        seen += page.count("<tr>") - 1
        following = re.search(r'href="([^"]+after=[^"]+)"', page)
        kept_on = [
            re.sub("after=[^&]*&amp;", "", link) for link in re.findall(r'href="[^"?]+trail[^"?]*\?([^"]+)"', page)
        ]
        assert set(kept_on) == {"by=operator"}  # on every page, and in the file
        where = following[1].replace("&amp;", "&") if following else ""
    assert seen > 20
    assert admin.get(f"{TRAIL}?after=made-up").status_code == 422


def test_the_file_is_csv_without_formulas(app, admin, world):
    with app.app_context():
        who = Actor("staff", world.staff["clinic_admin"], world.clinics["here"], "clinic_admin")
        told = setting.settings(session(), actor=who)
        setting.change(session(), actor=who, told=setting.Settings(**{**vars(told), "name": "=1+1"}))
    answer = admin.get(f"{TRAIL}/trail.csv?by={world.staff['clinic_admin']}")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Content-Disposition"] == "attachment; filename=trail.csv"
    assert {row["who"] for row in rows} == {"clinic_admin"}
    assert "trail.export" in {row["action"] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert all(re.search(r"\+09:00$", row["at"]) for row in rows)


def test_every_act_has_its_words():
    services = [path.read_text() for path in (Path(acts.__file__).parents[1] / "services").rglob("*.py")]
    noted = {name for text in services for name in re.findall(r'action="([a-z_]+\.[a-z_]+)"', text)}
    noted |= {f"{what}.look" for text in services for what in re.findall(r'_look\(db, actor, course_id, "(\w+)"', text)}
    noted |= {f"reminders.{w}" for text in services for w in re.findall(r'changing\(db, actor, now, "(\w+)"', text)}
    assert noted - set(acts.ACTS) == set()


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_an_admins_alone(door, page):
    for name in ("front_desk", "practitioner", "owner"):
        assert door.enter(name).get(f"/clinic/settings{page}").status_code == 403
