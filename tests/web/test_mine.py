"""My data on the web: three files, a link to read along, who looked, stopping, erasing; walls and a quiet journal."""

import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.web.world import csrf, score
from tracker.exports import tidy
from tracker.services import audit, log, proof
from tracker.services.actor import Actor, operator
from tracker.storage import AuditEvent, Message, Patient, Reading, ReminderChoice
from tracker.web import looks
from tracker.web.database import session
from tracker.web.own import OwnShape

CANARY = "CANARY-felt-odd"
FORMATS = ("json", "csv", "pdf")


@pytest.fixture
def owner(door):
    return door.enter("owner")


def code(door, name="owner") -> str:
    """A code as the desk shows it."""
    client = door.enter("front_desk")
    page = client.get(f"/clinic/patients/{door.world.patients[name]}/phones").text
    path = found(r'action="(/clinic/people/patients/[^"]+/code)"', page)
    answer = client.post(path, data={"csrf_token": csrf(client, "/clinic/people")})
    return found(r"<output[^>]*>([^<]+)</output>", answer.text)


def found(pattern, text) -> str:
    """The one thing on a page."""
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def send(client, path, **data):
    return client.post(path, data={"csrf_token": csrf(client, "/app/mine"), **data})


def shared(door, client) -> str:
    """The token of a new link."""
    answer = send(client, "/app/mine/share", days="7", code=code(door))
    assert answer.status_code == 200, answer.text
    return found(r"/shared#([\w-]+)</code>", answer.text)


def open_link(door, token):
    client = door.app.test_client()
    return client.post("/shared", data={"csrf_token": csrf(client, "/shared"), "token": token})


def remember(door, world):
    """A correction with a reason, a taken-back entry, words that must not leak."""
    with door.app.app_context():
        who = operator(world.clinics["here"])
        course = world.courses["owner"]
        told = {"course_id": course, "kind": "before", "instrument": "nrs_now", "recorded_at": world.before}
        second = uuid4()
        more = {"session_id": world.session, "reason": CANARY}
        log.reading(session(), actor=who, id=second, value=6, supersedes=world.reading, **told, **more)
        log.reaction(
            session(),
            actor=who,
            id=uuid4(),
            course_id=course,
            occurred_on=world.before.date(),
            code="other",
            words="머리가 조금 아팠어요",
        )


