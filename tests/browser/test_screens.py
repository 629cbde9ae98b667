"""The phone's home in a real Chromium: every state, told by a made-up /app/home.json, gives one primary action."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.xdist_group("browser")  # one Chromium a worker: Playwright's loop allows no second

NOW = datetime.now(UTC)
PLACES = [{"site": "knee", "side": side, "words": f"{side} knee"} for side in ("left", "right")]


def course(**more: Any) -> dict[str, Any]:
    """A course with nothing to do today."""
    told = {"id": "0190f3c2-7b1a-7c3d-9e2f-0123456789ab", "words": "knee osteoarthritis", "planned": 12, "number": 5}
    state = {"ended": False, "places": PLACES[:1], "session": None, "next_that_day": 1, "waiting": None}
    week = {"weekly_due": False, "weekly_next": "2999-01-01", "weekly_kind": "check_in"}
    return {**told, **state, **week, **more}


def waiting(**ago: float) -> dict[str, Any]:
    """A before-score of so long ago."""
    at = (NOW - timedelta(**ago)).isoformat()
    scores = [{"place": PLACES[0], "value": 0}]
    return {
        "session_id": "0190f3c2-7b1a-7c3d-9e2f-0123456789ac",
        "held_on": "2026-05-05",
        "before_at": at,
        "scores": scores,
    }


def today(state: str, **scores: bool) -> dict[str, Any]:
    """A session of today."""
    id = "0190f3c2-7b1a-7c3d-9e2f-0123456789ad"
    return {"id": id, "held_on": "2026-05-05", "state": state, "before": False, "after": False, **scores}


IDLE = "Nothing to log today."
BEFORE = "How much pain is in your left knee right now?"
AFTER = "How much pain is in your left knee now, after treatment?"
STATES = {
    "no course": ([], "Your clinic has not opened a course for you yet."),
    "just saved": (
        [course(waiting=waiting(minutes=5))],
        "Saved: 0 before treatment. Open this again when it is over.",
    ),
    "after": ([course(waiting=waiting(hours=2))], AFTER),
    "past midnight": ([course(waiting=waiting(hours=11))], AFTER),
    "clinic wrote first": (
        [course(session=today("held"))],
        "You have a session today. Is it before or after treatment?",
    ),
    "planned today": ([course(session=today("planned"))], BEFORE),
    "weekly": ([course(weekly_due=True)], "How much pain was in your left knee on average in the past 7 days?"),
    "weekly after an after": ([course(weekly_due=True, session=today("reported", after=True))], IDLE),
    "late": ([course(waiting=waiting(hours=20))], IDLE),
    "idle": ([course()], IDLE),
    "ended": ([course(ended=True, weekly_next=None)], "Your visits are finished."),
    "two courses": ([course(), course(waiting=waiting(hours=2))], AFTER),
}


@pytest.fixture
def page(app, chromium) -> Iterator[Page]:
    """The shell, served, on a phone."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = chromium.new_context(viewport=PHONE, base_url=f"http://localhost:{server.port}")
    yield context.new_page()
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def opened(page: Page, courses: list[dict[str, Any]]) -> None:
    """The home of somebody with these courses."""
    home = {"initials": "A.K.", "synthetic": False, "zone": "Asia/Seoul", "now": NOW.isoformat(), "courses": courses}
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
    opened(page, [course(weekly_due=True, places=PLACES)])
    page.route("**/api/**", lambda route: sent.append(route.request.url) or route.abort())
    assert page.locator("input:checked").count() == 0
    page.get_by_role("button", name="Save").click()
    assert page.locator(".error:visible").all_inner_texts() == [
        "Choose a number for your left knee.",
        "Choose a number for your right knee.",
    ]
    assert sent == []


def test_an_answer_without_signal_stays_and_goes_out_later_under_the_same_id(page):
    bodies: list[tuple[str, str]] = []

    def answer(route: Any) -> None:
        bodies.append((route.request.url, route.request.post_data))
        route.abort() if len(bodies) == 1 else route.fulfill(status=201, json={})

    opened(page, [course(weekly_due=True)])
    page.route("**/api/**", answer)
    page.get_by_role("radio", name="0 no pain").check(force=True)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Not sent. Keep this page open and try again.").wait_for()
    assert page.locator("#sent").inner_text() == "1 not sent"
    assert page.locator("input:checked").get_attribute("value") == "0"
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Saved: 0 for the past 7 days.").wait_for()
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert page.locator("#sent").inner_text() == "✓ all sent"


def test_a_refused_answer_shows_why_beside_the_pad_and_can_be_changed(page):
    problem = {
        "detail": "x",
        "errors": [{"pointer": "/recorded_at", "code": "in_the_future", "message": "The date is in the future."}],
    }
    opened(page, [course(weekly_due=True)])
    page.route("**/api/**", lambda route: route.fulfill(status=422, json=problem))
    page.get_by_role("radio", name="7").check(force=True)
    page.get_by_role("button", name="Save").click()
    page.locator(".pad .error", has_text="Not accepted: The date is in the future.").wait_for()
    assert page.get_by_role("radio", name="7").is_enabled()


def test_the_keys_are_large_enough_for_a_thumb(page):
    for width, least in ((390, (66, 56)), (320, (44, 44))):
        page.set_viewport_size({"width": width, "height": 844})
        opened(page, [course(weekly_due=True)])
        boxes = [key.bounding_box() for key in page.locator(".pad-key").all()]
        assert all(box and box["width"] >= least[0] and box["height"] >= least[1] for box in boxes), width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_an_answer_from_the_clinic_the_page_says_so(page):
    page.route("**/app/home.json", lambda route: route.abort())
    page.goto("/app")
    page.get_by_text("We cannot reach your clinic's server.").wait_for()
    page.unroute("**/app/home.json")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("You are signed out.").wait_for()
