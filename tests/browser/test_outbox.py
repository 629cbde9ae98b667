"""The outbox in a real Chromium and a real server: kept first, sent once, never lost, never under another's name."""

import json
import re
import sqlite3
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.served import Served, served, stored
from tests.trust.week.clinic import lose
from tracker.services import epoch
from tracker.web.database import session

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("outbox")

SETTLED = "(url) => import(url).then(() => new Promise((done) => setTimeout(done, 300)))"  # all is drawn
WORKERS = "allow"

WORD = "#sent"


def log_now(page: Page, score: int) -> None:
    """A weekly question may stand first: answer the one that is asked."""
    page.get_by_role("radio", name=re.compile(rf"^{score}\b")).first.check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"Saved: {score}")).to_be_visible()


def with_one_waiting(served: Served, **how: Any) -> tuple[BrowserContext, Page]:
    """A phone without signal; a score of 6 waits on it."""
    context = served.context(**how)
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    served.go_offline(context)
    log_now(page, 6)
    return context, page


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
    served.go_offline(context)
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    expect(page.get_by_text("Saved on this phone. Not sent yet.")).to_be_visible()
    page.close()
    page = context.new_page()
    page.goto("/app")
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    assert served.door.scores() == before
    served.go_offline(context, False)
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


REFUSAL = {
    "type": "about:blank",
    "title": "Unprocessable Content",
    "status": 422,
    "code": "invalid",
    "detail": "What was sent does not fit.",
    "errors": [{"pointer": "/value", "code": "x", "message": "The number does not fit."}],
}


def refuse(page: Page) -> None:
    """From now on the clinic takes nothing."""
    page.route(
        "**/api/v1/readings/**",
        lambda route: route.fulfill(status=422, json=REFUSAL, content_type="application/problem+json"),
    )


def test_a_refused_answer_stays_with_its_reason_and_is_changed(served: Served):
    page, before = served.phone(service_workers="block"), served.door.scores()
    refuse(page)
    log_now(page, 7)
    page.get_by_role("link", name="1 answer was not accepted").click()
    expect(page.get_by_text("Pain in the past 7 days, lower back: 7")).to_be_visible()
    expect(page.get_by_text("Not accepted: The number does not fit.")).to_be_visible()
    page.unroute("**/api/v1/readings/**")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("radio", name="5").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Everything has been sent.")).to_be_visible()
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 1
    assert [row["body"]["value"] for row in stored(page, "outbox") if row["state"] != "sent"] == []


def test_a_refused_answer_can_be_removed_and_never_held_up_the_next(served: Served):
    page, before = served.phone(service_workers="block"), served.door.scores()
    refuse(page)
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("1 answer was not accepted")
    page.unroute("**/api/v1/readings/**")
    page.get_by_role("button", name=re.compile("Done|Next question")).click()
    log_now(page, 2)
    expect(page.locator(WORD)).to_have_text("1 answer was not accepted")
    page.get_by_role("link", name="1 answer was not accepted").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Remove it? It was never sent, and it is gone then.")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Everything has been sent.")).to_be_visible()
    assert served.door.scores() == before + 1


FAULT = {"type": "about:blank", "title": "x", "status": 500, "detail": "x", "code": "internal_error", "retry": "later"}

ANOTHER = """
async ({ id, path, body: { device_seq, ...body }, person, saved }) => {
  const tree = document.querySelector("script[type=module]").src;
  const { keep } = await import(new URL("outbox.js", tree));
  const { uuid7 } = await import(new URL("ids.js", tree));
  const other = uuid7();
  await keep([{ id: other, path: path.replace(id, other), body: { ...body, value: 8 }, person, saved }]);
}
"""


def test_one_that_the_tracker_has_a_fault_with_holds_up_no_other_and_goes_once_it_is_mended(served: Served):
    page, before = served.phone(service_workers="block"), served.door.scores()

    def fail(route: Route) -> None:
        """The 3, alone or among others."""
        told = json.loads(route.request.post_data or "{}")
        if any(one["value"] == 3 for one in told.get("readings", [told])):
            route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(FAULT))
        else:
            route.continue_()

    page.route("**/api/v1/readings/**", fail)
    log_now(page, 3)
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    page.evaluate(ANOTHER, stored(page, "outbox")[0])
    until(page, lambda: served.door.scores() == before + 1)
    expect(page.locator(WORD)).to_have_text("1 waiting to send")
    page.goto("/app#/waiting")
    expect(page.get_by_text("Your clinic's server could not take this one.")).to_be_visible()
    page.unroute("**/api/v1/readings/**")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 2


