"""My data on a phone: the share sheet, a link to read along, who looked, stopping and erasing, in the shell and out."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.served import Served, served, stored
from tests.web.world import csrf

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("mine")
WORKERS = "allow"

SHEET = """
window.handed = [];
navigator.canShare = () => true;
navigator.share = async (what) => {
  if (window.refuse) { window.refuse = false; throw new DOMException("", "NotAllowedError"); }
  window.handed.push(what.url ?? what.files.map(({ name, type, size }) => [name, type, size > 100]));
};
"""
FILES = {
    "To read or print (PDF)": ["my-data.pdf", "application/pdf", True],
    "For a spreadsheet (CSV)": ["my-data.csv", "text/csv", True],
    "Everything, for another program (JSON)": ["my-data.json", "application/json", True],
}


def mine(served: Served, *, sheet: bool = False, **how: Any) -> Page:
    """The page, inside the shell, reached as a person reaches it."""
    context = served.context(**how)
    if sheet:
        context.add_init_script(SHEET)
    page = context.new_page()
    page.goto("/app")
    page.locator("h1").first.wait_for()
    page.get_by_role("link", name="Help").click()
    page.get_by_role("link", name="My data").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My data")
    assert page.url.endswith("/app#/mine")
    return page


def code(served: Served) -> str:
    """As the desk shows it."""
    client = served.door.enter("front_desk")
    path = f"/clinic/people/patients/{served.world.patients['owner']}/code"
    page = client.post(path, data={"csrf_token": csrf(client, "/clinic/people")}).text
    return page.split("<output")[1].split(">")[1].split("<")[0]


def make_link(served: Served, page: Page, typed: str) -> None:
    if not page.get_by_label("1 day").is_visible():
        page.locator("summary", has_text="Make a link").click()
    page.get_by_label("1 day").check()
    page.get_by_label("Code from your clinic").first.fill(typed)
    page.get_by_role("button", name="Make the link").click()


@pytest.mark.parametrize("name", FILES)
def test_a_file_goes_out_through_the_share_sheet(served: Served, name: str):
    page = mine(served, sheet=True)
    page.get_by_role("link", name=name).click()
    page.wait_for_timeout(100)
    expect(page.locator("[data-note]")).to_be_hidden()
    for _ in range(100):
        if page.evaluate("window.handed.length"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("window.handed") == [[FILES[name]]]


def test_a_share_sheet_that_wants_a_fresh_tap_gets_one(served: Served):
    page = mine(served, sheet=True)
    page.evaluate("window.refuse = true")
    page.get_by_role("link", name="For a spreadsheet (CSV)").click()
    page.get_by_role("button", name="Share the file").click()
    expect(page.get_by_role("button", name="Share the file")).to_be_hidden()
    assert page.evaluate("window.handed") == [[FILES["For a spreadsheet (CSV)"]]]


@pytest.mark.parametrize("scripts", [True, False])
def test_without_a_share_sheet_it_is_saved_without_scripts_too(served: Served, scripts: bool, tmp_path: Path):
    page = served.context(java_script_enabled=scripts).new_page()
    page.goto("/app/mine")
    with page.expect_download() as download:
        page.get_by_role("link", name="To read or print (PDF)").click()
    download.value.save_as(tmp_path / "file.pdf")
    assert download.value.suggested_filename == "my-data.pdf"
    assert (tmp_path / "file.pdf").read_bytes().startswith(b"%PDF-")


def test_without_signal_the_page_says_that_there_was_no_answer(served: Served):
    page = mine(served)
    served.go_offline(page.context)
    page.get_by_role("link", name="For a spreadsheet (CSV)").click()
    expect(page.locator("[data-note]")).to_have_text("There was no answer. Try again when you have signal.")


def test_a_link_is_made_sent_opened_seen_and_taken_back(served: Served):
    page = mine(served, sheet=True)
    make_link(served, page, code(served).lower().replace("-", " "))
    url = page.locator("code.link-once").inner_text()
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_function("window.handed.length")
    assert page.evaluate("window.handed") == [url]
    reader = served.browser.new_context(base_url=served.url).new_page()
    reader.goto(served.url + url[url.index("/shared") :])
    assert "#" not in reader.url
    reader.get_by_role("button", name="Show it").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Low back pain")
    expect(reader.locator("svg.chart")).to_be_visible()
    assert reader.locator("nav").count() == reader.get_by_role("button").count() == 0
    page.reload()
    expect(page.get_by_text("Opened once.")).to_be_visible()
    expect(page.get_by_text("Somebody with your link")).to_be_visible()
    page.locator(".links").get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("Taken back. The link shows nothing any more.")).to_be_visible()
    reader.goto("about:blank")
    reader.goto(served.url + url[url.index("/shared") :])
    reader.get_by_role("button", name="Show it").click()
    expect(reader.get_by_role("alert")).to_contain_text("This link shows nothing.")


def test_a_wrong_code_is_told_beside_the_form(served: Served):
    page = mine(served)
    make_link(served, page, "0000-0000")
    expect(page.get_by_role("alert").first).to_contain_text("We cannot use this code.")


def test_erased_nothing_is_left_on_the_phone_or_on_the_server(served: Served):
    page = mine(served)
    assert {row["person"] for row in stored(page, "parts")} == {str(served.world.patients["owner"])}
    page.locator("summary", has_text="Erase everything").click()
    form = page.locator("form[data-last=erase]")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert").first).to_have_text("Tick the box first.")
    form.get_by_label("Code from your clinic").fill(code(served))
    form.get_by_role("checkbox").check()
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything about you is erased here.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for store in ("home", "people", "parts", "outbox", "sent"):
        assert stored(page, store) == [], store
    assert [one for one in page.context.cookies() if one.get("name") == "device"] == []
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("My data")
    for store in ("home", "people", "parts", "outbox"):
        assert stored(page, store) == [], store


def test_who_stops_sends_what_waits_first(served: Served):
    before = served.door.scores()
    page = mine(served)
    page.locator("summary", has_text="Stop taking part").click()
    form = page.locator("form[data-last=stop]")
    form.get_by_role("checkbox").check()
    served.go_offline(page.context)
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_have_text("There was no answer. Try again when you have signal.")
    served.go_offline(page.context, False)
    form.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You no longer take part.")
    assert stored(page, "parts") == []
    assert served.door.scores() == before


def checked(page: Page) -> list[object]:
    """What axe finds on a page as it stands, every fold open."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    return violations(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_passes_axe_and_fits_320_pixels(served: Served, scheme: str):
    how = {"color_scheme": scheme, "bypass_csp": True, "viewport": {"width": 320, "height": 700}}
    page = mine(served, **how)
    assert checked(page) == []
    make_link(served, page, "0000-0000")
    page.get_by_role("alert").first.wait_for()
    assert checked(page) == []
    page.get_by_label("Code from your clinic").first.fill(code(served))
    page.get_by_role("button", name="Make the link").click()
    url = page.locator("code.link-once").inner_text()
    assert checked(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    reader = served.browser.new_context(base_url=served.url, **how).new_page()  # type: ignore[arg-type]
    reader.goto(served.url + url[url.index("/shared") :])
    assert checked(reader) == []
    reader.get_by_role("button", name="Show it").click()
    reader.locator("svg.chart").wait_for()
    assert checked(reader) == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_alone_makes_a_link(served: Served):
    page = mine(served)
    page.locator("summary", has_text="Make a link").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("1 day").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.type(code(served))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("code.link-once")).to_be_visible()
