"""trust.md, bad input, *Score* and *Time*, over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4, uuid5

import pytest

from tests.web.world import score


@pytest.fixture
def put(door):
    """Send one reading as the owner; says the answer and how many readings more are stored."""
    client = door.enter("owner")

    def send(body):
        before = door.scores()
        answer = client.put(f"/api/v1/readings/{uuid4()}", data=json.dumps(body), content_type="application/json")
        return answer, door.scores() - before

    return send


@pytest.mark.parametrize(
    "value", [-1, 11, 5.5, "7", " 7 ", "٧", "1_0", True, False, None, "", [], {}, 1e308, 10.0000001, -0.1]
)
def test_what_is_no_score_is_422_and_not_stored(put, world, value):
    answer, more = put(score(world, value=value))
    assert (answer.status_code, more) == (422, 0)
    assert [e["pointer"] for e in answer.json["errors"]] == ["/value"]


def test_a_blank_is_no_reading(put, world):
    answer, more = put(score(world, value=...))
    assert (answer.status_code, more) == (422, 0)


@pytest.mark.parametrize("value", [0, 10, 5.0, -0.0, 1e1])
def test_whole_scores_from_0_to_10_are_stored(put, world, value):
    answer, more = put(score(world, value=value))
    assert (answer.status_code, answer.json["value"], more) == (201, value, 1)


def test_fractions_stand_where_the_instrument_has_them(put, world):
    answer, _ = put(score(world, instrument="peg", value=17 / 3, items={"pain": 6, "enjoyment": 6, "activity": 5}))
    assert answer.status_code == 201


def test_an_after_without_its_session_is_422(put, world):
    answer, more = put(score(world, kind="after"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"], more) == (422, "/session_id", 0)


def test_an_after_earlier_than_its_before_is_stored_marked_and_makes_no_pair(door, world):
    client, course = door.enter("owner"), str(world.courses["owner"])
    day = (world.before + timedelta(days=2, hours=9)).date()
    visit = str(uuid5(world.courses["owner"], f"{day}/1"))
    at = {"before": world.before + timedelta(days=2), "after": world.before + timedelta(days=2, hours=-1)}
    for kind, value in (("before", 7), ("after", 3)):
        body = score(world, kind=kind, value=value, session_id=visit, recorded_at=at[kind].isoformat())
        assert client.put(f"/api/v1/readings/{uuid4()}", json=body).status_code == 201
    readings = client.get(f"/api/v1/courses/{course}/readings").json["readings"]
    assert [r["order_unclear"] for r in readings if r["session_id"] == visit and r["kind"] == "after"] == [True]
    pairs = [
        o["pairs"]
        for o in client.get(f"/api/v1/courses/{course}/outcomes").json["outcomes"]
        if o["instrument"] == "nrs_now"
    ]
    assert pairs == [1]  # the one of the session a week ago


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-01T09:30:00",
        "2026-02-30T09:30:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T23:60:00Z",
        "2026-03-01T23:59:60Z",
        "0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "2026-03-01",
        "2026-03-01 09:30:00Z",
        "20260301T093000Z",
        "2026-W09-7T09:30:00Z",
        "2026-03-01T09:30:00+25:00",
        "2026-03-01T09:30:00+9",
        "٢٠٢٦-03-01T09:30:00Z",
        " 2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00Z\n",
        1_770_000_000,
        None,
        "",
        {},
    ],
)
def test_what_is_no_moment_is_422(put, world, moment):
    answer, more = put(score(world, recorded_at=moment))
    assert (answer.status_code, answer.json["errors"][0]["pointer"], more) == (422, "/recorded_at", 0)


def test_more_than_a_day_in_the_future_is_422(put, world):
    answer, more = put(score(world, recorded_at=(datetime.now(UTC) + timedelta(days=2)).isoformat()))
    assert (answer.status_code, more) == (422, 0)


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45", "+09:00", "Z"])
def test_every_offset_is_kept(put, world, offset):
    answer, _ = put(score(world, recorded_at=f"2026-03-01T09:30:00{offset}"))
    assert (answer.status_code, answer.json["recorded_at"]) == (201, f"2026-03-01T09:30:00{offset}")


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        ("2026-03-29T02:30:00+01:00", "2026-03-29T01:30:00Z"),  # the hour that Berlin leaves out
        ("2025-10-26T02:30:00+02:00", "2025-10-26T00:30:00Z"),  # the hour that Berlin has twice: first
        ("2025-10-26T02:30:00+01:00", "2025-10-26T01:30:00Z"),  # and second
    ],
)
def test_the_clock_changes_are_kept_as_instant_and_zone(put, world, moment, instant):
    answer, _ = put(score(world, recorded_at=moment, recorded_zone="Europe/Berlin"))
    assert (answer.status_code, answer.json["at"], answer.json["recorded_zone"]) == (201, instant, "Europe/Berlin")


@pytest.mark.parametrize(
    "zone", ["Nowhere/Land", "../../etc/passwd", "/etc/localtime", "", "Europe", "a" * 5000, 9, "Asia/Seoul\x00"]
)
def test_an_unknown_zone_is_422(put, world, zone):
    answer, more = put(score(world, recorded_zone=zone))
    assert (answer.status_code, answer.json["errors"][0]["pointer"], more) == (422, "/recorded_zone", 0)


def test_a_wrong_clock_is_not_refused_but_corrected_and_marked(door, world):
    client, wrong = door.enter("owner"), datetime.now(UTC).replace(microsecond=0) + timedelta(days=2555)
    sent = {"X-Sent-At": (wrong + timedelta(seconds=3)).isoformat()}
    answer = client.put(f"/api/v1/readings/{uuid4()}", json=score(world, recorded_at=wrong.isoformat()), headers=sent)
    assert (answer.status_code, answer.json["clock_corrected"]) == (201, True)
    assert abs(datetime.fromisoformat(answer.json["at"]) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_send_time_that_is_none_is_422(door, world):
    answer = door.enter("owner").put(
        f"/api/v1/readings/{uuid4()}", json=score(world), headers={"X-Sent-At": "yesterday"}
    )
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/X-Sent-At")
