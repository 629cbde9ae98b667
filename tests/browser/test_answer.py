"""The page behind a mail's link: one question, one answer, in whatever browser the mail was opened."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.served import Served, served
from tests.web.mailed import KNEES, Mailed, mailed

__all__ = ["mailed", "served"]

pytestmark = pytest.mark.xdist_group("answer")
WORKERS = "allow"

ANSWERS = re.compile("/api/v1/answers$")
ANY = re.compile("/api/v1/answers")
THANKS = "Thank you. Your clinic can see your answer."
PEG = ("nrs_week", "medicine_days")  # answered already: PEG is next
MEDICINE = ("nrs_week", "peg")
KEPT = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await caches.keys()), document.cookie,
  ...(await indexedDB.databases()).map(({ name }) => name),
].filter(Boolean)"""


@pytest.fixture
def page(served: Served) -> Page:
    """A browser in which nobody ever used the app."""
    return served.context("anonymous").new_page()


def opened(page: Page, link: str) -> Page:
    """The link, opened as a mail program opens it."""
    page.goto(link)
    page.locator("h1").first.wait_for()
    return page


def tap(page: Page, number: int, pad: int = 0) -> None:
    page.locator("score-pad").nth(pad).locator(f"label:has(input[value='{number}'])").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def receipt(page: Page, said: str) -> None:
    """The receipt is there, and a screen reader begins at its head."""
    expect(page.get_by_role("heading", name=said)).to_be_focused()
    expect(page.get_by_text(THANKS)).to_be_visible()


def values(mailed: Mailed, instrument: str = "nrs_week") -> list[Any]:
    return [row.value for row in mailed.stored(instrument)]


