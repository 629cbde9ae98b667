"""`flask worker` as a process of its own: it sends what is due once, ends when it is told to, and begins again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.browser.conftest import ROOT
from tests.web.mailed import SEOUL, Mailed, mailed
from tests.web.world import SECRET, app, house, mould, world
from tracker.services.remind import wish
from tracker.storage import Message
from tracker.web.database import session

__all__ = ["app", "house", "mailed", "mould", "world"]

GREETING = "The worker waits for what is due."
PATIENCE = 60  # seconds on a machine that does other things too


def until(true: Callable[[], object], what: str) -> None:
    """Return once it is; fail where it never is."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def hears_ctrl_c() -> None:
    """As in a terminal: a run of the tests that was put into the background has it ignored, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Worker:
    """One run of it, on the data of a test."""

    def __init__(self, mailed: Mailed, log: Path) -> None:
        folder = mailed.app.config["SETTINGS"].data_dir
        told = {
            "DATA_DIR": str(folder),
            "SECRET_KEY": SECRET,
            "SMTP_URL": mailed.mails.url,
            "MAIL_FROM": "r@example.org",
        }
        environment = os.environ | {f"TRACKER_{name}": value for name, value in told.items()}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=hears_ctrl_c,
            )
        until(lambda: GREETING in log.read_text() or self.process.poll() is not None, "it never greeted")
        assert self.process.poll() is None, log.read_text()

    def end(self, how: signal.Signals) -> int:
        """Tell it to stop; the status it ends with."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Leave nothing behind, whatever became of the test."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)


@pytest.fixture
def worker(mailed: Mailed, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Starts one."""
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker(mailed, tmp_path / f"worker-{len(started)}.log"))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def somebody(mailed: Mailed, address: str) -> None:
    """Somebody whose check-in is to be recalled at the hour that has just struck."""
    since = datetime.now(UTC) - timedelta(days=2)
    with mailed.app.app_context():
        who = mailed.person(since, "en", {"condition": "low_back"}, address)
        hour = since.astimezone(SEOUL).hour
        wish.times(session(), actor=who, hour=hour, quiet_from=0, quiet_until=0, now=since)
    mailed.mails.got.clear()


def came(mailed: Mailed) -> Counter[str]:
    """Reminders by address."""
    return Counter(to for to, mail in mailed.mails.got if "/answer#" in mail.get_content())


def states(app: Flask) -> Counter[str]:
    """What the outbox holds, the codes left out."""
    with app.app_context():
        return Counter(row.state for row in session().query(Message).filter(Message.about != wish.CODE))


def test_a_due_mail_leaves_once_over_two_runs_of_the_worker(mailed: Mailed, worker: Callable[[], Worker]):
    somebody(mailed, "one@example.org")
    first = worker()
    until(lambda: came(mailed), "nothing was sent")
    until(lambda: states(mailed.app) == {"sent": 1}, "it was not written down")
    assert first.end(signal.SIGTERM) == 0, first.log.read_text()
    assert came(mailed) == {"one@example.org": 1}

    somebody(mailed, "two@example.org")  # whose mail shows that the second run has looked at everything that is due
    second = worker()
    until(lambda: came(mailed), "the second run sends nothing")
    until(lambda: states(mailed.app) == {"sent": 2}, "it was not written down")
    assert second.end(signal.SIGTERM) == 0, second.log.read_text()
    assert came(mailed) == {"two@example.org": 1}
    said = first.log.read_text() + second.log.read_text()
    assert not [word for word in ("example.org", "Traceback", "huey") if word in said], said


def test_a_mail_that_is_being_handed_over_is_finished_before_it_ends(mailed: Mailed, worker: Callable[[], Worker]):
    somebody(mailed, "slow@example.org")
    asked, gate = threading.Event(), threading.Event()
    mailed.mails.answer = lambda address, before: (asked.set(), gate.wait(PATIENCE)) and "250 OK"
    running = worker()
    assert asked.wait(PATIENCE)
    running.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    assert running.process.poll() is None, "it ended in the middle of a mail"
    gate.set()
    assert running.process.wait(PATIENCE) == 0
    assert came(mailed) == {"slow@example.org": 1}
    assert states(mailed.app) == {"sent": 1}


def test_ctrl_c_ends_it_as_its_greeting_says(mailed: Mailed, worker: Callable[[], Worker]):
    running = worker()
    assert running.end(signal.SIGINT) == 0, running.log.read_text()
    assert "Traceback" not in running.log.read_text()
