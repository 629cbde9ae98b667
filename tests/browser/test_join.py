"""Joining in a real Chromium: QR code, typed code, the installed app, a second person, a PIN, a lost phone."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, People
from tests.browser.served import Served, served, stored
from tests.browser.test_outbox import ready

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("demo")

DESK = {"width": 1280, "height": 900}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
INSIDE = {
    "KakaoTalk": f"{IPHONE} KAKAOTALK/10.8",
    "WeChat": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Mobile Safari/537 MicroMessenger/8.0",
    "Instagram": f"{IPHONE} Instagram 300.0",
    "Facebook": f"{IPHONE} [FBAN/FBIOS;FBAV/400.0]",
    "Line": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/120 Mobile Safari/537 Line/13.1",
}


def scanned(page: Page) -> str:
    """What a camera reads off the screen."""
    zxing, image = pytest.importorskip("zxingcpp"), pytest.importorskip("PIL.Image")
    expect(page.locator("img.qr")).to_be_visible()
    (found,) = zxing.read_barcodes(image.open(io.BytesIO(page.screenshot())))
    return found.text


def desk(served: Served, name: str = "front_desk", **how: Any) -> Page:
    """Somebody at the clinic, signed in."""
    context = served.browser.new_context(base_url=served.url, **{"viewport": DESK, **how})
    cookie = served.door.enter(name).get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served.url}])
    return context.new_page()


def show_qr(served: Served, page: Page, whom: str = "owner") -> str:
    """The code under the desk's QR code."""
    page.goto(f"/clinic/patients/{served.world.patients[whom]}/phones")
    page.get_by_role("button", name="Show QR", exact=True).click()
    return page.locator("[data-code]").inner_text()


def code(served: Served, whom: str = "owner", **more: Any) -> str:
    """A code to type, without the desk's page."""
    asked = {"patient_id": str(served.world.patients[whom]), **more}
    told: Any = served.door.enter("practitioner").post("/api/v1/invitations", json=asked).json
    return told["code"]


def join(page: Page, typed: str) -> None:
    """Type a code on the page to join."""
    page.goto("/join")
    page.get_by_label("The code your clinic gave you").fill(typed)
    page.get_by_role("button", name="Start").click()


def at_home(page: Page) -> None:
    expect(page.get_by_role("button", name="I am at my session").or_(page.locator("score-pad")).first).to_be_visible()


def test_the_desk_shows_a_qr_code_the_phone_joins_and_the_desk_sees_it(people: People):
    clinic = people.sign_in("practitioner", viewport=DESK)
    clinic.goto("/clinic/roster?sort=code")
    clinic.get_by_role("link", name="SYN-001").first.click()
    clinic.get_by_role("button", name="Show QR").click()
    address = scanned(clinic)
    assert address.startswith(f"{people.server.url}/join#")
    phone = people.context().new_page()
    phone.goto(address)
    expect(phone.get_by_text("Your clinic can read your answers. You can stop at any time.")).to_be_visible()
    assert phone.evaluate("location.hash") == "", "the code leaves the address at once"
    expect(clinic.locator("[data-open]")).to_be_visible()
    phone.get_by_role("button", name="Start").click()
    phone.wait_for_url("**/app")
    at_home(phone)
    expect(clinic.get_by_role("status").filter(has_text="Joined ✓")).to_be_visible()
    expect(clinic.locator("[data-open]")).to_be_hidden()


def test_the_qr_code_is_read_in_dark_mode_too(served: Served):
    page = desk(served, color_scheme="dark", viewport=PHONE)
    show_qr(served, page)
    assert "/join#" in scanned(page)


