"""Any JSON at all, to every address that takes a body: an answer below 500 that fits."""

import json
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.world import score

ODD = st.sampled_from(
    ["", " ", "\x00", "\ud800", "٧", "1e5", "2026-03-01T09:30:00Z", "2026-02-30", str(uuid4()), "%", "a" * 2001, "نص"]
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | ODD
    | st.text(max_size=20)
)
ANY = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TAKERS = {
    "readings": "course_id session_id kind instrument site side value items recorded_at recorded_zone entered_at "
    "device_seq entered_by supersedes reason retracted",
    "courses": "patient_id condition onset_on chronicity practitioner started_on planned_sessions "
    "planned_per_week modality places",
    "sessions": "course_id held_on number state modalities note",
    "reactions": "course_id session_id occurred_on code grade serious words",
}


@pytest.mark.parametrize("part", TAKERS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_in_any_field(door, world, part, data):
    client = clients(door)
    good = (
        score(world)
        if part == "readings"
        else {"course_id": str(world.courses["owner"]), "patient_id": str(world.patients["owner"])}
    )
    names = TAKERS[part].split()
    body = {name: good[name] for name in names if name in good} | data.draw(
        st.dictionaries(st.sampled_from(names), ANY, max_size=4)
    )
    answer = client.put(f"/api/v1/{part}/{uuid4()}", data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 201, 404, 409, 422), answer.text
    assert answer.status_code < 300 or answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["readings/batch", "readings/missing", "roster/search"])
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=ANY | st.fixed_dictionaries({"readings": st.lists(ANY, max_size=4)}) | st.fixed_dictionaries({"ids": ANY}))
def test_any_body(door, path, body):
    answer = clients(door).post(f"/api/v1/{path}", data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (200, 422), answer.text


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=40))
def test_any_bytes(door, world, body):
    answer = clients(door).put(f"/api/v1/readings/{uuid4()}", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)


SIGNED_IN = {}


def clients(door):
    """One signed-in practitioner a test; Hypothesis calls the test's body many times."""
    if SIGNED_IN.get("door") is not door:
        SIGNED_IN.update(door=door, client=door.enter("practitioner"))
    return SIGNED_IN["client"]
