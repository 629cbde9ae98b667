"""trust.md, bad input, *Ids* and *Query*, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from tests.web.world import score

NIL = str(UUID(int=0))
MALFORMED = [
    NIL,
    "7",
    "",
    "0190f3c2",
    "{0190f3c2-7b1a-7c3d-9e2f-0123456789ab}",
    "urn:uuid:0190f3c2-7b1a-7c3d-9e2f-0123456789ab",
    7,
    None,
    [],
    "g" * 36,
]


def test_the_same_id_with_the_same_body_is_a_replay(door, world):
    client, path, body = door.enter("owner"), f"/api/v1/readings/{uuid4()}", score(world)
    first, again = client.put(path, json=body), client.put(path, json=body)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)


def test_the_same_id_with_another_body_is_a_conflict(door, world):
    client, path = door.enter("owner"), f"/api/v1/readings/{uuid4()}"
    body = score(world)
    client.put(path, json=body)
    before = door.scores()
    answer = client.put(path, json={**body, "value": 6})
    assert (answer.status_code, answer.json["code"], door.scores()) == (409, "other_body", before)
    assert client.put(path, json=body).status_code == 200


def test_twenty_at_once_make_one_reading(app, door, world):
    path, body = f"/api/v1/readings/{uuid4()}", score(world)
    cookie = door.enter("owner").get_cookie("device").value

    def send(_):
        client = app.test_client()
        client.set_cookie("device", cookie)
        return client.put(path, json=body).status_code

    before = door.scores()
    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(send, range(20)))
    assert (statuses, door.scores() - before) == ([200] * 19 + [201], 1)


def test_a_foreign_clinics_id_behaves_as_unseen(door, world):
    client = door.enter("stranger")
    body = score(world, course_id=str(world.courses["stranger"]))
    answer = client.put(f"/api/v1/readings/{world.reading}", json=body)
    assert (answer.status_code, answer.json["id"]) == (201, str(world.reading))


@pytest.mark.parametrize("id", MALFORMED)
@pytest.mark.parametrize("name", ["course_id", "session_id", "supersedes"])
def test_a_nil_or_malformed_id_in_a_body_is_422(door, world, name, id):
    if id is None and name != "course_id":
        return  # none at all is allowed there
    answer = door.enter("owner").put(f"/api/v1/readings/{uuid4()}", json=score(world, **{name: id}))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{name}")


@pytest.mark.parametrize(
    "id", ["7", "0190f3c2", "g" * 36, "%7B0190f3c2-7b1a-7c3d-9e2f-0123456789ab%7D", "99999999999999999999999"]
)
def test_a_malformed_id_in_a_path_is_404(door, world, id):
    answer = door.enter("owner").put(f"/api/v1/readings/{id}", json=score(world))
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("part", ["readings", "courses", "sessions", "reactions"])
def test_the_nil_id_in_a_path_is_422(door, part):
    answer = door.enter("practitioner").put(f"/api/v1/{part}/{NIL}", json={})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "not_an_id")


def test_one_bad_of_fifty_costs_only_itself(door, world):
    items = [{"id": str(uuid4()), **score(world)} for _ in range(50)]
    items[17]["value"] = 5.5
    before = door.scores()
    answer = door.enter("owner").post("/api/v1/readings/batch", json={"readings": items})
    results = answer.json["results"]
    assert (answer.status_code, door.scores() - before) == (200, 49)
    assert [r["id"] for r in results] == [i["id"] for i in items]
    assert [r["status"] for r in results] == ["created"] * 17 + ["refused"] + ["created"] * 32
    assert results[17]["errors"][0]["pointer"] == "/value"


@pytest.mark.parametrize("bad", [5, None, [], "x", {}, {"id": "7"}, {"id": NIL}])
def test_an_item_of_any_shape_has_its_result(door, world, bad):
    good = {"id": str(uuid4()), **score(world)}
    answer = door.enter("owner").post("/api/v1/readings/batch", json={"readings": [bad, good]})
    assert [r["status"] for r in answer.json["results"]] == ["refused", "created"]


def test_a_batch_sent_again_is_a_replay(door, world):
    client, items = door.enter("owner"), [{"id": str(uuid4()), **score(world)} for _ in range(3)]
    client.post("/api/v1/readings/batch", json={"readings": items})
    answer = client.post("/api/v1/readings/batch", json={"readings": items})
    assert [r["status"] for r in answer.json["results"]] == ["replay"] * 3


@pytest.mark.parametrize(("n", "status"), [(500, 200), (501, 413)])
def test_more_than_500_items_are_413(door, n, status):
    answer = door.enter("owner").post("/api/v1/readings/batch", json={"readings": [{}] * n})
    assert answer.status_code == status
    assert status == 200 or answer.json["code"] == "too_many_items"


def test_missing_names_the_ids_the_store_lacks(door, world):
    new = str(uuid4())
    answer = door.enter("owner").post("/api/v1/readings/missing", json={"ids": [str(world.reading), new]})
    assert (answer.status_code, answer.json) == (200, {"missing": [new]})


def test_missing_does_not_tell_of_others(door, world):
    for name in ("colleague", "stranger"):
        answer = door.enter(name).post("/api/v1/readings/missing", json={"ids": [str(world.reading)]})
        assert answer.json == {"missing": [str(world.reading)]}


@pytest.mark.parametrize("ids", [["7"], [NIL], "x", [None], [str(uuid4())] * 1501])
def test_missing_takes_ids_only(door, ids):
    assert door.enter("owner").post("/api/v1/readings/missing", json={"ids": ids}).status_code == 422


@pytest.mark.parametrize("supersedes", ["unknown", "foreign", "own"])
def test_supersedes_unknown_foreign_or_itself_is_422(door, world, supersedes):
    stranger, own, foreign = door.enter("stranger"), str(uuid4()), str(uuid4())
    stranger.put(f"/api/v1/readings/{foreign}", json=score(world, course_id=str(world.courses["stranger"])))
    id = {"unknown": str(uuid4()), "foreign": foreign, "own": own}[supersedes]
    before = door.scores()
    answer = door.enter("owner").put(f"/api/v1/readings/{own}", json=score(world, supersedes=id, reason="mistyped"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"], door.scores()) == (422, "/supersedes", before)


def test_a_correction_replaces_and_keeps_what_it_corrects(door, world):
    client, course, new = door.enter("owner"), world.courses["owner"], str(uuid4())
    body = score(world, kind="before", value=6, session_id=str(world.session), recorded_at=world.before.isoformat())
    assert (
        client.put(
            f"/api/v1/readings/{new}", json={**body, "supersedes": str(world.reading), "reason": "mistyped"}
        ).status_code
        == 201
    )
    effective = {r["id"]: r["effective"] for r in client.get(f"/api/v1/courses/{course}/readings").json["readings"]}
    assert (effective[new], effective[str(world.reading)]) == (True, False)


def test_taking_back_needs_no_score(door, world):
    body = score(world, value=..., retracted=True, supersedes=str(world.reading), reason="entered by mistake")
    body |= {"kind": "before", "session_id": str(world.session)}
    answer = door.enter("owner").put(f"/api/v1/readings/{uuid4()}", json=body)
    assert (answer.status_code, answer.json["value"], answer.json["retracted"]) == (201, None, True)


@pytest.mark.parametrize(
    "query",
    [
        "roster?size=0",
        "roster?size=-1",
        "roster?size=1000000000",
        "roster?size=99999999999999999999",
        "roster?size=1_0",
        "roster?size=٧",
        "roster?size=",
        "roster?sort=pain",
        "roster?condition=knee",
        "roster?as_of=2026-02-30",
        "roster?after=nowhere",
        "roster?after=%00",
        "courses?size=0",
        "courses?after=7",
        "clinic/summary?since=2026-02-02&until=2026-02-01",
        "clinic/summary?anchor=middle",
        "clinic/summary?group=site",
        "clinic/summary?as_of=tomorrow",
        "clinic/summary?instrument=%00",
        "clinic/figures/ecdf?since=2026-02-02&until=2026-02-01",
        "evidence?condition=gout",
        "evidence?condition=neck&who=me",
    ],
)
def test_a_query_that_does_not_fit_is_422(door, query):
    answer = door.enter("clinic_admin").get(f"/api/v1/{query}")
    assert (answer.status_code, answer.json["errors"] != []) == (422, True), answer.text


@pytest.mark.parametrize("wild", ["%", "_", "P-%", "P_owner", "\\", "'", "P-owner' OR '1'='1"])
def test_wildcards_are_literal_in_a_search(door, wild):
    answer = door.enter("practitioner").post("/api/v1/roster/search", json={"search": wild})
    assert (answer.status_code, answer.json["rows"]) == (200, [])


def test_a_search_finds_a_patients_code(door):
    answer = door.enter("practitioner").post("/api/v1/roster/search", json={"search": "p-own"})
    assert {row["patient_code"] for row in answer.json["rows"]} == {"P-owner"}
