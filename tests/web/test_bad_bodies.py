"""trust.md, bad input, *All*: what cannot be read or does not fit has its status and code, and nothing is stored."""

import json
from uuid import uuid4

import pytest

from tests.web.world import score


@pytest.fixture
def put(door, world):
    """Send raw bytes as the owner's reading; says the answer and how many readings more are stored."""
    client = door.enter("owner")

    def send(body, content_type="application/json", path=None):
        before = door.scores()
        answer = client.put(path or f"/api/v1/readings/{uuid4()}", data=body, content_type=content_type)
        return answer, door.scores() - before

    return send


def good(world, **other):
    return json.dumps(score(world, **other))


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "",
        "application/xml",
    ],
)
def test_another_content_type_is_415(put, world, content_type):
    answer, more = put(good(world), content_type)
    assert (answer.status_code, answer.json["code"], more) == (415, "unsupported_media_type", 0)


BAD_JSON = {
    "empty": b"",
    "not json": b"value=5",
    "byte order mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"value": 5}'.encode("utf-16"),
    "bad utf-8": b'{"value": "\xff"}',
    "truncated": b'{"value": 5',
    "two values": b"{} {}",
    "single quotes": b"{'value': 5}",
    "a comma too many": b'{"value": 5,}',
    "NUL between": b'{"value":\x00 5}',
}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON)
def test_what_is_not_json_in_utf8_is_400(put, body):
    answer, more = put(body)
    assert (answer.status_code, answer.json["code"], more) == (400, "not_json", 0)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000, "0." + "3" * 5000])
def test_a_number_no_float_holds_is_400(put, world, number):
    answer, more = put(good(world, value=0).replace('"value": 0', f'"value": {number}'))
    assert (answer.status_code, answer.json["code"], more) == (400, "not_a_number", 0)


def test_a_name_given_twice_is_400(put, world):
    answer, more = put(good(world)[:-1] + ', "value": 6}')
    assert (answer.status_code, answer.json["code"], more) == (400, "duplicate_name", 0)


@pytest.mark.parametrize("depth", [17, 1000, 30_000])
@pytest.mark.parametrize("pair", ["[]", ('{"a":', "}")])
def test_more_than_sixteen_levels_are_400(put, depth, pair):
    opening, closing = pair
    body = opening * depth + ("0" if opening != "[" else "") + closing * depth
    answer, more = put(body[:60_000])
    assert (answer.status_code, more) == (400, 0)
    assert answer.json["code"] in ("too_deep", "not_json")  # cut off at the size limit it is not JSON either


def test_sixteen_levels_are_read(put):
    answer, _ = put("[" * 16 + "]" * 16)
    assert answer.json["code"] == "invalid"


@pytest.mark.parametrize("body", ["[]", "5", '"text"', "null", "true"])
def test_another_shape_is_422(put, body):
    answer, more = put(body)
    assert (answer.status_code, answer.json["errors"][0]["code"], more) == (422, "wrong_shape", 0)


def test_an_unknown_field_is_422_and_its_name_is_not_repeated(put, world):
    answer, more = put(good(world, canary_field="x"))
    assert (answer.status_code, answer.json["errors"][0]["code"], more) == (422, "unknown_field", 0)
    assert "canary" not in answer.text


def test_a_body_over_64_kib_is_413(put, world):
    answer, more = put(good(world) + " " * 65536)
    assert (answer.status_code, answer.json["code"], more) == (413, "request_entity_too_large", 0)


def test_a_body_of_exactly_64_kib_is_read(put, world):
    body = good(world)
    answer, more = put(body + " " * (65536 - len(body)))
    assert (answer.status_code, more) == (201, 1)


def test_a_batch_may_be_larger_but_not_over_1_mib(door):
    client = door.enter("owner")
    body = '{"readings": []}'

    def sized(n):
        return client.post(
            "/api/v1/readings/batch", data=body + " " * (n - len(body)), content_type="application/json"
        ).status_code

    assert (sized(200_000), sized(1024 * 1024), sized(1024 * 1024 + 1)) == (200, 200, 413)


@pytest.mark.parametrize("text", ["a\x00b", "\\ud800", "\\udfff\\ud800", "\x1b[31m", "\x7f", "\x85", "\\u0000"])
def test_nul_lone_surrogates_and_control_characters_are_422(put, world, text):
    answer, more = put(
        good(world, site="SITE").replace("SITE", text if text.startswith("\\") else json.dumps(text)[1:-1])
    )
    assert (answer.status_code, answer.json["errors"][0]["pointer"], more) == (422, "/site", 0)


@pytest.mark.parametrize(("length", "status"), [(2000, 201), (2001, 422)])
def test_text_over_2000_code_points_is_422(put, world, length, status):
    answer, _ = put(
        good(world, reason="疼" * length, supersedes=str(world.reading), kind="before", session_id=str(world.session))
    )
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("text", ["통증", "疼痛", "𝒫𝒶𝒾𝓃", "ألم", "e\u0301", "\u202etxet"])
def test_text_of_any_script_is_kept_as_it_is(put, world, text):
    answer, _ = put(good(world, reason=text))
    assert (answer.status_code, answer.json["reason"]) == (201, text)


def test_the_value_is_never_repeated(put, world):
    answer, _ = put(
        good(
            world,
            kind="CANARY-1",
            value="CANARY-2",
            recorded_at="CANARY-3",
            course_id="CANARY-4",
            instrument=["CANARY-5"],
        )
    )
    assert answer.status_code == 422
    assert "CANARY" not in answer.text
    assert {e["pointer"] for e in answer.json["errors"]} == {
        "/kind",
        "/value",
        "/recorded_at",
        "/course_id",
        "/instrument",
    }
