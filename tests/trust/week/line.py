"""The line between phone and clinic: a loopback proxy that loses, delays and refuses, the same way for the same seed.

What becomes of a request follows from the seed, the kind of request and how many of that kind came before it; not from
ids or from how threads take turns. Chromium itself tries again once when a connection it had used before is cut: such
tries are requests like any other here.
"""

import contextlib
import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.trust.week.clocks import CLOCK, WORKER

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
ASLEEP = (0.02, 0.15)  # seconds of a slow answer


@dataclass(frozen=True)
class Faults:
    """Shares of requests: answered 503; done at the clinic but the answer lost; cut on the way there; slow."""

    unavailable: float = 0.0
    lost: float = 0.0
    cut: float = 0.0
    slow: float = 0.0
    down: bool = False

    def fate(self, chance: float) -> str:
        """What a number from 0 to 1 means."""
        for name in ("unavailable", "lost", "cut", "slow"):
            chance -= getattr(self, name)
            if chance < 0:
                return name
        return "passed"


CLEAR = Faults()
ROUGH = Faults(unavailable=0.2, lost=0.3, cut=0.05, slow=0.1)
DOWN = Faults(down=True)


@dataclass(frozen=True)
class Passed:
    """One request as the line saw it; status 0 = no answer reached the phone."""

    method: str
    path: str
    fate: str
    status: int
    person: str | None


@dataclass
class Line:
    """Listens on a port of its own for as long as it is open."""

    clinic_port: int
    seed: int = 0
    faults: Faults = CLEAR
    skew: float = 0.0  # the phone's clock minus the machine's, in milliseconds
    away: bool = False  # the phone is out of reach, whatever the weather
    fresh: bool = False  # each request on a connection of its own: a web server in front would keep one too long
    seen: list[Passed] = field(default_factory=list)

    def open(self) -> "Line":
        """Start to listen."""
        self.kinds: Counter[str] = Counter()
        self.under_way = 0
        self.gate = threading.Event()
        self.gate.set()
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.line = self
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def url(self) -> str:
        """What the phone opens."""
        return f"http://localhost:{self.server.server_address[1]}"

    def again(self, seed: int) -> None:
        """Begin a new run: another seed, clear weather, nothing seen."""
        with self.lock:
            self.seed, self.faults, self.away = seed, CLEAR, False
            self.kinds.clear()
            self.seen.clear()

    def fate(self, method: str, path: str) -> str:
        """What becomes of the next request of this kind."""
        if self.away or self.faults.down:
            return "down"
        kind = f"{method} {UUID.sub('*', path)}"
        with self.lock:
            self.kinds[kind] += 1
            number = self.kinds[kind]
        return self.faults.fate(random.Random(f"{self.seed} {kind} {number}").random())

    @contextlib.contextmanager
    def at_rest(self, seconds: float = 30) -> Iterator[None]:
        """While no request is under way; new ones wait."""
        self.gate.clear()
        until = time.monotonic() + seconds
        while self.under_way and time.monotonic() < until:
            time.sleep(0.002)
        try:
            yield
        finally:
            self.gate.set()

    def note(self, seen: Passed) -> None:
        """Remember it."""
        with self.lock:
            self.seen.append(seen)

    def writes(self) -> int:
        """How many entries were sent, each try counted."""
        with self.lock:
            return sum(one.method == "PUT" for one in self.seen)


class Server(ThreadingHTTPServer):
    """One thread a connection; browsers that vanish are no news."""

    daemon_threads = True
    block_on_close = False
    line: Line

    def handle_error(self, request: object, client_address: object) -> None:
        """A killed browser leaves half-read answers behind."""


class Handler(BaseHTTPRequestHandler):
    """One connection of the phone, with one of its own to the clinic."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server
    upstream: http.client.HTTPConnection | None = None

    def answer(self) -> None:
        """Pass one request on, or not."""
        line = self.server.line
        if self.path == CLOCK:
            self.say(200, [("Content-Type", "application/json")], str(line.skew).encode())
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line.gate.wait(60)
        fate = line.fate(self.command, self.path)
        with line.lock:
            line.under_way += 1
        try:
            status = self.act(fate, body)
        finally:
            with line.lock:
                line.under_way -= 1
        line.note(Passed(self.command, self.path, fate, status, self.headers.get("X-Person")))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def act(self, fate: str, body: bytes) -> int:
        """The status the phone gets; 0 = the connection ends without a word."""
        if fate == "unavailable":
            return self.say(503, [("Content-Type", "text/plain")], b"no")
        if fate in ("down", "cut"):
            self.close_connection = True
            return 0
        status, headers, told = self.ask(body)
        if fate == "lost":
            self.close_connection = True
            return 0
        if fate == "slow":
            time.sleep(random.Random(len(self.server.line.seen)).uniform(*ASLEEP))
        return self.say(status, headers, told)

    def ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the clinic answers."""
        idle = self.upstream is not None
        if self.upstream is None:
            self.upstream = http.client.HTTPConnection("127.0.0.1", self.server.line.clinic_port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        try:
            self.upstream.request(self.command, self.path, body or None, headers)
            answer = self.upstream.getresponse()
            front = WORKER.encode() if self.path == "/sw.js" else b""
            told = answer.status, answer.getheaders(), front + answer.read()
        except (OSError, http.client.HTTPException):  # the clinic ended a connection that was idle
            self.upstream.close()
            self.upstream = None
            if idle and self.command == "GET":  # as every proxy does
                return self.ask(body)
            return 503, [("Content-Type", "text/plain")], b"no clinic"
        if self.server.line.fresh:
            self.upstream.close()
            self.upstream = None
        return told

    def say(self, status: int, headers: list[tuple[str, str]], body: bytes) -> int:
        """Answer the phone."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return status

    def finish(self) -> None:
        """The phone hung up."""
        if self.upstream is not None:
            self.upstream.close()
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Not a word."""
