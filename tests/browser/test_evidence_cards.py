"""Cards beside the charts: on a phone none is longer than the chart is tall, in any language, for any condition."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tracker.science.scales import CONDITIONS
from tracker.tongue import LANGUAGES

pytestmark = pytest.mark.xdist_group("demo")

CARDS = """() => {
  for (const folded of document.querySelectorAll("details:not(article details)")) folded.open = true;
  return [...document.querySelectorAll("article.source, .evidence-group > .findings > li")]
    .map((card) => [card.innerText.slice(0, 60), card.getBoundingClientRect().height])
    .filter(([, height]) => height > 0);
}"""


@pytest.fixture(scope="module")
def chart(people: People) -> float:
    """How tall the chart of a patient's progress is on a phone."""
    page = people.sign_in("patient")
    page.goto("/app/progress")
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    return page.locator(".chart").first.evaluate("chart => chart.getBoundingClientRect().height")


@pytest.fixture(scope="module")
def reader(people: People) -> Page:
    """Anybody, on a phone."""
    return people.context().new_page()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_no_card_is_longer_than_its_chart_is_tall(reader: Page, chart: float, condition: str, code: str):
    reader.goto(f"/evidence?condition={condition}&lang={code}")
    cards = reader.evaluate(CARDS)
    assert len(cards) > 10
    assert [card for card in cards if card[1] > chart] == []


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_the_cards_speak_the_readers_language(people: People, code: str):
    page = people.context().new_page()
    page.goto(f"/evidence?condition=neck&lang={code}")
    expect(page.get_by_text("Not yet signed off by a clinician.")).to_have_count(0)
    expect(page.get_by_text("Limits:")).to_have_count(0)