def lose_the_answer(page: Page) -> None:
    """The next answer reaches the server; what the server says about it is lost on the way back."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(ANSWERS, lose, times=1)


def test_one_tap_and_save_answer_the_mail(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    assert page.url.endswith("/answer"), "the token leaves the address at once"
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.locator("input:checked").count() == 0
    tap(page, 0)
    save(page)
    receipt(page, "Saved: 0 for the past 7 days.")
    assert values(mailed) == [0]


@pytest.mark.parametrize(
    ("language", "tag", "question", "press"),
    [
        ("ko", "ko", "지난 7일", "저장"),
        ("zh", "zh-Hans", "过去 7 天", "保存"),
        ("es", "es", "los últimos 7 días", "Guardar"),
    ],
)
def test_it_speaks_the_language_of_whose_link_it_is(page: Page, mailed: Mailed, language, tag, question, press):
    link = mailed.link(language=language)
    opened(page, link)
    expect(page.locator("html")).to_have_attribute("lang", tag)
    expect(page.get_by_role("heading", level=1)).to_contain_text(question)
    tap(page, 3)
    page.get_by_role("button", name=press, exact=True).click()
    expect(page.locator(".saved h1")).to_be_focused()
    assert values(mailed) == [3]
    page.goto("/app")
    opened(page, link)
    expect(page.locator("html")).to_have_attribute("lang", tag)  # a used link is told in it too
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("link")


def test_the_same_link_again_says_that_it_was_used(page: Page, mailed: Mailed):
    link = mailed.link()
    opened(page, link)
    tap(page, 7)
    save(page)
    receipt(page, "Saved: 7 for the past 7 days.")
    page.reload()
    expect(page.get_by_role("heading", name="Thank you. This link is used up.")).to_be_focused()
    page.goto("/evidence")
    opened(page, link)
    expect(page.get_by_role("heading", name="Thank you. This link is used up.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    assert values(mailed) == [7]


def test_a_reload_before_answering_asks_again(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    page.reload()
    expect(page.locator("score-pad")).to_be_visible()


@pytest.mark.parametrize("fragment", ["", "#", "#x", "#main", f"#{'x' * 43}"])
def test_a_link_that_opens_nothing_says_so(page: Page, mailed: Mailed, fragment: str):
    opened(page, f"/answer{fragment}")
    expect(page.get_by_role("heading", name="We cannot use this link. It may be old or mistyped.")).to_be_focused()


def test_what_was_answered_in_the_app_meanwhile_is_not_asked_again(page: Page, mailed: Mailed):
    link = mailed.link()
    mailed.answered_meanwhile("nrs_week", kind="baseline")
    opened(page, link)
    expect(page.get_by_role("heading", name="Thank you. You have answered this already.")).to_be_visible()


def test_a_link_used_elsewhere_while_the_page_was_open_says_so(page: Page, served: Served, mailed: Mailed):
    link = mailed.link()
    opened(page, link)
    tap(page, 4)
    other = opened(served.context("anonymous").new_page(), link)
    tap(other, 6)
    save(other)
    receipt(other, "Saved: 6 for the past 7 days.")
    save(page)
    expect(page.get_by_role("heading", name="Thank you. This link is used up.")).to_be_focused()
    assert values(mailed) == [6]


def test_another_link_in_the_same_tab_is_asked(page: Page, mailed: Mailed):
    first, second = mailed.link(), mailed.link(*PEG)
    opened(page, first)
    page.evaluate("(link) => (location.href = link)", second)
    expect(page.get_by_role("heading", name="How strong was your pain on average in the past week?")).to_be_visible()
    assert page.url.endswith("/answer")


def test_the_skip_link_leaves_the_question_alone(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    tap(page, 5)
    page.evaluate("location.hash = '#main'")
    page.wait_for_function("location.hash === ''")
    save(page)
    receipt(page, "Saved: 5 for the past 7 days.")


def test_without_signal_what_was_chosen_stays_and_is_sent_on_try_again(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    tap(page, 8)
    page.route(ANSWERS, lambda route: route.abort(), times=2)
    save(page)
    for _ in range(2):
        expect(page.get_by_role("alert").filter(has_text="Not sent. Keep this page open")).to_be_visible()
        expect(page.locator("input:checked")).to_have_value("8")
        page.get_by_role("button", name="Try again").click()
    receipt(page, "Saved: 8 for the past 7 days.")
    assert values(mailed) == [8]


def test_a_lost_answer_is_the_same_bytes_again_and_is_stored_once(page: Page, mailed: Mailed):
    opened(page, mailed.link(condition="knee_oa", places=KNEES))
    tap(page, 2, pad=0)
    tap(page, 9, pad=1)
    sent: list[str | None] = []
    page.on("request", lambda one: sent.append(one.post_data) if ANSWERS.search(one.url) else None)
    lose_the_answer(page)
    save(page)
    page.get_by_role("button", name="Try again").click()
    receipt(page, "Saved: 2 for your left knee, 9 for your right knee for the past 7 days.")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert [(row.side, row.value) for row in mailed.stored("nrs_week")] == [("left", 2), ("right", 9)]


def test_a_slow_server_is_waited_for_and_the_button_says_so(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    tap(page, 1)
    held: list[Route] = []
    page.route(ANSWERS, lambda route: held.append(route))
    save(page)
    expect(page.get_by_role("button", name="Saving …")).to_be_visible()
    page.get_by_role("button", name="Saving …").click()
    assert len(held) == 1, "one tap too many sends nothing"
    held[0].continue_()
    receipt(page, "Saved: 1 for the past 7 days.")


@pytest.mark.parametrize("down", [False, True])
def test_where_the_question_cannot_be_fetched_it_is_tried_again(page: Page, mailed: Mailed, down: bool):
    page.route(ANY, lambda route: route.fulfill(status=502, body="Bad gateway") if down else route.abort(), times=2)
    opened(page, mailed.link())
    for _ in range(2):
        expect(page.get_by_role("heading", name="We cannot reach your clinic's server.")).to_be_focused()
        expect(page.get_by_text("Check your signal")).to_have_count(0 if down else 1)
        page.get_by_role("button", name="Try again").click()
    tap(page, 5)
    save(page)
    receipt(page, "Saved: 5 for the past 7 days.")


def test_a_hotels_page_in_place_of_the_servers_answer_saves_nothing_and_loses_nothing(page: Page, mailed: Mailed):
    opened(page, mailed.link())
    tap(page, 5)
    page.route(ANSWERS, lambda route: route.fulfill(status=200, content_type="text/html", body="Sign in"), times=1)
    save(page)
    page.get_by_role("button", name="Try again").click()
    receipt(page, "Saved: 5 for the past 7 days.")
    assert values(mailed) == [5]


def test_save_without_a_number_says_what_is_missing_and_sends_nothing(page: Page, mailed: Mailed):
    opened(page, mailed.link(condition="knee_oa", places=KNEES))
    tap(page, 2)
    save(page)
    expect(page.get_by_role("alert").filter(has_text="Choose a number for your right knee.")).to_be_visible()
    assert values(mailed) == []


def test_peg_is_three_numbers_and_their_mean(page: Page, mailed: Mailed):
    opened(page, mailed.link(*PEG))
    for pad, number in enumerate((0, 4, 9)):
        tap(page, number, pad)
    save(page)
    receipt(page, "Saved: pain 0, enjoying life 4, everyday things 9.")
    (row,) = mailed.stored("peg")
    assert row.value == pytest.approx(13 / 3)
    assert row.items == {"pain": 0, "enjoyment": 4, "activity": 9}


def test_days_with_medicine_are_typed_and_none_is_0(page: Page, mailed: Mailed):
    opened(page, mailed.link(*MEDICINE))
    save(page)
    expect(page.get_by_role("alert").filter(has_text="If there was none, type 0.")).to_be_visible()
    page.locator("day-count input").fill("0")
    save(page)
    receipt(page, "Saved: 0 days with medicine in the past 28 days.")
    assert values(mailed, "medicine_days") == [0]


def test_days_with_headache_are_asked_where_headache_is_treated(page: Page, mailed: Mailed):
    opened(page, mailed.link("nrs_week", "peg", "medicine_days", condition="migraine"))
    page.locator("day-count input").fill("12")
    save(page)
    receipt(page, "Saved: 12 headache days in the past 28 days.")
    assert values(mailed, "headache_days") == [12]


def test_the_change_since_the_start_is_asked_in_words(page: Page, mailed: Mailed):
    """It is due weeks after the course: what the server would ask then, with the answer as the page sends it."""
    asked = {"instrument": "pgic", "kind": "check_in", "language": "en", "words": "neck pain"}
    asked["places"] = [{"site": None, "side": "none", "words": "neck"}]  # type: ignore[assignment]
    sent: list[Any] = []

    def stored(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json={"stored": True})

    page.route(re.compile("/answers/question$"), lambda route: route.fulfill(json=asked))
    page.route(ANSWERS, stored)
    opened(page, f"/answer#{'x' * 43}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("how is your neck pain now?")
    page.get_by_role("radio", name="Much better", exact=True).check(force=True)
    save(page)
    receipt(page, "Saved: Much better.")
    assert [one["value"] for one in sent[0]["answers"]] == [6]


def test_the_number_after_a_visit_is_asked_for(page: Page, mailed: Mailed):
    opened(page, mailed.after())
    expect(page.get_by_role("heading", level=1)).to_contain_text("now, after treatment?")
    tap(page, 2)
    save(page)
    receipt(page, "Saved: 2 after treatment.")
    assert [row.value for row in mailed.stored("nrs_now", kind="after")] == [2]


def test_by_keyboard_alone(page: Page, mailed: Mailed):
    opened(page, mailed.link(condition="knee_oa", places=KNEES))
    keys = page.keyboard
    for presses in (3, 1):
        keys.press("Tab")
        keys.press("Space")
        for _ in range(presses):
            keys.press("ArrowRight")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Save")).to_be_focused()
    keys.press("Enter")
    receipt(page, "Saved: 3 for your left knee, 1 for your right knee for the past 7 days.")


def test_nothing_stays_in_a_browser_that_never_used_the_app(page: Page, mailed: Mailed):
    opened(page, mailed.link(language="ko"))
    tap(page, 5)
    page.get_by_role("button", name="저장", exact=True).click()
    expect(page.locator(".saved h1")).to_be_visible()
    assert page.evaluate(KEPT) == []
    assert page.context.cookies() == []


def test_whoever_uses_this_browser_otherwise_keeps_outbox_and_language(served: Served, mailed: Mailed):
    page = served.phone("owner")
    page.evaluate("navigator.serviceWorker.ready.then(() => 'ready')")
    before = page.evaluate("localStorage.getItem('language')")
    asked: list[str] = []
    page.context.on("request", lambda one: asked.append(one.url))
    other = opened(page.context.new_page(), mailed.link(language="es"))
    tap(other, 5)
    other.get_by_role("button", name="Guardar", exact=True).click()
    expect(other.locator(".saved h1")).to_be_visible()
    assert page.evaluate("localStorage.getItem('language')") == before
    assert not [url for url in asked if re.search(r"/js/(outbox|store|send|app|status)\.js", url)]
    assert values(mailed) == [5]


def test_without_scripts_it_says_what_is_left(served: Served, mailed: Mailed):
    page = served.context("anonymous", java_script_enabled=False).new_page()
    page.goto(mailed.link())
    for tag, said in {"en": "This page needs JavaScript.", "es": "JavaScript", "ko": "자바스크립트"}.items():
        expect(page.locator(f"noscript p[lang={tag}]")).to_contain_text(said)


STATES = {"question", "two", "peg", "medicine", "wrong", "unsent", "saved", "used", "no answer"}


def arrange(page: Page, mailed: Mailed, state: str) -> None:
    """Bring the page to a state."""
    links = {"two": {"condition": "knee_oa", "places": KNEES}}
    if state == "no answer":
        page.route(ANY, lambda route: route.abort())
    link = mailed.link(*{"peg": PEG, "medicine": MEDICINE}.get(state, ()), **links.get(state, {}))
    opened(page, link)
    if state == "wrong":
        save(page)
    if state == "unsent":
        page.route(ANSWERS, lambda route: route.abort())
    if state in ("unsent", "saved", "used"):
        tap(page, 7)
        save(page)
        page.locator(".saved" if state != "unsent" else ".note.problem").wait_for()
    if state == "used":
        page.reload()
        page.get_by_role("heading", name="used up").wait_for()


def looked_at(context: BrowserContext, mailed: Mailed, state: str) -> Page:
    page = context.new_page()
    arrange(page, mailed, state)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", sorted(STATES))
def test_no_state_has_an_accessibility_violation(served: Served, mailed: Mailed, state: str, scheme: str):
    page = looked_at(served.context("anonymous", color_scheme=scheme, bypass_csp=True), mailed, state)
    assert violations(page) == []


@pytest.mark.parametrize("state", sorted(STATES))
def test_nothing_is_cut_at_320_pixels_and_every_target_is_large(served: Served, mailed: Mailed, state: str):
    page = looked_at(served.context("anonymous", viewport={"width": 320, "height": 640}), mailed, state)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    targets = page.locator("main :is(button, label.choice, label.pad-key, input[type=text]):visible")
    for box in [one.bounding_box() for one in targets.all()]:
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 320
