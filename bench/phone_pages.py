"""The phone's pages that Lighthouse looks at, and a signed-in Chromium to look with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.browser.conftest import CHROMIUM, PHONE, QUIET, Server, free_port

PAGES = {"logging": "/app", "progress": "/app/progress", "join": "/join"}


@dataclass(frozen=True)
class Lent:
    """Where the tracker serves, the Chromium, and the port on which it is spoken to."""

    url: str
    port: int
    context: BrowserContext


@contextmanager
def lent(playwright: Playwright, server: Server, folder: Path) -> Iterator[Lent]:
    """A Chromium on a profile of its own, signed in as the demo's patient."""
    port = free_port()
    context = playwright.chromium.launch_persistent_context(
        str(folder), executable_path=CHROMIUM, args=[*QUIET, f"--remote-debugging-port={port}"], viewport=PHONE
    )
    page = context.new_page()
    page.goto(server.links()["patient"])
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/app")
    yield Lent(server.url, port, context)
    context.close()
