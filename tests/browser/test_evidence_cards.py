"""Cards beside the charts: on a phone none is longer than the chart is tall, in any language, for any condition."""

from datetime import date

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tracker import tongue
from tracker.evidence.beside import beside
from tracker.science.scales import CONDITIONS, MODALITIES

pytestmark = pytest.mark.xdist_group("demo")

PANEL = '{% from "partials/evidence.html" import panel %}{{ panel(shown) }}'
LATE = date(2030, 1, 1)  # every source that can be past its date is, and bears its badge
CARDS = """(html) => {
  const box = document.querySelector(".evidence").parentElement;
  box.innerHTML = html;
  for (const folded of box.querySelectorAll("details:not(article details)")) folded.open = true;
  return [...box.querySelectorAll("article.source, .evidence-group > .findings > li")]
    .map((card) => [card.innerText.slice(0, 60), card.getBoundingClientRect().height])
    .filter(([, height]) => height > 0);
}"""


@pytest.fixture(scope="module")
def progress(people: People) -> Page:
    """A patient's progress on a phone, its chart drawn."""
    page = people.sign_in("patient")
    page.goto("/app/progress")
    expect(page.locator(".chart svg").first).to_be_visible()
    return page


def told(app: Flask, condition: str, code: str) -> str:
    """The panel of a condition as a page holds it."""
    with app.test_request_context("/"), tongue.speaking(code):
        return render_template_string(PANEL, shown=beside(condition, modalities=MODALITIES, today=LATE))


@pytest.mark.parametrize("code", tongue.LANGUAGES)
def test_no_card_is_longer_than_its_chart_is_tall(app: Flask, progress: Page, code: str):
    chart = progress.locator(".chart").first.evaluate("chart => chart.getBoundingClientRect().height")
    for condition in CONDITIONS:
        cards = progress.evaluate(CARDS, told(app, condition, code))
        assert len(cards) > 10, condition
        assert [card for card in cards if card[1] > chart] == [], condition


@pytest.mark.parametrize("code", [code for code in tongue.LANGUAGES if code != tongue.SOURCE])
def test_a_panel_holds_no_english_of_its_own(app: Flask, code: str):
    html = told(app, "neck", code)
    for english in (
        "Not yet signed off",
        "Limits:",
        "How long:",
        "Figures and limits",
        "All that was found",
        "Checked ",
    ):
        assert english not in html
