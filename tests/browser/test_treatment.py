"""Writing a session down in a real browser: one tap or one key, on a desk and on a phone, no scripts; axe looks."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, People

pytestmark = pytest.mark.xdist_group("demo")

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": PHONE}
FORMS = ("", "/sessions/new", "/sessions/new?again=1", "/plan", "/beside", "/reactions/new")


@pytest.fixture(scope="module", params=SIZES)
def page(people: People, request: pytest.FixtureRequest) -> Page:
    """The practitioner, on a desk or on a phone; no scripts once signed in: every page works before they arrive."""
    known = people.sign_in("practitioner").context.storage_state()
    return people.context(viewport=SIZES[request.param], storage_state=known, java_script_enabled=False).new_page()


def open_courses(page: Page) -> list[str]:
    """Addresses of courses that have not been closed, with a session to repeat."""
    page.goto("/clinic/roster")
    links = page.get_by_role("link", name=re.compile("SYN-")).all()
    found = dict.fromkeys(link.get_attribute("href") or "" for link in links)
    return [re.sub(r"/\d+$", "", href) for href in found]


@pytest.fixture
def course(page: Page) -> str:
    """A course whose last session can be repeated and that has none today."""
    for href in open_courses(page):
        page.goto(href)
        if page.get_by_role("button", name="Repeat last", exact=True).count():
            return href
    raise AssertionError("no course in the demo can be repeated")


def said(page: Page) -> str:
    """What was done last time, as the button says."""
    return page.locator(".repeat bdi").inner_text()


def test_the_last_session_again_is_one_tap(page: Page, course: str):
    page.goto(course)
    before = said(page)
    began = time.monotonic()
    page.get_by_role("button", name="Repeat last", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    print(f"repeat last: 1 tap, {time.monotonic() - began:.2f} s to the course page again")  # noqa: T201
    change_it(page)
    assert before.split(" · ")[0].split(", ")[0] in said_by_chips(page)


def change_it(page: Page) -> None:
    """From the session just saved to its form; a click alone does not wait until the form is there."""
    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_role("heading", name="Change a session")).to_be_visible()


def said_by_chips(page: Page) -> list[str]:
    """The names of the chips that are chosen."""
    return [one.inner_text().strip() for one in page.locator(".chip:has(:checked)").all()]


def test_one_key_is_enough_on_the_form(page: Page, course: str):
    page.goto(f"{course}/sessions/new")
    expect(page.get_by_role("button", name="Repeat last")).to_be_focused()
    began = time.monotonic()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    print(f"repeat last: 1 key, {time.monotonic() - began:.2f} s")  # noqa: T201


def test_another_session_than_the_last_takes_a_few_taps(page: Page, course: str):
    page.goto(f"{course}/sessions/new?again=1")
    began = time.monotonic()
    page.get_by_label("cupping").check()
    page.get_by_label("Minutes", exact=True).fill("25")
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    print(f"the last one with two changes: 3 taps and 2 digits, {time.monotonic() - began:.2f} s")  # noqa: T201
    change_it(page)
    assert "cupping" in said_by_chips(page)
    expect(page.get_by_label("Minutes", exact=True)).to_have_value("25")


def test_a_second_tab_is_told_and_its_words_stay(page: Page, course: str):
    page.goto(f"{course}/sessions/new?again=1")
    page.get_by_role("button", name="Save the session").click()
    change_it(page)
    address, other = page.url, page.context.new_page()
    other.goto(address)
    page.get_by_label("Minutes", exact=True).fill("31")
    page.get_by_role("button", name="Save the session").click()
    other.get_by_label("Minutes", exact=True).fill("32")
    other.get_by_role("button", name="Save the session").click()
    expect(other.get_by_role("alert")).to_contain_text("Somebody changed this session meanwhile")
    expect(other.get_by_role("alert")).to_contain_text("31 minutes")
    expect(other.get_by_label("Minutes", exact=True)).to_have_value("32")
    other.close()


@pytest.fixture(scope="module", params=SIZES)
def scripted(people: People, request: pytest.FixtureRequest) -> Page:
    """The same with scripts, which axe needs."""
    return people.sign_in("practitioner", viewport=SIZES[request.param], bypass_csp=True)


def test_every_form_passes_axe_and_fits_the_screen(scripted: Page):
    base = open_courses(scripted)[0]
    found = {}
    for path in FORMS:
        scripted.goto(base + path)
        for details in scripted.locator("details").all():
            details.evaluate("node => { node.open = true }")
        wide = scripted.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[path] = (wide, violations(scripted))
    assert found == dict.fromkeys(FORMS, (0, []))
