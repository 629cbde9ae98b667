"""The page of reminders, the calendar file, the way out of mails; forms as a browser without scripts sends them."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from tests.remind.conftest import KEY
from tests.remind.loopback import Browser, MailServer
from tests.web.world import csrf, score
from tracker.jobs.reminders import tick
from tracker.storage import Message, PushSubscription, ReminderChoice
from tracker.web.database import session

PAGE = "/app/reminders"
NOWHERE = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def mails():
    """A mail server on this machine."""
    made = MailServer()
    yield made
    made.close()


@pytest.fixture
def set_up(app: Flask, mails: MailServer, monkeypatch) -> Flask:
    """The application with push and mail set up."""
    told = {"vapid_key": KEY, "smtp_url": mails.url, "mail_from": "Check-in <r@example.org>"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **told))
    return app


@pytest.fixture
def owner(door, set_up):
    """The owner's phone."""
    return door.enter("owner")


def send(client, path: str, **fields: str):
    """A form of the page, sent; the page that comes back."""
    return client.post(f"{PAGE}{path}", data={"csrf_token": csrf(client, PAGE), **fields}, follow_redirects=True)


def row(app: Flask) -> ReminderChoice:
    with app.app_context():
        found = session().scalars(select(ReminderChoice)).one()
        session().expunge(found)
        return found


def code_of(mails: MailServer) -> str:
    return re.search(r"\b\d{6}\b", mails.got[-1][1].get_content())[0]  # type: ignore[index]


def test_before_anything_is_chosen_nothing_will_be_sent(owner):
    text = owner.get(PAGE).text
    assert "Nothing, so far." in text
    assert "Remind me on this phone" in text
    assert "Remind me by mail" in text


def test_without_a_mail_server_and_a_key_neither_is_offered(door):
    text = door.enter("owner").get(PAGE).text
    assert "Remind me on this phone" not in text
    assert "Remind me by mail" not in text
    assert "Calendar file" in text


def test_a_mail_address_counts_once_its_code_came_back(owner, set_up, mails):
    assert "A code is on its way to you." in send(owner, "/mail", address="me@example.org").text
    with set_up.app_context():
        tick()
    assert [to for to, _ in mails.got] == ["me@example.org"]
    wrong = "000000" if code_of(mails) != "000000" else "000001"
    answer = send(owner, "/code", code=wrong)
    assert (answer.status_code, "We cannot use this code." in answer.text) == (422, True)
    assert row(set_up).mail_confirmed_at is None
    answer = send(owner, "/code", code=f" {code_of(mails)[:3]} {code_of(mails)[3:]} ")
    assert "We write to me@example.org." in answer.text
    assert "by mail" in answer.text.split("What we will send")[1]
    assert "me@example.org" not in send(owner, "/no-mail").text
    assert row(set_up).mail_address is None


def test_a_code_can_be_guessed_five_times_only(owner, set_up, mails):
    send(owner, "/mail", address="me@example.org")
    with set_up.app_context():
        tick()
    right = code_of(mails)
    for guess in (n for n in ("111111", "222222", "333333", "444444", "555555", "666666") if n != right):
        send(owner, "/code", code=guess)
    assert send(owner, "/code", code=right).status_code == 422
    assert row(set_up).mail_confirmed_at is None


def test_nobody_s_mailbox_is_filled_with_codes(owner, set_up, mails):
    for n in range(8):
        answer = send(owner, "/mail", address=f"victim{n % 2}@example.org")
    with set_up.app_context():
        tick()
    assert "That was too often today." in answer.text
    assert len(mails.got) <= 5


@pytest.mark.parametrize(
    "address",
    [
        "",
        "me",
        "me@",
        "@example.org",
        "me@exa mple.org",
        "a@b@c.org",
        "me@example.org\nBcc: x@y.org",
        "<me@example.org>",
        "mé@example.org",
    ],
)
def test_what_is_no_address_is_refused_beside_the_field(owner, set_up, address):
    answer = send(owner, "/mail", address=address)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with set_up.app_context():
        assert session().scalars(select(Message)).all() == []


