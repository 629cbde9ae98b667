"""From the tap on the icon to the saved confirmation: at most three taps. `make bench` tells the times."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.trust.week import stopwatch
from tests.trust.week.phone import Phone
from tests.trust.week.stopwatch import Timed

pytestmark = pytest.mark.xdist_group("week")

MOST_TAPS = 3
NOW = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)


def icon(phone: Phone) -> Page:
    """The installed app after a cold start of the phone's browser, on a slow phone."""
    phone.kill()
    phone.switch_on()
    page = phone.blank_tab()
    stopwatch.start(page)
    page.goto(f"{phone.line.url}/app")
    return page


def log(page: Page, score: int) -> Timed:
    """Answer the question that stands first, or say that one is at the session."""
    at_session = page.get_by_role("button", name="I am at my session")
    expect(page.locator("score-pad").or_(at_session).first).to_be_visible()
    if at_session.is_visible():
        at_session.click()
        expect(page.locator("score-pad").first).to_be_visible()
    for pad in page.locator("score-pad").all():
        pad.locator("label").filter(has_text=re.compile(rf"^{score}")).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Saved: "))).to_be_visible()
    return stopwatch.read(page)


def tell(what: str, timed: Timed) -> None:
    """For whoever reads the output (-s)."""
    print(f"{what}: {timed.taps} taps, {timed.machine:.0f} ms of the machine: {' → '.join(timed.screens)}")  # noqa: T201


@pytest.mark.parametrize("offline", [True, False], ids=["offline", "online"])
@pytest.mark.parametrize("planned", [True, False], ids=["planned", "unplanned"])
def test_a_score_is_saved_within_three_taps_of_the_icon(new_phone, offline, planned):
    phone: Phone = new_phone(at=NOW, conditions=["tension_headache"])
    if planned:
        phone.clinic.plan(phone.people[0])
        phone.settle()
    phone.go_offline(offline)
    page = icon(phone)
    timed = log(page, 4)
    tell(f"{'offline' if offline else 'online'}, {'planned' if planned else 'unplanned'}", timed)
    assert timed.taps <= MOST_TAPS
    assert phone.settle() == []
    assert [row["value"] for row in phone.clinic.rows("reading", *phone.people)] == [4]
