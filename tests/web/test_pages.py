"""The pages: rendered for each role, without data where there must be none, safe with any text, honest when empty."""

import html
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from tests.web.world import csrf, redeem
from tracker.evidence.beside import red_flags
from tracker.services import enrol, log, review, summarise
from tracker.services.actor import Actor, operator
from tracker.storage import Clinic
from tracker.web import scripts, static_files
from tracker.web.database import session

CODE = r"\b[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}\b"  # what is typed to join
PAGES = {
    "anonymous": (
        *("/", "/app", "/evidence", "/evidence?condition=neck&chronicity=chronic", "/sign-in", "/join", "/answer"),
    ),
    "owner": ("/app", "/app/progress", "/app/warning-signs", "/app/report", "/app/help", "/evidence"),
    "front_desk": ("/clinic/people", "/clinic/today", "/evidence"),
    "practitioner": (
        "/clinic/today",
        *("/clinic/worklist", "/clinic/worklist?reason=sudden&practitioner=Cho"),
        "/clinic/roster",
        "/clinic/summary",
        "/clinic/summary?group=group&anchor=start&condition=low_back",
    ),
    "clinic_admin": ("/clinic/roster", "/clinic/summary", "/clinic/people", "/clinic/imports"),
}
SHELLS = ("/app", "/answer")  # their scripts make the heading
TRICKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></svg><script>alert(1)</script>",
    "{{ 7*7 }}${7*7}javascript:alert(1)",
)


class Dangers(HTMLParser):
    """Collects what no page of ours holds: foreign or inline scripts, images, handlers, script addresses."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        own = str(told.get("src", "")).startswith("/static/")
        if (tag == "script" and not own) or tag in ("img", "iframe", "object", "base", "style"):
            self.found.append(tag)
        self.found += [name for name in told if name.startswith("on")]
        self.found += [tag for name in ("href", "src", "action") if str(told.get(name, "")).startswith("javascript:")]


def dangers(page: str) -> list[str]:
    """What of it stands in a page."""
    reader = Dangers()
    reader.feed(page)
    return reader.found


def staff(world, role: str = "practitioner") -> Actor:
    """Somebody of the clinic here."""
    return Actor("staff", world.staff[role], world.clinics["here"], role)


def owner(world) -> Actor:
    """The patient everybody asks about."""
    return Actor("patient", world.patients["owner"], world.clinics["here"], "patient", world.patients["owner"])


def course_of(world, name: str = "owner") -> str:
    """The practitioner's page of somebody's course."""
    return f"/clinic/courses/{world.courses[name]}"


def check_in(world, value: float, **more) -> UUID:
    """A weekly score of the owner; its id."""
    told = {"course_id": world.courses["owner"], "kind": "check_in", "instrument": "nrs_week", "value": value}
    at = {"id": uuid4(), "recorded_at": datetime.now(UTC) - timedelta(minutes=1)}
    return log.reading(session(), actor=owner(world), **{**told, **at, **more}).reading.id


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in PAGES.items() for path in paths])
def test_a_page_stands_whole_with_one_heading_and_no_inline_script(door, name, path):
    answer = door.enter(name).get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.sub(r'<div class="stack" role="alert" hidden>.*?</div>', "", answer.text.split("<template")[0])
    assert len(re.findall(r"<h1[ >]", shown)) == (0 if path in SHELLS else 1)
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=| style=", answer.text)
    assert '<html lang="en"' in answer.text
    assert '<a class="skip" href="#main">' in answer.text


def test_the_course_page_shows_all_that_was_logged(door, world):
    page = door.enter("practitioner").get(course_of(world)).text
    for words in (
        "P-owner",
        "OW",
        "Low back pain",
        "1 of 8 planned sessions held",
        "A bruise",
        "The course has not ended.",
    ):
        assert words in page, words


@pytest.mark.parametrize("path", ["/clinic/roster", "/clinic/summary"])
def test_the_front_desk_sees_no_scores(door, world, path):
    desk = door.enter("front_desk")
    assert desk.get(path).status_code == 403
    assert desk.get(course_of(world)).status_code == 403


def test_the_shell_is_the_same_bytes_for_everybody_and_holds_nobodys_data(door, world):
    bodies = {
        door.enter(name).get("/app").data for name in ("owner", "colleague", "stranger", "anonymous", "practitioner")
    }
    assert len(bodies) == 1
    shell = bodies.pop().decode()
    for data in (
        "P-owner",
        ">OW<",
        "low_back",
        "Here",
        "119",
        str(world.courses["owner"]),
        str(world.patients["owner"]),
    ):
        assert data not in shell, data


def test_the_shell_preloads_every_module_that_its_first_screen_needs(door):
    found, todo = set(), [*scripts.start()]
    while todo:
        name = todo.pop()
        found.add(name)
        told = (static_files.ROOT / name).read_text()
        imports = [
            f"{scripts.folder()}/{other}" for other in re.findall(r"""(?:from|import) ["']\./([\w.]+)["']""", told)
        ]
        todo += [other for other in imports if other not in found]
    page = door.enter("anonymous").get("/app").text
    assert set(re.findall(r'"modulepreload" href="/static/\w+/([^"]+)"', page)) == found


