"""The clinic's summary in a real browser: figures drawn, files kept, filters in the address, nothing inaccessible."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, People
from tests.browser.test_main_job import DESK

pytestmark = pytest.mark.xdist_group("demo")

PNG = b"\x89PNG\r\n\x1a\n"
TITLES = ("Change from the start", "Who responded", "How long it lasted", "Share by improvement", "Planned and held")


@pytest.fixture(scope="module")
def admin(people: People) -> Iterator[Page]:
    """The clinic admin at the summary."""
    page = people.sign_in("clinic_admin", viewport=DESK)
    page.goto("/clinic/summary")
    yield page
    page.context.close()


def figure(page: Page, title: str):
    """The card of one figure."""
    return page.locator("article", has=page.get_by_role("heading", name=title, exact=True))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_inaccessible_and_nothing_wider_than_the_screen(people: People, admin: Page, scheme: str, size):
    how = {"color_scheme": scheme, "viewport": size, "bypass_csp": True}
    context = people.context(storage_state=admin.context.storage_state(), **how)
    page = context.new_page()
    page.goto("/clinic/summary?period=2026&anchor=start")
    page.wait_for_load_state("networkidle")
    found, wide = violations(page), page.evaluate("() => document.documentElement.scrollWidth")
    context.close()
    assert found == []
    assert wide <= size["width"]


def test_every_figure_stands_before_scripts_arrive(people: People, admin: Page):
    context = people.context(storage_state=admin.context.storage_state(), viewport=DESK, java_script_enabled=False)
    page = context.new_page()
    page.goto("/clinic/summary")
    for title in TITLES:
        expect(figure(page, title).locator("svg")).to_be_visible()
        expect(figure(page, title).get_by_role("button", name="PNG")).to_be_hidden()
    context.close()


def test_a_figure_is_kept_as_png_svg_and_csv(admin: Page):
    card = figure(admin, "Who responded")
    for kind, begins in (("PNG", PNG), ("SVG", b"<?xml"), ("CSV", b"\xef\xbb\xbfWhen,Counted")):
        with admin.expect_download() as waiting:
            card.get_by_label(f"Who responded: {kind}").click()
        kept = waiting.value
        assert kept.suggested_filename.startswith("responders-")
        assert kept.suggested_filename.endswith(f".{kind.lower()}")
        assert kept.path().read_bytes().startswith(begins)


def test_the_state_of_the_filters_is_the_address(admin: Page):
    admin.goto("/clinic/summary")
    admin.get_by_label("Condition").select_option("low_back")
    admin.get_by_label("Alone or combined").select_option("combined")
    admin.get_by_role("button", name="Show").click()
    admin.wait_for_url(re.compile(r"/clinic/summary\?"))
    asked = parse_qs(urlsplit(admin.url).query)
    assert (asked["condition"], asked["combined"]) == (["low_back"], ["combined"])
    expect(admin.get_by_label("Condition")).to_have_value("low_back")
    expect(admin.get_by_role("main")).to_contain_text("low back pain · several treatments")


def test_what_it_is_of_and_the_table_open(admin: Page):
    admin.goto("/clinic/summary")
    card = figure(admin, "How long it lasted")
    card.get_by_text("What it is of").click()
    expect(card).to_contain_text("the treatment policy looks past them")
    card.get_by_text("The numbers as a table").click()
    expect(card.get_by_role("columnheader", name="Low past later treatment")).to_be_visible()
