"""Signing off over HTTP: what may be signed in a language, a retry, what changed, and whom it is for."""

from uuid import uuid4

import pytest

from tracker.evidence.edition import edition, words
from tracker.evidence.library import library

PATH = "/api/v1/evidence/sign-offs"
ONE = "mu-2020-cochrane-lbp"


@pytest.fixture
def admin(door):
    return door.enter("clinic_admin")


def listed(client, language="en"):
    """The list of a language by record."""
    return {one["record_id"]: one for one in client.get(f"{PATH}?language={language}").json["sources"]}


def body(language="en", **other):
    record = library().get(ONE)
    assert record is not None
    return {"record_id": ONE, "language": language, "text": edition(record, language), **other}


def test_the_list_holds_the_words_of_every_source_in_the_language_asked_for(admin):
    for code in ("en", "ko"):
        found = listed(admin, code)
        assert set(found) == {r.id for r in library().rendering}
        for r in library().rendering:
            one = found[r.id]
            assert (one["plain"], one["clinician"], one["text"]) == (*words(r, code), edition(r, code))
            assert (one["language"], one["signature"]) == (code, None)
    assert admin.get(PATH).json == admin.get(f"{PATH}?language=en").json


def test_a_signature_is_put_once_and_taken_back_and_both_are_safe_to_send_again(door, admin):
    path = f"{PATH}/{uuid4()}"
    first, again = (admin.put(path, json=body("ko")) for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json) == (200, again.json)
    assert (first.json["by"], first.json["language"], first.json["stands"]) == ("clinic_admin", "ko", True)
    assert listed(admin, "ko")[ONE]["signature"] == first.json
    assert listed(admin)[ONE]["signature"] is None
    assert listed(door.enter("foreign_admin"), "ko")[ONE]["signature"] is None
    assert [admin.delete(path).status_code for _ in range(2)] == [204, 204]
    assert listed(admin, "ko")[ONE]["signature"] is None
    assert admin.put(path, json=body("ko")).json["stands"] is False
    assert listed(admin, "ko")[ONE]["signature"] is None


def test_an_id_belongs_to_one_signature_and_words_to_one_id(admin):
    path = f"{PATH}/{uuid4()}"
    admin.put(path, json=body())
    refused = [admin.put(path, json=body("ko")), admin.put(f"{PATH}/{uuid4()}", json=body())]
    assert [(r.status_code, r.json["code"]) for r in refused] == [(409, "other_body"), (409, "signed_already")]


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"text": "0" * 64}, 409, "changed"),
        ({"language": "ko"}, 409, "changed"),
        ({"record_id": "nobody-2020"}, 404, "not_found"),
        ({"record_id": "costa-2012-lbp-course"}, 404, "not_found"),
        ({"language": "la"}, 422, "invalid"),
        ({"text": " "}, 422, "invalid"),
        ({"signed_by": "Amy"}, 422, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_and_signs_nothing(admin, other, status, code):
    answer = admin.put(f"{PATH}/{uuid4()}", json=body() | other)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert [one for one in listed(admin).values() if one["signature"]] == []


def test_a_signature_of_another_clinic_is_not_there(door, admin):
    path = f"{PATH}/{uuid4()}"
    assert door.enter("foreign_admin").put(path, json=body()).status_code == 200
    assert admin.delete(path).status_code == 404
    assert listed(door.enter("foreign_admin"))[ONE]["signature"]["stands"]
    assert admin.put(path, json=body()).status_code == 200  # an id is one clinic's own


@pytest.mark.parametrize("name", ["owner", "front_desk", "practitioner", "anonymous"])
def test_only_a_clinics_admin_signs(door, name):
    client = door.enter(name)
    answers = [client.get(PATH), client.put(f"{PATH}/{uuid4()}", json=body()), client.delete(f"{PATH}/{uuid4()}")]
    assert {a.status_code for a in answers} == {401 if name == "anonymous" else 403}


def test_the_description_names_the_routes_and_what_they_take(admin):
    spec = admin.get("/api/v1/openapi.json").json
    assert set(spec["paths"][PATH]) >= {"get"}
    assert set(spec["paths"][f"{PATH}/{{sign_off_id}}"]) >= {"put", "delete"}
    assert spec["components"]["schemas"]["SignOffBody"]["required"] == ["language", "record_id", "text"]
