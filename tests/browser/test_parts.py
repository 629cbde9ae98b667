"""The parts of the shell: the server's own pages inside it, kept per person, there without signal."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.served import Served, served, stored

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("parts")
WORKERS = "allow"

KEPT = {"/app/warning-signs", "/app/help", "/app/report", "/app/progress"}


def settled(page: Page) -> None:
    """The app opens without signal, and what must be there then is there."""
    page.evaluate("Promise.race([navigator.serviceWorker.ready, new Promise((_, no) => setTimeout(no, 20000))])")
    for _ in range(100):
        if {row["path"] for row in stored(page, "parts")} >= KEPT:
            return
        page.wait_for_timeout(100)
    raise AssertionError(stored(page, "parts"))


def offline(served: Served) -> tuple[BrowserContext, Page]:
    """A phone that was online once, has never opened a part, and is started anew without signal."""
    context = served.context()
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    settled(page)
    page.close()
    served.go_offline(context)
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    return context, page


def bar(page: Page, name: str) -> None:
    """Tap one of the places that are always there."""
    page.get_by_role("navigation", name="Always here").get_by_role("link", name=name).click()


@pytest.mark.parametrize(
    ("name", "heading", "hash"),
    [
        ("Progress", "Low back pain", "#/progress"),
        ("Warning signs", "Warning signs", "#/signs"),
        ("Report a problem", "Did something bad or odd happen after a visit?", "#/report"),
        ("Help", "Help", "#/help"),
    ],
)
def test_a_place_of_the_bar_opens_inside_the_shell_without_signal_too(served: Served, name, heading, hash):
    context, page = offline(served)
    bar(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.url.endswith(f"/app{hash}")
    assert page.locator(".bar [aria-current=page]").inner_text() == name
    page.go_back()
    expect(page.locator("[data-head]").first).to_be_visible()
    context.close()


def test_without_signal_the_progress_is_dated_and_names_what_was_logged_since(served: Served):
    context, page = offline(served)
    page.get_by_role("radio", name="4").first.check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Saved: 4")).to_be_visible()
    bar(page, "Progress")
    expect(page.get_by_text("The newest comes when there is signal.")).to_be_visible()
    expect(page.locator("svg[role=img]").first).to_be_visible()
    expect(page.get_by_text("1 answer since then, not in the drawing yet:")).to_be_visible()
    values = page.get_by_role("button", name="Read single values")
    values.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").get_by_text("No answer. Check your signal, then try again.")).to_be_visible()
    expect(values).to_be_focused()
    served.go_offline(context, False)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Tap a point to read its value.")).to_be_focused()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#sent")).to_have_text("✓ all sent")
    context.close()


def test_a_red_flag_fills_the_screen_without_signal_and_the_report_goes_out_later(served: Served):
    context, page = offline(served)
    bar(page, "Report a problem")
    page.get_by_role("radio", name="Chest pain").check()
    expect(page.get_by_text("Get medical help now. Call 119. Do not wait for the clinic.").first).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Saved.")).to_be_focused()
    expect(page.get_by_text("Get medical help now. Call 119.").first).to_be_visible()
    expect(page.locator("#sent")).to_have_text("1 waiting to send")
    served.go_offline(context, False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#sent")).to_have_text("✓ all sent")
    told = context.request.get(f"/api/v1/courses/{served.world.courses['owner']}")
    assert told.ok
    page.goto("/app/progress")
    context.close()


def test_a_form_inside_a_part_is_answered_in_its_place(served: Served):
    page = served.phone()
    bar(page, "Progress")
    page.get_by_text("Change an entry").click()
    page.get_by_role("link", name="Change").first.click()
    expect(page.get_by_role("heading", name="Change an entry")).to_be_visible()
    assert "#/courses/" in page.url
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Choose the right number, or take the entry back.")).to_be_visible()
    page.get_by_role("radio", name="2").check(force=True)
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("Changed. The old entry is kept.")).to_be_visible()
    assert page.url.endswith("#/progress")
    assert not [row for row in stored(page, "parts") if "Changed. The old entry" in row["html"]], "said once, not kept"


def test_nothing_signed_in_is_in_a_cache_of_the_service_worker(served: Served):
    page = served.phone()
    settled(page)
    bar(page, "Progress")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = page.evaluate(
        """async () => {
            const names = await caches.keys();
            const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys())));
            return all.flat().map(({ url }) => new URL(url).pathname);
        }"""
    )
    assert "/app" in found
    assert [path for path in found if not path.startswith(("/static/", "/words/"))] == ["/app"]
