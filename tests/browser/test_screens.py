"""The phone's home in a real Chromium: every state, told by a made-up /app/home.json, gives one primary action."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.served import serving

pytestmark = pytest.mark.xdist_group("screens")

NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("Asia/Seoul")).date()
PERSON = "0190f3c2-7b1a-7c3d-9e2f-0123456789aa"
PLACES = [{"site": "knee", "side": side, "words": f"{side} knee"} for side in ("left", "right")]


def day(ahead: int) -> str:
    """A day from today."""
    return (TODAY + timedelta(days=ahead)).isoformat()


def course(**more: Any) -> dict[str, Any]:
    """A course with nothing to do today."""
    told = {"id": "0190f3c2-7b1a-7c3d-9e2f-0123456789ab", "condition": "knee_oa", "words": "knee osteoarthritis"}
    plan = {"planned": 12, "held": 4, "last_on": day(-3), "ended_on": None, "ends_on": day(25), "weekly_every": 7}
    asked = {"asks": [], "classes": [], "milestones": [], "milestone_due": False}
    return {
        **told,
        **plan,
        **asked,
        "finished_from": None,
        "ask_finished": False,
        "sessions": [],
        "places": PLACES[:1],
        **more,
    }


def score(kind: str, value: int = 0, place: int = 0, **ago: Any) -> dict[str, Any]:
    """A score of so long ago."""
    where = {name: PLACES[place][name] for name in ("site", "side")}
    at = (NOW - timedelta(**ago)).isoformat()
    return {"id": f"{kind}-{place}", "kind": kind, "instrument": "nrs_now", "value": value, "at": at, **where}


def visit(state: str, *scores: dict[str, Any], ahead: int = 0) -> dict[str, Any]:
    """A session of today, or of another day."""
    id = "0190f3c2-7b1a-7c3d-9e2f-0123456789ad"
    return {"id": id, "held_on": day(ahead), "number": 1, "state": state, "scores": list(scores)}


def logged(**ago: Any) -> dict[str, Any]:
    """A before-score of so long ago waits for its after."""
    return course(sessions=[visit("reported", score("before", **ago))])


WEEKLY: dict[str, Any] = {
    "key": "w",
    "instrument": "nrs_week",
    "kind": "check_in",
    "due": day(0),
    "opens": day(0),
    "closes": day(6),
}
WEEKLY["weekly"] = True
LATER = {**WEEKLY, "key": "l", "opens": day(9), "due": day(9), "closes": day(12)}
ENDED = {"ended_on": day(-9), "ends_on": day(-9)}
PROBLEM = "application/problem+json"
REFUSAL = {
    "code": "invalid",
    "detail": "x",
    "errors": [{"pointer": "/recorded_at", "code": "in_the_future", "message": "The date is in the future."}],
}
IDLE = "Nothing to log today."
BEFORE = "How much pain is in your left knee right now?"
AFTER = "How much pain is in your left knee now, after treatment?"
WEEK = "How much pain was in your left knee on average in the past 7 days?"
AFTERWARDS = visit("reported", score("before", hours=1), score("after", minutes=1))
STATES = {
    "no course": ([], "Your clinic has not opened a course for you yet."),
    "just saved": ([logged(minutes=5)], "Saved: 0 before treatment. Open this again when it is over."),
    "after": ([logged(hours=2)], AFTER),
    "past midnight": ([logged(hours=11)], AFTER),
    "clinic wrote first": (
        [course(sessions=[visit("held")])],
        "You have a session today. Is it before or after treatment?",
    ),
    "planned today": ([course(sessions=[visit("planned")])], BEFORE),
    "weekly": ([course(asks=[WEEKLY])], WEEK),
    "weekly after an after": ([course(asks=[WEEKLY], sessions=[AFTERWARDS])], IDLE),
    "late": ([logged(hours=20)], IDLE),
    "idle": ([course()], IDLE),
    "ended": ([course(**ENDED, asks=[LATER])], "Your visits are finished."),
    "closed": ([course(**ENDED)], "All questions are answered."),
    "two courses": ([course(), logged(hours=2)], AFTER),
}


@pytest.fixture
def page(app, chromium) -> Iterator[Page]:
    """The shell, served, on a phone."""
    with serving(app) as url:
        context = chromium.new_context(viewport=PHONE, base_url=url, service_workers="block")
        yield context.new_page()
        context.close()


def opened(page: Page, courses: list[dict[str, Any]]) -> None:
    """The home of somebody with these courses."""
    person = {"id": PERSON, "initials": "A.K.", "carer": False, "pin": False}
    clinic = {"name": "Here", "emergency_number": "119", "synthetic": False}
    told = {"epoch": "one", "now": NOW.isoformat(), "zone": "Asia/Seoul", "language": "en", "person": person}
    more = {"people": [person], "clinic": clinic, "courses": courses, "entries": [], "reminders": {"offer": False}}
    home = {**told, **more, "diary": {"asked": False, "days": {}}}
    page.route("**/app/home.json", lambda route: route.fulfill(json=home))
    page.goto("/app")
    page.locator("h1").first.wait_for()


@pytest.mark.parametrize("name", STATES)
def test_every_state_gives_its_screen_and_one_primary_action(page, name):
    courses, said = STATES[name]
    opened(page, courses)
    assert page.locator("h1").first.inner_text() == said
    assert page.locator("main .primary").count() == 1


def test_nothing_is_chosen_beforehand_and_a_blank_is_never_sent(page):
    sent: list[str] = []
    opened(page, [course(asks=[WEEKLY], places=PLACES)])
    page.route("**/api/**", lambda route: sent.append(route.request.url) or route.abort())
    assert page.locator("input:checked").count() == 0
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error:visible")).to_have_text(
        ["Choose a number for your left knee.", "Choose a number for your right knee."]
    )
    assert sent == []


NO_STORE = "Object.defineProperty(self, 'indexedDB', { value: { open() { throw new Error('private window'); } } })"


def test_where_nothing_can_be_kept_an_answer_is_sent_at_once_and_stays_until_it_arrived(page):
    bodies: list[tuple[str, str]] = []

    def answer(route: Any) -> None:
        bodies.append((route.request.url, route.request.post_data))
        id = route.request.url.rsplit("/", 1)[-1]
        route.abort() if len(bodies) == 1 else route.fulfill(status=201, json={"id": id})

    page.add_init_script(NO_STORE)
    opened(page, [course(asks=[WEEKLY])])
    page.route("**/api/**", answer)
    page.get_by_text("This browser keeps nothing on this phone").wait_for()
    page.get_by_role("radio", name="0 no pain").check(force=True)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not sent. Keep this page open and try again.").wait_for()
    assert page.locator("#sent").inner_text() == "1 waiting to send"
    assert page.locator("input:checked").get_attribute("value") == "0"
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Saved: 0 for the past 7 days.").wait_for()
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert page.locator("#sent").inner_text() == "✓ all sent"


def test_where_nothing_can_be_kept_a_refused_answer_shows_why_beside_the_pad_and_can_be_changed(page):
    page.add_init_script(NO_STORE)
    opened(page, [course(asks=[WEEKLY])])
    page.route("**/api/**", lambda route: route.fulfill(status=422, json=REFUSAL, content_type=PROBLEM))
    page.get_by_role("radio", name="7").check(force=True)
    page.get_by_role("button", name="Save").click()
    page.locator(".pad .error", has_text="Not accepted: The date is in the future.").wait_for()
    assert page.get_by_role("radio", name="7").is_enabled()


def test_the_keys_are_large_enough_for_a_thumb(page):
    for width, least in ((390, (66, 56)), (320, (44, 44))):
        page.set_viewport_size({"width": width, "height": 844})
        opened(page, [course(asks=[WEEKLY])])
        boxes = [key.bounding_box() for key in page.locator(".pad-key").all()]
        assert all(box and box["width"] >= least[0] and box["height"] >= least[1] for box in boxes), width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_an_answer_from_the_clinic_the_page_says_so(page):
    page.route("**/app/home.json", lambda route: route.abort())
    page.goto("/app")
    page.get_by_text("We cannot reach your clinic's server.").wait_for()
    page.unroute("**/app/home.json")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Join your clinic").wait_for()
