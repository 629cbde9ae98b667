"""An admin at 390 px: a token is made, seen once, taken back; a practitioner invited; both stand in the trail."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.served import Served, served
from tests.browser.test_desk import signed_in

__all__ = ["served"]

PAGES = ("settings", "settings/staff", "settings/tokens", "settings/instruments", "trail")


@pytest.fixture
def admin(served: Served) -> Page:
    """A clinic admin with a small screen."""
    return signed_in(served, "clinic_admin", viewport=PHONE, bypass_csp=True)


def test_an_admins_morning(served: Served, admin: Page):
    admin.get_by_role("link", name="Settings").click()
    admin.get_by_role("link", name="API tokens").click()
    secret = make_token(admin)
    assert violations(admin) == []
    program = served.door.app.test_client()
    header = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/courses", headers=header).status_code == 200
    admin.get_by_role("link", name="API tokens").click()
    expect(admin.get_by_role("main")).not_to_contain_text(secret)
    admin.get_by_role("button", name="Take it back from Booking").click()
    expect(admin.get_by_role("status")).to_contain_text("Taken back.")
    assert program.get("/api/v1/courses", headers=header).status_code == 401
    new = served.context("anonymous").new_page()
    new.goto(invite(admin))
    new.get_by_role("button", name="Start").click()
    expect(new.get_by_role("link", name="Who needs me")).to_be_visible()
    admin.get_by_role("link", name="Trail").click()
    table = admin.get_by_role("main").locator("tbody")
    for words in ("API token made: Booking", "API token taken back: Booking", "Staff invited: New Colleague"):
        expect(table).to_contain_text(words)
    expect(table.get_by_role("row").filter(has_text="One-time link used").first).to_contain_text("New Colleague")
    for page in PAGES:
        for scheme in ("light", "dark"):
            admin.emulate_media(color_scheme=scheme)
            admin.goto(f"/clinic/{page}")
            assert violations(admin) == [], (page, scheme)
            assert admin.evaluate("document.documentElement.scrollWidth <= innerWidth"), page


def make_token(page: Page) -> str:
    """One that reads courses; what the page shows of it, once."""
    page.get_by_role("textbox", name="Program").fill("Booking")
    page.get_by_label("Read courses").check()
    page.get_by_role("button", name="Make a token").click()
    shown = page.locator(".link-once")
    expect(shown).to_have_text(re.compile(r"^ot_[\w-]{43}$"))
    return shown.inner_text()


def invite(page: Page) -> str:
    """A practitioner's one-time link."""
    page.get_by_role("link", name="Staff", exact=True).click()
    page.get_by_role("textbox", name="Name").fill("New Colleague")
    page.get_by_label("E-mail").fill("new@example.org")
    page.locator("#role").select_option("practitioner")
    page.get_by_role("button", name="Invite and make a link").click()
    return "/sign-in#" + page.locator(".link-once").inner_text().partition("#")[2]
