"""The outbox in a real Chromium and a real server: kept first, sent once, never lost, never under another's name."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.served import Served, served

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("browser")

WORD = "#sent"


def log_now(page: Page, score: int) -> None:
    """A weekly question may stand first: answer the one that is asked."""
    page.get_by_role("radio", name=re.compile(rf"^{score}\b")).first.check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"Saved: {score}")).to_be_visible()


def ready(page: Page) -> None:
    """The service worker is in charge: the app opens without signal."""
    page.evaluate("Promise.race([navigator.serviceWorker.ready, new Promise((_, no) => setTimeout(no, 20000))])")


def test_a_saved_answer_goes_out_by_itself(served: Served):
    page, before = served.phone(), served.door.scores()
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 1


def test_without_signal_it_is_kept_over_a_kill_and_sent_once(served: Served):
    context = served.context()
    page, before = context.new_page(), served.door.scores()
    page.goto("/app")
    ready(page)
    context.set_offline(True)
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    expect(page.get_by_text("Saved on this phone. Not sent yet.")).to_be_visible()
    page.close()
    page = context.new_page()
    page.goto("/app")
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    assert served.door.scores() == before
    context.set_offline(False)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 1


def test_a_lost_answer_is_asked_again_with_the_same_bytes_and_stored_once(served: Served):
    page, before = served.phone(service_workers="block"), served.door.scores()
    bodies: list[str | None] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data)
        answer = route.fetch()
        route.abort() if len(bodies) == 1 else route.fulfill(response=answer)

    page.route("**/api/v1/readings/**", lose_the_first)
    log_now(page, 3)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert served.door.scores() == before + 1
