"""Writing a session down: one tap, twice, from two tabs, with nonsense; consent and merging; without scripts."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest

from tests.web.world import csrf
from tracker.services import log, review
from tracker.services.actor import operator
from tracker.web.database import session

DAY = timedelta(days=1)
NEEDLED = {"points": "ST36 b, LI4 l; GV20", "needles": "12", "gauge_mm": "0.25", "depth_mm": "5.7"}
KEPT = {
    "points": [
        {"name": "ST36", "side": "both"},
        {"name": "LI4", "side": "left"},
        {"name": "GV20", "side": "none"},
    ],
    "needles": 12,
    "gauge_mm": 0.25,
    "depth_mm": 5.7,
}


def today():
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Seoul")).date()


class Desk:
    """A practitioner at the owner's course."""

    def __init__(self, app, door, world) -> None:
        self.app, self.world, self.course = app, world, world.courses["owner"]
        self.client = door.enter("practitioner")
        self.page = f"/clinic/courses/{self.course}/sessions/new"
        self.token = csrf(self.client, self.page)

    def post(self, path: str = "", client: Any = None, **fields: Any) -> Any:
        sent = {"csrf_token": self.token, "on": str(today()), "number_that_day": "1", "seen": "new"} | fields
        return self.client.post(path or self.page, data=sent)

    def again(self, **fields: Any) -> Any:
        return self.post(f"/clinic/courses/{self.course}/sessions/repeat", **fields)

    def sessions(self) -> list[Any]:
        with self.app.app_context():
            who = operator(self.world.clinics["here"])
            return list(review.course(session(), actor=who, course_id=self.course).sessions)

    def last(self) -> Any:
        return self.sessions()[-1]

    def write(self, **more: Any) -> None:
        """What was done a week ago."""
        with self.app.app_context():
            one = {"id": self.world.session, "course_id": self.course, "held_on": self.sessions()[0].held_on}
            log.session(session(), actor=operator(self.world.clinics["here"]), **(one | more))


@pytest.fixture
def desk(app, door, world) -> Desk:
    return Desk(app, door, world)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_everything_a_form_says_is_kept(desk: Desk):
    told = {"modality": ["acupuncture", "cupping"], "minutes": "45", "note": "calm", "stimulation": "manual", **NEEDLED}
    assert desk.post(**told).status_code == 303
    one = desk.last()
    assert (one.state, one.modalities, one.minutes, one.note) == ("held", ("acupuncture", "cupping"), 45, "calm")
    assert one.needling == {**KEPT, "stimulation": "manual"}


def test_sending_a_form_twice_is_one_session(desk: Desk):
    before = len(desk.sessions())
    told = {"modality": ["acupuncture"], "minutes": "45", **NEEDLED}
    assert [desk.post(**told).status_code for _ in range(2)] == [303, 303]
    assert len(desk.sessions()) == before + 1


def test_the_last_session_again_in_one_tap(desk: Desk):
    desk.write(modalities=["acupuncture"], minutes=40, needling=KEPT)
    page = desk.client.get(desk.page).text
    assert "Repeat last" in page
    assert "12 needles" in page
    assert desk.again().status_code == 303
    one = desk.last()
    assert (one.held_on, one.state, one.modalities, one.minutes) == (today(), "held", ("acupuncture",), 40)
    assert (one.needling, one.practitioner) == (KEPT, "practitioner")


def test_two_taps_are_one_session(desk: Desk):
    desk.write(modalities=["acupuncture"], minutes=40)
    before = len(desk.sessions())
    assert [desk.again().status_code for _ in range(2)] == [303, 303]
    assert len(desk.sessions()) == before + 1


def test_a_tap_on_a_stale_page_never_overwrites_what_was_written(desk: Desk):
    desk.write(modalities=["acupuncture"], minutes=40)
    desk.post(modality=["cupping"], minutes="20")
    answer = desk.again()
    assert answer.status_code == 409
    assert "written down already" in answer.text
    assert desk.last().modalities == ("cupping",)


def test_without_an_earlier_session_there_is_nothing_to_repeat(desk: Desk):
    assert "Repeat last" not in desk.client.get(desk.page).text
    assert desk.again().status_code == 422


def test_a_second_session_of_the_day_is_another_one(desk: Desk):
    desk.post(modality=["acupuncture"])
    page = desk.client.get(desk.page).text
    assert "What is saved here is one more" in page
    assert hidden(page, "number_that_day") == "2"
    assert desk.post(number_that_day="2", modality=["cupping"]).status_code == 303
    assert [s.number for s in desk.sessions() if s.held_on == today()] == [1, 2]


def test_the_session_that_a_phone_reported_is_the_one_that_is_confirmed(desk: Desk, door, world):
    id = uuid5(desk.course, f"{today()}/1")
    body = {"course_id": str(desk.course), "held_on": str(today()), "state": "reported"}
    assert door.enter("owner").put(f"/api/v1/sessions/{id}", json=body).status_code == 200
    page = desk.client.get(desk.page).text
    assert "Saving confirms it" in page
    assert desk.post(modality=["acupuncture"]).status_code == 303  # also from a page opened before the phone's report
    assert [(s.state, s.modalities) for s in desk.sessions() if s.id == id] == [("held", ("acupuncture",))]


