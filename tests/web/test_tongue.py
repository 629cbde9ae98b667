"""Whose language a page speaks, and the words the scripts fetch."""

import re

import pytest
from sqlalchemy import select, update

from tests.web.world import csrf
from tracker import tongue
from tracker.storage.people import Patient
from tracker.web.database import session
from tracker.web.headers import ALWAYS
from tracker.web.tongue import words_url

HTML = '<html lang="{}" dir="ltr"'


def prefer(door, name, code):
    with door.app.app_context():
        session().execute(update(Patient).where(Patient.id == door.world.patients[name]).values(language=code))
        session().commit()


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.5", "ko"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("es-MX", "es"),
        ("fr, es;q=0.5, en;q=0.4", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;,=", "en"),
    ],
)
def test_before_anybody_signs_in_the_browser_says_which_language(door, asked, tag):
    page = door.app.test_client().get("/sign-in", headers={"Accept-Language": asked}).text
    assert HTML.format(tag) in page


def test_a_choice_in_the_address_comes_first(door):
    client = door.app.test_client()
    assert HTML.format("ko") in client.get("/sign-in?lang=ko", headers={"Accept-Language": "es"}).text
    assert HTML.format("es") in client.get("/sign-in?lang=%00", headers={"Accept-Language": "es"}).text


@pytest.mark.parametrize("code", list(tongue.LANGUAGES))
def test_a_patients_pages_speak_the_language_of_the_record(door, code):
    prefer(door, "owner", code)
    page = door.enter("owner").get("/app/help", headers={"Accept-Language": "fr"}).text
    assert HTML.format(tongue.LANGUAGES[code].tag) in page


@pytest.mark.parametrize("code", list(tongue.LANGUAGES))
def test_what_studies_found_beside_a_patients_chart_is_in_the_language_of_the_record(door, code):
    prefer(door, "owner", code)
    page = door.enter("owner").get("/app/progress").text
    with tongue.speaking(code):
        for sentence in ("Not yet signed off by a clinician", "Where the limits come from", "Unwanted effects"):
            assert tongue.translated(sentence) in page
    assert ("Not yet signed off" in page) == (code == "en")
    assert 'lang="en"' not in page.partition("<main")[2] or code == "en"


def test_a_language_we_do_not_have_is_english(door):
    prefer(door, "owner", "tlh")
    assert HTML.format("en") in door.enter("owner").get("/app/help").text


def test_staff_pages_stay_english(door):
    page = door.enter("practitioner").get("/clinic/patients", headers={"Accept-Language": "ko"}).text
    assert HTML.format("en") in page


def test_the_shell_is_the_same_for_everybody(door):
    prefer(door, "owner", "ko")
    client = door.enter("owner")
    pages = {client.get("/app", headers={"Accept-Language": asked}).data for asked in ("ko", "es", "")}
    assert len(pages) == 1
    assert HTML.format("en").encode() in next(iter(pages))


@pytest.mark.parametrize("code", list(tongue.LANGUAGES))
def test_the_scripts_words_are_kept_for_good_and_hold_nobody(door, code):
    with door.app.app_context():
        address = words_url().replace("{lang}", code)
    answer = door.app.test_client().get(address)
    assert (answer.status_code, answer.json[""]["tag"]) == (200, tongue.LANGUAGES[code].tag)
    assert answer.headers["Cache-Control"] == "max-age=31536000, public, immutable"
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/words/0123456789abcdef/ko.json", "/words/x/xx.json"])
def test_words_of_another_edition_are_not_here(door, path):
    answer = door.app.test_client().get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_patient_chooses_another_language_and_the_page_comes_back_in_it(door):
    client = door.enter("owner")
    token = csrf(client, "/app/help")
    page = client.post("/app/language", data={"csrf_token": token, "language": "ko"}, follow_redirects=True).text
    assert HTML.format("ko") in page
    assert re.search(r'<button[^>]*value="ko" lang="ko" aria-current="true">한국어</button>', page)
    assert client.get("/app/home.json").json["language"] == "ko"


@pytest.mark.parametrize("typed", ["", "fr", "ko\x00", "x" * 40])
def test_a_language_that_is_not_on_the_list_is_refused(door, typed):
    client = door.enter("owner")
    token = csrf(client, "/app/help")
    assert client.post("/app/language", data={"csrf_token": token, "language": typed}).status_code == 422
    assert HTML.format("en") in client.get("/app/help").text


def test_the_desk_enrols_somebody_in_their_language(door):
    client = door.enter("front_desk")
    typed = {"code": "P-77", "condition": "neck", "language": "zh", "csrf_token": csrf(client, "/clinic/people")}
    assert client.post("/clinic/people/patients", data=typed).status_code == 200
    with door.app.app_context():
        assert session().scalar(select(Patient.language).where(Patient.code == "P-77")) == "zh"