def test_whoever_is_signed_in_goes_to_their_own_page(door):
    own = {
        "owner": "/app",
        "front_desk": "/clinic/people",
        "practitioner": "/clinic/today",
        "clinic_admin": "/clinic/roster",
    }
    for name, page in own.items():
        assert door.enter(name).get("/").headers["Location"] == page
    for name in ("front_desk", "practitioner"):
        assert door.enter(name).get("/clinic/").headers["Location"] == own[name]


def test_every_form_that_changes_something_carries_a_token(door, world):
    seen = 0
    for name, paths in PAGES.items():
        client = door.enter(name)
        for path in (*paths, *([course_of(world)] if name == "practitioner" else [])):
            forms = re.findall(r"<form.*?</form>", client.get(path).text, re.DOTALL)
            posting = [form for form in forms if 'method="post"' in form]
            assert all('name="csrf_token"' in form for form in posting), path
            seen += len(posting)
    assert seen > 10


@pytest.mark.parametrize("trick", TRICKS)
def test_no_text_of_a_person_becomes_markup(app, door, world, trick):
    here = operator(world.clinics["here"])
    with app.app_context():
        person = enrol.enrol_patient(session(), actor=here, code=trick[:64], initials=trick[:16])
        course = enrol.open_course(
            session(),
            actor=here,
            id=uuid4(),
            patient_id=person.id,
            condition="other_msk",
            practitioner=trick,
            places=[(trick, "left")],
            group_label=trick,
        )
        day = datetime.now(UTC).date() - timedelta(days=1)
        visit = uuid5(course.id, f"{day}/1")
        log.session(session(), actor=here, id=visit, course_id=course.id, held_on=day, note=trick)
        log.reaction(session(), actor=here, id=uuid4(), course_id=course.id, occurred_on=day, code="other", words=trick)
        place = {"course_id": course.id, "site": trick, "side": "left", "kind": "check_in", "instrument": "nrs_week"}
        at = datetime.now(UTC) - timedelta(hours=1)
        first = log.reading(session(), actor=here, id=uuid4(), value=5, recorded_at=at, **place).reading.id
        log.reading(session(), actor=here, id=uuid4(), value=6, recorded_at=at, supersedes=first, reason=trick, **place)
    world.patients["trickster"] = person.id
    world.clinic_of = lambda name: world.clinics["here"]
    client, clinician = door.enter("trickster"), door.enter("clinic_admin")
    pages = [client.get(path) for path in ("/app/progress", "/app/report", "/app/home.json")]
    pages += [
        clinician.get(p) for p in ("/clinic/roster", "/clinic/summary?group=group", f"/clinic/courses/{course.id}")
    ]
    token = csrf(clinician, "/clinic/roster")
    pages += [clinician.post("/clinic/roster", data={"csrf_token": token, "search": trick[:64], "practitioner": trick})]
    pages += [
        clinician.post("/clinic/people/patients", data={"csrf_token": token, "code": trick[:64], "practitioner": trick})
    ]
    for page in pages:
        assert page.status_code in (200, 422)
        assert page.mimetype == "application/json" or dangers(page.text) == []
        assert ">49<" not in page.text


def newcomer(app, door, world, **course):
    """Somebody enrolled a moment ago, signed in; with a course if one is told."""
    here = operator(world.clinics["here"])
    with app.app_context():
        person = enrol.enrol_patient(session(), actor=here, code="P-new")
        if course:
            enrol.open_course(session(), actor=here, id=uuid4(), patient_id=person.id, **course)
    world.patients["newcomer"] = person.id
    world.clinic_of = lambda name: world.clinics["here"]
    return door.enter("newcomer")


