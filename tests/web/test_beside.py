"""What goes on beside a course, the plan, and reactions that staff write down: forms, twice, stale, nonsense."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.web.world import csrf
from tracker.services import review
from tracker.services.actor import operator
from tracker.web.database import session

DAY = timedelta(days=1)


def today():
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Seoul")).date()


class Desk:
    """A member of staff at the owner's course."""

    def __init__(self, app, door, world, name: str = "practitioner") -> None:
        self.app, self.world = app, world
        self.client = door.enter(name)
        self.base = f"/clinic/courses/{world.courses['owner']}"
        self.token = csrf(self.client, f"{self.base}/beside")

    def get(self, path: str) -> str:
        return self.client.get(f"{self.base}{path}").text

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(f"{self.base}{path}", data={"csrf_token": self.token} | fields)

    def seen(self, what: str) -> list[Any]:
        with self.app.app_context():
            at = {"actor": operator(self.world.clinics["here"]), "course_id": self.world.courses["owner"]}
            return list(getattr(review, what)(session(), **at))

    def course(self) -> Any:
        with self.app.app_context():
            at = {"actor": operator(self.world.clinics["here"]), "course_id": self.world.courses["owner"]}
            return review.course(session(), **at)


@pytest.fixture
def desk(app, door, world) -> Desk:
    return Desk(app, door, world)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


# Other treatments


def test_a_medicine_is_written_down_once_however_often_the_form_is_sent(desk: Desk):
    told = {"id": str(uuid4()), "what": "medicine:opioid", "label": "tramadol", "begun_on": str(today() - 9 * DAY)}
    before = len(desk.seen("co_treatments"))
    assert [desk.post("/co-treatments", **told).status_code for _ in range(2)] == [303, 303]
    assert len(desk.seen("co_treatments")) == before + 1
    assert "Opioid: tramadol" in desk.get("/beside")
    assert "Opioid: tramadol" in desk.get("")


def test_it_ends_and_what_is_wrong_is_taken_back(desk: Desk, world):
    id = world.co_treatments["owner"]
    ended = {"id": str(uuid4()), "ended_on": str(today())}
    assert [desk.post(f"/co-treatments/{id}", **ended).status_code for _ in range(2)] == [303, 303]
    (stands,) = [one for one in desk.seen("co_treatments") if one.effective]
    assert stands.ended_on == today()
    assert desk.post(f"/co-treatments/{stands.id}", id=str(uuid4()), take_back="1").status_code == 303
    assert [one for one in desk.seen("co_treatments") if one.effective] == []
    assert "None is written down." in desk.get("/beside")


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": "medicine:magic"},
        {"what": "nonsense"},
        {"what": "other:"},
        {"begun_on": ""},
        {"begun_on": "2999-01-01"},
        {"ended_on": "1999-01-01"},
        {"label": "x" * 201},
        {"note": "a\x00"},
        {"id": "7"},
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_is_lost(desk: Desk, wrong):
    told = {"what": "medicine:simple", "begun_on": str(today()), "label": "my own words"} | wrong
    if wrong == {"what": "other:"}:
        told["label"] = " "
    before = desk.seen("co_treatments")
    answer = desk.post("/co-treatments", **told)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert desk.seen("co_treatments") == before
    assert len(told["label"]) > 200 or told["label"].strip() in answer.text


def test_staff_write_a_milestone_down_and_take_it_back(desk: Desk, world):
    told = {"id": str(uuid4()), "code": "opioid_start", "happened_on": str(today())}
    assert [desk.post("/milestones", **told).status_code for _ in range(2)] == [303, 303]
    (made,) = [one for one in desk.seen("milestones") if one.code == "opioid_start"]
    assert (made.reported_by, made.effective) == ("staff", True)
    back = {"id": str(uuid4())}
    assert [desk.post(f"/milestones/{made.id}", **back).status_code for _ in range(2)] == [303, 303]
    assert [one.effective for one in desk.seen("milestones") if one.code == "opioid_start"] == [False, False]
    assert desk.post("/milestones", code="wedding", happened_on=str(today())).status_code == 422


@pytest.mark.parametrize("path", ["/co-treatments/{}", "/milestones/{}", "/reactions/{}"])
def test_what_belongs_to_another_course_is_not_here(desk: Desk, world, path):
    rows = {
        "/co-treatments/{}": world.co_treatments,
        "/milestones/{}": world.milestones,
        "/reactions/{}": world.reactions,
    }
    assert desk.post(path.format(rows[path]["colleague"]), take_back="1").status_code == 404


# The plan


