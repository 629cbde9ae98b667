"""A new version of the shell: fetched whole beside the old one, used at the next start or by a tap, not in between."""

import pytest
from flask import request
from playwright.sync_api import Page, expect

from tests.browser.served import Served, served
from tests.browser.test_outbox import WORD, log_now, ready
from tracker.web import scripts, shell

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("version")
WORKERS = "allow"

NEW = "<!-- a new version -->"
LINE = "A new version is ready."


@pytest.fixture
def publish(monkeypatch):
    """From now on the server has another shell."""
    old = shell.page

    def published() -> None:
        monkeypatch.setattr(shell, "page", lambda: old().replace("</body>", f"{NEW}</body>"))

    return published


@pytest.fixture
def unbundled(monkeypatch):
    """The server of a clinic whose set-up reached no npm: every script is a file of its own."""
    known = (scripts.start, scripts.on_a_phone, scripts.modules, shell.files)
    with monkeypatch.context() as without:
        without.setattr(scripts, "bundled", lambda root=None: False)
        for one in known:
            one.cache_clear()
        yield
    for one in known:
        one.cache_clear()


def opened(served: Served) -> Page:
    """A phone whose service worker is in charge."""
    page = served.context().new_page()
    for _ in range(2):
        with page.expect_response("**/app/progress"):  # asked for last, once it looks after its versions
            page.goto("/app")
        ready(page)
    page.locator("h1").first.wait_for()
    return page


def look_for_new(page: Page) -> None:
    """What the app does each hour; until the new version waits."""
    page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.update())")
    for _ in range(100):
        if page.evaluate("navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no new version waits")


def test_a_tap_uses_it_and_never_in_the_middle_of_an_answer(served: Served, publish):
    page = opened(served)
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    publish()
    look_for_new(page)
    page.get_by_role("radio", name="7").first.check(force=True)
    expect(page.get_by_text(LINE)).to_be_hidden()
    log_now(page, 7)
    expect(page.get_by_text(LINE)).to_be_visible()
    assert NEW not in page.content()
    with page.expect_navigation():
        page.get_by_role("button", name="Use it now").click()
    page.locator("h1").first.wait_for()
    assert NEW in page.content()


def test_the_next_start_uses_it_and_nothing_of_the_old_one_is_left(served: Served, publish):
    page = opened(served)
    publish()
    look_for_new(page)
    context = page.context
    page.close()
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    for _ in range(100):
        if NEW in page.content() and page.evaluate("caches.keys().then((names) => names.length)") == 1:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the old version is still there")


def test_half_a_version_is_never_installed(served: Served, monkeypatch):
    page = opened(served)
    kept = page.evaluate("caches.keys()")
    monkeypatch.setattr(shell, "page", lambda: "another build" if request.path == "/app" else NEW)
    assert page.evaluate(
        "navigator.serviceWorker.getRegistration().then((worker) => worker.update()).then(() => 'done', () => 'failed')"
    )
    page.wait_for_timeout(1000)
    assert page.evaluate("caches.keys()") == kept
    assert not page.evaluate("navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)")


def test_the_app_opens_from_its_cache_and_the_worker_sleeps_on(served: Served):
    """A worker that must wake first costs a slow phone a tenth of a second and more."""
    page = opened(served)
    page.goto("/app")
    page.locator("h1").first.wait_for()
    how = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    assert (how["workerFinalSourceType"], how["workerStart"]) == ("cache", 0)


def test_without_a_bundle_the_app_opens_and_logs_without_signal_all_the_same(unbundled: None, served: Served):
    page, before = opened(served), served.door.scores()
    assert page.evaluate("[...document.scripts].every((one) => one.src.includes('/js/'))")
    served.go_offline(page.context)
    page.goto("/app")
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    served.go_offline(page.context, False)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 1
