"""What a phone whose clock was changed makes of the time: the pure functions of static/js/elapsed.js, in Chromium."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route

from tests.browser.served import Served, served
from tests.trust.week.clocks import SHIM

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("elapsed")

SECOND, DAY = 1_000, 86_400_000
TRUE = 1_795_000_000_000  # the server's time
YEARS = 7 * 365 * DAY
LIKELY = {  # the phone's clock, what it knew of the server's, and the server's time as it must then be taken
    "a right clock": (TRUE, {"skew": 0, "heard": TRUE - DAY}, TRUE),
    "seven years slow, and known": (TRUE - YEARS, {"skew": YEARS, "heard": TRUE - DAY}, TRUE),
    "put right since, without signal": (TRUE, {"skew": YEARS, "heard": TRUE - DAY}, TRUE),
    "put wrong since, ahead": (TRUE + YEARS, {"skew": 0, "heard": TRUE - DAY}, TRUE - DAY),
    "put wrong since, back": (TRUE - YEARS, {"skew": 0, "heard": TRUE - DAY}, TRUE - DAY),
    "never heard": (TRUE, {"skew": 0, "heard": None}, TRUE),
}
TOLD = "Wed, 18 Nov 2026 12:26:40 GMT"


@pytest.fixture
def call(served: Served) -> Any:
    """call("likely", …): what the module answers."""
    page: Page = served.phone("anonymous", service_workers="block")
    tree = page.evaluate("document.querySelector('script[type=module]').src")

    def answer(name: str, *given: Any) -> Any:
        asked = "async ([tree, name, given]) => (await import(new URL('elapsed.js', tree)))[name](...given)"
        return page.evaluate(asked, [tree, name, list(given)])

    return answer


def test_a_clock_that_was_changed_is_taken_for_what_it_can_mean(call):
    told = {case: call("likely", phone, known) for case, (phone, known, _) in LIKELY.items()}
    assert told == {case: true for case, (_, _, true) in LIKELY.items()}


def test_an_answer_over_which_the_phone_slept_tells_no_time(call):
    server = call("heard", TOLD, 0, SECOND)["heard"]
    assert call("heard", TOLD, server - SECOND, server) == {"skew": SECOND, "heard": server}
    assert call("heard", TOLD, server - 3 * 3600 * SECOND, server) is None
    assert call("heard", TOLD, server, server - DAY) is None


@pytest.mark.parametrize("signal", [True, False], ids=["signal", "no signal"])
def test_a_home_over_which_the_phone_slept_does_not_put_its_clock_back(served: Served, signal: bool):
    """Put away while the clinic answers, taken out a day and a half later: what is logged then is of that day."""
    slept = timedelta(hours=36)
    page = served.context(service_workers="block").new_page()
    page.add_init_script(f"({SHIM})({-slept / timedelta(milliseconds=1)})")
    asked: list[Route] = []
    page.route("**/app/home.json", lambda route: asked.append(route))
    page.goto("/app")
    while not asked:
        page.wait_for_timeout(20)
    answer = asked[0].fetch()
    told = answer.json()
    then = datetime.fromisoformat(told["now"]) - slept
    page.evaluate("globalThis.skewOfThisPhone = 0")
    if not signal:
        page.route("**/healthz", lambda route: route.abort())
    about = {**answer.headers, "date": format_datetime(then).replace("+0000", "GMT")}
    asked[0].fulfill(json=told | {"now": then.isoformat()}, headers=about)
    page.locator("#screen h1").first.wait_for()
    tree = page.evaluate("document.querySelector('script[type=module]').src")
    day = page.evaluate("async (tree) => (await import(new URL('here.js', tree))).today()", tree)
    assert day == datetime.now(ZoneInfo(told["zone"])).date().isoformat()
