"""The practitioner's page of a course in a real Chromium: drawn before scripts, by them, on a phone, and on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, People

pytestmark = pytest.mark.xdist_group("demo")

DESK = {"width": 1280, "height": 900}
SIZES = {"desk": DESK, "phone": PHONE}
CODES = {"running": "SYN-001", "followed": "SYN-002", "two places": "SYN-008", "headache": "SYN-010"}
WIDER = "() => document.documentElement.scrollWidth - innerWidth"
DRAWN = "() => [...document.querySelectorAll('.js-plotly-plot')].map((one) => one.data.length)"


@pytest.fixture(scope="module")
def signed(people: People) -> Page:
    """A practitioner, signed in."""
    return people.sign_in("practitioner", viewport=DESK)


def address(signed: Page, code: str) -> str:
    """The page of a patient's course, searched for in the roster."""
    signed.goto("/clinic/roster")
    signed.get_by_label("Code or initials").fill(code)
    signed.get_by_label("Code or initials").press("Enter")
    expect(signed.get_by_role("link", name=re.compile(r"SYN-(?!" + code[4:] + ")"))).to_have_count(0)
    return str(signed.get_by_role("link", name=re.compile(code)).first.get_attribute("href"))


def opened(people: People, signed: Page, code: str, **how: object) -> Page:
    """Somebody's page in a profile of its own."""
    page = people.context(storage_state=signed.context.storage_state(), **how).new_page()
    page.goto(address(signed, code))
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CODES)
def test_it_stands_before_scripts_at_either_width(people, signed, name, size):
    page = opened(people, signed, CODES[name], viewport=SIZES[size], java_script_enabled=False)
    expect(page.locator(".lasted")).to_be_visible()
    assert page.locator(".chart > .still:visible").count() == 3
    shown = ".narrow-still" if size == "phone" else ".wide-still"
    assert page.locator(f"{shown} svg:visible").count() == 3
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_plotly_draws_the_same_three_and_nothing_is_cut(people, signed, size):
    page = opened(people, signed, "SYN-002", viewport=SIZES[size])
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".still")).to_have_count(0)
    assert all(n > 0 for n in page.evaluate(DRAWN))
    assert page.evaluate(WIDER) <= 0
    page.context.close()


def test_the_timeline_stands_under_the_scores_on_one_axis(people, signed):
    page = opened(people, signed, "SYN-002", viewport=DESK)
    expect(page.locator(".still")).to_have_count(0)
    plots = "[...document.querySelectorAll('.js-plotly-plot')].slice(0, 2)"
    axes = page.evaluate(f"() => {plots}.map((one) => [one._fullLayout.xaxis._offset, one._fullLayout.xaxis._length])")
    assert axes[0] == pytest.approx(axes[1], abs=1)
    page.context.close()


def test_one_click_gives_the_sheet(people, signed):
    page = opened(people, signed, "SYN-002", viewport=DESK)
    with page.expect_download() as download:
        page.get_by_role("link", name="Visit sheet (PDF)").click()
    assert download.value.suggested_filename == "visit-sheet.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["followed", "two places"])
def test_the_page_has_no_accessibility_violation(people, signed, name, size, scheme):
    how = {"viewport": SIZES[size], "color_scheme": scheme, "bypass_csp": True}
    page = opened(people, signed, CODES[name], **how)
    expect(page.locator(".still")).to_have_count(0)
    for one in page.locator("details").all():
        one.evaluate("node => { node.open = true }")
    found = violations(page)
    page.context.close()
    assert found == []
