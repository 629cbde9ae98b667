"""The phone's pages that Lighthouse looks at, and a signed-in Chromium to look with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from bench import lighthouse
from bench.results import Result
from tests.browser.conftest import PHONE, QUIET, WHOLE, Server, demo_served, free_port

PAGES = {"logging": "/app", "progress": "/app/progress", "join": "/join"}
GOALS = {"logging": 98, "progress": 90, "join": 98}


@dataclass(frozen=True)
class Lent:
    """Where the tracker serves, the Chromium, and the port on which it is spoken to."""

    url: str
    port: int
    context: BrowserContext


def audited(playwright: Playwright, folder: Path) -> list[Result]:
    """Lighthouse's performance of each page; nothing where Lighthouse is not at hand, which is said."""
    if why := lighthouse.missing():
        print(why)
        return []
    (folder / "demo").mkdir()
    with demo_served(folder / "demo") as server, lent(playwright, server, folder / "profile") as phone:
        return [
            lighthouse.result(page, lighthouse.audit(phone.url + path, phone.port), GOALS[page])
            for page, path in PAGES.items()
        ]


@contextmanager
def lent(playwright: Playwright, server: Server, folder: Path) -> Iterator[Lent]:
    """A Chromium on a profile of its own, signed in as the demo's patient."""
    port = free_port()
    context = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=WHOLE, args=[*QUIET, f"--remote-debugging-port={port}"], viewport=PHONE
    )
    page = context.new_page()
    page.goto(server.links()["patient"])
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/app")
    yield Lent(server.url, port, context)
    context.close()
