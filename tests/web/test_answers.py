"""A mail's link over HTTP: what the page behind it asks for and sends, and that it needs nobody to be signed in."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.web.mailed import KNEES, Mailed, mailed

__all__ = ["mailed"]

QUESTION, ANSWERS = "/api/v1/answers/question", "/api/v1/answers"


def token(link: str) -> str:
    return link.partition("#")[2]


def told(link: str, *values: float, places: Any = ((None, "none"),), **more: Any) -> dict[str, Any]:
    """The body the page sends: a value for each place."""
    each = zip(places, values, strict=True)
    answers = [{"id": str(uuid4()), "site": site, "side": side, "value": v, "items": None} for (site, side), v in each]
    at = datetime.now(UTC).isoformat()
    return {"token": token(link), "answers": answers, "recorded_at": at, "recorded_zone": "Asia/Seoul", **more}


@pytest.fixture
def anybody(door):
    """Whoever opens a mail: not signed in."""
    return door.enter("anonymous")


def test_the_page_is_the_same_for_everybody_and_names_what_its_script_imports(door, mailed: Mailed):
    pages = {door.enter(name).get("/answer").text for name in ("anonymous", "owner", "practitioner")}
    assert len(pages) == 1
    (page,) = pages
    named = set(re.findall(r'modulepreload" href="[^"]*/js/(\w+)\.js"', page))
    assert {"answer", "ask", "score_pad", "day_count", "choice_list", "tongue", "sending"} <= named
    assert not {"outbox", "store", "send", "status", "app", "here"} & named, "nothing of the app's own keeping"


def test_it_tells_the_question_in_the_persons_words_and_nothing_of_the_record(anybody, mailed: Mailed):
    link = mailed.link(language="es", condition="knee_oa", places=KNEES)
    answer = anybody.post(QUESTION, json={"token": token(link)})
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, "es")
    assert set(answer.json) == {"instrument", "kind", "words", "places", "language"}
    assert (answer.json["instrument"], answer.json["language"]) == ("nrs_week", "es")
    assert [(p["site"], p["side"]) for p in answer.json["places"]] == KNEES
    assert [p["words"] for p in answer.json["places"]] == ["la rodilla izquierda", "la rodilla derecha"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_answer_is_stored_once_however_often_it_comes(anybody, mailed: Mailed):
    body = told(mailed.link(), 0)
    answers = [anybody.post(ANSWERS, json=body) for _ in range(3)]
    assert {(a.status_code, a.json["stored"]) for a in answers} == {(200, True)}
    assert [(r.value, r.entered_by, r.device_id) for r in mailed.stored("nrs_week")] == [(0, "patient", None)]


def test_the_same_bytes_later_are_a_replay_whatever_the_send_time_says(anybody, mailed: Mailed):
    """A retry is sent later: its body is the same, the header that tells when it was sent is not."""
    body = told(mailed.link(), 7, recorded_at="2026-01-01T09:59:00+09:00")  # by a clock that is far off
    for sent in ("2026-01-01T10:00:00+09:00", "2026-01-01T10:05:00+09:00"):
        assert anybody.post(ANSWERS, json=body, headers={"X-Sent-At": sent}).status_code == 200
    assert [r.value for r in mailed.stored("nrs_week")] == [7]


def test_both_places_are_stored_and_one_alone_is_refused(anybody, mailed: Mailed):
    link = mailed.link(condition="knee_oa", places=KNEES)
    half = anybody.post(ANSWERS, json=told(link, 3, places=KNEES[:1]))
    assert (half.status_code, half.json["errors"][0]["code"]) == (422, "not_the_question")
    assert anybody.post(ANSWERS, json=told(link, 3, 8, places=KNEES)).status_code == 200
    assert [(r.side, r.value) for r in mailed.stored("nrs_week")] == [("left", 3), ("right", 8)]


def test_peg_keeps_its_three_numbers(anybody, mailed: Mailed):
    link = mailed.link("nrs_week", "medicine_days")
    body = told(link, 4)
    body["answers"][0]["items"] = {"pain": 0, "enjoyment": 4, "activity": 8}
    assert anybody.post(QUESTION, json={"token": token(link)}).json["instrument"] == "peg"
    assert anybody.post(ANSWERS, json=body).status_code == 200
    assert [(r.value, r.items) for r in mailed.stored("peg")] == [(4, {"pain": 0, "enjoyment": 4, "activity": 8})]


def test_a_used_link_says_so_in_the_language_of_whose_it_is(anybody, door, mailed: Mailed):
    link = mailed.link(language="ko")
    anybody.post(ANSWERS, json=told(link, 5))
    for client in (anybody, door.enter("owner"), door.enter("practitioner")):
        answer = client.post(QUESTION, json={"token": token(link)}, headers={"Accept-Language": "es"})
        assert (answer.status_code, answer.json["code"]) == (404, "link_used")
        assert answer.headers["Content-Language"] == "ko"
        assert re.search("[가-힣]", answer.json["detail"])


@pytest.mark.parametrize("guess", ["none", "x" * 43, "é", "\x00"])
def test_what_is_no_link_is_told_in_the_browsers_language(anybody, mailed: Mailed, guess):
    answer = anybody.post(QUESTION, json={"token": guess}, headers={"Accept-Language": "es"})
    assert answer.status_code in (404, 422)
    if answer.status_code == 404:
        assert (answer.json["code"], answer.headers["Content-Language"]) == ("link_not_usable", "es")


@pytest.mark.parametrize("value", [-1, 11, 5.5, None, "7", True])
def test_a_score_off_the_scale_is_refused_and_the_link_stays_good(anybody, mailed: Mailed, value):
    link = mailed.link()
    assert anybody.post(ANSWERS, json=told(link, value)).status_code == 422
    assert mailed.stored("nrs_week") == []
    assert anybody.post(ANSWERS, json=told(link, 5)).status_code == 200


def test_somebody_signed_in_on_that_browser_is_not_who_answers(door, mailed: Mailed):
    link = mailed.link()
    assert door.enter("owner").post(ANSWERS, json=told(link, 6)).status_code == 200
    (row,) = mailed.stored("nrs_week")
    assert row.patient_id != mailed.world.patients["owner"]


def test_the_link_of_a_missing_after_takes_that_score(anybody, mailed: Mailed):
    link = mailed.after()
    asked = anybody.post(QUESTION, json={"token": token(link)}).json
    assert (asked["instrument"], asked["kind"]) == ("nrs_now", "after")
    place = [(p["site"], p["side"]) for p in asked["places"]]
    assert anybody.post(ANSWERS, json=told(link, 2, places=place)).status_code == 200
    assert [r.value for r in mailed.stored("nrs_now", kind="after")] == [2]
