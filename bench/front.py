"""Front: the web server of docs/hosting before a port of this machine, with a certificate of its own.

Phones reach the tracker over HTTPS and HTTP/2: what a line of many small files costs is only seen there.
"""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import free_port

CADDYFILE = Path(__file__).parents[1] / "docs/hosting/Caddyfile"
WAIT = 60  # seconds


def caddyfile(port: int, app: int, folder: Path) -> str:
    """The Caddyfile with the names of this machine, no public certificate and nothing left behind."""
    told = CADDYFILE.read_text()
    assert told.count("tracker.example.org") == told.count("127.0.0.1:8000") == 1
    told = told.replace("tracker.example.org {", f"localhost:{port} {{\n\ttls internal")
    aside = ("admin off", "auto_https disable_redirects", "skip_install_trust", f"storage file_system {folder}")
    head = "".join(f"\t{line}\n" for line in aside)
    return f"{{\n{head}}}\n" + told.replace("127.0.0.1:8000", f"127.0.0.1:{app}")


def missing() -> str:
    """Why nothing can be put in front; empty where it can."""
    return "" if shutil.which("caddy") else "no Caddy on this machine (apt-get install caddy)"


@contextmanager
def in_front_of(app: int, folder: Path, beside: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """The https addresses of the port and of a site `beside` it, whose part of the Caddyfile is made for its port."""
    port, other = free_port(), free_port()
    (folder / "Caddyfile").write_text(caddyfile(port, app, folder / "caddy") + beside(other))
    with (folder / "caddy.log").open("wb") as log:
        command = ["caddy", "run", "--config", str(folder / "Caddyfile")]
        front = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until = time.monotonic() + WAIT
        while not (answers(port) and answers(other)):
            assert front.poll() is None, (folder / "caddy.log").read_text()
            assert time.monotonic() < until, (folder / "caddy.log").read_text()
            time.sleep(0.1)
        yield f"https://localhost:{port}", f"https://localhost:{other}"
    finally:
        front.terminate()
        front.wait(WAIT)


def answers(port: int) -> bool:
    """Whether it speaks TLS by now."""
    context = ssl._create_unverified_context()
    try:
        with socket.create_connection(("localhost", port), timeout=5) as line:
            context.wrap_socket(line, server_hostname="localhost").close()
    except OSError:
        return False
    return True
