"""The stopwatch: how long the machine, not the person, takes from the tap on the icon to the saved confirmation.

Every screen is noted when it is painted, every tap when it lands. The time of the machine is from the opening to the
first screen, and from each tap to what it brings; the time between a screen and the next tap is the person's.
"""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

SLOW_CPU = 4  # times
SHOWN = """
new Promise((shown) => {
  const look = () => (globalThis.stopwatch?.length ? shown() : setTimeout(look, 20));
  look();
})
"""
NOTE = """
(() => {
  const seen = (globalThis.stopwatch = []);
  const note = (what) => seen.push([what, performance.now()]);
  const painted = (what) => requestAnimationFrame(() => setTimeout(() => note(what)));
  let before = "";
  const look = () => {
    const heads = [...document.querySelectorAll("#screen [data-head]")].map((one) => one.textContent).join("|");
    const chosen = document.querySelectorAll("#screen input:checked").length;
    const now = heads && `${heads} ${chosen}`;
    if (now && now !== before) painted(`screen ${heads}`);
    before = now;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  addEventListener("change", look, true);
  addEventListener("click", (event) => event.isTrusted && event.detail && note("tap"), true);
})();
"""


@dataclass(frozen=True)
class Timed:
    """Taps and milliseconds of the machine, and the screens on the way."""

    taps: int
    machine: float
    screens: tuple[str, ...]


def start(page: Page) -> CDPSession:
    """From now on the page runs on a slow phone, and notes what happens."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    page.add_init_script(NOTE)
    return session


def shown(session: CDPSession) -> None:
    """Wait for the first screen, without what a locator brings into the page: 60 ms of a slow phone's time and more."""
    session.send("Runtime.evaluate", {"expression": SHOWN, "awaitPromise": True})


def read(page: Page) -> Timed:
    """What was noted since the page was opened."""
    seen: list[tuple[str, float]] = page.evaluate("stopwatch")
    taps = [at for what, at in seen if what == "tap"]
    screens = [(what.removeprefix("screen "), at) for what, at in seen if what != "tap"]
    machine = screens[0][1]
    for number, at in enumerate(taps):
        until = taps[number + 1] if number + 1 < len(taps) else float("inf")
        machine += next((shown - at for _, shown in screens if at < shown < until), 0.0)
    return Timed(len(taps), machine, tuple(dict.fromkeys(what for what, _ in screens)))
