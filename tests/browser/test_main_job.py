"""The main job: a patient logs 7 before and 3 after on a phone; it stands in chart and table and at the practice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import People

pytestmark = pytest.mark.xdist_group("demo")

DESK = {"width": 1280, "height": 900}


def choose(page: Page, score: int) -> None:
    """Tap a number and save."""
    page.locator("score-pad").get_by_role("radio", name=re.compile(rf"^{score}\b")).check(force=True)
    page.get_by_role("button", name="Save").click()


def log_a_session(page: Page) -> None:
    """Before 7, after 3, as a patient does it."""
    at_session = page.get_by_role("button", name="I am at my session")
    question = page.get_by_role("heading", name="right now?")
    expect(at_session.or_(question).first).to_be_visible()
    if at_session.is_visible():
        at_session.click()
    expect(question).to_be_visible()
    choose(page, 7)
    expect(page.get_by_role("heading", name="Saved: 7 before treatment.")).to_be_visible()
    page.get_by_role("button", name="Treatment is over").click()
    expect(page.get_by_role("heading", name="now, after treatment?")).to_be_visible()
    with page.expect_response(lambda answer: '"kind":"after"' in (answer.request.post_data or "")):
        choose(page, 3)  # kept first, then sent: only then the chart knows it
    expect(page.get_by_role("heading", name="Saved: 3 after treatment.")).to_be_visible()


def pairs_told(page: Page) -> list[list[str]]:
    """The rows of every table on the page, opened."""
    for details in page.locator("details:has(table)").all():
        details.evaluate("node => { node.open = true }")
    return [row.locator("th,td").all_inner_texts() for row in page.locator("table tbody tr").all()]


def expect_plotly(page: Page) -> None:
    """Plotly has drawn, and it drew the pair."""
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def tap_the_chart(page: Page) -> None:
    """What the server drew gives way to what answers a tap."""
    expect(page.get_by_role("button", name="Read single values").first).to_be_visible()
    page.locator("[data-figure]").first.click()
    expect_plotly(page)
    page.locator(".js-plotly-plot .scatterlayer .point").first.hover(force=True)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    expect(page.get_by_text("Tap a point to read its value.").first).to_be_visible()


@pytest.fixture(scope="module")
def patient(people: People) -> Page:
    """The demo patient, who has just logged a session."""
    page = people.sign_in("patient")
    log_a_session(page)
    return page


def test_the_pair_stands_on_the_chart_and_in_the_table(patient: Page):
    patient.goto("/app/progress")
    tap_the_chart(patient)
    assert any({"7", "3"} <= set(row) for row in pairs_told(patient))
    drawn = patient.evaluate("() => document.querySelector('.js-plotly-plot').data.flatMap(t => [...(t.y ?? [])])")
    assert 7 in drawn
    assert 3 in drawn


def test_after_a_reload_it_is_still_there(patient: Page):
    patient.goto("/app/progress")
    patient.reload()
    tap_the_chart(patient)
    assert any({"7", "3"} <= set(row) for row in pairs_told(patient))


def test_the_practitioner_sees_it(patient: Page, people: People):
    page = people.sign_in("practitioner", viewport=DESK)
    page.get_by_role("link", name="SYN-001").first.click()
    expect_plotly(page)
    assert any({"7", "3"} <= set(row) for row in pairs_told(page))


def test_the_evidence_stands_beside_the_chart_with_both_sides_in_sight(people: People, patient: Page):
    patient.goto("/app/progress")
    expect(patient.get_by_text("They do not all agree")).to_be_visible()
    for heading in ("Against sham acupuncture", "Against usual care or no acupuncture", "Guidelines"):
        expect(patient.get_by_text(heading, exact=True).first).to_be_visible()


def test_no_answer_chosen_is_said_beside_the_question_and_stores_nothing(people: People):
    page = people.sign_in("patient")
    page.get_by_role("button", name=re.compile("Log pain now|I am at my session")).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a number for your")).to_be_visible()


def test_the_first_paint_needs_no_script(people: People, patient: Page):
    """The chart is an SVG drawn by the server; scripts only replace it."""
    context = people.context(java_script_enabled=False, storage_state=patient.context.storage_state())
    page = context.new_page()
    page.goto("/app/progress")
    expect(page.locator("svg[role=img]").first).to_be_visible()
    context.close()


def test_plotly_is_loaded_on_the_chart_page_only(people: People):
    context = people.context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(people.server.links()["patient"])
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name=re.compile("Log pain now|Treatment is over|Save")).first).to_be_visible()
    assert not [url for url in asked if "plotly" in url]
    page.goto("/app/progress")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "plotly" in url]
    tap_the_chart(page)
    assert [url for url in asked if "plotly" in url]
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {people.server.url.split("/")[2]}


def test_the_clinic_reads_its_summary(people: People):
    page = people.sign_in("clinic_admin", viewport=DESK)
    page.goto("/clinic/summary")
    expect(
        page.get_by_text(re.compile(r"Of \d+ courses due for the 3-month question, \d+ \(\d+ %\) answered it")).first
    ).to_be_visible()
    expect_plotly(page)


@pytest.mark.parametrize("path", ["/app", "/app/progress"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_patients_page_has_no_accessibility_violation(people: People, patient: Page, path: str, scheme: str):
    state = patient.context.storage_state()
    context = people.context(color_scheme=scheme, storage_state=state, bypass_csp=True)
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    found = violations(page)
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", ["/app", "/app/progress"])
def test_nothing_is_wider_than_the_phone(people: People, patient: Page, path: str, width: int):
    context = people.context(viewport={"width": width, "height": 700}, storage_state=patient.context.storage_state())
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    context.close()