def test_hours_and_pauses_are_kept(owner, set_up):
    send(owner, "/times", hour="18", quiet_from="22", quiet_until="7")
    send(owner, "/pause", days="7")
    kept = row(set_up)
    assert (kept.hour, kept.quiet_from, kept.quiet_until) == (18, 22, 7)
    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Seoul")).date()
    assert kept.paused_until == today + timedelta(days=7)
    assert "Paused until" in owner.get(PAGE).text
    assert "Paused until" not in send(owner, "/pause", days="0").text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/times", {"hour": "24", "quiet_from": "21", "quiet_until": "8"}),
        ("/times", {"hour": "nine", "quiet_from": "21", "quiet_until": "8"}),
        ("/times", {"quiet_from": "21", "quiet_until": "8"}),
        ("/pause", {"days": "91"}),
        ("/pause", {"days": "-1"}),
        ("/pause", {}),
    ],
)
def test_hours_and_days_that_are_none_are_refused(owner, set_up, path, fields):
    answer = send(owner, path, **fields)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    with set_up.app_context():
        assert session().scalars(select(ReminderChoice)).all() == []


def offer(client) -> bool:
    return client.get("/app/home.json").json["reminders"]["offer"]


def test_reminders_are_offered_after_the_first_pair_until_somebody_decides(owner):
    assert offer(owner) is True  # the owner has a pair
    send(owner, "/not-now")
    assert offer(owner) is False
    assert "Remind me by mail" in owner.get(PAGE).text


def test_a_phone_is_turned_on_and_off(owner, set_up):
    browser = Browser(NOWHERE)
    assert owner.post("/api/v1/push/on", json=browser.subscription()).json == {"on": True}
    assert owner.post("/api/v1/push/on", json=browser.subscription()).json == {"on": True}
    page = owner.get(PAGE).text
    assert re.search(r'data-phones="[0-9a-f]{64}"', page)
    assert "on your phone." in page.split("What we will send")[1]
    assert offer(owner) is False
    assert owner.post("/api/v1/push/off", json={"endpoint": NOWHERE}).json == {"on": False}
    assert 'data-phones=""' in owner.get(PAGE).text


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com.example/x",
        "https://notfcm.googleapis.com@127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:99999/x",
        "https://xfcm.googleapis.com/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/\n",
        "https://[fcm.googleapis.com/x",
        "https://" + "a" * 1000,
        "",
    ],
)
def test_a_phone_cannot_choose_where_the_server_connects_to(owner, set_up, endpoint):
    answer = owner.post("/api/v1/push/on", json={**Browser(NOWHERE).subscription(), "endpoint": endpoint})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/endpoint"
    with set_up.app_context():
        assert session().scalars(select(PushSubscription)).all() == []


@pytest.mark.parametrize(
    "host", ["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", "db5p.notify.windows.com"]
)
def test_the_push_services_of_the_usual_browsers_are_known(owner, host):
    assert owner.post("/api/v1/push/on", json=Browser(f"https://{host}/x").subscription()).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"), [("p256dh", "AAAA"), ("auth", "AAAA"), ("p256dh", "*" * 87), ("auth", "A" * 21)]
)
def test_keys_of_another_length_are_refused(owner, name, value):
    answer = owner.post("/api/v1/push/on", json={**Browser(NOWHERE).subscription(), name: value})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")


def test_a_browser_that_changed_its_address_says_so_with_its_old_secret(owner, door, set_up):
    old, new = Browser(NOWHERE), Browser(f"{NOWHERE}2")
    owner.post("/api/v1/push/on", json=old.subscription())
    told = {**new.subscription(), "old_endpoint": NOWHERE, "old_auth": old.subscription()["auth"]}
    worker = door.enter("anonymous")
    assert worker.post("/api/v1/push/renew", json={**told, "old_auth": "A" * 22}).json == {"on": False}
    assert worker.post("/api/v1/push/renew", json=told).json == {"on": True}
    with set_up.app_context():
        assert session().scalars(select(PushSubscription.endpoint)).all() == [f"{NOWHERE}2"]


