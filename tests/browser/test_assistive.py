"""Log, correct and read the progress by keyboard alone, and as a screen reader is told it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Served, served

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("assistive")

MOST_STOPS = 40  # presses of Tab until something that should be there counts as out of reach
FOCUSED = """
() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const ringed = parseFloat(getComputedStyle(one.labels?.[0] ?? one).outlineWidth) > 0 || one.matches("h1, input");
  return { name: (one.getAttribute("aria-label") ?? one.textContent).trim(), tag: one.tagName, ringed, top: box.top };
}
"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until this has the focus, seen all the way."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        assert found["ringed"], found
        if found["name"].startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def choose(page: Page, number: int) -> None:
    """Into the group of numbers, and on by arrows: 0 is chosen by the first."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type === 'radio'"):
            break
    page.keyboard.press("Space")
    for _ in range(number):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == str(number)


def press(page: Page, name: str) -> None:
    """To it, and Enter."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def head(page: Page, said: str) -> None:
    """The heading says it and has the focus: reading goes on from there."""
    expect(page.get_by_role("heading", name=said, level=1)).to_be_focused()


def test_by_keyboard_one_logs_corrects_and_reads_the_progress(served: Served):
    page = served.phone()
    choose(page, 7)
    press(page, "Save")
    head(page, "Saved: 7 for the past 7 days.")
    press(page, "Change")
    choose(page, 4)
    press(page, "Save")
    head(page, "Saved: 4 for the past 7 days.")
    expect(page.locator("#sent")).to_have_text("✓ all sent")
    press(page, "Progress")
    head(page, "Low back pain")
    press(page, "The numbers as a table")
    expect(page.locator("#screen table:visible").first).to_contain_text("4")
    press(page, "Change an entry")
    press(page, "Change")
    head(page, "Change an entry")
    choose(page, 2)
    press(page, "Save the change")
    expect(page.get_by_text("Changed. The old entry is kept.")).to_be_visible()


def heard(page: Page) -> str:
    """The accessibility tree as a screen reader walks it."""
    return page.locator("body").aria_snapshot()


def in_order(tree: str, *pieces: str) -> None:
    """Each of them is told, one after the other."""
    at = 0
    for piece in pieces:
        found = re.compile(piece).search(tree, at)
        assert found, f"{piece} is not told after {tree[:at][-200:]}\n{tree}"
        at = found.end()


def test_a_screen_reader_is_told_the_question_its_answers_and_the_receipt(served: Served):
    page = served.phone()
    question = "How much pain was in your lower back on average in the past 7 days\\?"
    in_order(
        heard(page),
        'link "Skip to the page"',
        "banner",
        "status: ✓ all sent",
        "main",
        f'radiogroup "{question}"',
        f'heading "{question}" \\[level=1\\]',
        'radio "0 no pain"',
        'radio "9"',
        'radio "10 worst pain you can imagine"',
        'button "Save"',
        'navigation "Always here"',
    )
    page.get_by_role("button", name="Save").press("Enter")
    in_order(heard(page), "radiogroup .* \\[invalid", "Choose a number for your lower back")
    page.get_by_role("radio", name="0 no pain").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    head(page, "Saved: 0 for the past 7 days.")
    in_order(heard(page), 'heading "Saved: 0 for the past 7 days." \\[level=1\\]', 'button "Change"')


def test_a_screen_reader_is_told_the_progress_in_words_then_as_a_picture_with_words_then_as_a_table(served: Served):
    page = served.phone()
    page.get_by_role("link", name="Progress").press("Enter")
    head(page, "Low back pain")
    page.locator("#screen summary", has_text="The numbers as a table").first.press("Enter")
    in_order(
        heard(page),
        'heading "Low back pain" \\[level=1\\]',
        "paragraph",
        'img "Pain over time"',
        "table",
        "columnheader",
        "cell",
    )
