"""Reminders on a phone: turned on by a tap, shown by the service worker, mailed, and chosen without scripts too."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.axe import violations
from tests.browser.conftest import WHOLE, launched
from tests.browser.served import Served, served
from tests.remind.conftest import KEY
from tests.remind.loopback import Browser, MailServer
from tests.web.world import csrf
from tracker.jobs.reminders import tick
from tracker.services.remind import post
from tracker.storage import PushSubscription
from tracker.web.database import session

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("reminders")
WORKERS = "allow"


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest) -> Iterator[Chromium]:
    """One that can show notifications."""
    with launched(request, WHOLE) as browser:
        yield browser


ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
FAKE = """
const told = %s;
let subscription = null;
const made = (options) => ({
  endpoint: told.endpoint,
  options,
  toJSON: () => ({ endpoint: told.endpoint, keys: { p256dh: told.p256dh, auth: told.auth } }),
  unsubscribe: async () => (subscription = null, true),
});
PushManager.prototype.subscribe = async (options) => { window.asked = options; return (subscription = made(options)); };
PushManager.prototype.getSubscription = async () => subscription;
"""


@pytest.fixture
def mails() -> Iterator[MailServer]:
    """A mail server on this machine."""
    made = MailServer()
    yield made
    made.close()


@pytest.fixture
def reminding(served: Served, mails: MailServer, monkeypatch) -> Served:
    """The small world with push and mail set up."""
    app = served.door.app
    told = {"vapid_key": KEY, "smtp_url": mails.url, "mail_from": "Check-in <r@example.org>"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **told))
    return served


def able(served: Served, **how) -> BrowserContext:
    """A phone whose browser subscribes without a push service: there is none on a closed network."""
    context = served.context(permissions=["notifications"], **how)
    context.add_init_script(FAKE % json.dumps(Browser(ENDPOINT).subscription()))
    return context


def opened(context: BrowserContext, path: str = "/app#/reminders") -> Page:
    """The page of reminders, in the shell."""
    page = context.new_page()
    page.goto(path)
    expect(page.get_by_role("heading", name="Reminders", exact=True)).to_be_visible()
    return page


def subscriptions(served: Served) -> list[tuple[str, bool]]:
    """What the server knows: each address, and whether it still takes pushes."""
    with served.door.app.app_context():
        rows = session().execute(select(PushSubscription.endpoint, PushSubscription.gone_at))
        return [(endpoint, gone is None) for endpoint, gone in rows]


def test_a_tap_turns_reminders_on_and_another_one_off(reminding: Served):
    page = opened(able(reminding))
    assert page.evaluate("window.asked") is None  # nobody was asked before the tap
    page.get_by_role("button", name="Remind me on this phone").click()
    expect(page.get_by_text("This phone reminds you.")).to_be_visible()
    expect(page.get_by_text("A check-in, on your phone.").first).to_be_visible()
    assert subscriptions(reminding) == [(ENDPOINT, True)]
    assert page.evaluate("window.asked") == {"userVisibleOnly": True, "applicationServerKey": post.public_key(KEY)}
    page.get_by_role("button", name="Not on this phone any more").click()
    expect(page.get_by_role("button", name="Remind me on this phone")).to_be_visible()
    assert subscriptions(reminding) == [(ENDPOINT, False)]


def test_a_failed_try_says_so_and_can_be_tried_again(reminding: Served):
    page = opened(able(reminding))
    page.route("**/api/v1/push/on", lambda route: route.abort())
    page.get_by_role("button", name="Remind me on this phone").click()
    expect(page.get_by_text("There was no answer. Try again when you have signal.")).to_be_visible()
    page.unroute("**/api/v1/push/on")
    page.get_by_role("button", name="Remind me on this phone").click()
    expect(page.get_by_text("This phone reminds you.")).to_be_visible()


def test_a_phone_that_was_told_no_learns_how_to_undo_it(reminding: Served):
    context = able(reminding)
    context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page = opened(context)
    expect(page.get_by_text("Your phone was told not to show these reminders.")).to_be_visible()
    expect(page.get_by_role("button", name="Remind me on this phone")).to_be_hidden()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
            "An iPhone shows reminders only from the home screen.",
        ),
        ("Mozilla/5.0 (Linux; Android 9)", "This browser cannot show reminders."),
    ],
)
def test_a_browser_that_cannot_says_what_is_left(reminding: Served, agent: str, said: str):
    context = reminding.context(user_agent=agent)
    context.add_init_script("delete window.PushManager")
    page = opened(context)
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Mail is the other road: see below.").locator("visible=true")).to_have_count(1)


def test_a_mail_address_is_given_and_confirmed_in_the_shell(reminding: Served, mails: MailServer):
    page = opened(able(reminding))
    page.get_by_label("Your mail address").fill("me@example.org")
    page.get_by_role("button", name="Mail me a code").click()
    field = page.get_by_label("The code that we mailed to me@example.org")
    expect(field).to_be_visible()
    with reminding.door.app.app_context():
        tick()
    code = re.search(r"\b\d{6}\b", mails.got[-1][1].get_content())
    assert code
    field.fill("1")
    page.get_by_role("button", name="This is my address").click()
    expect(page.get_by_role("alert").filter(has_text="We cannot use this code.")).to_be_visible()
    page.get_by_label("The code that we mailed to me@example.org").fill(code[0])
    page.get_by_role("button", name="This is my address").click()
    expect(page.get_by_text("We write to me@example.org.")).to_be_visible()
    expect(page.get_by_text("A check-in, by mail.").first).to_be_visible()


def test_a_pause_is_begun_and_ended(reminding: Served):
    page = opened(able(reminding))
    page.get_by_text("Pause", exact=True).click()
    page.get_by_role("radio", name="14 days").check()
    page.get_by_role("button", name="Pause reminders").click()
    expect(page.get_by_role("heading", name=re.compile("Paused until"))).to_be_visible()
    page.get_by_role("button", name="End the pause").click()
    expect(page.get_by_role("heading", name=re.compile("Paused until"))).to_be_hidden()


def test_a_form_goes_out_whichever_page_the_session_was_last_given_to(reminding: Served):
    """Parts are asked for side by side: the session of the one shown may be forgotten for that of another one."""
    context = able(reminding)
    page = opened(context)
    context.clear_cookies(name="session")
    page.get_by_text("Pause", exact=True).click()
    page.get_by_role("radio", name="14 days").check()
    page.get_by_role("button", name="Pause reminders").click()
    expect(page.get_by_role("heading", name=re.compile("Paused until"))).to_be_visible()


def test_everything_but_the_push_goes_without_scripts(reminding: Served):
    page = opened(reminding.context(java_script_enabled=False), "/app/reminders")
    page.get_by_label("Check-ins at").select_option("18")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_label("Check-ins at")).to_have_value("18")
    expect(page.get_by_text("This needs JavaScript and a newer browser.")).to_be_visible()


def test_the_calendar_file_comes_for_the_person_on_screen(reminding: Served):
    page = opened(able(reminding))
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar file").click()
    assert download.value.suggested_filename == "check-ins.ics"
    assert "BEGIN:VEVENT" in download.value.path().read_text()


def deliver(context: BrowserContext, page: Page, data: str) -> None:
    """Hand the service worker a push as the browser does once it has decrypted it."""
    tools = context.new_cdp_session(page)
    known: list[dict] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    (registration,) = [one for one in known if not one["isDeleted"]]
    told = {"origin": page.url.split("/app")[0], "registrationId": registration["registrationId"], "data": data}
    tools.send("ServiceWorker.deliverPushMessage", told)
    tools.detach()


SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag }) => [title, body, tag])"""


