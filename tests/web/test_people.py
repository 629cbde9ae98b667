"""People on one phone, over HTTP: each request names its person; B never sees A's, no entry is misfiled."""

from uuid import uuid4

import pytest

from tests.web.world import csrf, redeem, score

ME = "/api/v1/me"


def of(world, name: str) -> dict[str, str]:
    """The header that names somebody."""
    return {"X-Person": str(world.patients[name])}


@pytest.fixture
def shared(door):
    """The owner's phone, with the colleague on it too."""
    client = door.enter("owner")
    assert redeem(client, door.link("colleague")).status_code == 303
    return client


def test_me_lists_the_people_of_the_phone(shared, world):
    me = shared.get(ME, headers=of(world, "owner")).json
    assert me["patient"]["id"] == str(world.patients["owner"])
    assert [(one["initials"], one["carer"], one["pin"]) for one in me["people"]] == [
        ("OW", False, False),
        ("CO", False, False),
    ]


@pytest.mark.parametrize("path", [ME, "/api/v1/courses", "/app/home.json"])
def test_a_request_that_names_nobody_is_refused_on_a_phone_of_two(shared, path):
    answer = shared.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "which_person")


@pytest.mark.parametrize("path", ["/app/progress", "/app/report", "/app/help"])
def test_a_page_that_names_nobody_leads_to_the_shell(shared, path):
    answer = shared.get(path)
    assert (answer.status_code, answer.location) == (303, "/app")
    part = shared.get(path, headers={"X-Part": "1"})
    assert (part.status_code, part.json["code"]) == (409, "which_person")


def test_the_shell_itself_needs_no_name(shared):
    assert shared.get("/app").status_code == 200


@pytest.mark.parametrize(
    "person", ["5f6d9c5e-3b7c-4a51-9a53-0c6f6a3f5d11", "x", "0" * 32, "00000000-0000-0000-0000-000000000000"]
)
def test_who_is_not_on_the_phone_is_not_there(shared, world, person):
    answers = [shared.get(ME, headers={"X-Person": one}) for one in (person, str(world.patients["stranger"]))]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json["code"] for answer in answers} == {"not_here"}


def test_b_never_sees_what_is_a_s(shared, world):
    mine, theirs = (f"/api/v1/courses/{world.courses[name]}" for name in ("colleague", "owner"))
    assert shared.get(mine, headers=of(world, "colleague")).status_code == 200
    for path in (theirs, f"{theirs}/readings", f"{theirs}/outcomes", f"{theirs}/figures/progress"):
        assert shared.get(path, headers=of(world, "colleague")).status_code == 404


def test_nothing_is_filed_under_the_wrong_person(shared, world, door):
    before, id = door.scores(), uuid4()
    wrong = shared.put(f"/api/v1/readings/{id}", json=score(world), headers=of(world, "colleague"))
    none = shared.put(f"/api/v1/readings/{id}", json=score(world))
    assert (wrong.status_code, none.status_code, door.scores()) == (404, 409, before)
    assert shared.put(f"/api/v1/readings/{id}", json=score(world), headers=of(world, "owner")).status_code == 201


def test_a_phone_of_one_needs_no_name_and_takes_the_right_one(door, world):
    client = door.enter("owner")
    assert client.get(ME).status_code == client.get(ME, headers=of(world, "owner")).status_code == 200
    assert client.get(ME, headers=of(world, "colleague")).status_code == 404


def test_staff_are_not_asked_whom_they_mean(door, world):
    assert door.enter("practitioner").get(ME, headers=of(world, "owner")).json["role"] == "practitioner"


def test_signing_out_is_for_the_whole_phone(shared, world):
    assert shared.post("/sign-out", data={"csrf_token": csrf(shared)}).status_code == 303
    assert shared.get(ME, headers=of(world, "owner")).status_code == 401