def test_by_keyboard_from_the_code_to_the_qr_code(served: Served):
    """C0: code, condition, place, and no mouse."""
    page = desk(served)
    page.goto("/clinic/people")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    keys = page.keyboard
    keys.type("0412")
    for _ in ("initials", "condition"):
        keys.press("Tab")
    keys.type("Knee")
    keys.press("Tab")
    keys.type("Knee")
    keys.press("Enter")
    expect(page.locator("[data-qr]")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("0412")
    expect(page.get_by_role("link", name="Enrol the next")).to_be_focused()


def test_the_desks_page_shows_a_new_code_in_time(served: Served):
    page = desk(served)
    page.clock.install()
    first = show_qr(served, page)
    page.clock.run_for(9 * 60_000 + 2_000)
    expect(page.locator("[data-code]")).not_to_have_text(first)
    renewed = page.locator("[data-code]").inner_text()
    phone = served.browser.new_context(base_url=served.url, viewport=PHONE).new_page()
    join(phone, renewed)
    phone.wait_for_url("**/app")
    page.clock.run_for(3_000)
    expect(page.get_by_text("Joined ✓")).to_have_count(1)
    expect(page.get_by_text("Joined ✓")).to_be_visible()


def test_the_desks_page_stops_after_half_an_hour(served: Served):
    page = desk(served)
    page.clock.install()
    show_qr(served, page)
    for _ in range(31):
        page.clock.run_for(60_000)
    expect(page.get_by_role("button", name="Show a new code")).to_be_visible()
    expect(page.locator("[data-qr]")).to_be_hidden()


def test_a_typed_code_lets_in_however_it_is_written(served: Served):
    page = served.browser.new_context(base_url=served.url, viewport=PHONE).new_page()
    join(page, f"  {code(served).lower().replace('-', ' ')} ")
    page.wait_for_url("**/app")
    at_home(page)


def test_a_wrong_code_is_said_beside_the_field_and_another_can_be_typed(served: Served):
    page = served.browser.new_context(base_url=served.url, viewport=PHONE).new_page()
    page.goto("/join#used-or-old-or-wrong")
    expect(page.get_by_label("The code your clinic gave you")).to_be_hidden()
    page.get_by_role("button", name="Start").click()
    expect(
        page.get_by_role("alert").filter(has_text="We cannot use this code. It may be old, used or mistyped.")
    ).to_be_visible()
    expect(page.get_by_label("The code your clinic gave you")).to_be_focused()
    page.get_by_label("The code your clinic gave you").fill(code(served))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/app")


def test_no_signal_uses_nothing_up(served: Served):
    context = served.browser.new_context(base_url=served.url, viewport=PHONE)
    page, typed = context.new_page(), code(served)
    page.goto("/join")
    served.go_offline(context)
    page.get_by_label("The code your clinic gave you").fill(typed)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert").filter(has_text="No answer.")).to_be_visible()
    served.go_offline(context, False)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/app")


def test_a_phone_of_another_clinic_is_told_so(served: Served):
    page = served.context("stranger").new_page()
    join(page, code(served))
    expect(page.get_by_role("alert").filter(has_text="This phone belongs to another clinic.")).to_be_visible()
    expect(page.get_by_role("link", name="Who is on this phone")).to_be_visible()


def test_joining_again_is_said(served: Served):
    page = served.context().new_page()
    join(page, code(served))
    expect(page.get_by_role("heading", name="This phone has joined already.")).to_be_visible()
    page.get_by_role("link", name="Open the app").click()
    at_home(page)


@pytest.mark.parametrize("other", INSIDE)
def test_inside_another_app_the_way_out_comes_first(served: Served, other: str):
    context = served.browser.new_context(base_url=served.url, viewport=PHONE, user_agent=INSIDE[other])
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    page = context.new_page()
    page.goto("/join#a-code")
    browser = "Safari" if "iPhone" in INSIDE[other] else "Chrome"
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Open this page in {browser}")
    expect(page.get_by_role("button", name="Start")).to_be_hidden()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("button", name="Copied ✓")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{served.url}/join#a-code"
    page.get_by_role("button", name="Go on here all the same").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def iphone(served: Served, *, installed: bool = False) -> BrowserContext:
    """Safari on an iPhone, or the app installed from it, which shares nothing with it."""
    context = served.browser.new_context(base_url=served.url, viewport=PHONE, user_agent=IPHONE)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.url)
    if installed:
        context.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")
    return context


