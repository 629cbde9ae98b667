"""Every state of the gallery in four languages, light and dark: nothing inaccessible, nothing cut, no English."""

import re
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import PHONE
from tests.browser.gallery import GALLERY, Stage
from tests.browser.served import Served, served
from tests.tongue.test_catalogues import OTHERS, entries
from tracker import tongue

__all__ = ["served"]

pytestmark = pytest.mark.xdist_group("gallery")

SCHEMES = ("light", "dark")
SMALLEST, LARGEST_TEXT = 320, {"standard": 32}  # pixels; the usual text has 16
CUT = """
() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.textContent.trim())
  .filter((one) => !one.closest("svg, .visually-hidden, .skip"))
  .filter((one) => {
    const { overflowX, position } = getComputedStyle(one);
    const { left, right } = one.getBoundingClientRect();
    const clipped = ["hidden", "clip"].includes(overflowX) && one.scrollWidth > one.clientWidth + 1;
    const outside = position !== "absolute" && (right > innerWidth + 1 || left < -1) && !one.closest(".table, .scroll");
    return clipped || outside;
  })
  .map((one) => one.outerHTML.slice(0, 120))
"""
LATIN = {"es"}  # languages in our own letters; in the others two words of ours beside each other are English
WORDS = re.compile(r"[a-z]{2,} [a-z]{2,}")
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
SEEN = """
() => {
  for (const one of document.querySelectorAll("[lang=en]:not(html)")) one.remove(); // the library's own texts
  const labels = [...document.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"));
  const lines = [...document.body.innerText.split("\\n"), ...labels, document.title];
  return lines.map((line) => line.trim()).filter(Boolean);
}
"""


@cache
def english(code: str) -> re.Pattern[str]:
    """Any sentence that has another one in this language."""
    told = {text for _, forms, said in entries(code) for text in forms if text not in said and has_words(text)}
    long = [text for text in told if len(text.split()) > 2]
    short = [text for text in told if len(text.split()) <= 2]
    return re.compile(rf"^(?:{any_of(short)})$|(?:{any_of(long)})")


def has_words(text: str) -> bool:
    """Whether more stands there than names and stops."""
    return bool(re.search("[a-z]{2}", tongue.NAME.sub("", text)))


def any_of(texts: list[str]) -> str:
    """A pattern of them, with anything for a {name}."""
    pieces = (re.sub(r"<[^>]*>", "", text) for text in texts)
    return "|".join(r".+?".join(map(re.escape, tongue.NAME.split(text)[::2])) for text in pieces)


def enlarge(page: Page) -> None:
    """Twice the text, as the phone's own setting has it."""
    page.set_viewport_size(PHONE)
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": LARGEST_TEXT})
    page.evaluate(PAINTED)


def cut(page: Page) -> list[str]:
    """What is clipped or sticks out."""
    return page.evaluate(CUT)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each state in English and in another language, in turn; with --soak or --gallery in all of them."""
    if "language" in metafunc.fixturenames:
        option = metafunc.config.getoption
        whole = option("--soak") or option("--gallery")
        pairs = [
            (name, code)
            for at, name in enumerate(GALLERY)
            for code in (tongue.LANGUAGES if whole else (tongue.SOURCE, OTHERS[at % len(OTHERS)]))
        ]
        metafunc.parametrize(("name", "language"), pairs)


def test_a_state_is_accessible_whole_and_in_its_language(served: Served, draw, looked_at, name, language):
    page = GALLERY[name](Stage(served, language))
    for scheme in SCHEMES if language in looked_at else ():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(PAINTED)
        draw(page, f"{name}-{language}-{scheme}")
        assert violations(page) == []
    page.set_viewport_size({"width": SMALLEST, "height": 640})
    assert cut(page) == []
    enlarge(page)
    draw(page, f"{name}-{language}-large")
    assert cut(page) == []
    if language != tongue.SOURCE:
        seen = page.evaluate(SEEN)
        assert [line for line in seen if english(language).search(line)] == []
        assert language in LATIN or [line for line in seen if WORDS.search(line)] == []


@pytest.fixture
def looked_at(request: pytest.FixtureRequest) -> Collection[str]:
    """The languages in which axe looks: markup and colours are the same in all; with --soak or --gallery in all."""
    option = request.config.getoption
    return tongue.LANGUAGES if option("--soak") or option("--gallery") else (tongue.SOURCE,)


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of the whole page, where --gallery names a folder."""
    folder = request.config.getoption("--gallery")

    def drawn(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{re.sub('[^a-z]+', '_', name)}.png", full_page=True)

    return drawn
