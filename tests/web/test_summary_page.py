"""The main job for a clinic: its file goes in, and its summary page shows the figures the trial published."""

import html
import re
from datetime import date
from pathlib import Path

import pytest

from tracker.services import import_
from tracker.services.actor import operator
from tracker.web.database import session

VICKERS = Path(__file__).parents[3] / "shared" / "data" / "vickers2004_tidy.csv"
ASKED = "/clinic/summary?anchor=start&group=group&compare=control&instrument=headache_score"


def rows(page: str) -> list[list[str]]:
    """The cells of every table row on a page."""
    found = (re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", page, re.S))
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells] for cells in found]


@pytest.fixture
def page(app, door, world) -> str:
    """The summary page of a clinic that took the trial's file in."""
    if not VICKERS.exists():
        pytest.skip("../shared/data/vickers2004_tidy.csv is not here")
    with app.app_context():
        taken = import_.import_file(
            session(),
            actor=operator(world.clinics["here"]),
            path=VICKERS,
            day_zero=date(2002, 1, 1),
            instrument="headache_score:0:140:lower",
        )
    assert (taken.readings, taken.refusals) == (1028, ())
    return door.enter("clinic_admin").get(ASKED).text


def test_the_page_shows_the_published_figures_of_an_imported_trial(page):
    """Those at twelve months, the difference at the same baseline, what was measured and from when months count."""
    at_twelve_months = [row for row in rows(page) if row[:1] == ["12 months"] and len(row) == 12]
    assert [row[1:3] + row[4:5] for row in at_twelve_months] == [
        ["161 of 205", "16.2 (13.7)", "34 %"],
        ["140 of 196", "22.3 (17.0)", "16 %"],
    ]
    assert [row[9] for row in at_twelve_months] == ["62 of 161", "27 of 140"]
    assert ["acupuncture", "12 months", "ANCOVA", "4.59 (2.12 to 7.05)"] in rows(page)
    assert "Headache score, 0 to 140, lower is better; months after the start." in page


def test_the_roster_shows_an_imported_course_on_the_clinics_own_scale(page, door):
    found = door.enter("practitioner").get("/api/v1/roster?condition=migraine").json
    assert {row["instrument"] for row in found["rows"]} == {"headache_score"}
    assert door.enter("practitioner").get("/clinic/roster").status_code == 200
