"""Signing off the evidence on the web: the list, one or many, stale forms, and what the clinic's patients then read."""

import html
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.web.world import csrf
from tracker import tongue
from tracker.evidence.edition import edition
from tracker.evidence.library import library
from tracker.services import proof, share
from tracker.services.actor import Actor, operator
from tracker.storage import AuditEvent
from tracker.web.database import session
from tracker.web.signing import PAGE

PATH = "/clinic/evidence"
ONE = "mu-2020-cochrane-lbp"
SIGNED_KEY = "Signed off by a clinician of the clinic on {day}"
UNSIGNED, SIGNED = "Not yet signed off by a clinician", "Signed off by a clinician of the clinic on"
ALL = [r.id for r in library().rendering]


def value(id: str) -> str:
    record = library().get(id)
    assert record is not None
    return f"{id}:{edition(record)}"


@pytest.fixture
def admin(door):
    return door.enter("clinic_admin")


def send(client, path=PATH, **told):
    body = {"csrf_token": csrf(client, PATH), "id": str(uuid4()), "state": "unsigned", "page": "1"}
    return client.post(path, data={**body, **told})


def listed(client, state):
    pages = [client.get(f"{PATH}?state={state}&page={n}").text for n in range(1, 6)]
    return sorted({id for page in pages for id in re.findall(r'id="line-([^"]+)"', page)})


def mark_of(page: str, id: str) -> str:
    [found] = re.findall(rf'id="source-{id}".*?</article>', page, re.DOTALL)
    return found


def test_everything_begins_unsigned_and_the_list_shows_what_patients_read(admin):
    page = html.unescape(admin.get(PATH).text)
    assert f"0 of {len(ALL)} are signed" in page
    assert page.count('name="text"') == PAGE
    assert listed(admin, "unsigned") == sorted(ALL)
    assert listed(admin, "signed") == []
    shown = re.findall(r'id="line-([^"]+)"', page)
    for id in shown:
        record = library().get(id)
        assert record is not None
        assert record.plain in page
        assert record.clinician in page


def test_one_signature_changes_what_this_clinics_people_read_and_nobody_else(door, admin):
    assert UNSIGNED in mark_of(door.enter("owner").get("/evidence").text, ONE)
    answer = send(admin, only=value(ONE))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}?state=unsigned&page=1&language=en")
    assert "Signed: 1 source." in admin.get(PATH).text
    for name in ("owner", "colleague", "practitioner"):
        assert SIGNED in mark_of(door.enter(name).get("/evidence").text, ONE), name
    for name in ("stranger", "foreign_admin", "anonymous"):
        assert UNSIGNED in mark_of(door.enter(name).get("/evidence").text, ONE), name
    progress = door.enter("owner").get("/app/progress").text
    assert progress.count(SIGNED) >= 1
    assert progress.count(UNSIGNED) >= 1
    assert listed(admin, "signed") == [ONE]
    assert "Signed in English by clinic_admin" in admin.get(f"{PATH}?state=signed").text


def test_the_ticked_ones_are_signed_and_so_is_a_whole_page(admin):
    send(admin, text=[value(ALL[0]), value(ALL[3])])
    assert listed(admin, "signed") == sorted([ALL[0], ALL[3]])
    shown = [html.unescape(v) for v in re.findall(r'name="shown" value="([^"]+)"', admin.get(PATH).text)]
    assert len(shown) == PAGE
    send(admin, all="1", shown=shown)
    assert len(listed(admin, "signed")) == PAGE + 2


def test_a_form_sent_twice_signs_once_and_never_after_it_was_taken_back(app, admin):
    form = str(uuid4())
    for _ in range(2):
        assert send(admin, only=value(ONE), id=form).status_code == 303
    signature = re.search(r'name="withdraw" value="([^"]+)"', admin.get(f"{PATH}?state=signed").text)
    assert signature
    for _ in range(2):
        assert send(admin, f"{PATH}/withdraw", withdraw=signature[1]).status_code == 303
    send(admin, only=value(ONE), id=form)
    assert listed(admin, "signed") == []
    with app.app_context():
        trail = session().execute(select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.subject == "evidence"))
        acts = sorted(action for action, detail in trail if detail["record"] == ONE)
        assert acts == ["evidence.sign", "evidence.withdraw"]


def test_words_that_changed_since_the_page_was_opened_are_not_signed(admin):
    answer = send(admin, text=[value(ALL[0]), f"{ONE}:{'0' * 64}"])
    assert answer.status_code == 422
    assert "These words have changed since the page was opened." in answer.text
    assert listed(admin, "signed") == []


