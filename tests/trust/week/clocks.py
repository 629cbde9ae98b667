"""Time in the tests: the world's clock (the clinic's is right by definition) and the error of a phone's clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

YEARS = timedelta(days=7 * 365)


@dataclass(frozen=True)
class WorldClock:
    """Real time plus an offset kept in a file that the server's processes and the test read alike."""

    folder: Path

    @property
    def file(self) -> Path:
        """Where the offset stands, in seconds."""
        return self.folder / "clock"

    def offset(self) -> timedelta:
        """World minus machine."""
        try:
            return timedelta(seconds=float(self.file.read_text()))
        except FileNotFoundError:
            return timedelta()

    def now(self) -> datetime:
        """This moment in the world."""
        return datetime.now(UTC) + self.offset()

    def move_to(self, moment: datetime) -> None:
        """It is that moment now, and time goes on from there."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        draft.replace(self.file)  # nobody reads half a number


CLOCK = "/clock-of-this-phone"  # what the line answers itself, for the service worker

# What every page of the phone runs before its own scripts, and again at each change of the clock. IndexedDB, timers and
# performance.now() are untouched: a wrong clock is a wrong date, not another speed.
SHIM = """
(skew) => {
  globalThis.skewOfThisPhone = skew;
  if (globalThis.RealDate) return;
  const Real = (globalThis.RealDate = Date);
  const now = () => Real.now() + globalThis.skewOfThisPhone;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, as) => Reflect.construct(target, given.length ? given : [now()], as),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}
"""

# The same for the service worker, put in front of /sw.js by the line: whenever it is the worker's turn to send it first
# asks for the phone's clock. It starts whenever the browser likes, so it cannot be told beforehand.
WORKER = f"""
({SHIM})(0);
{{
  const turn = navigator.locks.request.bind(navigator.locks);
  const told = () => fetch("{CLOCK}").then((answer) => answer.json()).then((skew) => (self.skewOfThisPhone = skew));
  navigator.locks.request = (name, work) => turn(name, () => told().catch(() => {{}}).then(work));
}}
"""