# The files


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_an_attachment_whose_name_says_nothing_and_is_never_stored(door, world, owner, format):
    answer = owner.get(f"/app/mine/data.{format}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="my-data.{format}"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("format", FORMATS)
def test_nobody_else_gets_it(door, world, format):
    for name, status in (("practitioner", 403), ("clinic_admin", 403), ("front_desk", 403), ("anonymous", 303)):
        assert door.enter(name).get(f"/app/mine/data.{format}").status_code == status


def test_the_json_holds_everything_of_the_person_and_nothing_of_others(door, world, owner):
    remember(door, world)
    found = owner.get("/app/mine/data.json").json
    assert (found["format"], found["version"]) == ("outcome-tracker/own-record", 1)
    (one,) = found["courses"]
    assert [x["reason"] for x in one["readings"] if x["supersedes"]] == [CANARY]
    assert sorted(x["value"] for x in one["readings"]) == [4, 6, 7]
    assert {x["code"] for x in one["reactions"]} == {"bruise", "other"}
    assert all(datetime.fromisoformat(x["recorded_at"]).tzinfo for x in one["readings"])
    assert str(world.courses["colleague"]) not in json.dumps(found)
    assert "group_label" not in one["course"]
    assert all("note" not in visit for visit in one["course"]["sessions"])


def test_its_names_stand_in_the_docs():
    docs = (Path(__file__).parents[2] / "docs/api.md").read_text().split("## A patient's own data")[1]
    assert [name for name in OwnShape().fields if f"`{name}" not in docs] == []


def test_the_csv_is_the_tidy_form_and_reads_back(door, world, owner):
    remember(door, world)
    answer = owner.get("/app/mine/data.csv")
    file = tidy.read(answer.data)
    assert file.refusals == ()
    assert sorted(row.value for row in file.rows if row.value is not None) == [4.0, 6.0]
    assert {row.patient for row in file.rows} == {"P-owner"}


def test_the_csv_tells_what_happened_beside_the_treatment(owner):
    file = tidy.read(owner.get("/app/mine/data.csv").data)
    assert [row.milestone for row in file.rows if row.milestone] == ["surgery"]


def test_the_pdf_is_tagged_has_a_title_and_a_language_and_its_words_can_be_taken_out(door, world, owner):
    remember(door, world)
    reader = PdfReader(io.BytesIO(owner.get("/app/mine/data.pdf").data))
    root = root_of(reader)
    words = "".join(page.extract_text() for page in reader.pages)
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata
    assert reader.metadata.title == "My pain record"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert round(float(reader.pages[0].mediabox.width)) == 595  # A4
    for told in ("Low back pain", CANARY, "Pain also changes by itself", "머리가 조금 아팠어요"):
        assert told.replace(" ", "") in "".join(words.split()), told


def test_every_picture_in_the_pdf_has_its_words(door, world, owner):
    reader = PdfReader(io.BytesIO(owner.get("/app/mine/data.pdf").data))
    found = list(tags(root_of(reader)["/StructTreeRoot"]))
    figures = [tag for tag in found if tag.get("/S") == "/Figure"]
    assert figures
    assert all(len(tag.get("/Alt", "")) > 40 for tag in figures)
    assert {"/H1", "/H2", "/Table", "/TH", "/TD"} <= {tag.get("/S") for tag in found}


def root_of(reader) -> Any:
    """The catalogue of the document."""
    return reader.trailer["/Root"].get_object()


def tags(node):
    """Every element of the structure tree."""
    node = node.get_object()
    if not hasattr(node, "get"):
        return
    if "/S" in node:
        yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from tags(kid)


@pytest.mark.parametrize(("language", "tag"), [("ko", "ko-KR"), ("zh", "zh-CN"), ("es", "es")])
def test_the_pdf_speaks_the_persons_language(door, world, owner, language, tag):
    with door.app.app_context():
        session().get_one(Patient, (world.clinics["here"], world.patients["owner"])).language = language
        session().commit()
    reader = PdfReader(io.BytesIO(owner.get("/app/mine/data.pdf").data))
    assert root_of(reader)["/Lang"] == tag


def test_every_download_is_in_the_trail(door, world, owner):
    for format in FORMATS:
        owner.get(f"/app/mine/data.{format}")
    with door.app.app_context():
        chosen = select(AuditEvent.detail).where(AuditEvent.action == "own.download")
        assert sorted(one["format"] for one in session().scalars(chosen)) == sorted(FORMATS)


def test_a_long_record_is_still_handed_over(door, world, owner):
    with door.app.app_context():
        who, course = operator(world.clinics["here"]), world.courses["owner"]
        items = [{**score(world), "id": uuid4(), "course_id": course} for _ in range(1500)]
        for n, item in enumerate(items):
            item["recorded_at"] = world.before.replace(year=world.before.year - 1 - n // 300, minute=n % 60)
        log.batch(session(), actor=who, items=items)
        count = session().query(Reading).where(Reading.course_id == course).count()
    assert len(owner.get("/app/mine/data.json").json["courses"][0]["readings"]) == count
    words = "".join(p.extract_text() for p in PdfReader(io.BytesIO(owner.get("/app/mine/data.pdf").data)).pages)
    assert f"{count - 1000} older entries stand in the JSON and CSV files." in " ".join(words.split())


# Reading along


def test_a_link_needs_a_code_is_shown_once_and_opens_the_progress(door, world, owner):
    answer = send(owner, "/app/mine/share", days="7")
    assert (answer.status_code, "This needs a code" in answer.text) == (422, True)
    token = shared(door, owner)
    assert token not in owner.get("/app/mine").text
    page = open_link(door, token)
    assert page.status_code == 200
    assert "Low back pain" in page.text
    assert "<svg" in page.text
    assert "OW" in page.text
    for secret in ("P-owner", 'href="/', str(world.courses["owner"]), "<form"):
        assert secret not in page.text.split("<header>")[1], secret


def test_the_page_behind_the_link_holds_nothing_and_a_get_opens_nothing(door, world, owner):
    token = shared(door, owner)
    client = door.app.test_client()
    for path in ("/shared", f"/shared?token={token}"):
        assert "Low back pain" not in client.get(path).text
    assert "Not opened yet." in owner.get("/app/mine").text


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "x" * 5000, "\x00"])
def test_what_is_no_link_shows_nothing(door, world, owner, token):
    answer = open_link(door, token)
    assert answer.status_code == 422
    assert "This link shows nothing." in answer.text