@pytest.mark.parametrize("told", [{}, {"text": "x"}, {"only": ":"}, {"only": "x:"}, {"id": ""}, {"id": "nil"}])
def test_a_broken_form_says_so(admin, told):
    assert send(admin, **told).status_code == 422


def test_what_is_not_there_is_not_found(admin):
    assert send(admin, only=f"nobody-2020:{'0' * 64}").status_code == 404


def test_a_signature_of_another_clinic_looks_like_none(door, admin):
    send(door.enter("foreign_admin"), only=value(ONE))
    page = door.enter("foreign_admin").get(f"{PATH}?state=signed").text
    [theirs] = re.findall(r'name="withdraw" value="([^"]+)"', page)
    answers = [send(admin, f"{PATH}/withdraw", withdraw=id) for id in (theirs, str(uuid4()))]
    own = r'name="csrf_token" value="[^"]+"|number: [0-9a-f-]{36}'  # each answer has its form token and its number
    masked = [re.sub(own, "", a.text) for a in answers]
    assert [a.status_code for a in answers] == [404, 404]
    assert masked[0] == masked[1]
    assert send(admin, f"{PATH}/withdraw", withdraw="").status_code == 404
    assert listed(door.enter("foreign_admin"), "signed") == [ONE]


def test_a_signature_counts_in_its_own_language_alone(door, admin):
    read = library().get(ONE)
    assert read is not None
    page = html.unescape(admin.get(f"{PATH}?language=ko&state=all&page=1").text)
    assert f"0 of {len(ALL)} are signed at your clinic in 한국어" in page
    with tongue.speaking("ko"):
        plain, clinician, said = (
            tongue._(read.plain),
            tongue._(read.clinician),
            max(tongue._(SIGNED_KEY).split("{day}"), key=len),
        )
    everything = "".join(html.unescape(admin.get(f"{PATH}?language=ko&page={n}").text) for n in range(1, 5))
    assert plain in everything
    assert clinician in everything
    assert read.plain in everything
    answer = send(admin, only=f"{ONE}:{edition(read, 'ko')}", language="ko")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PATH}?state=unsigned&page=1&language=ko")
    assert listed(admin, "signed") == []
    assert f'id="line-{ONE}"' in (signed := admin.get(f"{PATH}?state=signed&language=ko").text)
    assert "Signed in 한국어 by clinic_admin" in signed
    owner = door.enter("owner")
    assert UNSIGNED in mark_of(owner.get("/evidence").text, ONE)
    assert (
        owner.post("/app/language", data={"csrf_token": csrf(owner, "/app/help"), "language": "ko"}).status_code == 303
    )
    assert said.strip() in mark_of(owner.get("/evidence").text, ONE)
    assert said.strip() not in mark_of(owner.get("/evidence").text, "vickers-2012")


def test_the_english_words_cannot_be_signed_as_korean_ones(admin):
    answer = send(admin, only=value(ONE), language="ko")
    assert answer.status_code == 422
    assert "These words have changed since the page was opened." in answer.text


@pytest.mark.parametrize(("page", "state"), [("0", "unsigned"), ("99", "all"), ("x", "?"), ("٣", "signed"), ("-1", "")])
def test_any_page_number_and_state_shows_a_list(admin, page, state):
    assert admin.get(f"{PATH}?state={state}&page={page}").status_code == 200


def test_the_way_there_stands_on_the_evidence_page_for_admins_alone(door):
    for name in ("anonymous", "owner", "practitioner", "front_desk"):
        assert PATH not in door.enter(name).get("/evidence").text
    assert f'href="{PATH}"' in door.enter("clinic_admin").get("/evidence").text


def test_a_shared_link_shows_the_signatures_of_its_clinic(app, door, world, admin):
    send(admin, only=value(ONE))
    with app.app_context():
        who = Actor("patient", world.patients["owner"], world.clinics["here"], "patient", world.patients["owner"])
        who = replace(who, device_id=uuid4())
        typed = proof.code(session(), actor=operator(world.clinics["here"]), patient_id=world.patients["owner"])
        proof.prove(session(), actor=who, typed=typed)
        _, token = share.share(session(), actor=who)
    anybody = door.enter("anonymous")
    page = anybody.post("/shared", data={"csrf_token": csrf(anybody, "/shared"), "token": token}).text
    assert page.count(SIGNED) >= 1
    assert page.count(UNSIGNED) >= 1
