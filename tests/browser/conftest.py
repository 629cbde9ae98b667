"""A real server (`flask serve`, as `make run` starts it) on a data folder of its own, and a real Chromium."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect

from tests.web.world import app, door, house, mould, world

__all__ = ["app", "door", "house", "mould", "world"]  # the small world, for the screens that need no demo clinic

ROOT = Path(__file__).parents[2]
WHOLE = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE  # the same engine without the windows around it, if here
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
STARTED = re.compile(r"Stop it with Ctrl-C")
expect.set_options(timeout=30_000)  # a shared machine may be slow: a wait, not a promise of speed


BROKEN_OFF = "ignore:Exception ignored in.*FileIO:pytest.PytestUnraisableExceptionWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that goes elsewhere in the middle of a file leaves it to Python to close: no fault of the tracker's."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings(BROKEN_OFF))


@dataclass(frozen=True)
class Server:
    """Where it serves and how to ask its command line for more."""

    url: str
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """What a flask command prints, run against this server's data."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def links(self) -> dict[str, str]:
        """Fresh one-time links: patient, practitioner, clinic_admin."""
        return json.loads(self.flask("demo", "links", "--json"))


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_started(process: subprocess.Popen[str], log: Path, seconds: int = 300) -> None:
    """Return once the server has printed its greeting; fail with its output if it ends or takes too long."""
    until = time.monotonic() + seconds
    while not STARTED.search(log.read_text()):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


@contextmanager
def demo_served(folder: Path) -> Iterator[Server]:
    """The demo clinic, served from this folder."""
    port = free_port()
    environment = os.environ | {"TRACKER_DATA_DIR": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    log = folder / "server.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, text=True, start_new_session=True
        )
    try:
        wait_until_started(process, log)
        yield Server(f"http://localhost:{port}", environment)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo clinic, served."""
    with demo_served(tmp_path_factory.mktemp("served")) as found:
        yield found


@contextmanager
def launched(request: pytest.FixtureRequest, program: str | None) -> Iterator[Browser]:
    """This browser; where there is none the journeys say so."""
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    playwright: Playwright = request.getfixturevalue("playwright")
    browser = playwright.chromium.launch(executable_path=program, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A real Chromium."""
    with launched(request, CHROMIUM) as browser:
        yield browser


@dataclass(frozen=True)
class People:
    """Opens pages as somebody, each in a browser profile of its own."""

    browser: Browser
    server: Server

    def context(self, **how: object) -> BrowserContext:
        """A fresh profile."""
        return self.browser.new_context(base_url=self.server.url, **{"viewport": PHONE, **how})  # type: ignore[arg-type]

    def sign_in(self, who: str, **how: object) -> Page:
        """The page somebody sees after opening their one-time link and pressing Start."""
        page = self.context(**how).new_page()
        page.goto(self.server.links()[who])
        page.get_by_role("button", name="Start").click()
        page.wait_for_url(lambda url: not {"sign-in", "join"} & set(url.replace("#", "/").split("/")))
        return page


@pytest.fixture(scope="session")
def people(chromium: Browser, server: Server) -> People:
    """Everybody's way in."""
    return People(chromium, server)
