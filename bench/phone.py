"""Phone: B8, the logging screen on slow 4G and a mid-range phone, and the time to log. Run by `make bench`.

A real server behind the web server of docs/hosting, a real Chromium with a profile of its own, its line and processor
slowed by the DevTools protocol. A ratio is what was measured as a share of what is allowed, and the goal is 1 at most;
beside the times stands what a bare page takes in the same rounds (bench/bare.py), which tells the pace of the machine.
The median of the rounds counts; each round's profile has never seen the app.
"""

import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright

from bench import bare
from bench.front import in_front_of, missing
from bench.phone_pages import audited
from bench.results import Result, table, write
from tests.trust.test_time_to_log import icon, log
from tests.trust.week import stopwatch
from tests.trust.week.chromium import Chromium
from tests.trust.week.clinic import Clinic
from tests.trust.week.line import Line
from tests.trust.week.phone import Phone

BYTES, FIRST, AGAIN, MACHINE = 60_000, 1_300, 500, 2_000  # bytes; milliseconds
ROUNDS = 5
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
OWN_CERTIFICATE = ("--ignore-certificate-errors",)


@dataclass
class Visit:
    """What one opening of the app took."""

    milliseconds: float = 0.0
    bytes: int = 0
    addresses: list[str] = field(default_factory=list)


@dataclass
class Fronted(Line):
    """The line as phones reach it."""

    front: str = ""
    bare: str = ""

    @property
    def url(self) -> str:
        """What the phone opens."""
        return self.front


def main() -> int:
    """Print and keep all figures; 0 whether or not goals are met, since times are never asserted."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        results = [*run(playwright, Path(folder), ROUNDS), *audited(playwright, Path(folder))]
    print(table(results))
    write(results)
    return 0


def run(playwright: Playwright, folder: Path, rounds: int) -> list[Result]:
    """Every figure of B8; nothing where no web server can stand in front, which is said."""
    if why := missing():
        print(why)
        return []
    with served(folder) as (clinic, line):
        found = [round_of(playwright, clinic, line, folder / str(number)) for number in range(rounds)]
    floor, first, again, offline, online = zip(*found, strict=True)
    return [
        share("B8-bytes", "bytes of the logging screen, first visit", [one.bytes for one in first], BYTES, "B"),
        timed("B8-first", "interactive on the first visit", first, FIRST, floor),
        timed("B8-again", "interactive on later visits", again, AGAIN, floor),
        plotly([address for one in (*first, *again) for address in one.addresses]),
        share("B8-offline", "icon to saved without signal, the machine's time", offline, MACHINE, "ms"),
        share("B8-online", "icon to saved and stored, the machine's time", online, MACHINE, "ms"),
    ]


@contextmanager
def served(folder: Path) -> Iterator[tuple[Clinic, Line]]:
    """A clinic and the way to it, and the bare page beside."""
    (folder / "clinic").mkdir()
    bare.lay(folder / "bare")
    clinic = Clinic(folder / "clinic").open()
    line = Fronted(clinic.port, fresh=True).open()
    port = line.server.server_address[1]
    with in_front_of(port, folder, lambda beside: bare.site(beside, folder / "bare")) as (line.front, line.bare):
        yield clinic, line
    line.close()
    clinic.close()


def round_of(
    playwright: Playwright, clinic: Clinic, line: Line, profile: Path
) -> tuple[Visit, Visit, Visit, float, float]:
    """The bare page; first visit, later visit, and the time to log without and with signal."""
    profile.mkdir()
    floor = bare_visit(playwright, line, profile / "bare")
    clinic.clock.move_to(datetime.now(UTC).replace(hour=9))
    phone = Phone(
        clinic, line, Chromium(playwright, profile, flags=OWN_CERTIFICATE), [clinic.person("A.K.", "tension_headache")]
    )
    clinic.plan(phone.people[0])
    phone.sign_in()
    try:
        phone.switch_on()
        first = visit(phone.blank_tab(), f"{line.url}/app")
        phone.install()
        again = visit(phone.blank_tab(), f"{line.url}/app")
        offline = to_log(phone, offline=True)
        phone.settle()
        phone.move_to(clinic.clock.now() + timedelta(days=1))  # another visit
        return floor, first, again, offline, to_log(phone, offline=False)
    finally:
        phone.kill()


def bare_visit(playwright: Playwright, line: Fronted, profile: Path) -> Visit:
    """The first visit of the bare page, in a browser of its own."""
    profile.mkdir()
    chromium = Chromium(playwright, profile, flags=OWN_CERTIFICATE)
    try:
        return visit(chromium.start().new_page(), line.bare)
    finally:
        chromium.kill()


def visit(page: Page, address: str) -> Visit:
    """Open a page on a slow line and a slow processor; nothing comes from the browser's own cache of pages."""
    seen, session = Visit(), stopwatch.start(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.on("Network.loadingFinished", lambda told: count(seen, told))
    session.on("Network.requestWillBeSent", lambda told: seen.addresses.append(told["request"]["url"]))
    page.goto(address, wait_until="commit")
    stopwatch.shown(session)
    seen.milliseconds = stopwatch.read(page).machine
    session.detach()
    return seen


def count(seen: Visit, told: dict[str, Any]) -> None:
    """Bytes over the line, headers included."""
    seen.bytes += int(told["encodedDataLength"])


def to_log(phone: Phone, *, offline: bool) -> float:
    """From a cold start to the confirmation, and with signal until the clinic has it."""
    phone.go_offline(offline)
    page = icon(phone)
    machine = log(page, 4).machine
    return machine if offline else machine + stored(phone, page)


def stored(phone: Phone, page: Page) -> float:
    """Milliseconds from now until nothing waits."""
    began = page.evaluate("performance.now()")
    while phone.left()["waiting"]:
        page.wait_for_timeout(10)
    return page.evaluate("performance.now()") - began


def share(id: str, what: str, seen: Any, allowed: float, unit: str) -> Result:
    """The median as a share of what is allowed."""
    middle = statistics.median(seen)
    told = f"{middle:,.0f} {unit} of {allowed:,} {unit}, slow 4G and a processor slowed {stopwatch.SLOW_CPU} x"
    return Result(id, what, middle / allowed, "≤ 1", middle <= allowed, told)


def timed(id: str, what: str, seen: Sequence[Visit], allowed: float, floor: Sequence[Visit]) -> Result:
    """The median time as a share of what is allowed, and the bare page's beside."""
    middle, pace = (statistics.median(one.milliseconds for one in some) for some in (seen, floor))
    found = share(id, what, [middle], allowed, "ms")
    return replace(found, seen=f"{found.seen}; a bare page of {floor[0].bytes:,} B: {pace:,.0f} ms")


def plotly(addresses: list[str]) -> Result:
    """How often the logging screen asked for Plotly: never."""
    asked = sum("plotly" in address for address in addresses)
    return Result("B8-plotly", "requests for Plotly on the logging screen", asked, "0", asked == 0, f"{asked} requests")


if __name__ == "__main__":
    sys.exit(main())
