"""A real Chromium on a profile that outlives it: started, killed by the pid that we started, started again."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Playwright

from tests.browser.conftest import CHROMIUM, QUIET

FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--enable-logging=stderr",
)

STARTS, ANSWER, GONE = 3, 15_000, 10  # times; milliseconds; seconds


@dataclass
class Chromium:
    """One browser and its profile folder; `zone` is the phone's time zone, for pages and workers alike."""

    playwright: Playwright
    profile: Path
    zone: str = "Europe/Berlin"
    flags: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    browser: Browser | None = None

    def start(self) -> BrowserContext:
        """Open the profile; its one context. One that does not answer after a kill is killed and started once more."""
        for _ in range(STARTS - 1):
            with contextlib.suppress(Error):
                return self._started()
            self.kill()
        return self._started()

    def _started(self) -> BrowserContext:
        """Start it and talk to it."""
        assert CHROMIUM is not None
        door = self.profile / "DevToolsActivePort"
        door.unlink(missing_ok=True)
        with (self.profile / "chromium.log").open("ab") as log:  # what the browser complains of
            self.process = subprocess.Popen(
                [CHROMIUM, *QUIET, *FLAGS, *self.flags, f"--user-data-dir={self.profile}"],
                env=os.environ | {"TZ": self.zone},
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self.browser = self.playwright.chromium.connect_over_cdp(self._address(door), timeout=ANSWER)
        return self.browser.contexts[0]

    def _address(self, door: Path, seconds: int = 60) -> str:
        """Where it can be talked to, once it says so."""
        until = time.monotonic() + seconds
        while not door.exists() or len(door.read_text().splitlines()) < 2:
            assert self.process is not None
            assert self.process.poll() is None, "Chromium did not start"
            assert time.monotonic() < until, "Chromium did not open its port"
            time.sleep(0.01)
        port, path = door.read_text().splitlines()
        return f"ws://127.0.0.1:{port}{path}"

    def kill(self) -> None:
        """SIGKILL to the whole group: no handler runs, nothing is said goodbye to."""
        if self.process is None:
            return
        group = self.process.pid
        os.killpg(group, signal.SIGKILL)
        self.process.wait(30)
        until = time.monotonic() + GONE
        while lives(group) and time.monotonic() < until:  # its children close their files a moment later
            time.sleep(0.005)
        self.process = None
        if self.browser is not None:
            with contextlib.suppress(Error):
                self.browser.close()
            self.browser = None


def lives(group: int) -> bool:
    """Whether anything of a process group still runs; what is dead and not yet fetched by its parent does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state not in "ZX":
                return True
    return False
