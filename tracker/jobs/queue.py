"""Queue: the jobs of one application, made when first needed: a queue made before a server forks would be shared."""

import logging
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy import make_url

from tracker.jobs import exports, imports, reminders, worklist

log = logging.getLogger("tracker.jobs")

EACH_MINUTE: dict[str, Callable[[], Any]] = {
    "reminders": reminders.tick,
    "worklist": worklist.tick,
    "exports": exports.tick,
    "imports": imports.tick,
}
SOON: dict[str, Callable[[], Any]] = {"send": reminders.send, "export": exports.make}


def queue(app: Flask) -> Huey:
    """The application's queue, with its jobs."""
    if "queue" not in app.extensions:
        settings = app.config["SETTINGS"]
        app.extensions["queue"] = made = storage(settings.database_url, settings.data_dir)
        for name, job in EACH_MINUTE.items():
            made.periodic_task(crontab(minute="*"), name=name)(within(app, job))
        app.extensions["jobs"] = {name: made.task(name=name)(within(app, job)) for name, job in SOON.items()}
    return app.extensions["queue"]


def storage(database_url: str, folder: Path) -> Huey:
    """Where a queue lives: beside the data."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("tracker", dsn=dsn, results=False)
    return SqliteHuey("tracker", filename=str(folder / "jobs.sqlite3"), results=False)


def within(app: Flask, job: Callable[[], Any]) -> Callable[[], None]:
    """A job with the application around it. What goes wrong is told without any value, as everywhere."""

    @wraps(job)
    def run() -> None:
        with app.app_context():
            try:
                job()
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                log.error("job %s: %s at %s:%s", job.__name__, type(error).__name__, where.name, where.lineno)

    return run


def soon(name: str) -> None:
    """Ask a worker to do this now rather than at the next tick; without a worker or a queue the rows wait for one."""
    try:
        queue(current_app._get_current_object())  # type: ignore[attr-defined]
        current_app.extensions["jobs"][name]()
    except Exception as error:  # what was saved is saved, whatever becomes of the queue
        log.warning("queue: %s", type(error).__name__)
