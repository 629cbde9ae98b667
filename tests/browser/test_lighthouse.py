"""Lighthouse on the phone's pages: accessibility and best practices in full. `make bench` prints performance."""

from collections.abc import Iterator

import pytest

from bench import lighthouse
from bench.phone_pages import PAGES, Lent, lent
from tests.browser.served import serving

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def phone(playwright, server, tmp_path_factory) -> Iterator[Lent]:
    """A signed-in Chromium that Lighthouse may use."""
    if why := lighthouse.missing():
        pytest.skip(why)
    with lent(playwright, server, tmp_path_factory.mktemp("lent")) as found:
        yield found


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_phone_has_full_marks_in_what_does_not_depend_on_the_machine(phone, page):
    found = lighthouse.audit(phone.url + PAGES[page], phone.port, ("accessibility", "best-practices"))
    assert found.faults == {"accessibility": [], "best-practices": []}
    assert found.scores == {"accessibility": 100, "best-practices": 100}


def test_nothing_stands_against_installing_the_app(phone):
    page = phone.context.new_page()
    page.goto(f"{phone.url}/app")
    page.evaluate("Promise.race([navigator.serviceWorker.ready, new Promise((_, no) => setTimeout(no, 20000))])")
    found = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    page.close()
    assert found == {"installabilityErrors": []}


def test_what_stands_against_installing_would_be_seen(phone, httpd):
    page = phone.context.new_page()
    page.goto(httpd)
    found = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    page.close()
    assert [one["errorId"] for one in found["installabilityErrors"]] == ["no-manifest"]


FAULTY = "<!doctype html><html><body><img src='x.png'><button></button><p>No words for the picture.</p></body></html>"


def test_a_fault_would_be_seen(phone, httpd):
    """A page with an image without words for it, an empty button and no language."""
    found = lighthouse.audit(httpd, phone.port, ("accessibility",))
    assert found.scores["accessibility"] < 100
    assert len(found.faults["accessibility"]) >= 3


@pytest.fixture
def httpd() -> Iterator[str]:
    """A server that has only the faulty page."""

    def faulty(_environ, start):
        start("200 OK", [("Content-Type", "text/html")])
        return [FAULTY.encode()]

    with serving(faulty) as url:
        yield f"{url}/"