def test_the_calendar_holds_the_days_to_come_in_utc_under_names_that_stay(owner, world):
    owner.put(f"/api/v1/readings/{world.courses['colleague']}", json=score(world, instrument="nrs_week"))
    answer = owner.get("/app/reminders.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len(events) >= 4
    for event in events:
        at = event.decoded("DTSTART")
        assert (at.utcoffset(), at.hour) == (timedelta(0), 0)  # 9 o'clock in Seoul
        assert event["SUMMARY"] == "Check-in"
        assert event["URL"] == "http://localhost:8000/app"
        assert event.walk("VALARM")[0].decoded("TRIGGER") == timedelta(0)
    assert b"DTSTART:2" in answer.data.replace(b"\r\n ", b"")
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z", answer.data)
    names = [str(event["UID"]) for event in events]
    assert len(set(names)) == len(names)
    again = Calendar.from_ical(owner.get("/app/reminders.ics").data).walk("VEVENT")
    assert [str(event["UID"]) for event in again] == names
    told = answer.data.decode().lower()
    assert not [word for word in (str(world.patients["owner"]), "pain", "back", "p-owner", "here") if word in told]


def test_nine_o_clock_stays_nine_o_clock_in_the_calendar_over_both_nights(owner, set_up, world):
    """The same days for somebody in Berlin: 7:00 UTC in summer, 8:00 in winter."""
    from tracker.storage import Patient

    with set_up.app_context():
        patient = session().get_one(Patient, (world.clinics["here"], world.patients["owner"]))
        patient.timezone = "Europe/Berlin"
        session().commit()
    moments = [e.decoded("DTSTART") for e in Calendar.from_ical(owner.get("/app/reminders.ics").data).walk("VEVENT")]
    assert {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in moments} <= {9, 16}  # or when Seoul's day begins


def stop_url(owner, set_up, mails, day_later: bool = True) -> str:
    """The address in the mail of a reminder."""
    send(owner, "/mail", address="me@example.org")
    with set_up.app_context():
        tick()
        send(owner, "/code", code=code_of(mails))
        now = datetime.now(UTC)
        for hours in range(0, 24 * 9):
            from tracker.jobs.reminders import carrier
            from tracker.services.remind import plan
            from tracker.services.remind import send as outbox

            at = now + timedelta(hours=hours)
            plan.plan(session(), offered=carrier().offered, now=at)
            outbox.drain(session(), by=carrier(), now=at)
            if len(mails.got) > 1:
                break
    return mails.got[-1][1]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")


def test_a_mail_is_stopped_by_one_click_and_never_by_looking(owner, door, set_up, mails):
    url = stop_url(owner, set_up, mails)
    stranger = door.enter("anonymous")
    for method in ("GET", "HEAD"):
        assert stranger.open(url, method=method).status_code == 200
    assert row(set_up).mail_address == "me@example.org"
    answer = stranger.post(url, data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "We write to you no more." in answer.text) == (200, True)
    assert row(set_up).mail_address is None
    assert stranger.post(url, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stranger.post("/stop-mail/" + "x" * 43).status_code == 404


def test_a_page_elsewhere_cannot_stop_anything_by_itself(owner, door, set_up, mails):
    url = stop_url(owner, set_up, mails)
    answer = door.enter("anonymous").post(url, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert row(set_up).mail_address == "me@example.org"


def test_the_page_speaks_no_score_and_no_code_of_the_clinic(owner):
    assert "P-owner" not in owner.get(PAGE).text
    assert json.dumps("nrs") not in owner.get(PAGE).text