def test_two_tabs_number_their_answers_apart_and_send_each_once(served: Served):
    context, before = served.context(), served.door.scores()
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto("/app")
        page.locator("h1").first.wait_for()
    served.go_offline(context)
    for page, value in zip(pages, (1, 2), strict=True):
        log_now(page, value)
    assert sorted(row["body"]["device_seq"] for row in stored(pages[0], "outbox")) == [1, 2]
    served.go_offline(context, False)
    for page in pages:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    for page in pages:
        expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 2


def test_an_ended_session_costs_no_answer_and_shows_nothing_more_of_the_person(served: Served):
    before = served.door.scores()
    context, page = with_one_waiting(served)
    cookies = context.cookies()
    context.clear_cookies()
    served.go_offline(context, False)
    page.goto("/app")
    expect(page.get_by_role("heading", name="You are signed out.")).to_be_visible()
    expect(page.get_by_text("1 answer is kept here. Ask the clinic for a code to send it.")).to_be_visible()
    assert (stored(page, "home"), stored(page, "parts")) == ([], [])
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto("/app")
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert served.door.scores() == before + 1


@pytest.mark.parametrize(("name", "script"), [("late", "late.js"), ("waiting", "unsent.js"), ("help", "parts.js")])
def test_a_screen_whose_script_comes_late_does_not_cover_what_was_opened_since(served: Served, name: str, script: str):
    page = served.context(service_workers="block").new_page()
    page.goto("/app#/help")
    page.get_by_role("heading", name="Help", exact=True).wait_for()
    held: list[Route] = []
    page.route(f"**/{script}", lambda route: held.append(route))
    page.goto("about:blank")
    page.goto("/app")
    home = page.locator("#screen h1").first
    home.wait_for()
    stood = home.inner_text()
    page.evaluate(f"location.hash = '#/{name}'")
    while not held:  # asked for already where it is kept at hand
        page.wait_for_timeout(20)
    page.evaluate("location.hash = ''")
    expect(page.locator("#screen h1").first).to_have_text(stood)
    [late] = held
    late.continue_()
    page.evaluate(SETTLED, late.request.url)
    assert page.locator("#screen h1").all_inner_texts() == [stood]


def test_a_screen_whose_script_comes_late_does_not_cover_that_the_session_has_ended(served: Served):
    context, page = with_one_waiting(served, service_workers="block")
    context.clear_cookies()
    served.go_offline(context, False)
    held: list[Route] = []
    page.route("**/check_in.js", lambda route: held.append(route))
    page.goto("/app")
    ended = page.get_by_role("heading", name="You are signed out.")
    expect(ended).to_be_visible()
    [late] = held
    late.continue_()
    page.evaluate(SETTLED, late.request.url)
    assert page.locator("#screen h1").all_inner_texts() == ["You are signed out."]


def test_a_kept_part_whose_answer_comes_late_does_not_cover_what_was_shown_since(served: Served):
    """Help is shown at once as it was kept; the clinic's answer comes when the phone already asks something."""
    page = served.phone(service_workers="block")
    until(page, lambda: "/app/help" in [row["path"] for row in stored(page, "parts")])
    page.route("**/api/v1/readings/**", lambda route: route.abort())
    log_now(page, 6)
    held: list[Route] = []
    page.route("**/app/help", lambda route: held.append(route))
    page.get_by_role("link", name="Help").click()
    page.get_by_role("button", name="Sign out on this phone").click()
    asked = page.get_by_role("heading", name="1 answer is not sent yet.")
    expect(asked).to_be_visible()
    [late] = held
    late.fulfill(body="<section class=part data-title=Help><h1>Help</h1></section>", headers=HEADERS)
    page.wait_for_timeout(300)
    expect(asked).to_be_visible()


HEADERS = {"Content-Type": "text/html", "X-Request-ID": "late"}


def test_signing_out_sends_first_asks_when_it_cannot_and_leaves_nothing_behind(served: Served):
    context = served.context(service_workers="block")
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    page.route("**/api/v1/readings/**", lambda route: route.abort())
    log_now(page, 6)
    page.get_by_role("link", name="Help").click()
    page.get_by_role("button", name="Sign out on this phone").click()
    expect(page.get_by_role("heading", name="1 answer is not sent yet.")).to_be_visible()
    assert page.locator("main .primary").count() == 1
    page.get_by_role("button", name="Sign out and lose them").click()
    page.wait_for_url("**/sign-in")
    for store in ("people", "home", "parts", "outbox", "sent"):
        assert stored(page, store) == [], store