def test_of_two_tabs_the_second_is_told_and_keeps_what_was_typed(desk: Desk):
    desk.post(modality=["acupuncture"], minutes="30")
    path = f"/clinic/courses/{desk.course}/sessions/{desk.last().id}"
    seen = hidden(desk.client.get(path).text, "seen")
    assert desk.post(path, seen=seen, modality=["acupuncture"], minutes="40").status_code == 303
    second = desk.post(path, seen=seen, modality=["cupping"], minutes="50", note="my own words")
    assert second.status_code == 409
    assert "It now reads: acupuncture · 40 minutes" in second.text
    assert "my own words" in second.text
    assert desk.last().minutes == 40
    again = {"seen": hidden(second.text, "seen"), "modality": ["cupping"], "minutes": "50"}
    assert desk.post(path, **again).status_code == 303  # knowing what stood there
    assert (desk.last().modalities, desk.last().minutes) == (("cupping",), 50)


def test_a_form_opened_before_somebody_else_wrote_the_session_changes_nothing(desk: Desk):
    desk.post(modality=["acupuncture"], minutes="30")
    answer = desk.post(modality=["cupping"])
    assert answer.status_code == 409
    assert desk.last().modalities == ("acupuncture",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": "-1"},
        {"minutes": "99999999999999999999"},
        {"minutes": "4.5"},
        {"minutes": "٧"},
        {"needles": "-3"},
        {"needles": "12.5"},
        {"depth_mm": "deep"},
        {"depth_mm": "151"},
        {"gauge_mm": "1e5"},
        {"on": "2026-02-30"},
        {"on": "2999-01-01"},
        {"on": "tomorrow"},
        {"note": "a\x00b"},
        {"points": "x" * 41},
        {"points": ", ".join(f"P{n}" for n in range(61))},
        {"stimulation": "laser"},
        {"product": "herbal"},
        {"state": "over"},
        {"number_that_day": "10"},
        {"seen": "y" * 17},
    ],
)
def test_nonsense_is_refused_in_words_and_changes_nothing(desk: Desk, wrong):
    before = desk.sessions()
    answer = desk.post(modality=["acupuncture"], **wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert desk.sessions() == before


@pytest.mark.parametrize("note", ["🌿 ok", "족삼리\nsecond line", "<b>&'\""])
def test_any_script_comes_back_as_it_was_written(desk: Desk, note):
    desk.post(modality=["acupuncture"], note=note, points="족삼리 b")
    assert desk.last().note == note
    assert desk.last().needling == {"points": [{"name": "족삼리", "side": "both"}]}


def test_an_injection_needs_consent_which_the_same_page_writes_down(desk: Desk):
    told = {"modality": ["pharmacopuncture"], "product": "bee_venom"}
    refused = desk.post(**told)
    assert refused.status_code == 422
    assert "consent first" in refused.text
    assert "swollen face or throat" in refused.text
    assert "119" in refused.text
    consent = {"id": str(uuid4()), "product": "bee_venom", "answer": "given", "answered_on": str(today())}
    assert desk.post(f"/clinic/courses/{desk.course}/consents", **consent).status_code == 303
    assert "Bee venom: given" in desk.client.get(desk.page).text
    assert desk.post(**told).status_code == 303
    assert desk.last().product == "bee_venom"


def test_two_that_were_one_are_merged_from_the_page(desk: Desk):
    desk.post(modality=["acupuncture"])
    desk.post(number_that_day="2", modality=["cupping"])
    first, second = [s for s in desk.sessions() if s.held_on == today()]
    path = f"/clinic/courses/{desk.course}/sessions/{second.id}"
    assert "The same visit twice?" in desk.client.get(path).text
    assert desk.post(f"{path}/merge", into="").status_code == 422
    assert desk.post(f"{path}/merge", into=str(second.id)).status_code == 422
    assert [desk.post(f"{path}/merge", into=str(first.id)).status_code for _ in range(2)] == [303, 303]
    assert "was merged with another one" in desk.client.get(path).text
    one = next(s for s in desk.sessions() if s.id == first.id)
    assert one.modalities == ("acupuncture", "cupping")


def test_a_session_of_another_course_is_not_here(desk: Desk, world):
    path = f"/clinic/courses/{desk.course}/sessions/{world.sessions['colleague']}"
    assert desk.client.get(path).status_code == 404
    assert desk.post(path).status_code == 404
    assert desk.post(f"{path}/merge", into=str(world.session)).status_code == 404


def test_the_course_page_leads_to_every_form(desk: Desk):
    desk.write(modalities=["acupuncture"])
    page = desk.client.get(f"/clinic/courses/{desk.course}").text
    assert "Repeat last" in page
    assert f"/clinic/courses/{desk.course}/sessions/new" in page
    assert f"/clinic/courses/{desk.course}/sessions/{desk.world.session}" in page
