"""A phone in the tests: a Chromium profile with tabs, a clock that may be wrong, and a line that may be bad.

Entries are made, kept and sent by the page's own modules in the page: real IndexedDB, service worker and network.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from playwright.sync_api import BrowserContext, Page

from tests.trust.week.chromium import Chromium
from tests.trust.week.clinic import ZONE, Clinic, Person
from tests.trust.week.clocks import SHIM
from tests.trust.week.ledger import Ledger, Told
from tests.trust.week.line import CLEAR, Faults, Line

RIGHT = timedelta()
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TRIES = 200  # looks at the outbox before the test says that something is stuck

# In a page: import one of its own modules, from where the page itself loaded them.
MODULE = """
  const tree = document.querySelector("script[type=module]").src;
  const module = (name) => import(new URL(name, tree));
"""
# Make the entries as the screens do, keep them in one go, and tell them as they were frozen. `session` is the session
# of that number on the day the app believes in; `ago` dates an entry back.
KEEP = f"""
async ({{ person, wanted, certain, known }}) => {{
  {MODULE}
  const [outbox, entries] = await Promise.all(["outbox.js", "entries.js"].map(module));
  const [{{ here, today }}, {{ stamp }}] = await Promise.all(["here.js", "clock.js"].map(module));
  const {{ sessionId }} = await module("ids.js");
  const day = here.home ? today() : known;
  const filled = async ({{ course, place, value, more, session, ago }}) => {{
    if (session) more.session_id = await sessionId(course.id, day, session);
    if (ago) more.recorded_at = stamp(new Date(Date.now() - ago));
    return () => entries.reading(course, place, value ?? undefined, more);
  }};
  const makers = await Promise.all(wanted.map((one) =>
    one.reaction ? () => entries.reaction({{ ...one.reaction, occurred_on: day }}) : filled(one)));
  const before = here.person;
  here.person = person;
  const made = makers.map((make) => make());
  here.person = before;
  const kept = outbox.keep(made);
  if (certain) await kept;
  return made.map(({{ id, path, person, body }}) => ({{ id, path, person, body: JSON.parse(JSON.stringify(body)) }}));
}}
"""
# Wait until nothing is being sent, and let nothing be sent until told.
HOLD = """
() => new Promise((held) =>
  navigator.locks.request("outbox", () => new Promise((letGo) => { window.letGo = letGo; held(); })))