def test_taken_back_it_shows_nothing_at_once(door, world, owner):
    token = shared(door, owner)
    open_link(door, token)
    page = owner.get("/app/mine").text
    assert "Opened once." in page
    assert "Somebody with your link" in page
    id = re.findall(r"/app/mine/share/([0-9a-f-]{36})/end", page)[0]
    assert send(owner, f"/app/mine/share/{id}/end").status_code == 303
    assert open_link(door, token).status_code == 422
    assert id not in owner.get("/app/mine").text


@pytest.mark.parametrize("days", ["", "2", "31", "-1", "x", "7.0"])
def test_a_link_lasts_one_seven_or_thirty_days(door, world, owner, days):
    assert send(owner, "/app/mine/share", days=days, code=code(door)).status_code == 422


def test_a_wrong_code_is_told_beside_the_form_and_five_end_the_right_one(door, world, owner):
    right = code(door)
    for _ in range(proof.TRIES):
        answer = send(owner, "/app/mine/share", days="7", code="0000-0000")
        assert (answer.status_code, "We cannot use this code." in answer.text) == (422, True)
    assert send(owner, "/app/mine/share", days="7", code=right).status_code == 422


def test_one_code_opens_a_quarter_of_an_hour_on_that_phone_alone(door, world, owner):
    shared(door, owner)
    assert send(owner, "/app/mine/share", days="1").status_code == 200
    other = door.enter("owner")
    assert send(other, "/app/mine/share", days="1").status_code == 422


def test_a_code_can_be_asked_for_by_mail_where_an_address_was_confirmed(door, world, owner):
    assert "Send me the code by mail" not in owner.get("/app/mine").text
    assert "There is no mail address" in send(owner, "/app/mine/share", days="7", mail="yes").text
    confirm_address(door, world)
    assert "Send me the code by mail" in owner.get("/app/mine").text
    for act in ("share", "erase"):
        answer = send(owner, f"/app/mine/{act}", mail="yes")
        assert (answer.status_code, "We have sent you a code." in answer.text) == (200, True)
    with door.app.app_context():
        assert [row.about for row in session().scalars(select(Message))] == ["proof", "proof"]


def confirm_address(door, world):
    """A month ago."""
    at = datetime.now(UTC) - timedelta(days=30)
    ids = {"clinic_id": world.clinics["here"], "patient_id": world.patients["owner"]}
    with door.app.app_context():
        session().add(ReminderChoice(**ids, since=at, mail_address="o@owner.test", mail_confirmed_at=at))
        session().commit()


# Who looked


def test_the_page_says_who_looked_and_when(door, world, owner):
    door.enter("practitioner").get(f"/clinic/courses/{world.courses['owner']}")
    door.enter("practitioner").get("/clinic/roster")
    page = owner.get("/app/mine").text
    assert "practitioner, practitioner" in page
    assert "Opened your course." in page
    assert "Lists of patients in the last 30 days" in page
    assert "Opened your course." not in door.enter("colleague").get("/app/mine").text
    assert "Opened your course." not in door.enter("stranger").get("/app/mine").text


