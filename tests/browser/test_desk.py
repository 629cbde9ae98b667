"""The front desk's morning: forty people enrolled and shown their QR code with the keyboard alone."""

import re
import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.served import Served, served

__all__ = ["served"]

PEOPLE = 40
SPELLED = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}$")
DESK = {"width": 1280, "height": 900}
CONDITIONS = ("low", "nec", "kne", "hea", "mig", "ten", "oth")  # what is typed to choose one
SCREENS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]


@dataclass
class Keyboard:
    """A page that is touched by keys alone, and how many."""

    page: Page
    keys: int = 0
    taken: list[float] = field(default_factory=list)

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, *texts: str) -> None:
        """One key a letter, field after field."""
        for n, text in enumerate(texts):
            if n:
                self.press("Tab")
            self.page.keyboard.type(text)
            self.keys += len(text)


def signed_in(served: Served, name: str, **how) -> Page:
    """Somebody of the staff, by a one-time link."""
    page = served.context("anonymous", **how).new_page()
    page.goto(f"/sign-in#{served.door.link(name)}")
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def enrol(keyboard: Keyboard, n: int) -> None:
    """Code, initials, condition, place; Enter, and the code is on the screen; Enter, and the next may come."""
    code = keyboard.page.get_by_label("Code", exact=True)
    expect(code).to_be_focused()
    keyboard.type(f"M-{n:03}", "AB", CONDITIONS[n % len(CONDITIONS)], "back")
    began = time.monotonic()
    keyboard.press("Enter")
    expect(keyboard.page.locator("[data-code]")).to_have_text(SPELLED)
    keyboard.taken.append(time.monotonic() - began)
    expect(keyboard.page.get_by_role("link", name="Enrol the next")).to_be_focused()
    keyboard.press("Enter")
    expect(code).to_be_focused()


@pytest.fixture
def desk(served: Served) -> Page:
    """The front desk, at the form."""
    page = signed_in(served, "front_desk", viewport=DESK)
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    return page


def test_forty_people_are_enrolled_by_keyboard_alone(desk: Page, capsys):
    keyboard = Keyboard(desk)
    for n in range(PEOPLE):
        enrol(keyboard, n)
    expect(desk.get_by_role("main")).to_contain_text(f"{PEOPLE} patients have joined with no phone.")
    assert desk.locator("table tbody th").all_inner_texts()[:2] == ["AB M-039", "AB M-038"]
    with capsys.disabled():
        print(  # noqa: T201 — told, never asserted
            f"\n{PEOPLE} people: {keyboard.keys} keys, {keyboard.keys / PEOPLE:.1f} each; the machine's part "
            f"{sum(keyboard.taken) / PEOPLE:.2f} s each, at most {max(keyboard.taken):.2f} s"
        )


def test_a_code_that_is_taken_stands_where_the_next_key_goes(desk: Page):
    keyboard = Keyboard(desk)
    enrol(keyboard, 1)
    keyboard.type("M-001", "CD", "low", "back")
    keyboard.press("Enter")
    expect(desk.get_by_role("alert")).to_have_text("Another patient has this code.")
    expect(desk.get_by_label("Code", exact=True)).to_be_focused()
    assert desk.get_by_label("Initials").input_value() == "CD"


def test_the_same_form_sent_twice_enrols_once(desk: Page, served: Served):
    other = desk.context.new_page()
    Keyboard(desk).type("M-900", "EF", "nec", "neck")
    form = desk.locator("form:has(#code)").evaluate("form => [...new FormData(form)]")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-code]")).to_be_visible()
    answer = other.request.post(f"{served.url}/clinic/people/patients", form=dict(form), headers={"Origin": served.url})
    assert answer.status == 200
    desk.goto("/clinic/people")
    expect(desk.get_by_role("main")).to_contain_text("1 patient has joined with no phone.")


@pytest.mark.parametrize(("size", "scheme"), SCREENS)
def test_the_pages_of_the_day_have_no_faults_axe_finds(served: Served, size, scheme):
    how = {"viewport": size, "color_scheme": scheme, "bypass_csp": True}
    page = signed_in(served, "practitioner", **how)
    page.get_by_label("Arrived: code").fill("p-owner")
    page.get_by_role("button", name="Add to today").click()
    expect(page.get_by_text("On today's list.")).to_be_visible()
    for path in ("/clinic/today", "/clinic/roster", "/clinic/roster?state=running&sort=entry"):
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
    desk = signed_in(served, "front_desk", **how)
    for path in ("/clinic/today", "/clinic/people"):
        desk.goto(path)
        assert violations(desk) == [], path


def test_the_roster_finds_as_one_types_and_no_address_says_whom(served: Served):
    page = signed_in(served, "practitioner", viewport=DESK)
    page.goto("/clinic/roster?state=running")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.get_by_label("Code or initials").press_sequentially("coll")
    expect(page.locator(".roster tbody tr")).to_have_count(1)
    expect(page.locator(".roster tbody tr")).to_contain_text("P-colleague")
    expect(page.locator("#roster-said")).to_have_text("1 found.")
    assert page.url.endswith("/clinic/roster?state=running")
    assert asked
    assert all(one.startswith("POST ") and "coll" not in one for one in asked)
    page.get_by_label("Code or initials").fill("nobody")
    expect(page.get_by_text("Nobody fits.")).to_be_visible()


def test_the_lists_work_before_scripts_arrive(served: Served):
    page = signed_in(served, "practitioner", viewport=PHONE)
    without = served.browser.new_context(
        base_url=served.url, viewport=PHONE, java_script_enabled=False, storage_state=page.context.storage_state()
    ).new_page()
    without.goto("/clinic/roster")
    without.get_by_label("Code or initials").fill("owner")
    without.get_by_role("button", name="Search").click()
    expect(without.locator(".roster tbody tr")).to_have_count(1)
    without.goto("/clinic/today")
    without.get_by_label("Arrived: code").fill("P-owner")
    without.get_by_role("button", name="Add to today").click()
    expect(without.locator(".arrival")).to_have_count(1)
    without.get_by_role("button", name="Held", exact=False).first.click()
    expect(without.get_by_text("1 on the list, 1 held.")).to_be_visible()
