"""Invitations over HTTP, and the desk's pages: nothing is used up by looking, and no page shows what is not its own."""

import html
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from tests.web.test_pages import CODE, PAGES, dangers
from tests.web.world import csrf
from tracker.services import access, code
from tracker.services.actor import operator
from tracker.storage import DeviceSession, Patient, SignInLink
from tracker.web import devices
from tracker.web.database import session

API = "/api/v1/invitations"


def invite(door, name="practitioner", **more):
    """An invitation for the owner."""
    body = {"patient_id": str(door.world.patients["owner"])} if name != "owner" else {}
    answer = door.enter(name).post(API, json=body | more)
    assert answer.status_code == 201, answer.json
    return answer.json


def redeem(client, text):
    return client.post(f"{API}/redeem", json={"code": text})


@pytest.mark.parametrize("who", ["front_desk", "practitioner", "clinic_admin", "owner"])
@pytest.mark.parametrize("what", ["url", "code"])
def test_a_phone_joins_by_link_or_code(door, world, who, what):
    phone = door.app.test_client()
    told = redeem(phone, invite(door, who)[what])
    assert told.status_code == 200
    assert told.json["person"] == {
        "id": str(world.patients["owner"]),
        "initials": "OW",
        "carer": False,
        "pin": False,
    }
    assert (told.json["clinic"]["name"], told.json["courses"], told.json["already"]) == ("Here", 1, False)
    assert phone.get("/api/v1/me").json["patient"]["initials"] == "OW"


def test_the_qr_code_is_the_address_and_the_address_carries_the_token_behind_the_hash(door):
    zxing = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    made = invite(door)
    assert re.fullmatch(r"http://localhost:8000/join#[\w-]{43}", made["url"])
    svg = unquote(made["qr"].partition(",")[2]).replace("'", '"')
    assert 'fill="#fff"' in svg
    (read,) = zxing.read_barcodes(drawn(image, svg))
    assert read.text == made["url"]


def drawn(image, svg):
    """The picture of the strokes: M and m move, h draws a row of modules."""
    size, scale = (int(re.search(mark, svg)[1]) for mark in (r'width="(\d+)"', r"scale\((\d+)\)"))  # type: ignore[index]
    made, x, y = image.new("L", (size, size), 255), 0.0, 0.0
    strokes = next(d for d in re.findall(r' d="([^"]+)"', svg) if "m" in d)
    for verb, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", strokes):
        if verb == "h":
            made.paste(0, tuple(round(v * scale) for v in (x, y - 0.5, x + float(first), y + 0.5)))
        x = float(first) + (0 if verb == "M" else x)
        y = (float(second) + (0 if verb == "M" else y)) if second else y
    return made


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
@pytest.mark.parametrize("path", [API, f"{API}/redeem", "/join", "/sign-in"])
def test_looking_uses_nothing_up(door, method, path):
    made, phone = invite(door), door.app.test_client()
    token = made["url"].split("#")[1]
    for query in ("", f"?code={token}", f"?token={token}"):
        assert getattr(phone, method)(f"{path}{query}").status_code in (200, 401, 404, 405)
    assert redeem(phone, token).status_code == 200


