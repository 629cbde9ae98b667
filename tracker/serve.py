"""`flask serve`, what `make run` calls: migrate, load the demo clinic once, print sign-in links, serve.

For patients who are real, `--no-demo` leaves the demo clinic and its links out (docs/hosting.md).
"""

import socket
from typing import Any

import click
import flask_migrate
from flask import Flask
from gunicorn.app.base import BaseApplication

from tracker.cli import demo_links
from tracker.services import clock, demo
from tracker.web.database import db, session

HOST, WORKERS, THREADS = "127.0.0.1", 2, 4


class Server(BaseApplication):
    """Gunicorn around an application that is already made, so that it is imported once."""

    def __init__(self, app: Flask, port: int, demo_clinic: bool) -> None:
        self.app, self.port, self.demo_clinic = app, port, demo_clinic
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen: dict[str, Any] = {
            "bind": f"{HOST}:{self.port}",
            "loglevel": "warning",
            "workers": WORKERS,
            "threads": THREADS,
            "worker_class": "gthread",
            "control_socket_disable": True,
            "when_ready": self.greet,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application itself."""
        return self.app

    def greet(self, _arbiter: object) -> None:
        """Say where it is and how to get in, once the port is open."""
        click.echo(f"\nOutcome Tracker serves on http://localhost:{self.port}\n")
        if self.demo_clinic:
            self.invite()
        click.echo("Stop it with Ctrl-C.")

    def invite(self) -> None:
        """The demo clinic's links."""
        click.echo("One-time sign-in links of the synthetic demo clinic (each works once; `make run` prints new ones):")
        with self.app.app_context():
            for who, url in demo_links(session()).items():
                click.echo(f"  {who.replace('_', ' '):13} {url}")
            db.engine.dispose()
        click.echo("")


@click.command("serve")
@click.option("--demo/--no-demo", "demo_clinic", default=True, help="With the demo clinic and its links, or without.")
@click.pass_context
def serve(context: click.Context, demo_clinic: bool) -> None:
    """Migrate, load the demo clinic once, serve on PORT (8000) and print one-time sign-in links."""
    app: Flask = context.obj.load_app()
    port = app.config["SETTINGS"].port
    if not free(port):
        click.echo(
            f"Port {port} is in use here: stop what listens on it, or choose another: make run PORT=8080", err=True
        )
        context.exit(1)
    with app.app_context():
        flask_migrate.upgrade()
        if demo_clinic:
            demo.load(session(), now=clock.now())
        db.engine.dispose()  # forked workers must not share a connection
    Server(app, port, demo_clinic).run()


def free(port: int) -> bool:
    """Whether nobody listens on the port yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
