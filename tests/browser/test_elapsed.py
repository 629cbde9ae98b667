"""What a phone whose clock was changed makes of the time: the pure functions of static/js/elapsed.js, in Chromium."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.served import Served, served

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