def test_a_patient_without_a_course_is_told_so(app, door, world):
    client = newcomer(app, door, world)
    assert "Your clinic has not opened a course for you yet." in client.get("/app/progress").text
    assert "Your clinic has not opened a course for you yet" in client.get("/app/report").text
    assert client.get("/app/home.json").json["courses"] == []


def test_a_course_without_scores_says_so_and_offers_nothing_to_change(app, door, world):
    page = newcomer(app, door, world, condition="neck").get("/app/progress").text
    assert "no scores yet" in page
    assert "No scores yet." in page
    assert "Change an entry" not in page


def test_a_comparison_nobody_studied_says_so(door):
    assert "None seen for" in door.enter("anonymous").get("/evidence?condition=other_msk").text


def test_evidence_shows_every_part_of_a_card(door):
    page = door.enter("anonymous").get("/evidence?condition=low_back").text
    assert "Studies of groups. They do not all agree and cannot say what will happen to you." in page
    for part in (
        "Against sham acupuncture",
        "Sources differ here",
        "Limits:",
        "How long:",
        "Checked ",
        "certainty",
        " people",
    ):
        assert part in page, part
    assert 'href="https://doi.org/' in page


def test_a_patient_reads_what_studies_found_and_the_limits_in_their_language(app, door, world):
    page = door.enter("owner").get("/app/progress").text
    assert "Where the limits come from" in page
    assert "Not yet signed off by a clinician" in page
    assert "months count from" in page


def test_warning_signs_are_all_there_with_the_clinics_number(door):
    page = door.enter("owner").get("/app/warning-signs").text
    assert "Get medical help now. Call 119. Do not wait for the clinic." in page
    missing = [flag.id for flag in red_flags() if flag.ask.replace("'", "&#39;") not in page]
    assert missing == []


def test_a_report_arrives_without_scripts_and_a_red_flag_says_call(app, door, world):
    client = door.enter("owner")
    token, course = csrf(client, "/app/report"), str(world.courses["owner"])
    assert client.post("/app/report", data={"csrf_token": token, "course_id": course}).status_code == 422
    body = {"csrf_token": token, "course_id": course, "id": str(uuid4()), "code": "chest_pain", "words": "since noon"}
    answers = [client.post("/app/report", data=body) for _ in range(2)]
    assert all("Call 119" in a.text and "Nobody watches it day and night." in a.text for a in answers)
    with app.app_context():
        told = review.reactions(session(), actor=owner(world), course_id=world.courses["owner"])
    assert [r.words for r in told if r.code == "chest_pain"] == ["since noon"]


def test_a_corrected_entry_keeps_its_history(app, door, world):
    with app.app_context():
        old = check_in(world, 8)
    client = door.enter("owner")
    page = f"/app/courses/{world.courses['owner']}/entries/{old}"
    token = csrf(client, page)
    assert client.post(page, data={"csrf_token": token}).status_code == 422
    assert client.post(page, data={"csrf_token": token, "value": "0", "reason": "slipped"}).status_code == 303
    assert client.get(page).status_code == 404
    with app.app_context():
        found = review.readings(session(), actor=owner(world), course_id=world.courses["owner"])
    later = next(r for r in found if r.supersedes == old)
    assert (later.value, later.reason, later.effective) == (0, "slipped", True)
    history = door.enter("practitioner").get(course_of(world)).text
    assert "corrected later" in history
    assert "slipped" in history


def test_an_entry_can_be_taken_back_but_never_somebody_elses(app, door, world):
    with app.app_context():
        old = check_in(world, 8)
    page = f"/app/courses/{world.courses['owner']}/entries/{old}"
    thief, client = door.enter("colleague"), door.enter("owner")
    assert thief.post(page, data={"csrf_token": csrf(thief, "/app/help"), "take_back": "yes"}).status_code == 404
    assert client.post(page, data={"csrf_token": csrf(client, page), "take_back": "yes"}).status_code == 303
    with app.app_context():
        found = review.readings(session(), actor=owner(world), course_id=world.courses["owner"])
    assert [r.retracted for r in found if r.supersedes == old] == [True]


