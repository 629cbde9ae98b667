"""`flask serve`, what `make run` calls: migrate, load the demo clinic once, print sign-in links, serve."""

from typing import Any

import click
import flask_migrate
from flask import Flask
from gunicorn.app.base import BaseApplication

from tracker.cli import demo_links
from tracker.services import clock, demo
from tracker.web.database import db, session

WORKERS, THREADS = 2, 4


class Server(BaseApplication):
    """Gunicorn around an application that is already made, so that it is imported once."""

    def __init__(self, app: Flask, port: int) -> None:
        self.app, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        chosen: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
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
        click.echo("One-time sign-in links of the synthetic demo clinic (each works once; `make run` prints new ones):")
        with self.app.app_context():
            for who, url in demo_links(session()).items():
                click.echo(f"  {who.replace('_', ' '):13} {url}")
            db.engine.dispose()
        click.echo("\nStop it with Ctrl-C.")


@click.command("serve")
@click.pass_context
def serve(context: click.Context) -> None:
    """Migrate, load the demo clinic once, serve on PORT (8000) and print one-time sign-in links."""
    app: Flask = context.obj.load_app()
    with app.app_context():
        flask_migrate.upgrade()
        demo.load(session(), now=clock.now())
        db.engine.dispose()  # forked workers must not share a connection
    Server(app, app.config["SETTINGS"].port).run()
