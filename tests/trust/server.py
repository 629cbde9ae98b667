"""A real server in a process group of its own, on a data folder that outlives it: started, killed, started again."""

import http.client
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT
from tests.web.world import SECRET

SERVE = ("--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--log-level", "critical")


@dataclass
class Server:
    """gunicorn with two processes; `application` is what it serves."""

    folder: Path
    port: int
    application: str = "wsgi:app"
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        environment = os.environ | {"TRACKER_DATA_DIR": str(self.folder), "TRACKER_SECRET_KEY": SECRET}
        command = [sys.executable, "-m", "gunicorn", self.application, *SERVE, "--bind", f"127.0.0.1:{self.port}"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet, start_new_session=True
        )
        for _ in range(600):
            if self.answers():
                return
            time.sleep(0.1)
        pytest.fail("the server did not come back")

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            return ask(self.port, "GET", "/readyz")[0] == 200
        except OSError:
            return False

    def kill(self) -> None:
        """End the whole group without a word."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)


def ask(port: int, method: str, path: str, body: str | None = None, cookie: str = "") -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", "Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