def test_a_plan_is_set_and_shown(desk: Desk):
    seen = hidden(desk.get("/plan"), "seen")
    told = {"seen": seen, "planned_per_week": "1.5", "planned_sessions": "12", "modality": ["acupuncture", "cupping"]}
    assert [desk.post("/plan", **told).status_code for _ in range(2)] == [303, 303]
    course = desk.course()
    assert (course.planned_per_week, course.planned_sessions) == (1.5, 12)
    assert course.planned_modalities == ("acupuncture", "cupping")
    assert 'value="1.5"' in desk.get("/plan")


def test_of_two_tabs_the_second_is_told_about_the_plan(desk: Desk):
    seen = hidden(desk.get("/plan"), "seen")
    desk.post("/plan", seen=seen, planned_sessions="12")
    second = desk.post("/plan", seen=seen, planned_sessions="6")
    assert (second.status_code, "meanwhile" in second.text) == (409, True)
    assert desk.course().planned_sessions == 12


@pytest.mark.parametrize(
    "wrong", [{"planned_sessions": "-1"}, {"planned_per_week": "15"}, {"planned_sessions": "9" * 30}]
)
def test_what_is_no_plan_is_refused(desk: Desk, wrong):
    before = desk.course()
    answer = desk.post("/plan", **wrong)
    assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    assert desk.course() == before


def test_the_counter_shows_where_the_admin_turned_it_on(app, door, world, desk: Desk):
    admin = Desk(app, door, world, "clinic_admin")
    assert "of 12 visits" not in desk.get("/plan")
    assert "Count visits in 90 days" in admin.get("/plan")
    assert "Count visits in 90 days" not in desk.get("/plan")
    told = {"csrf_token": admin.token, "on": "yes"}
    assert admin.client.post("/clinic/visit-counter", data=told).status_code == 303
    assert "1 of 12 visits in the 90 days" in desk.get("/plan")
    assert "1 of 12 visits in the 90 days" in desk.get("")
    admin.client.post("/clinic/visit-counter", data={"csrf_token": admin.token, "on": "no"})
    assert "of 12 visits" not in desk.get("/plan")


# Reactions


def test_staff_write_a_reaction_down_and_rate_it(desk: Desk, world):
    told = {"id": str(uuid4()), "code": "fainting", "occurred_on": str(today()), "words": "pale", "serious": "1"}
    told["session_id"] = str(world.session)
    answers = [desk.post("/reactions/new", **told) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    (made,) = [one for one in desk.seen("reactions") if one.code == "fainting"]
    assert (made.reported_by, made.serious, made.session_id) == ("staff", True, world.session)
    page = desk.get(f"/reactions/{made.id}")
    assert "pale" in page
    assert re.search(r'value="syncope" selected', page)
    rating = {"id": str(uuid4()), "kind": "syncope", "grade": "2", "causality": "probable", "onset": "during"}
    rating |= {"treated": "no", "action": "lay down", "note": "felt fine after 10 minutes"}
    assert [desk.post(f"/reactions/{made.id}", **rating).status_code for _ in range(2)] == [303, 303]
    (rated,) = [one.assessment for one in desk.seen("reactions") if one.code == "fainting"]
    assert (rated.grade, rated.causality, rated.treated, rated.serious) == (2, "probable", False, False)
    assert "grade 2, moderate" in desk.get("")
    (kept,) = [one for one in desk.seen("reactions") if one.code == "fainting"]
    assert (kept.serious, kept.words) == (True, "pale")


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": "6"},
        {"grade": "5"},
        {"causality": "sure"},
        {"kind": "bruise"},
        {"resolved_on": "1999-01-01"},
        {"id": "7"},
    ],
)
def test_a_rating_that_does_not_hold_is_refused_and_kept_on_the_form(desk: Desk, world, wrong):
    answer = desk.post(f"/reactions/{world.reactions['owner']}", **({"note": "my own words"} | wrong))
    assert answer.status_code == 422
    assert "my own words" in answer.text
    assert [one.assessment.grade for one in desk.seen("reactions")] == [1]


@pytest.mark.parametrize("wrong", [{"code": ""}, {"code": "x"}, {"occurred_on": "2999-01-01"}, {"session_id": "7"}])
def test_a_reaction_that_does_not_hold_is_refused(desk: Desk, wrong):
    told = {"code": "bruise", "occurred_on": str(today()), "words": "my own words"} | wrong
    answer = desk.post("/reactions/new", **told)
    assert answer.status_code == 422
    assert "my own words" in answer.text
    assert len(desk.seen("reactions")) == 1


def test_the_urgent_ones_stand_under_the_number_to_call(desk: Desk):
    page = desk.get("/reactions/new")
    assert "call 119" in page
    assert page.index("New chest pain") < page.index("A bruise")
