"""The evidence page in a real browser: legible on a phone, axe-clean in both schemes, by keyboard; scripts only add."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import People

pytestmark = pytest.mark.xdist_group("demo")

LETTERS = """() => [...document.querySelectorAll(".library svg text")].map((one) => {
    const box = one.getBoundingClientRect();
    return [one.textContent, parseFloat(getComputedStyle(one).fontSize), box.left, box.right, box.height];
})"""


def opened(people: People, path: str, **how: object) -> Page:
    page = people.context(**how).new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize(("scheme", "code"), [("light", "ko"), ("dark", "zh")])
def test_the_plots_of_a_condition_are_legible_on_a_phone_and_pass_axe(people: People, scheme: str, code: str):
    page = opened(people, f"/evidence?condition=neck&lang={code}", color_scheme=scheme, bypass_csp=True)
    page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
    letters = page.evaluate(LETTERS)
    assert len(letters) > 50
    assert [one for one in letters if one[1] < 12 or one[4] < 12] == []
    assert [one for one in letters if one[2] < 0 or one[3] > 390] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
    page.context.close()


def test_without_scripts_everything_stands_there_and_the_filters_narrow_it(people: People):
    page = opened(people, "/evidence", java_script_enabled=False)
    expect(page.get_by_label("Search these sources")).to_be_hidden()
    page.get_by_label("Condition").select_option("knee_oa")
    page.get_by_label("Compared with").select_option("sham")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"condition=knee_oa&comparator=sham"))
    expect(page.locator(".plot > svg").first).to_be_visible()
    expect(page.get_by_role("button", name="Interactive picture")).to_have_count(0)
    expect(page.locator(".people").first).to_be_visible()
    page.context.close()


def test_the_search_keeps_the_sources_that_hold_every_word(people: People):
    page = opened(people, "/evidence")
    page.get_by_label("Search these sources").fill("hinman 2014")
    shown = page.locator("[data-find]:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("Australian trial")
    expect(page.get_by_role("status").last).to_have_text(re.compile(r"Sources shown: 1 of \d+"))
    page.evaluate("location.hash = '#source-vickers-2012'")
    expect(page.locator("#source-vickers-2012")).to_be_visible()
    page.get_by_label("Search these sources").fill("")
    assert shown.count() > 50
    assert "hinman" not in page.url
    page.context.close()


def test_plotly_comes_when_asked_for_and_draws_the_same_number_of_rows(people: People):
    page = opened(people, "/evidence?condition=knee_oa", reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    first = page.locator("figure.forest").first
    rows = first.locator("svg svg").count()
    page.wait_for_timeout(500)
    assert not [url for url in asked if "plotly" in url]
    button = first.get_by_role("button", name="Interactive picture")
    button.focus()
    page.keyboard.press("Enter")
    expect(first.locator(".drawn .point")).to_have_count(rows)
    expect(first.locator(".plot > svg")).to_have_count(0)
    expect(first.locator(".drawn")).to_contain_text("better with acupuncture")
    page.context.close()


def test_an_admin_signs_and_takes_back_with_the_keyboard(people: People):
    page = people.sign_in("clinic_admin", bypass_csp=True)
    page.goto("/clinic/evidence")
    assert violations(page) == []
    title = page.locator("section h2").first.inner_text()
    page.get_by_role("button", name=re.compile("Sign this one")).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Signed: 1 source.")
    page.goto("/clinic/evidence?state=signed")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Take the signature back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")
    page.goto("/clinic/evidence/numbers")
    expect(page.get_by_role("heading", name="Where our numbers come from")).to_be_visible()
    assert violations(page) == []
    page.context.close()
