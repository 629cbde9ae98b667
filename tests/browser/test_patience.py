"""A script of the shell that is lost on the way: the page says so instead of waiting for good; a tap tries again."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.served import Served, served

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("patience")
WORKERS = "allow"

SCRIPT = "**/{shell,app}.js"  # what shows the first screen, bundled or not
SAID = "Check your signal, then try again."


def test_a_lost_script_is_told_and_a_tap_tries_again(served: Served):
    page = served.phone(bypass_csp=True)
    page.locator("h1").first.wait_for()
    page.goto("about:blank")
    page.context.route(SCRIPT, lambda route: route.abort())
    page.route("**/sw.js", lambda route: route.abort())
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # told because it is lost, not because it takes long
    page.goto(f"{served.url}/app")
    expect(page.get_by_text(SAID)).to_be_visible()
    expect(page.get_by_role("link", name="다시 하기")).to_be_visible()
    page.clock.resume()
    assert violations(page) == []
    page.context.unroute(SCRIPT)
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("#screen [data-head]").first).to_be_visible()
    expect(page.get_by_text(SAID)).to_be_hidden()


def test_a_store_that_never_answers_is_told_after_a_while(served: Served):
    page = served.phone()
    page.locator("h1").first.wait_for()
    page.add_init_script("IDBFactory.prototype.open = () => ({})")
    page.clock.install()
    page.reload()
    page.clock.run_for(14_000)
    expect(page.get_by_text(SAID)).to_be_hidden()
    page.clock.run_for(2_000)
    expect(page.get_by_text(SAID)).to_be_visible()