def test_on_an_iphone_a_code_goes_from_the_browser_into_the_installed_app(served: Served):
    safari = iphone(served).new_page()
    join(safari, code(served))
    expect(safari.get_by_role("heading", level=1)).to_have_text("You have joined ✓")
    expect(safari.get_by_text("Tap Share, then Add to Home Screen.")).to_be_visible()
    safari.get_by_role("button", name="Copy code").click()
    expect(safari.get_by_role("button", name="Copied ✓")).to_be_visible()
    copied = safari.evaluate("navigator.clipboard.readText()")
    app = iphone(served, installed=True).new_page()
    app.goto("/app")
    expect(app.get_by_role("heading", level=1)).to_have_text("Join your clinic")
    app.evaluate("(text) => navigator.clipboard.writeText(text)", copied)
    app.get_by_role("button", name="Paste code").click()
    at_home(app)
    assert [row["initials"] for row in stored(app, "people")] == ["OW"]
    safari.goto("/app")
    at_home(safari)


def test_the_code_for_the_installed_app_may_be_typed(served: Served):
    safari = iphone(served).new_page()
    join(safari, code(served))
    typed = safari.locator("[data-code]").inner_text()
    app = iphone(served, installed=True).new_page()
    app.goto("/app")
    app.get_by_label("The code your clinic gave you").fill(typed)
    app.get_by_role("button", name="Start").click()
    at_home(app)


def with_two(served: Served) -> Page:
    """The owner's phone after the colleague has joined it, the colleague using it."""
    page = served.phone("owner")
    page.get_by_role("link", name="OW: who is on this phone").click()
    page.get_by_text("Another person joins this phone").click()
    page.get_by_label("The code your clinic gave you").fill(code(served, "colleague"))
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#who summary")).to_contain_text("CO")
    return page


def turn(page: Page, initials: str) -> None:
    """Hand the phone to somebody else on it."""
    page.locator("#who summary").click()
    page.locator("#who").get_by_role("button", name=initials).click()
    expect(page.locator("#who summary")).to_contain_text(initials)


def choose(page: Page, score: int) -> None:
    page.locator("score-pad").get_by_role("radio", name=re.compile(rf"^{score}\b")).check(force=True)
    page.get_by_role("button", name="Save").click()


def log_now(page: Page, score: int) -> None:
    page.get_by_role("button", name="Log pain now").click()
    choose(page, score)
    expect(page.get_by_role("heading", name=f"Saved: {score}.")).to_be_visible()


def values(served: Served, whom: str) -> list[float]:
    return [one["value"] for one in readings(served, whom) if one["kind"] == "check_in"]


def readings(served: Served, whom: str) -> list[dict[str, Any]]:
    """What the clinic has of somebody."""
    told: Any = served.door.enter(whom).get(f"/api/v1/courses/{served.world.courses[whom]}/readings").json
    return told["readings"]


def sent(page: Page) -> None:
    expect(page.locator("#sent")).to_have_text("✓ all sent")


def idle(page: Page) -> None:
    """Past what is asked, if anything is."""
    later, now = page.get_by_role("button", name="Not now"), page.get_by_role("button", name="Log pain now")
    expect(later.or_(now).first).to_be_visible()
    if later.is_visible():
        later.click()
    expect(now).to_be_visible()


def test_two_people_on_one_phone_each_log_their_own(served: Served):
    page = with_two(served)
    idle(page)
    log_now(page, 9)
    sent(page)
    turn(page, "OW")
    idle(page)
    log_now(page, 2)
    sent(page)
    assert 9 in values(served, "colleague")
    assert 9 not in values(served, "owner")
    assert 2 in values(served, "owner")
    assert 2 not in values(served, "colleague")


def test_what_waits_for_one_person_is_not_filed_under_the_other(served: Served):
    page = with_two(served)
    idle(page)
    sent(page)
    page.route("**/api/v1/readings/**", lambda route: route.abort())
    log_now(page, 8)
    turn(page, "OW")
    expect(page.locator("#sent")).to_have_text("✓ all sent")
    page.unroute("**/api/v1/readings/**")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    for _ in range(100):
        if 8 in values(served, "colleague"):
            break
        page.wait_for_timeout(100)
    assert 8 in values(served, "colleague")
    assert 8 not in values(served, "owner")


