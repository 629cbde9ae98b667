"""docs/hosting as it is written: the Caddyfile before a server without the demo clinic, over TLS; the units verify."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.front import caddyfile

pytestmark = pytest.mark.xdist_group("hosting")  # one site for all

ROOT = Path(__file__).parents[2]
HOSTING = ROOT / "docs/hosting"
FORGED = "203.0.113.66"
NO_CADDY = "no Caddy on this machine: apt-get install caddy"
NO_SYSTEMD = "no systemd-analyze on this machine: apt-get install systemd"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Site:
    """What people reach: Caddy on localhost, over TLS with a certificate of its own."""

    folder: Path
    port: int
    app: int
    environment: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **form: str):
        """One request; cookies are kept as a browser keeps them."""
        context = ssl._create_unverified_context()
        line = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=20)
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items()), **(headers or {})}
        body = urlencode(form) if form else None
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(line):
            line.request(method, path, body, sent)
            answer = line.getresponse()
            text = answer.read().decode()
        for set_ in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(set_).items()}
        return answer, text

    def flask(self, *words: str) -> str:
        """A command in the same environment."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout


def settings(port: int, app: int, folder: Path) -> dict[str, str]:
    """The environment file with the names of this machine."""
    told = (HOSTING / "tracker.env").read_text()
    pairs = dict(line.split("=", 1) for line in told.splitlines() if line and not line.startswith("#"))
    assert pairs["TRACKER_PROXIES"] == "1"
    pairs |= {"TRACKER_DATA_DIR": str(folder), "PORT": str(app), "TRACKER_PUBLIC_URL": f"https://localhost:{port}"}
    return os.environ | pairs


def start(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def wait_for(log: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while words not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """The unit's command, and Caddy in front of it."""
    if shutil.which("caddy") is None:
        pytest.skip(NO_CADDY)
    folder = tmp_path_factory.mktemp("hosted")
    port, app = free_port(), free_port()
    environment = settings(port, app, folder)
    unit = (HOSTING / "tracker.service").read_text()
    words = re.search(r"ExecStart=/srv/tracker/\.venv/bin/flask (.*)", unit)
    assert words
    (folder / "Caddyfile").write_text(caddyfile(port, app, folder / "caddy"))
    log = folder / "server.log"
    server = start([sys.executable, "-m", "flask", *words[1].split()], log, environment | {"PYTHONUNBUFFERED": "1"})
    front = start(["caddy", "run", "--config", str(folder / "Caddyfile")], folder / "caddy.log", environment)
    try:
        wait_for(log, "Stop it with Ctrl-C", server)
        wait_for(folder / "caddy.log", "serving initial configuration", front)
        yield Site(folder, port, app, environment)
        stop(server)
        check_without_server(Site(folder, port, app, environment))
    finally:
        stop(front)
        stop(server)


def check_without_server(site: Site) -> None:
    """While the tracker is away, Caddy says so in a way that phones try again."""
    answer, text = site.ask("GET", "/app")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "Your entries wait on your phone." in text


def test_there_is_no_demo_clinic(site: Site):
    assert "demo" not in (site.folder / "server.log").read_text()
    with sqlite3.connect(site.folder / "tracker.sqlite3") as store:
        assert store.execute("SELECT count(*) FROM clinic").fetchone() == (0,)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/app", "/sw.js", "/shared", "/"])
def test_what_everybody_may_open_is_there_under_tls_with_every_header(site: Site, path: str):
    answer, _ = site.ask("GET", path)
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_manifest_and_compressed_static_files_are_served(site: Site):
    _, page = site.ask("GET", "/app")
    found = re.search(r'href="(/static/[^"]+\.webmanifest)"', page)
    assert found
    answer, text = site.ask("GET", found[1])
    assert (answer.status, '"icons"' in text) == (200, True)
    assert "immutable" in answer.headers["Cache-Control"]


def test_signed_in_over_tls_every_cookie_is_bound_to_the_host_and_no_claimed_address_is_believed(site: Site):
    create = ("clinic", "create", "oak", "--name", "Oak", "--timezone", "Europe/Berlin", "--emergency-number", "112")
    link = site.flask(*create, "--admin", "boss@oak.test").strip()
    assert link.startswith(f"https://localhost:{site.port}/sign-in#")
    _, page = site.ask("GET", "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    forged = {"X-Forwarded-For": FORGED, "X-Forwarded-Proto": "http", "Origin": f"https://localhost:{site.port}"}
    answer, _ = site.ask("POST", "/sign-in", forged, csrf_token=token[1], code=link.split("#")[1])
    assert answer.status == 303
    told = [line for line in answer.headers.get_all("Set-Cookie") or () if "Max-Age=0" not in line]
    assert told
    assert all(line.startswith("__Host-") and "Secure" in line and "HttpOnly" in line for line in told)
    assert site.ask("GET", "/clinic/roster")[0].status == 200
    with sqlite3.connect(site.folder / "tracker.sqlite3") as store:
        sources = {row[0] for row in store.execute("SELECT source FROM audit_event WHERE action = 'link.redeem'")}
    assert sources, "the trail tells from where"
    assert sources <= {"127.0.0.1", "::1"}, "the address that Caddy saw, not the claimed one"


def test_neither_log_names_anybody(site: Site):
    site.ask("GET", "/sign-in?CANARY=1", {"X-Forwarded-For": FORGED})
    for log in ("server.log", "caddy.log"):
        text = (site.folder / log).read_text()
        assert [word for word in ("CANARY", FORGED, "boss@oak.test") if word in text] == []


def test_a_backup_can_be_taken_while_it_serves(site: Site):
    assert "bytes written" in site.flask("backup", str(site.folder / "night.sqlite3"))


@pytest.mark.parametrize("unit", sorted(p.name for p in HOSTING.glob("tracker*.*") if p.suffix != ".env"))
def test_the_units_verify(tmp_path: Path, unit: str):
    if shutil.which("systemd-analyze") is None:
        pytest.skip(NO_SYSTEMD)
    for file in HOSTING.glob("tracker*.*"):
        here = file.read_text().replace("/srv/tracker", str(ROOT))
        (tmp_path / file.name).write_text(re.sub(r"^(User|Group)=.*\n", "", here, flags=re.MULTILINE))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_file_of_the_folder_is_named_on_the_page():
    page = (ROOT / "docs/hosting.md").read_text()
    assert [file.name for file in HOSTING.iterdir() if f"hosting/{file.name}" not in page] == []
