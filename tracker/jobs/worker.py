"""`flask worker`: does the jobs, beside the server or on any other machine with the same database and settings."""

import logging
from contextlib import suppress

import click
from flask import Flask, current_app

from tracker.cli import migrated, polite
from tracker.jobs import queue
from tracker.web.database import db

THREADS = 4  # a push service or a mail server that is slow holds up one of them


@click.command("worker")
@click.option("--once", is_flag=True, help="Do all that is due now, then end.")
@polite
@migrated
def worker(once: bool) -> None:
    """Send reminders until told to stop. Several may run: each message goes out once."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if once:
        for job in queue.EACH_MINUTE.values():
            job()
        return
    db.engine.dispose()
    logging.getLogger("huey").setLevel(logging.CRITICAL)  # it would tell what was called, and every tick
    consumer = queue.queue(app).create_consumer(workers=THREADS, graceful_signal="TERM", max_delay=1.0)
    click.echo("The worker waits for what is due. Stop it with Ctrl-C.", err=True)
    with suppress(KeyboardInterrupt):  # before it listens for signals; it ends all the same
        consumer.run()