def test_a_file_that_was_taken_out_is_told_apart_from_the_lists(door, world, owner):
    door.enter("practitioner").get("/clinic/roster")
    with door.app.app_context():
        actor = Actor("staff", world.staff["clinic_admin"], world.clinics["here"], "clinic_admin")
        for part in ("readings.csv", "codebook.csv"):
            told = {"action": "export.fetch", "subject": "export", "subject_id": uuid4(), "part": part}
            audit.note(session(), actor=actor, now=datetime.now(UTC), **told)
        session().commit()
    page = owner.get("/app/mine").text
    assert page.count("Took a file with the scores of many patients.") == 1
    assert (page.count("Once."), page.count("2 times.")) == (1, 1)  # the list, the files


ABOUT_NOBODY = {
    *(
        "clinic.create",
        "clinic.set",
        "import.file",
        "import.take_back",
        "instrument.declare",
        "staff.add",
        "summary.look",
    ),
    *("staff.role", "staff.end", "token.make", "token.revoke"),
    "export.ask",  # that somebody took it stands there; until then it is with nobody
    *("patient.erase", "patient.expire"),  # nobody is left to read it
}


def test_everything_that_can_stand_in_the_trail_has_its_sentence():
    services = Path(looks.__file__).parents[1] / "services"
    texts = [path.read_text() for path in services.rglob("*.py")]
    noted = {name for text in texts for name in re.findall(r'action="([a-z_]+\.[a-z_]+)"', text)}
    noted |= {f"{what}.look" for text in texts for what in re.findall(r'_look\(db, actor, course_id, "(\w+)"', text)}
    noted |= {f"reminders.{what}" for text in texts for what in re.findall(r'changing\(db, actor, now, "(\w+)"', text)}
    assert len(noted) > 25
    assert noted - ABOUT_NOBODY - set(looks.DID) == set()


# Stopping and erasing


@pytest.mark.parametrize("act", ["stop", "erase"])
def test_nothing_happens_without_the_tick(door, world, owner, act):
    answer = send(owner, f"/app/mine/{act}", code=code(door))
    assert (answer.status_code, "Tick the box first." in answer.text) == (422, True)
    assert owner.get("/app/mine").status_code == 200


def test_who_stops_is_signed_out_and_the_entries_stay(door, world, owner):
    before = door.scores()
    answer = send(owner, "/app/mine/stop", sure="yes")
    assert "You no longer take part." in answer.text
    assert "device=;" in answer.headers["Set-Cookie"]
    assert owner.get("/app/mine").status_code == 303
    assert door.scores() == before


def test_erasing_needs_the_code_and_leaves_nothing(door, world, owner):
    remember(door, world)
    before = door.scores()
    assert send(owner, "/app/mine/erase", sure="yes").status_code == 422
    assert door.scores() == before
    answer = send(owner, "/app/mine/erase", sure="yes", code=code(door))
    assert "Everything about you is erased here." in answer.text
    assert owner.get("/api/v1/me").status_code == 401
    staff = door.enter("practitioner")
    assert staff.get(f"/clinic/courses/{world.courses['owner']}").status_code == 404
    assert "P-owner" not in staff.get("/clinic/roster").text
    assert "P-colleague" in staff.get("/clinic/roster").text


def test_codes_are_for_the_own_clinics_patients(door, world):
    client = door.enter("front_desk")
    token = csrf(client, "/clinic/people")
    for id in (world.patients["stranger"], uuid4()):
        assert client.post(f"/clinic/people/patients/{id}/code", data={"csrf_token": token}).status_code == 404


def test_a_canary_reaches_no_log(door, world, owner, caplog, capfd):
    logging.getLogger("tracker").addHandler(caplog.handler)
    remember(door, world)
    token = shared(door, owner)
    for format in FORMATS:
        owner.get(f"/app/mine/data.{format}")
    open_link(door, token)
    open_link(door, CANARY)
    send(owner, "/app/mine/share", days=CANARY, code=CANARY)
    send(owner, "/app/mine/erase", sure="yes", code=CANARY)
    logging.getLogger("tracker").removeHandler(caplog.handler)
    out, err = capfd.readouterr()
    told = caplog.text + out + err
    assert "/app/mine/share" in told
    for secret in (CANARY, token, "P-owner", str(world.patients["owner"])):
        assert secret not in told