def set_pin(page: Page, pin: str, *, by_key: bool = False) -> None:
    page.goto("/app#/people")
    page.get_by_text("Set a PIN").click()
    page.get_by_label("New PIN: 4 to 6 digits").fill(pin)
    page.get_by_label("The same PIN again").fill(pin)
    if by_key:
        page.get_by_label("The same PIN again").press("Enter")
    else:
        page.get_by_role("button", name="Save the PIN").click()
    expect(page.get_by_text("Change or remove the PIN")).to_be_visible()


def type_pin(page: Page, pin: str) -> None:
    page.get_by_label(re.compile("^PIN of")).fill(pin)
    page.get_by_role("button", name="Open", exact=True).click()


def start_anew(page: Page) -> None:
    page.goto("about:blank")
    page.goto("/app")


def test_a_pin_stands_before_ones_screens(served: Served):
    page = served.phone("owner")
    set_pin(page, "2580")
    start_anew(page)
    expect(page.get_by_label("PIN of OW")).to_be_focused()
    type_pin(page, "0000")
    expect(page.get_by_role("alert").filter(has_text="This PIN is not right.")).to_be_visible()
    assert page.get_by_role("button", name="I am at my session").count() == 0
    type_pin(page, "2580")
    at_home(page)


def opened_without_signal(served: Served) -> Page:
    """The PIN is set, the app is kept on the phone, the signal is gone, and the app is opened again."""
    page = served.context("owner", service_workers="allow").new_page()
    page.goto("/app")
    at_home(page)
    ready(page)
    set_pin(page, "2580")
    served.go_offline(page.context)
    start_anew(page)
    return page


def test_a_pin_is_judged_without_signal_too(served: Served):
    page = opened_without_signal(served)
    type_pin(page, "1111")
    expect(page.get_by_role("alert").filter(has_text="This PIN is not right.")).to_be_visible()
    type_pin(page, "2580")
    at_home(page)


def test_without_signal_five_wrong_ones_and_it_waits_for_signal(served: Served):
    page = opened_without_signal(served)
    for pin in ("1111", "1112", "1113", "1114", "1115"):
        type_pin(page, pin)
        expect(page.get_by_label("PIN of OW")).to_have_value("")
    type_pin(page, "2580")
    expect(
        page.get_by_role("alert").filter(has_text="Without signal the PIN cannot be checked any more.")
    ).to_be_visible()
    served.go_offline(page.context, False)
    type_pin(page, "2580")
    at_home(page)


def test_five_wrong_pins_and_a_new_code_from_the_clinic_opens(served: Served):
    page = served.phone("owner")
    set_pin(page, "2580")
    start_anew(page)
    for pin in ("1111", "1112", "1113", "1114"):
        type_pin(page, pin)
        expect(page.get_by_label("PIN of OW")).to_have_value("")
    type_pin(page, "1115")
    expect(page.get_by_role("heading", level=1)).to_have_text("The PIN was wrong five times.")
    page.get_by_label("The code your clinic gave you").fill(code(served))
    page.get_by_role("button", name="Start").click()
    at_home(page)
    start_anew(page)
    at_home(page)


def test_the_others_go_on_beside_a_forgotten_pin(served: Served):
    page = with_two(served)
    set_pin(page, "2580")
    start_anew(page)
    expect(page.get_by_label("PIN of CO")).to_be_visible()
    page.get_by_role("button", name="Go on as OW").click()
    expect(page.locator("#who summary")).to_contain_text("OW")


def test_handing_the_phone_over_closes_the_door_behind(served: Served):
    page = with_two(served)
    set_pin(page, "2580")
    turn(page, "OW")
    page.locator("#who summary").click()
    page.locator("#who").get_by_role("button", name="CO").click()
    expect(page.get_by_label("PIN of CO")).to_be_visible()
    headers = {"Accept": "application/json", "X-Person": str(served.world.patients["colleague"])}
    ask = "(headers) => fetch('/app/home.json', { headers }).then(({ status }) => status)"
    assert page.evaluate(ask, headers) == 423


def test_one_leaves_and_the_other_stays(served: Served):
    page = with_two(served)
    page.goto("/app#/people")
    page.get_by_role("button", name="Take me off this phone").click()
    expect(page.get_by_role("link", name="OW: who is on this phone")).to_be_visible()
    assert [row["id"] for row in stored(page, "people")] == [str(served.world.patients["owner"])]
    assert {row["person"] for row in stored(page, "home")} == {str(served.world.patients["owner"])}


