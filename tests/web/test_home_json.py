"""GET /app/home.json: the shape the phone keeps, and nothing of anybody else; the epoch also in GET /me."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4, uuid5

import pytest

from tracker.services.epoch import renew
from tracker.web.database import session

KEYS = {"epoch", "now", "zone", "language", "person", "people", "clinic", "courses", "diary", "entries", "reminders"}
COURSE = {
    *("id", "condition", "words", "planned", "held", "last_on", "ended_on", "ends_on", "places", "sessions", "asks"),
    *("weekly_every", "classes", "milestones", "milestone_due", "finished_from", "ask_finished"),
}
SCORE = {"id", "kind", "instrument", "site", "side", "value", "at"}


def home(client):
    return client.get("/app/home.json").json


def before(client, world, **more):
    """A before-score of now; the id of its session."""
    now = datetime.now(UTC)
    visit = uuid5(world.courses["owner"], f"{(now + timedelta(hours=9)).date()}/1")
    body = {"course_id": str(world.courses["owner"]), "kind": "before", "instrument": "nrs_now", "value": 0}
    told = {**body, "session_id": str(visit), "recorded_at": now.isoformat(), **more}
    answer = client.put(f"/api/v1/readings/{uuid4()}", json=told)
    assert answer.status_code == 201, answer.text
    return str(visit)


def test_the_shape_is_the_one_the_phone_keeps(door, world):
    client = door.enter("owner")
    before(client, world)
    told = home(client)
    assert set(told) == KEYS
    assert set(told["courses"][0]) == COURSE
    assert set(told["courses"][0]["sessions"][0]) == {"id", "held_on", "number", "state", "scores"}
    assert set(told["courses"][0]["sessions"][0]["scores"][0]) == SCORE
    assert set(told["courses"][0]["asks"][0]) == {"key", "instrument", "kind", "due", "opens", "closes", "weekly"}
    assert set(told["entries"][0]) == {*SCORE, "course_id", "session_id", "items", "late"}
    assert (told["zone"], told["language"], told["clinic"]["name"]) == ("Asia/Seoul", "en", "Here")
    assert told["diary"] == {"asked": False, "days": {}}


def test_it_is_the_owners_and_nobody_elses(door, world):
    told = home(door.enter("owner"))
    (course,) = told["courses"]
    assert course["id"] == str(world.courses["owner"])
    assert course["places"] == [{"site": None, "side": "none", "words": "lower back", "rises_from": {}}]
    assert (course["planned"], course["held"]) == (8, 1)
    assert told["person"]["initials"] == "OW"
    assert str(world.courses["colleague"]) not in str(told)


def test_a_before_score_of_just_now_stands_at_its_session_and_among_the_entries(door, world):
    client = door.enter("owner")
    visit = before(client, world)
    told = home(client)
    (session,) = [s for s in told["courses"][0]["sessions"] if s["id"] == visit]
    assert (session["state"], [(s["kind"], s["value"]) for s in session["scores"]]) == ("reported", [("before", 0)])
    assert (told["entries"][0]["session_id"], told["entries"][0]["late"]) == (visit, False)


def test_by_a_wrong_clock_the_corrected_moment_is_told(door, world):
    """A phone seven years behind: the session is today's, the score of now, and the raw time is kept."""
    client, now = door.enter("owner"), datetime.now(UTC).replace(microsecond=0)
    wrong = now - timedelta(days=7 * 365)
    id = uuid4()
    visit = uuid5(world.courses["owner"], f"{(now + timedelta(hours=9)).date()}/1")
    body = {"course_id": str(world.courses["owner"]), "kind": "before", "instrument": "nrs_now", "value": 6}
    told = {**body, "session_id": str(visit), "recorded_at": wrong.isoformat()}
    sent = client.put(f"/api/v1/readings/{id}", json=told, headers={"X-Sent-At": wrong.isoformat()})
    assert (sent.status_code, sent.json["clock_corrected"], sent.json["late"]) == (201, True, False)
    assert datetime.fromisoformat(sent.json["recorded_at"]) == wrong
    entry = next(e for e in home(client)["entries"] if e["id"] == str(id))
    assert abs(datetime.fromisoformat(entry["at"]) - now) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ahead", "status"),
    [(timedelta(hours=23, minutes=58), 201), (timedelta(hours=24, minutes=5), 422)],
)
def test_more_than_a_day_ahead_after_correction_is_refused_with_words(door, world, ahead, status):
    """The phone is an hour behind: what counts is the corrected moment."""
    client, now = door.enter("owner"), datetime.now(UTC)
    phone = now - timedelta(hours=1)
    body = {"course_id": str(world.courses["owner"]), "kind": "check_in", "instrument": "nrs_now", "value": 6}
    told = {**body, "recorded_at": (phone + ahead).isoformat()}
    sent = client.put(f"/api/v1/readings/{uuid4()}", json=told, headers={"X-Sent-At": phone.isoformat()})
    assert sent.status_code == status
    if status == 422:
        assert sent.json["errors"][0]["message"] == "The date is in the future. Change it."


