"""The API as programs use it: what goes in comes out, and its description is true."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import uuid4, uuid5

import pytest

from tests.web.world import score
from tracker.config import ROOT
from tracker.services.views import RosterRow
from tracker.web.api.roster import RosterRowShape

LATELY = datetime.now(UTC).date() - timedelta(days=2)


def course_path(world, part=""):
    return f"/api/v1/courses/{world.courses['owner']}{part}"


def test_me_of_a_patient_names_the_clinic_and_their_courses(door, world):
    me = door.enter("owner").get("/api/v1/me").json
    assert (me["role"], me["clinic"]["emergency_number"], me["patient"]["code"]) == ("patient", "119", "P-owner")
    assert [c["id"] for c in me["courses"]] == [str(world.courses["owner"])]


def test_a_patient_sees_only_their_own_courses_and_staff_the_clinics(door, world):
    assert [c["id"] for c in door.enter("owner").get("/api/v1/courses").json["courses"]] == [
        str(world.courses["owner"])
    ]
    seen = {c["id"] for c in door.enter("practitioner").get("/api/v1/courses").json["courses"]}
    assert seen == {str(world.courses[name]) for name in ("owner", "colleague")}


def test_courses_come_in_pages(door, world):
    client, found, after = door.enter("practitioner"), [], ""
    while after is not None:
        page = client.get(f"/api/v1/courses?size=1{after and f'&after={after}'}").json
        found += [c["id"] for c in page["courses"]]
        after = page["next"]
    assert found == sorted(str(world.courses[name]) for name in ("owner", "colleague"))


def test_a_course_is_opened_once(door, world):
    client, path = door.enter("front_desk"), f"/api/v1/courses/{uuid4()}"
    body = {
        "patient_id": str(world.patients["owner"]),
        "condition": "knee_oa",
        "planned_sessions": 6,
        "planned_per_week": 1.5,
        "places": [{"site": "knee", "side": "left"}, {"site": "knee", "side": "right"}],
    }
    first, again = client.put(path, json=body), client.put(path, json=body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert [p["side"] for p in again.json["places"]] == ["left", "right"]
    assert client.put(path, json={**body, "condition": "neck"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("condition", "gout"),
        ("condition", None),
        ("onset_on", "2026-02-30"),
        ("onset_on", "1066-10-14"),
        ("onset_on", "2099-01-01"),
        ("planned_sessions", 0),
        ("planned_sessions", "6"),
        ("planned_sessions", 6.5),
        ("planned_sessions", True),
        ("planned_per_week", 15),
        ("planned_per_week", "2"),
        ("places", [{"site": "knee", "side": "up"}]),
        ("places", [{"site": "knee", "angle": 1}]),
        ("places", [["knee", "left"]]),
        ("places", [{"site": "knee"}] * 2),
        ("places", [{"site": f"knee {n}"} for n in range(21)]),
        ("practitioner", " "),
        ("modality", "leeches"),
        ("group_label", "a\x00"),
    ],
)
def test_a_course_that_does_not_fit_is_422(door, world, field, value):
    body = {"patient_id": str(world.patients["owner"]), "condition": "neck", field: value}
    answer = door.enter("practitioner").put(f"/api/v1/courses/{uuid4()}", json=body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith(f"/{field}")


def test_a_visit_is_reported_by_the_patient_and_confirmed_by_staff(door, world):
    day = LATELY
    path = f"/api/v1/sessions/{uuid5(world.courses['owner'], f'{day}/1')}"
    body = {"course_id": str(world.courses["owner"]), "held_on": str(day)}
    assert door.enter("owner").put(path, json={**body, "state": "reported"}).json["state"] == "reported"
    held = door.enter("practitioner").put(path, json={**body, "state": "held", "modalities": ["acupuncture"]}).json
    assert (held["state"], held["modalities"]) == ("held", ["acupuncture"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "over"),
        ("number", 0),
        ("number", 1.5),
        ("modalities", ["leeches"]),
        ("held_on", "2026-13-01"),
        ("note", "\x07"),
    ],
)
def test_a_visit_that_does_not_fit_is_422(door, world, field, value):
    day = LATELY
    body = {"course_id": str(world.courses["owner"]), "held_on": str(day), field: value}
    answer = door.enter("practitioner").put(f"/api/v1/sessions/{uuid5(world.courses['owner'], f'{day}/1')}", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"].split("/")[1]) == (422, field)


def test_a_reaction_is_stored_once(door, world):
    client, path = door.enter("owner"), f"/api/v1/reactions/{uuid4()}"
    body = {
        "course_id": str(world.courses["owner"]),
        "occurred_on": str(LATELY),
        "code": "bruise",
        "words": "left\nknee",
    }
    first, again = client.put(path, json=body), client.put(path, json=body)
    assert (first.status_code, again.json, first.json["reported_by"]) == (200, first.json, "patient")
    assert client.put(path, json={**body, "words": "right"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [("serious", "yes"), ("serious", 1), ("grade", "awful"), ("occurred_on", "soon"), ("words", "x" * 2001)],
)
def test_a_reaction_that_does_not_fit_is_422(door, world, field, value):
    body = {
        "course_id": str(world.courses["owner"]),
        "occurred_on": str(LATELY),
        "code": "bruise",
        field: value,
    }
    answer = door.enter("owner").put(f"/api/v1/reactions/{uuid4()}", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_what_was_logged_is_read_back(door, world):
    client = door.enter("owner")
    body = score(world, items={"sleep": 3}, reason="because", recorded_zone="Asia/Seoul", device_seq=12)
    put = client.put(f"/api/v1/readings/{uuid4()}", json=body).json
    readings = client.get(course_path(world, "/readings")).json["readings"]
    assert len(readings) == 3
    assert put | {"effective": True} in [r | {"effective": True} for r in readings]


def test_outcomes_follow_what_was_logged(door, world):
    outcomes = door.enter("practitioner").get(course_path(world, "/outcomes")).json["outcomes"]
    (now,) = [o for o in outcomes if o["instrument"] == "nrs_now"]
    assert (now["held"], now["pairs"], now["change"], now["readings"]) == (1, 1, 3.0, 2)
    assert (len(now["weeks"]), now["weeks_after"]) == (1, [])
    assert now["after_end"].keys() == {"1", "3", "6", "9", "12"}


@pytest.mark.parametrize("name", ["progress", "sessions", "durability"])
def test_each_figure_comes_with_words_table_and_evidence(door, world, name):
    for person in ("owner", "practitioner"):
        figure = door.enter(person).get(course_path(world, f"/figures/{name}"))
        assert figure.status_code == 200, figure.text
        assert {"data", "layout", "words", "table", "evidence"} <= figure.json.keys()
        assert figure.json["words"]
        assert figure.json["table"]["columns"]


def test_there_is_no_other_figure(door, world):
    assert door.enter("owner").get(course_path(world, "/figures/secrets")).status_code == 404


def test_the_roster_shows_the_clinics_courses_in_pages(door):
    client, found, after = door.enter("practitioner"), [], None
    while True:
        page = client.get("/api/v1/roster", query_string={"size": 1, **({"after": after} if after else {})}).json
        found += [row["patient_code"] for row in page["rows"]]
        after = page["next"]
        if after is None:
            break
    assert set(found) == {"P-owner", "P-colleague"}


def test_a_row_of_the_roster_has_its_shape(door):
    """It is written without marshmallow; read with it, nothing is missing, unknown or of another kind."""
    row, _ = door.enter("practitioner").get("/api/v1/roster").json["rows"]
    assert list(row) == [one.name for one in fields(RosterRow)] == list(RosterRowShape().fields)
    assert RosterRowShape().dump(RosterRowShape(unknown="raise").load(row)) == row
    assert (row["instrument"], row["state"], row["spark"]) == ("nrs_now", "running", [7.0])


@pytest.mark.parametrize("after", ["x", "é", "AAAA", "A" * 16, "A" * 64, "A" * 65])
def test_a_page_nobody_was_given_is_no_page(door, after):
    answer = door.enter("practitioner").get("/api/v1/roster", query_string={"after": after})
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_page")


def test_the_place_of_a_page_is_sealed_and_opens_only_as_it_was_given(door):
    client = door.enter("practitioner")
    given = client.get("/api/v1/roster?size=1").json["next"]
    assert "running" not in given
    assert client.get("/api/v1/roster", query_string={"size": 1, "after": given}).status_code == 200
    for at in (0, len(given) // 2, len(given) - 6):
        changed = given[:at] + ("A" if given[at] != "A" else "B") + given[at + 1 :]
        assert client.get("/api/v1/roster", query_string={"after": changed}).status_code == 422


def test_the_clinic_summary_has_the_shape_of_the_command(door):
    summary = door.enter("clinic_admin").get("/api/v1/clinic/summary?instrument=nrs_now&anchor=start").json
    assert {"definitions", "anchor", "instrument", "groups"} <= summary.keys()
    assert summary["groups"]["all"]["courses"] == 2


@pytest.mark.parametrize("name", ["durability", "responders", "ecdf"])
def test_each_figure_of_the_clinic_comes_once_a_group(door, name):
    answer = door.enter("clinic_admin").get(f"/api/v1/clinic/figures/{name}?instrument=nrs_now&condition=low_back")
    assert answer.status_code == 200, answer.text
    (figure,) = answer.json["figures"]
    assert figure["group"] == "all"
    assert figure["words"]


def test_evidence_is_open_to_everybody(door):
    answer = door.app.test_client().get("/api/v1/evidence?condition=low_back&chronicity=chronic").json
    assert answer["groups"][0]["key"] == "sham"
    assert all(card["url"] or card["certainty"] for group in answer["groups"] for card in group["cards"])


def test_the_description_names_every_route_and_every_refusal(door):
    document = door.app.test_client().get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    served = {rule.rule for rule in door.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")} - {
        "/api/v1/openapi.json"
    }
    assert len(document["paths"]) == len(served)
    for path in document["paths"].values():
        for method, operation in path.items():
            if method != "parameters":
                problem = operation["responses"]["default"]
                assert problem == {"$ref": "#/components/responses/DEFAULT_ERROR"}


def test_answers_of_staff_and_patients_fit_the_description(door, world):
    """Every successful answer has exactly the members its schema names."""
    document = door.app.test_client().get("/api/v1/openapi.json").json
    client = door.enter("practitioner")
    for path, shape in (
        (course_path(world), "Course"),
        (course_path(world, "/readings"), "Readings"),
        ("/api/v1/me", "Me"),
        ("/api/v1/roster", "Roster"),
    ):
        assert fits(client.get(path).json, document["components"]["schemas"][shape], document)


def fits(value, schema, document):
    """A small reading of JSON Schema: members, lists, references."""
    schema = document["components"]["schemas"][schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
    if isinstance(value, dict) and "properties" in schema:
        assert value.keys() == schema["properties"].keys()
        return all(fits(v, schema["properties"][k], document) for k, v in value.items())
    return (
        all(fits(v, schema["items"], document) for v in value)
        if isinstance(value, list) and "items" in schema
        else True
    )


def test_the_page_about_the_api_names_every_route_of_it(door):
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    served = [(r, m) for r in door.app.url_map.iter_rules() for m in (r.methods or set()) - {"OPTIONS", "HEAD"}]
    named = {method + " " + re.sub("<(?:[^:>]*:)?([^>]+)>", r"{\1}", rule.rule) for rule, method in served}
    assert [name for name in sorted(named) if " /api/" in name and f"`{name}`" not in page] == []