def test_another_person_on_the_phone_sees_and_sends_nothing_of_the_first(served: Served):
    before = served.door.scores()
    context, page = with_one_waiting(served)
    context.clear_cookies()
    cookie = served.door.enter("colleague").get_cookie("device")
    assert cookie
    context.add_cookies([{"name": "device", "value": cookie.value, "url": served.url}])
    served.go_offline(context, False)
    page.goto("/app")
    expect(page.locator("#who")).to_have_text("CO")
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    page.evaluate("location.hash = '#/waiting'")
    expect(page.get_by_role("heading", name="Everything has been sent.")).to_be_visible()
    assert served.door.scores() == before
    kept = stored(page, "outbox")
    assert [(row["person"], row["body"]["value"]) for row in kept] == [(str(served.world.patients["owner"]), 6)]


TOO_EARLY = """
async (first) => {
  const tree = document.querySelector("script[type=module]").src;
  const { got, read, write } = await import(new URL("store.js", tree));
  const send = window.fetch;
  window.refusals = 0;
  window.fetch = async (path, how) => {
    if (window.refusals || how?.method !== "PUT" || !String(path).includes("/readings/")) return send(path, how);
    window.refusals += 1;
    const rows = await read(["outbox"], (at) => got(at("outbox").getAll()));
    const sent = rows.find(({ state }) => state === "sent");
    await write(["outbox"], (at) => at("outbox").put({ ...sent, state: "waiting" }));
    const errors = [{ pointer: "/supersedes", code: "unknown_reading", message: "There is no such reading." }];
    const body = JSON.stringify({ code: "invalid", detail: "", errors });
    return new Response(body, { status: 422, headers: { "Content-Type": "application/problem+json" } });
  };
}
"""


def test_a_correction_on_its_way_while_the_first_is_offered_again_is_not_refused_for_good(served: Served):
    """The clinic's store was put back without the first; the phone learns of it while the correction is on its way."""
    page, before = served.phone(service_workers="block"), served.door.scores()
    page.route("**/app/home.json", lambda route: route.abort())
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    page.evaluate(TOO_EARLY)
    page.get_by_role("button", name="Change").click()
    log_now(page, 5)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    assert page.evaluate("window.refusals") == 1
    assert served.door.scores() == before + 2


HOLD_ON = """
() => {
  const send = window.fetch;
  window.answered = 0;
  const later = new Promise((go) => (window.let_go = go));
  window.fetch = async (path, how) => {
    const answer = await send(path, how);
    if (how?.method === "PUT" && String(path).includes("/readings/")) window.answered += 1;
    if (how?.method === "PUT" && String(path).includes("/readings/")) await later;
    return answer;
  };
}
"""
HEAR = """
async () => {
  const { fetched } = await import(new URL("home.js", document.querySelector("script[type=module]").src));
  window.heard = fetched();
}
"""


def until(page: Page, come: Callable[[], bool]) -> None:
    """Wait for it for ten seconds."""
    for _ in range(100):
        if come():
            return
        page.wait_for_timeout(100)
    assert come()


def test_an_answer_from_before_the_store_was_put_back_comes_late_and_nothing_is_lost(served: Served):
    """Stored, then lost with the clinic's newest readings; the phone hears of the new epoch before it is answered."""
    page, before = served.phone(service_workers="block"), served.door.scores()
    log_now(page, 7)
    expect(page.locator(WORD)).to_have_text("✓ all sent")
    page.evaluate(HEAR)
    page.evaluate("window.heard")
    page.evaluate(HOLD_ON)
    page.get_by_role("button", name="Change").click()
    log_now(page, 5)
    until(page, lambda: page.evaluate("window.answered") == 1)
    (last,) = [UUID(row["id"]) for row in stored(page, "outbox") if row["state"] == "waiting"]
    with sqlite3.connect(served.door.app.config["SETTINGS"].data_dir / "tracker.sqlite3") as store:
        lose(store, [last])
    with served.door.app.app_context():
        epoch.renew(session())
    assert served.door.scores() == before + 1
    with page.expect_response("**/app/home.json"):
        page.evaluate(HEAR)
    page.wait_for_timeout(500)  # time enough to look for what is missing too early
    page.evaluate("window.let_go()")
    page.evaluate("window.heard")
    until(page, lambda: served.door.scores() == before + 2)