def test_a_lost_phone_is_signed_out_and_keeps_nothing_it_was_told(served: Served):
    phone, clinic = served.phone("owner"), desk(served)
    clinic.goto(f"/clinic/patients/{served.world.patients['owner']}/phones")
    lost = clinic.get_by_role("button", name="Lost phone: sign it out")
    for left in reversed(range(lost.count())):
        lost.first.click()
        expect(lost).to_have_count(left)
        expect(clinic.get_by_text("Signed out. That phone opens nothing any more.")).to_be_visible()
    expect(clinic.get_by_text("No phone has joined yet.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("You are signed out.")
    assert stored(phone, "home") == []


def test_a_new_phone_scans_the_old_one(served: Served):
    old = served.phone("owner")
    old.goto("/app#/people")
    old.get_by_role("button", name="I have a new phone").click()
    expect(old.locator(".invited img")).to_be_visible()
    address = scanned(old).replace("http://localhost:8000", served.url)
    new = served.browser.new_context(base_url=served.url, viewport=PHONE).new_page()
    new.goto(address)
    new.get_by_role("button", name="Start").click()
    at_home(new)
    expect(old.get_by_text("Joined ✓")).to_be_visible()
    old.reload()
    expect(old.get_by_role("heading", name="Your other phones")).to_be_visible()


def test_somebody_who_helps_joins_and_their_entries_are_marked(served: Served):
    phone = served.browser.new_context(base_url=served.url, viewport=PHONE).new_page()
    join(phone, code(served, carer=True))
    idle(phone)
    log_now(phone, 6)
    sent(phone)
    assert {one["entered_by"] for one in readings(served, "owner") if one["value"] == 6} == {"assisted"}


def user(page: Page) -> str:
    """Who uses the phone, as it keeps it."""
    return page.evaluate(
        """() => new Promise((resolve) => {
            const asked = indexedDB.open("tracker");
            asked.onsuccess = () => {
                const row = asked.result.transaction("meta").objectStore("meta").get("person");
                row.onsuccess = () => { asked.result.close(); resolve(row.result); };
            };
        })"""
    )


def test_a_late_answer_does_not_give_the_phone_back(served: Served):
    """The clinic's answer about one person comes after another has taken the phone."""
    page = with_two(served)
    idle(page)
    other, held = page.context.new_page(), list[Route]()
    page.route("**/app/home.json", lambda route: held.append(route))
    page.evaluate("document.dispatchEvent(new Event('changed'))")
    other.goto("/app")
    turn(other, "OW")
    idle(other)
    assert held
    with page.expect_response("**/app/home.json"):
        for route in held:
            route.continue_()
    page.wait_for_timeout(500)
    assert user(page) == str(served.world.patients["owner"])
    other.reload()
    expect(other.locator("#who summary")).to_contain_text("OW")


def test_a_begun_answer_is_not_lost_unsaid_when_the_phone_is_handed_over(served: Served):
    page = with_two(served)
    idle(page)
    page.get_by_role("button", name="Log pain now").click()
    page.locator("score-pad").get_by_role("radio", name=re.compile(r"^6\b")).check(force=True)
    page.locator("#who summary").click()
    page.locator("#who").get_by_role("button", name="OW").click()
    expect(page.locator("#who").get_by_role("alert")).to_have_text(
        "This answer is not saved yet. Tap again to go on without it."
    )
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Saved: 6.")).to_be_visible()
    sent(page)
    turn(page, "OW")
    assert 6 in values(served, "colleague")
    assert 6 not in values(served, "owner")


def about_the_person(page: Page) -> list[str]:
    """What of somebody's own is on screen."""
    shown = page.locator("score-pad, .part, #screen h1, #screen .saved").all_inner_texts()
    return [text for text in shown if text != "OW"]


@pytest.mark.parametrize("signal", [True, False])
def test_no_way_leads_past_the_pin(served: Served, signal: bool):
    """Neither a link, nor coming back to the app, nor news from the clinic; its own door may still be open."""
    context = served.context("owner", service_workers="allow")
    page = context.new_page()
    page.goto("/app")
    at_home(page)
    ready(page)
    page.goto("/app#/progress")
    expect(page.get_by_role("heading", level=1)).to_have_text("Low back pain")
    set_pin(page, "2580")
    served.go_offline(context, not signal)
    start_anew(page)
    expect(page.get_by_label("PIN of OW")).to_be_visible()
    page.get_by_role("link", name="Progress").click()
    page.evaluate("document.dispatchEvent(new Event('changed'))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(2_500)
    expect(page.get_by_label("PIN of OW")).to_be_visible()
    assert about_the_person(page) == []
    type_pin(page, "2580")
    expect(page.get_by_role("heading", level=1)).to_have_text("Low back pain")


def test_what_goes_out_meanwhile_does_not_open_the_home(served: Served):
    page = served.phone("owner")
    idle(page)
    set_pin(page, "2580", by_key=True)
    page.goto("/app#")
    page.route("**/api/v1/readings/**", lambda route: route.abort())
    log_now(page, 8)
    page.unroute("**/api/v1/readings/**")
    start_anew(page)
    expect(page.get_by_label("PIN of OW")).to_be_visible()
    for _ in range(100):
        if 8 in values(served, "owner"):
            break
        page.wait_for_timeout(100)
    assert 8 in values(served, "owner"), "sending needs no PIN"
    page.wait_for_timeout(2_500)
    expect(page.get_by_label("PIN of OW")).to_be_visible()
    assert about_the_person(page) == []


def test_a_code_typed_before_the_script_is_there_goes_into_no_address(served: Served):
    page = served.context("anonymous").new_page()
    page.route("**/js/join.js", lambda route: route.abort())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/join")
    page.get_by_label("The code your clinic gave you").fill("ABCD-EFG-HJK")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("The code your clinic gave you").press("Enter")
    page.wait_for_timeout(300)
    assert page.url == f"{served.url}/join"
    assert not [url for url in asked if "ABCD" in url]


OFFER = """() => {
    const offer = new Event("beforeinstallprompt");
    offer.prompt = async () => { window.asked = true };
    window.dispatchEvent(offer);
}"""


def anew(page: Page) -> None:
    """The home drawn once more, without opening the app anew."""
    page.evaluate("location.hash = '#/help'")
    expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    page.evaluate("location.hash = ''")
    expect(page.get_by_role("button", name="Log pain now")).to_be_visible()


def test_the_offer_to_install_comes_after_the_first_pair_and_not_before(served: Served):
    page = served.phone("owner")
    idle(page)
    page.evaluate(OFFER)
    anew(page)
    install = page.get_by_role("button", name="Put this app on the home screen")
    expect(install).to_have_count(0)
    page.get_by_role("button", name="I am at my session").click()
    choose(page, 7)
    page.get_by_role("button", name="Treatment is over").click()
    choose(page, 3)
    expect(page.get_by_role("heading", name="Saved: 3 after treatment.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Done|Next question")).click()
    anew(page)
    install.click()
    expect(install).to_have_count(0)
    assert page.evaluate("window.asked") is True


DESK_PAGES = {
    "phones": "/clinic/patients/{owner}/phones",
    "qr": "/clinic/patients/{owner}/qr",
    "slip": "/clinic/patients/{owner}/slip",
    "enrol": "/clinic/people",
}


def opened(served: Served, name: str, **how: Any) -> Page:
    """One of these pages, by the way the desk gets there."""
    page, path = desk(served, **how), DESK_PAGES[name].format(owner=served.world.patients["owner"])
    if path.endswith(("/qr", "/slip")):
        page.goto(path.rsplit("/", 1)[0] + "/phones")
        page.get_by_role("button", name="Show QR" if name == "qr" else "Print slip", exact=True).click()
    else:
        page.goto(path)
    page.locator("h1:visible").first.wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", DESK_PAGES)
def test_the_desks_page_has_no_accessibility_violation_and_fits_a_small_screen(served: Served, name: str, scheme: str):
    page = opened(served, name, color_scheme=scheme, bypass_csp=True)
    assert violations(page) == []
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