def ready(served: Served) -> tuple[BrowserContext, Page]:
    """The app open, its service worker at the wheel."""
    context = able(served)
    page = opened(context)
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    return context, page


def shown(context: BrowserContext, page: Page, data: str) -> list[list[str]]:
    """The notifications after this push, which is delivered again where none came: a busy machine drops some."""
    for _ in range(10):
        deliver(context, page, data)
        for _ in range(30):
            found = page.evaluate(SHOWN)
            if found:
                return found
            page.wait_for_timeout(100)
    return page.evaluate(SHOWN)


def test_a_push_shows_the_neutral_sentence_and_a_second_one_takes_its_place(reminding: Served):
    context, page = ready(reminding)
    first = [["Hay una pregunta para usted.", "", "check-in"]]
    assert shown(context, page, json.dumps({"say": "Hay una pregunta para usted."})) == first
    for _ in range(100):
        found = shown(context, page, json.dumps({"say": "You have a check-in."}))
        if found != first:
            break
        page.wait_for_timeout(100)
    assert found == [["You have a check-in.", "", "check-in"]]


@pytest.mark.parametrize("data", ["", "no json", "{}", '{"say": ""}'])
def test_a_push_without_words_still_says_something_neutral(reminding: Served, data: str):
    context, page = ready(reminding)
    assert shown(context, page, data) == [["You have a check-in.", "", "check-in"]]


def test_a_browser_that_changes_its_address_tells_the_server(reminding: Served):
    page = opened(able(reminding))
    page.get_by_role("button", name="Remind me on this phone").click()
    expect(page.get_by_text("This phone reminds you.")).to_be_visible()
    old, new = Browser(ENDPOINT).subscription(), Browser(f"{ENDPOINT}2").subscription()
    with reminding.door.app.app_context():
        known = session().scalars(select(PushSubscription)).one()
        old |= {"auth": known.auth}
    worker = page.context.service_workers[0]
    worker.evaluate(
        """([old, fresh]) => {
          const made = ({ endpoint, p256dh, auth }) => ({ toJSON: () => ({ endpoint, keys: { p256dh, auth } }) });
          const event = new ExtendableEvent("pushsubscriptionchange");
          Object.assign(event, { oldSubscription: made(old), newSubscription: made(fresh) });
          self.dispatchEvent(event);
        }""",
        [old, new],
    )
    for _ in range(100):
        if subscriptions(reminding) == [(f"{ENDPOINT}2", True)]:
            break
        page.wait_for_timeout(100)
    assert subscriptions(reminding) == [(f"{ENDPOINT}2", True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["new", "waits", "confirmed"])
def test_the_page_has_no_accessibility_violation_and_fits_a_small_phone(
    reminding: Served, mails: MailServer, scheme: str, state: str
):
    context = able(reminding, color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 700})
    arrange(reminding, mails, context, state)
    page = opened(context, "/app/reminders")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def arrange(served: Served, mails: MailServer, context: BrowserContext, state: str) -> None:
    """Bring this phone's person to a state, as its forms do."""
    if state == "new":
        return
    client = served.door.app.test_client()
    client.set_cookie("device", next(c.get("value", "") for c in context.cookies() if c.get("name") == "device"))
    form = lambda **told: {"csrf_token": csrf(client, "/app/reminders"), **told}  # noqa: E731
    client.post("/app/reminders/mail", data=form(address="somebody.with.a.long.name@mail.example.org"))
    with served.door.app.app_context():
        tick()
    if state == "confirmed":
        code = re.search(r"\b\d{6}\b", mails.got[-1][1].get_content())
        client.post("/app/reminders/code", data=form(code=code and code[0]))
        client.post("/app/reminders/pause", data=form(days="7"))
