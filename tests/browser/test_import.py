"""Importing on a phone's screen: look through a file, import it, take it back."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.served import Served, served

__all__ = ["served"]

FILE = """patient,condition,course_start,kind,instrument,recorded_at,value
I1,neck,2025-01-06,baseline,nrs_week,2025-01-05,8
I1,neck,2025-01-06,check_in,nrs_week,2025-03-05,2
I2,neck,2025-01-06,baseline,nrs_week,2025-01-05,11
"""


def test_a_file_is_looked_through_imported_and_taken_back(
    served: Served, tmp_path: Path, request: pytest.FixtureRequest
):
    file = tmp_path / "readings.csv"
    file.write_text(FILE, encoding="utf-8")
    page = served.context("anonymous", bypass_csp=True).new_page()
    page.goto(f"/sign-in#{served.door.link('clinic_admin')}")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_label("File", exact=True)).to_be_visible()
    assert violations(page) == []
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look through it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What would come of readings.csv")
    expect(page.get_by_role("main")).to_contain_text("Line 4, value: is outside 0 to 10")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if folder := request.config.getoption("--gallery"):
        page.screenshot(path=Path(folder) / "import_preview.png", full_page=True)
    page.get_by_label("Leave the refused rows out").check()
    page.get_by_role("button", name="Import 2 readings").dblclick()
    page.get_by_role("button", name="Take the import back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Taken back")
    if folder:
        page.screenshot(path=Path(folder) / "import_taken_back.png", full_page=True)