def test_wrong_used_and_old_are_answered_alike(door):
    phone, used, old = door.app.test_client(), invite(door), invite(door)
    redeem(door.app.test_client(), used["code"])
    with door.app.app_context():
        rows = update(SignInLink).where(SignInLink.used_at.is_(None)).values(expires_at=door.world.before)
        session().execute(rows)
        session().commit()
    answers = [
        redeem(phone, text) for text in (used["code"], used["url"], old["code"], old["url"], "0000-000-000", "x")
    ]
    said = {re.sub(r'"request_id":"[^"]+"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(said) == 1
    assert "We cannot use this code." in said.pop()
    assert not any(answer.headers.get("Set-Cookie") for answer in answers)


def test_after_thirty_wrong_ones_it_says_wait(door):
    phone = door.app.test_client()
    statuses = [redeem(phone, f"ZZZZ{i:06d}").status_code for i in range(31)]
    assert statuses == [422] * 30 + [429]
    answer = redeem(phone, "ZZZZ000000")
    assert (answer.json["code"], answer.json["retry"], answer.headers["Retry-After"]) == (
        "too_many_tries",
        "later",
        "3600",
    )


def test_a_staff_link_opens_nothing_on_the_patients_page(door):
    token = door.link("practitioner")
    assert redeem(door.app.test_client(), token).status_code == 422
    assert door.app.test_client().post("/sign-in", data={"code": token}).status_code == 400, (
        "and a form needs its token"
    )


def test_a_phone_of_another_clinic_keeps_the_code_for_another_phone(door):
    made, phone = invite(door), door.enter("stranger")
    answer = redeem(phone, made["code"])
    assert (answer.status_code, answer.json["code"]) == (409, "other_clinic")
    assert redeem(door.app.test_client(), made["code"]).status_code == 200


def test_joining_twice_is_said(door):
    phone = door.app.test_client()
    assert [redeem(phone, invite(door)["code"]).json["already"] for _ in range(2)] == [False, True]


def test_another_site_cannot_make_a_phone_join(door):
    made = invite(door)
    answer = door.app.test_client().post(
        f"{API}/redeem", json={"code": made["code"]}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert redeem(door.app.test_client(), made["code"]).status_code == 200


def test_a_helper_joins_as_a_helper(door):
    phone = door.app.test_client()
    assert redeem(phone, invite(door, carer=True)["code"]).json["person"]["carer"]
    assert phone.get("/api/v1/me").json["carer"]


def test_what_became_of_it_holds_no_data(door):
    made, desk = invite(door), door.enter("front_desk")
    path = f"{API}/{made['id']}"
    assert desk.get(path).json == {"state": "open"}
    redeem(door.app.test_client(), made["code"])
    assert desk.get(path).json == {"state": "joined"}


def qr_page(door, name="front_desk", **more):
    client, path = door.enter(name), f"/clinic/patients/{door.world.patients['owner']}"
    return client, client.post(f"{path}/qr", data={"csrf_token": csrf(client, f"{path}/phones"), **more}).text


@pytest.mark.parametrize("who", ["front_desk", "practitioner", "clinic_admin"])
def test_the_desk_shows_a_code_that_works(door, who):
    _, page = qr_page(door, who)
    found = re.search(CODE, page)
    assert found
    assert redeem(door.app.test_client(), found[0]).status_code == 200


def test_the_desk_page_holds_no_score_and_nothing_dangerous(door):
    _, page = qr_page(door)
    assert dangers(page) == ["img"]
    assert 'src="data:image/svg+xml' in page
    assert "P-owner" in page
    assert "back pain" not in page


def test_a_slip_is_in_the_patients_language_and_names_nobody(door, world):
    with door.app.app_context():
        session().execute(update(Patient).where(Patient.id == world.patients["owner"]).values(language="ko"))
        session().commit()
    desk, path = door.enter("front_desk"), f"/clinic/patients/{world.patients['owner']}"
    page = desk.post(f"{path}/slip", data={"csrf_token": csrf(desk, f"{path}/phones")}).text
    paper = re.search(r'<section class="slip".*?</section>', page, re.S)[0]  # type: ignore[index]
    assert 'lang="ko"' in paper
    assert "Here" in paper
    assert "P-owner" not in paper
    assert "OW" not in re.sub(r'src="[^"]+"', "", re.sub(CODE, "", paper))
    assert redeem(door.app.test_client(), re.search(CODE, paper)[0]).status_code == 200  # type: ignore[index]
    with door.app.app_context():
        made = (
            session()
            .scalars(select(SignInLink).where(SignInLink.used_at.is_not(None), SignInLink.handle.is_not(None)))
            .one()
        )
    assert (made.expires_at - made.created_at).days == 7


def test_a_lost_phone_is_signed_out_from_the_desk(door, world):
    phone = door.enter("owner")
    desk, path = door.enter("front_desk"), f"/clinic/patients/{world.patients['owner']}/phones"
    page = desk.get(path).text
    for device in set(re.findall(r"/phones/([0-9a-f-]{36})/sign-out", page)):
        answer = desk.post(f"{path}/{device}/sign-out", data={"csrf_token": csrf(desk, path)})
        assert (answer.status_code, answer.location) == (303, path)
    assert phone.get("/api/v1/me").status_code == 401
    assert "No phone has joined yet." in desk.get(path).text


def test_the_desk_signs_out_no_phone_of_somebody_else(door, world):
    phone = door.enter("colleague")
    with door.app.app_context():
        device = session().scalars(select(DeviceSession.id).order_by(DeviceSession.created_at.desc())).first()
    desk, path = door.enter("front_desk"), f"/clinic/patients/{world.patients['owner']}/phones"
    assert desk.post(f"{path}/{device}/sign-out", data={"csrf_token": csrf(desk, path)}).status_code == 404
    assert phone.get("/api/v1/me").status_code == 200


def test_the_people_page_lists_who_has_not_joined(door, world):
    with door.app.app_context():
        before = access.unjoined(session(), actor=operator(world.clinics["here"]))
    assert before == ((), 0)
    desk = door.enter("front_desk")
    body = {"csrf_token": csrf(desk, "/clinic/people"), "code": "0412", "condition": "neck", "initials": "N.N."}
    desk.post("/clinic/people/patients", data=body)
    page = html.unescape(desk.get("/clinic/people").text)
    assert "1 patient has joined with no phone." in page
    assert "0412" in page


def test_the_page_to_join_is_the_same_for_everybody(door):
    pages = {door.enter(name).get("/join").text for name in ("anonymous", "owner", "practitioner")}
    assert len(pages) == 1
    assert not dangers(pages.pop())
    assert "/join" in PAGES["anonymous"]


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 {} Mobile Safari/604"
AGENTS = [
    (IPHONE.format("Version/18.0"), "iPhone · Safari"),
    (IPHONE.format("CriOS/130"), "iPhone · Chrome"),
    ("Mozilla/5.0 (Linux; Android 14; SM-S911) SamsungBrowser/25 Chrome/121 Safari/537", "Android · Samsung Internet"),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/130 Safari/537 Edg/130", "Windows · Edge"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:130) Gecko Firefox/130", "Linux · Firefox"),
    ("<script>alert(1)</script>", None),
    ("", None),
]


@pytest.mark.parametrize(("agent", "label"), AGENTS)
def test_what_a_phone_is_called(agent, label):
    assert devices.label(agent) == label


def test_a_code_stands_in_no_journal(door, caplog):
    made = invite(door)
    redeem(door.app.test_client(), made["code"])
    assert made["code"] not in caplog.text
    assert code.plain(made["code"]) not in caplog.text
    assert made["url"].split("#")[1] not in caplog.text
