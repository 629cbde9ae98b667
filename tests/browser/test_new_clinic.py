"""A clinic's first day: the operator makes it, its admin enrols a patient, the patient logs, the admin sees it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import People
from tests.browser.test_main_job import DESK, choose

pytestmark = pytest.mark.xdist_group("demo")

CREATE = ["--name", "Oak", "--timezone", "Asia/Seoul", "--emergency-number", "119", "--admin", "boss@oak.example"]


def start(page: Page, link: str) -> Page:
    """Open a one-time link and press Start."""
    page.goto(link)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


@pytest.fixture(scope="module")
def admin(people: People) -> Page:
    """The admin of a clinic that was made a moment ago."""
    link = people.server.flask("clinic", "create", "oak", *CREATE).strip()
    return start(people.context(viewport=DESK).new_page(), link)


@pytest.fixture(scope="module")
def code(admin: Page) -> str:
    """The code to type of a patient whom the admin has enrolled."""
    admin.get_by_role("link", name="People").click()
    admin.get_by_label("Code", exact=True).fill("P-1")
    admin.get_by_label("Condition", exact=True).select_option("knee_oa")
    admin.get_by_label("Place", exact=True).fill("Knee")
    admin.get_by_label("Side", exact=True).select_option("right")
    admin.get_by_role("button", name="Enrol and show QR").click()
    return admin.locator("[data-code]").inner_text()


@pytest.fixture(scope="module")
def patient(people: People, code: str) -> Page:
    """The patient, on their own phone."""
    page = people.context().new_page()
    type_code(page, code)
    page.wait_for_url("**/app")
    return page


def type_code(page: Page, code: str) -> None:
    """What somebody does who cannot scan."""
    page.goto("/join")
    page.get_by_label("The code your clinic gave you").fill(code.lower())
    page.get_by_role("button", name="Start").click()


def test_an_empty_clinic_says_so(admin: Page):
    admin.goto("/clinic/roster")
    expect(admin.get_by_role("main")).to_contain_text("No course has been opened yet.")
    admin.goto("/clinic/summary")
    expect(admin.get_by_role("main")).to_contain_text("No course is due")


def test_the_first_score_of_a_new_patient_reaches_the_clinic(admin: Page, patient: Page):
    expect(patient.get_by_role("heading", name="How much pain was in your right knee")).to_be_visible()
    choose(patient, 0)
    expect(patient.get_by_role("heading", name=re.compile("Saved: 0"))).to_be_visible()
    admin.goto("/clinic/roster")
    admin.get_by_role("link", name="P-1").first.click()
    expect(admin.get_by_role("main")).to_contain_text("Right knee")
    admin.get_by_text("entries", exact=False).first.click()
    expect(admin.get_by_role("main")).to_contain_text("0")


def test_a_code_opens_once(people: People, code: str, patient: Page):
    page = people.context().new_page()
    type_code(page, code)
    expect(page.get_by_text("We cannot use this code.")).to_be_visible()