@pytest.mark.parametrize(
    ("asked", "kind", "instrument"), [("before", "before", "nrs_now"), ("weekly", "check_in", "nrs_week")]
)
def test_a_score_written_down_by_staff_is_marked(app, door, world, asked, kind, instrument):
    client, page = door.enter("practitioner"), course_of(world)
    body = {
        "csrf_token": csrf(client, page),
        "id": str(uuid4()),
        "asked": asked,
        "opened": datetime.now(UTC).isoformat(),
        "value": "0",
        "entered_by": "assisted",
    }
    for _ in range(2):  # the second is a double click
        assert client.post(f"{page}/readings", data=body).status_code == 303
    with app.app_context():
        found = review.readings(session(), actor=staff(world), course_id=world.courses["owner"])
    (mine,) = [r for r in found if str(r.id) == body["id"]]
    assert (mine.kind, mine.instrument, mine.value, mine.entered_by) == (kind, instrument, 0, "assisted")


def written(client, page, **more):
    """The body of a score written down for a patient."""
    told = {"csrf_token": csrf(client, page), "id": str(uuid4()), "asked": "weekly", "value": "4"}
    return told | {"opened": datetime.now(UTC).isoformat(), "entered_by": "assisted"} | more


def test_a_score_of_an_earlier_day_is_marked_late_and_of_a_day_to_come_refused(app, door, world):
    client, page, stored = door.enter("practitioner"), course_of(world), door.scores()
    here = datetime.now(ZoneInfo("Asia/Seoul")).date()
    answer = client.post(f"{page}/readings", data=written(client, page, on=str(here + timedelta(days=1))))
    assert (answer.status_code, door.scores()) == (422, stored)
    assert "This day is still to come." in answer.text
    body = written(client, page, on=str(here - timedelta(days=3)))
    for _ in range(2):
        assert client.post(f"{page}/readings", data=body).status_code == 303
    with app.app_context():
        found = review.readings(session(), actor=staff(world), course_id=world.courses["owner"])
    (mine,) = [r for r in found if str(r.id) == body["id"]]
    assert (mine.late, mine.entered_by) == (True, "assisted")
    assert mine.at.astimezone(ZoneInfo("Asia/Seoul")).date() == here - timedelta(days=3)
    assert "entered late" in client.get(page).text


def test_a_score_before_treatment_goes_to_the_session_of_its_day_though_that_was_moved(app, door, world):
    client, page = door.enter("practitioner"), course_of(world)
    moved = datetime.now(ZoneInfo("Asia/Seoul")).date() - timedelta(days=5)
    with app.app_context():
        log.session(session(), actor=staff(world), id=world.session, course_id=world.courses["owner"], held_on=moved)
    body = written(client, page, asked="before", on=str(moved))
    assert client.post(f"{page}/readings", data=body).status_code == 303
    with app.app_context():
        found = review.readings(session(), actor=staff(world), course_id=world.courses["owner"])
    assert [r.session_id for r in found if str(r.id) == body["id"]] == [world.session]


def test_a_blank_score_is_refused_beside_the_form_and_nothing_is_stored(door, world):
    client, page, stored = door.enter("practitioner"), course_of(world), door.scores()
    answer = client.post(f"{page}/readings", data={"csrf_token": csrf(client, page), "asked": "weekly", "value": ""})
    assert answer.status_code == 422
    assert "Choose a number from 0 to 10." in answer.text
    assert door.scores() == stored


def test_the_desk_enrols_a_patient_in_one_form(app, door):
    desk = door.enter("front_desk")
    page = desk.get("/clinic/people").text
    ids = dict(re.findall(r'name="((?:patient|course)_id)" value="([^"]+)"', page))
    body = {
        "csrf_token": csrf(desk, "/clinic/people"),
        **ids,
        "code": "0412",
        "condition": "knee_oa",
        "site": "Knee",
        "side": "left",
    }
    shown = [desk.post("/clinic/people/patients", data=body) for _ in range(2)]
    assert [a.status_code for a in shown] == [200, 200], "sending twice enrols once"
    phone = app.test_client()
    redeem(phone, re.search(CODE, shown[1].text)[0])  # type: ignore[index]
    (course,) = phone.get("/app/home.json").json["courses"]
    (place,) = course["places"]
    assert (place["site"], place["side"], place["words"]) == ("knee", "left", "left knee")
    assert {ask["kind"] for ask in course["asks"]} == {"baseline"}


