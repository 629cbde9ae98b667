"""A course from its first day to the call after it, in a real Chromium: at the desk, on the phone, at the practice.

The clock of server and phone is the test's own: months pass between two lines.
"""

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import PHONE
from tests.browser.served import Served, served
from tests.browser.test_desk import DESK, signed_in
from tests.browser.test_join import scanned
from tests.browser.test_main_job import choose
from tracker.services import clock

__all__ = ["served"]

SHOTS = os.environ.get("SHOTS")  # a folder: there the screens are kept, to be looked at


@dataclass
class World:
    """One clinic on one clock."""

    served: Served
    size: ViewportSize
    ahead: timedelta = timedelta()
    contexts: list[BrowserContext] = field(default_factory=list)
    shots: int = 0

    def now(self) -> datetime:
        """The moment, on server and phone alike."""
        return datetime.now(UTC) + self.ahead

    def staff(self, name: str) -> Page:
        """Somebody of the staff, signed in anew: no session outlives a month."""
        return signed_in(self.served, name, viewport=self.size)

    def later(self, phone: Page, days: int) -> None:
        """So many days pass; the phone is opened again."""
        self.ahead += timedelta(days=days)
        phone.context.clock.set_system_time(self.now())
        phone.goto("/app")

    def shoot(self, page: Page, name: str) -> None:
        """Keep the screen, where somebody wants to look at it."""
        self.shots += 1
        if SHOTS:
            file = f"{self.size['width']}-{self.shots:02}-{name}.png"
            page.screenshot(path=Path(SHOTS) / file, full_page=True)


@pytest.fixture(params=[DESK, PHONE], ids=["1280", "390"])
def world_of(served: Served, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """A clinic whose clock the test moves."""
    made = World(served, request.param)
    monkeypatch.setattr(clock, "now", made.now)
    return made


def enrolled(world: World) -> Page:
    """The desk enrols somebody; the phone reads the code off the screen and joins."""
    desk = world.staff("front_desk")
    desk.get_by_label("Code", exact=True).fill("J-001")
    desk.get_by_label("Initials").fill("JO")
    desk.get_by_label("Condition").select_option("low_back")
    desk.get_by_role("button", name=re.compile("^Enrol")).click()
    expect(desk.locator("[data-code]")).to_be_visible()
    world.shoot(desk, "qr")
    phone = world.served.browser.new_context(base_url=world.served.url, viewport=PHONE).new_page()
    phone.goto(f"/join#{scanned(desk).partition('#')[2]}")  # served at a port of its own
    phone.get_by_role("button", name="Start").click()
    phone.wait_for_url(re.compile("/app"))
    return phone


def course_page(world: World) -> Page:
    """The practitioner, at the course, found in the list of all."""
    page = world.staff("practitioner")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="All", exact=True).click()
    page.get_by_role("link", name=re.compile("J-001")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("J-001")
    return page


def plan(page: Page) -> None:
    """Two sessions, one a week."""
    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_label("Sessions a week").fill("1")
    page.get_by_label("Sessions in all").fill("2")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def held(page: Page) -> None:
    """What was done today: the first time chosen, then in one tap."""
    again = page.get_by_role("button", name="Repeat last", exact=True)
    if again.count():
        again.click()
    else:
        page.get_by_role("link", name="Record a session").click()
        page.get_by_label("acupuncture", exact=True).check()
        page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def answer(phone: Page, score: int) -> None:
    """The question about the past week, saved and sent."""
    expect(phone.get_by_role("heading", name=re.compile("past 7 days"))).to_be_visible()
    with phone.expect_response(lambda sent: '"nrs_week"' in (sent.request.post_data or "")):
        choose(phone, score)


def session_on_the_phone(phone: Page, before: int, after: int) -> None:
    """A score before and one after."""
    phone.goto("/app")
    at_session = phone.get_by_role("button", name="I am at my session")
    question = phone.get_by_role("heading", name="right now?")
    expect(at_session.or_(question).first).to_be_visible()
    if at_session.is_visible():
        at_session.click()
    choose(phone, before)
    phone.get_by_role("button", name="Treatment is over").click()
    expect(phone.get_by_role("heading", name="now, after treatment?")).to_be_visible()
    with phone.expect_response(lambda sent: '"kind":"after"' in (sent.request.post_data or "")):
        choose(phone, after)


def test_from_enrolment_to_a_relapse_that_somebody_looked_after(world_of: World):
    world = world_of
    phone = enrolled(world)
    answer(phone, 7)
    plan(course_page(world))
    session_on_the_phone(phone, 7, 4)
    page = course_page(world)
    held(page)
    expect(page.get_by_role("main")).to_contain_text("1 of 2 planned sessions held")
    world.later(phone, 7)
    session_on_the_phone(phone, 4, 2)
    page = course_page(world)
    held(page)
    world.shoot(page, "course")

    world.later(phone, 30)
    answer(phone, 2)
    page = course_page(world)
    expect(page.get_by_role("main")).to_contain_text("2 of 2 planned sessions held")
    expect(page.locator("#work-title")).to_be_visible()
    expect(page.locator(".work")).to_contain_text("Course ended")
    world.shoot(page, "ended")

    world.later(phone, 62)
    answer(phone, 8)
    world.shoot(phone, "phone-after-8")
    page = world.staff("practitioner")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Who needs me").click()
    item = page.locator(".work-item").filter(has_text="J-001").filter(has_text="Sudden rise")
    expect(item).to_contain_text("A score of 8")
    world.shoot(page, "flagged")
    item.get_by_label("Note, then what was done").fill("rang, comes on Monday")
    item.get_by_role("button", name="Visit arranged").click()
    expect(page.get_by_role("status")).to_contain_text("Closed.")
    expect(item.filter(has_text="rang, comes on Monday")).to_contain_text("Visit arranged")
    page = course_page(world)
    expect(page.locator(".work").filter(has_text="Sudden rise")).to_have_count(0)
    world.shoot(page, "resolved")
