"""The application factory: settings in, a WSGI application out, in the order in which a request meets the parts."""

import gc
import logging

from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from tracker import cli, instrument, serve, token
from tracker.config import ROOT, Settings
from tracker.jobs import export_command, worker
from tracker.storage import engine as storage
from tracker.web import (
    account,
    api,
    beside,
    clinic,
    database,
    desk,
    doors,
    errors,
    exports,
    headers,
    health,
    home,
    imports,
    join,
    journal,
    kiosk,
    mine,
    origins,
    patient,
    people,
    planning,
    practitioner,
    rating,
    reminders,
    security,
    shared,
    shell,
    signing,
    static_files,
    summary_files,
    team,
    today,
    tokens,
    tongue,
    trail,
    treatment,
    worklist,
)
from tracker.web import (
    settings as setting_pages,
)

PAGES = (
    *(home, join, patient, people, mine, reminders, shared),
    *(practitioner, worklist, treatment, planning, beside, rating),
    *(clinic, summary_files, desk, exports, imports, signing, origins, today, kiosk, shell),
    *(setting_pages, team, tokens, trail),
)
PARTS = (journal, headers, errors, database, imports, account, doors, security, health, api, static_files, tongue)
FORM_LIMIT = 64 * 1024  # bytes of a body; the batch of readings sets its own
OBJECTS = 100_000  # made between two looks for cycles that nobody holds; Python's own 700 are reached by a page of rows


def create_app(settings: Settings | None = None) -> Flask:
    """The application; raises Unsafe, with one line, rather than start where a reading could be lost."""
    settings = settings or Settings.from_environment()
    gc.set_threshold(OBJECTS)
    app = Flask("tracker", static_folder=None, template_folder="web/templates")
    app.config.update(configuration(settings))
    for part in PARTS:
        part.init_app(app)
    for page in PAGES:
        app.register_blueprint(page.blp)
    cli.register(app)
    app.cli.add_command(serve.serve)
    app.cli.add_command(instrument.instrument)
    app.cli.add_command(token.token)
    app.cli.add_command(worker.worker)
    app.cli.add_command(export_command.export_file)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    check(app)
    return app


def configuration(settings: Settings) -> dict[str, object]:
    """Flask's own configuration, from the settings."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "MIGRATIONS": str(ROOT / "migrations"),
        "MAX_CONTENT_LENGTH": FORM_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.tls else "session",
        "SESSION_COOKIE_SECURE": settings.tls,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if settings.tls else "http",
    }


def check(app: Flask) -> None:
    """Refuse a database that could lose an acknowledged reading; one that is away is /readyz's business."""
    with app.app_context():
        try:
            storage.check_durable(database.db.engine)
        except OperationalError:
            logging.getLogger("tracker").warning("the database cannot be reached yet")
        finally:
            database.db.engine.dispose()  # forked workers must not share a connection