def test_a_refused_form_keeps_what_was_typed(door):
    desk = door.enter("front_desk")
    answer = desk.post("/clinic/people/patients", data={"csrf_token": csrf(desk, "/clinic/people"), "code": "0413"})
    assert answer.status_code == 422
    assert "Choose a condition." in answer.text
    assert 'value="0413"' in answer.text


def test_an_admin_makes_a_fresh_link_for_staff(door, world):
    page = door.enter("clinic_admin")
    answer = page.post(f"/clinic/settings/staff/{world.staff['practitioner']}/link", data={"csrf_token": csrf(page)})
    token = re.search(r"/sign-in#([\w-]+)", answer.text)
    assert token
    client = door.app.test_client()
    redeem(client, token[1])
    assert client.get("/api/v1/me").json["role"] == "practitioner"


def test_only_an_admin_adds_staff(door):
    desk, admin = door.enter("front_desk"), door.enter("clinic_admin")
    body = {"email": "new@example.org", "name": "New", "role": "practitioner"}
    assert desk.get("/clinic/settings/staff").status_code == 403
    assert desk.post("/clinic/settings/staff", data={"csrf_token": csrf(desk), **body}).status_code == 403
    added = admin.post("/clinic/settings/staff", data={"csrf_token": csrf(admin), **body})
    assert "One-time link for <bdi>New</bdi>" in added.text


def test_the_roster_is_searched_in_the_body_not_in_the_address(door):
    client = door.enter("practitioner")
    assert "P-owner" in client.get("/clinic/roster?search=P-colleague").text
    found = client.post("/clinic/roster", data={"csrf_token": csrf(client), "search": "P-coll"}).text
    assert "P-colleague" in found
    assert "P-owner" not in found
    nobody = client.post("/clinic/roster", data={"csrf_token": csrf(client), "search": "%"}).text
    assert "Nobody fits." in nobody


def test_the_summary_page_says_what_the_json_says(app, door, world):
    page = door.enter("clinic_admin").get("/clinic/summary").text
    with app.app_context():
        made = summarise.clinic_summary(session(), actor=staff(world, "clinic_admin"))
    group = made["groups"]["all"]
    assert f"<dd>{group['courses']}</dd>" in page
    assert f"<dd>{group['sessions']['held']}</dd>" in page
    assert f"definitions {made['definitions']}" in page


@pytest.mark.parametrize(
    ("name", "path"), [("owner", "/app/progress"), ("practitioner", "/clinic/roster"), ("front_desk", "/clinic/people")]
)
def test_a_synthetic_clinic_says_so_on_every_page(app, door, world, name, path):
    said = "Synthetic demo data — not real patients."
    assert said not in door.enter(name).get(path).text
    with app.app_context():
        session().execute(update(Clinic).where(Clinic.id == world.clinics["here"]).values(synthetic=True))
        session().commit()
    assert said in door.enter(name).get(path).text


def test_the_bar_keeps_its_four_places_on_every_page_of_a_patient(door):
    client = door.enter("owner")
    for path in PAGES["owner"]:
        bar = re.search(r'<nav class="bar".*?</nav>', client.get(path).text, re.DOTALL)
        assert bar, path
        assert re.findall(r">([^<]+)</span></a>", bar[0]) == ["Progress", "Warning signs", "Report a problem", "Help"]


def test_a_static_file_of_every_page_exists(door):
    for path in ("/", "/app", "/evidence"):
        for found in re.findall(r'"/static/[0-9a-f]+/([^"]+)"', door.enter("anonymous").get(path).text):
            assert (static_files.ROOT / found).is_file(), found


def test_two_scores_of_one_visit_are_both_listed_and_the_patients_own_counts(app, door, world):
    with app.app_context():
        at = world.before + timedelta(hours=2)
        told = {"course_id": world.courses["owner"], "session_id": world.session, "instrument": "nrs_now"}
        log.reading(session(), actor=owner(world), id=uuid4(), kind="after", value=0, recorded_at=at, **told)
    page = html.unescape(door.enter("owner").get("/app/progress").text)
    (row,) = re.findall(r"<tr><td>[^<]*</td>(?:<td>[^<]*</td>)*<td>[^<]*also after: 4[^<]*</td></tr>", page)
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells[-3:] == ["7", "0", "also after: 4, imported, entered late, not counted"]