"""
FLUSH = f"""
async ({{ wait }}) => {{
  {MODULE}
  const {{ flush }} = await module("outbox.js");
  const done = flush({{ now: true }});
  return wait ? done : null;
}}
"""
# Hear from the clinic, to the end: what its store lacks since it was put back waits again.
HEAR = f"""
async (person) => {{
  {MODULE}
  const [{{ fetched }}, {{ here }}, store] = await Promise.all(["home.js", "here.js", "store.js"].map(module));
  const told = await fetched(here.person ?? person); // a phone that does not know whose it is asks the first of them
  if (told.state !== "answered") return told.state;
  const copies = await store.read(["sent"], (at) => store.got(at("sent").getAllKeys()));
  const names = [...new Set(copies.map(([whose]) => `epoch/${{whose}}`))];
  const known = await Promise.all(names.map(store.meta));
  return known.every((epoch) => epoch === told.home.epoch) ? "answered" : "later"; // asked what a restored store lacks
}}
"""
LEFT = f"""
async (people) => {{
  {MODULE}
  const {{ waiting, refused }} = await module("outbox.js");
  const told = ({{ id, body, reason }}) => ({{ id, body, reason }});
  const of = async (look) => (await Promise.all(people.map(look))).flat().map(told);
  return {{ waiting: await of(waiting), refused: await of(refused) }};
}}
"""


@dataclass
class Phone:
    """Somebody's phone; `people` sign in on it, the first of them first."""

    clinic: Clinic
    line: Line
    chromium: Chromium
    people: list[Person]
    ledger: Ledger = field(default_factory=Ledger)
    error: timedelta = RIGHT  # this phone's clock minus the clinic's
    heard: bool = False  # from the clinic, since the clock was last changed
    heard_at: datetime = LONG_AGO  # when it last heard from the clinic for certain
    offline: bool = False
    device: str | None = None
    tabs: list[Page] = field(default_factory=list)
    context: BrowserContext | None = None

    # -- switching on and off ------------------------------------------------------------------------------------------

    def start(self) -> "Phone":
        """Switch on and open the app."""
        self.switch_on()
        self.open_tab()
        return self

    def switch_on(self) -> None:
        """The browser runs, with the sign-in it had; nothing is open yet."""
        self.context = self.chromium.start()
        self.context.set_default_timeout(60_000)
        self.tell_time()
        if self.device:  # Chromium writes cookies down every 30 s; these runs are shorter than a phone's days
            self.keep_cookie()
        self.go_offline(self.offline)
        self.tabs = []

    def install(self) -> "Phone":
        """Wait until the service worker holds the whole app: from now on it opens without signal."""
        self.tabs[-1].evaluate("async () => { await navigator.serviceWorker.ready; }")
        return self

    def kill(self) -> None:
        """The phone is dead at once, whatever it was doing."""
        self.tabs, self.context = [], None
        self.chromium.kill()

    def restart(self) -> None:
        """Killed and switched on again."""
        self.kill()
        self.start()

    def open_tab(self) -> Page:
        """The app in one more tab."""
        page = self.blank_tab()
        page.goto(f"{self.line.url}/app")
        page.locator("#screen [data-head]").first.wait_for()
        return page

    def blank_tab(self) -> Page:
        """One more tab, with nothing in it yet."""
        assert self.context is not None
        self.tabs.append(self.context.new_page())
        return self.tabs[-1]

    def close_tab(self) -> None:
        """Close the newest tab if another one is left."""
        if len(self.tabs) > 1:
            self.tabs.pop().close()

    # -- signing in ----------------------------------------------------------------------------------------------------

    def sign_in(self, *people: Person, add: bool = False) -> None:
        """A session for this phone, as *Start* on the sign-in page gets one; `add`: more people on the one it has."""
        token = self.device if add and self.device else ""
        self.device = self.clinic.device(*(people or self.people), token=token)
        if self.context is not None:
            self.keep_cookie()

    def keep_cookie(self) -> None:
        """The cookie as the server sets it."""
        assert self.context is not None
        assert self.device is not None
        cookie = {"name": "device", "value": self.device, "url": self.line.url, "httpOnly": True, "sameSite": "Lax"}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def expire(self) -> None:
        """The session ends; the phone does not know yet."""
        assert self.device is not None
        self.clinic.end(self.device)

    # -- time and weather ----------------------------------------------------------------------------------------------

    def set_error(self, error: timedelta) -> None:
        """Somebody changes this phone's clock."""
        self.error, self.heard = error, self.heard and error == self.error
        self.tell_time()

    def tell_time(self, moment: datetime | None = None) -> None:
        """It is that moment; pages opened from now on and those that are open show this phone's time.

        Only between two requests: no phone sleeps for hours between stamping a request and sending it.
        """
        if self.tabs:
            self.tabs[0].evaluate(HOLD)
        with self.line.at_rest():
            if moment:
                self.clinic.clock.move_to(moment)
            self.shift((self.clinic.clock.offset() + self.error).total_seconds() * 1000)
        if self.tabs:
            self.tabs[0].evaluate("() => window.letGo()")

    def shift(self, skew: float) -> None:
        """So many milliseconds from the machine's clock, in every tab and in the worker."""
        assert self.context is not None
        self.line.skew = skew
        self.context.add_init_script(f"({SHIM})({skew})")
        for page in self.tabs:
            page.evaluate(SHIM, skew)

    def move_to(self, moment: datetime) -> None:
        """Time goes by, for the clinic and the phone alike."""
        self.tell_time(moment)

    def go_offline(self, offline: bool) -> None:
        """Flight mode; emulated alone it would end where the browser starts its service worker anew, which sends."""
        self.offline = self.line.away = offline
        assert self.context is not None
        self.context.set_offline(offline)

    def weather(self, faults: Faults) -> None:
        """What the line does from now on."""
        self.line.faults = faults

    # -- saving and sending --------------------------------------------------------------------------------------------

    def keep(self, person: Person, wanted: list[dict[str, Any]], *, tab: int = -1, certain: bool = True) -> list[Told]:
        """Save these entries in one go, in one of the tabs; `certain`: wait until the page says that they are saved."""
        before = self.clinic.clock.now()
        known = before.astimezone(ZoneInfo(ZONE)).date().isoformat()  # where no home is known: signed out
        given = {"person": str(person.id), "wanted": wanted, "certain": certain, "known": known}
        made = self.tabs[tab % len(self.tabs)].evaluate(KEEP, given)
        ago = [timedelta(milliseconds=one.get("ago", 0)) for one in wanted]
        told = [self.told(one, before, back, certain) for one, back in zip(made, ago, strict=True)]
        self.ledger.told += told
        return told

    def told(self, one: dict[str, Any], at: datetime, back: timedelta, certain: bool) -> Told:
        """An entry as the page told it."""
        ids = UUID(one["id"]), UUID(one["person"])
        known = self.heard, self.heard_at
        return Told(*ids, one["path"], one["body"], at, back, self.error, *known, certain)

    def flush(self, *, wait: bool = True) -> str | None:
        """What start, signal and coming back to the app do; "sent", "waiting" or "signed-out"."""
        return self.tabs[-1].evaluate(FLUSH, {"wait": wait})

    def left(self) -> dict[str, list[dict[str, Any]]]:
        """What the outbox still holds: waiting and refused."""
        return self.tabs[-1].evaluate(LEFT, [str(one.id) for one in self.people])

    def hear(self) -> None:
        """Until the clinic has answered: a line that has only just come back breaks off what is on its way.

        What was not heard the ledger finds: it is lost, or refused.
        """
        for _ in range(TRIES):
            if self.tabs[-1].evaluate(HEAR, str(self.people[0].id)) == "answered":
                return
            self.tabs[-1].wait_for_timeout(25)

    def settle(self) -> list[str]:
        """Good signal and the app opened, until all is sent; [] or what stays."""
        self.weather(CLEAR)
        self.go_offline(False)
        self.tabs[-1].reload()
        self.tabs[-1].locator("#screen [data-head]").first.wait_for()
        self.hear()
        for _ in range(TRIES):
            self.flush()
            left = self.left()
            if not left["waiting"]:
                break
            self.tabs[-1].wait_for_timeout(25)
        if not left["waiting"]:
            self.heard, self.heard_at = True, self.clinic.clock.now()
        stuck = [f"stuck: {one['id']} {one['body']}" for one in left["waiting"]]
        return stuck + [f"refused: {one['id']} {one['reason']} {one['body']}" for one in left["refused"]]