def test_the_epoch_is_in_home_and_in_me_and_another_after_a_restore(door, app):
    client, staff = door.enter("owner"), door.enter("practitioner")
    first = home(client)["epoch"]
    assert first == client.get("/api/v1/me").json["epoch"] == staff.get("/api/v1/me").json["epoch"]
    with app.app_context():
        renew(session())
    assert client.get("/api/v1/me").json["epoch"] == home(client)["epoch"] != first


def test_a_milestone_by_the_phone(door, world):
    client = door.enter("owner")
    course, id = str(world.courses["owner"]), uuid4()
    day = (datetime.now(UTC) + timedelta(hours=9)).date().isoformat()
    body = {"course_id": course, "code": "injection", "happened_on": day}
    first, again = (client.put(f"/api/v1/milestones/{id}", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    other = client.put(f"/api/v1/milestones/{id}", json={**body, "code": "surgery"})
    assert (other.status_code, other.json["code"]) == (409, "other_body")


def test_the_clinic_reads_what_happened_and_whether_the_visits_are_finished(door, world):
    client, course = door.enter("owner"), world.courses["owner"]
    day = (datetime.now(UTC) + timedelta(hours=9)).date().isoformat()
    for code in ("visits_finished", "injection"):
        body = {"course_id": str(course), "code": code, "happened_on": day}
        assert client.put(f"/api/v1/milestones/{uuid4()}", json=body).status_code == 200
    page = door.enter("practitioner").get(f"/clinic/courses/{course}").text
    for words in ("What else happened", "The visits are finished", "An injection", "told by the patient"):
        assert words in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "x"},
        {"code": 1},
        {"happened_on": "2026-02-30"},
        {"happened_on": "3 March"},
        {"retracted": "yes"},
        {"words": "x"},
        {"supersedes": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_a_milestone_that_does_not_fit_is_refused(door, world, wrong):
    body = {"course_id": str(world.courses["owner"]), "code": "injection", "happened_on": "2026-03-01", **wrong}
    assert door.enter("owner").put(f"/api/v1/milestones/{uuid4()}", json=body).status_code == 422


def test_peg_is_checked_answer_by_answer(door, world):
    body = {"course_id": str(world.courses["owner"]), "kind": "check_in", "instrument": "peg"}
    told = {**body, "recorded_at": datetime.now(UTC).isoformat(), "value": 14 / 3}
    client, items = door.enter("owner"), {"pain": 4, "enjoyment": 5, "activity": 5}
    assert client.put(f"/api/v1/readings/{uuid4()}", json={**told, "items": items}).status_code == 201
    for wrong in ({}, {"items": {**items, "pain": 5}}, {"items": {"pain": 4}}, {"items": {**items, "pain": True}}):
        assert client.put(f"/api/v1/readings/{uuid4()}", json={**told, **wrong}).status_code == 422
