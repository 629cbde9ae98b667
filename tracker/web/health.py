"""Health: whether the process is up, and whether it can take an entry."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app

from tracker.services.errors import Unready
from tracker.storage import engine as storage
from tracker.web.database import db
from tracker.web.doors import admits

blp = Blueprint("health", __name__)


@blp.get("/healthz")
@admits("anonymous")
def alive() -> dict[str, str]:
    """The process is up."""
    return {"status": "up"}


@blp.get("/readyz")
@admits("anonymous")
def ready() -> dict[str, str]:
    """The database is reachable, durable and migrated; 503 with the reason otherwise."""
    try:
        storage.check_durable(db.engine)
    except storage.Unsafe:
        raise Unready("database_unsafe", "The database could lose an entry.", retry="later") from None
    if not migrated():
        raise Unready("database_not_migrated", "Run `flask --app wsgi db upgrade`.", retry="later")
    return {"status": "ready"}


def migrated() -> bool:
    """Whether the database stands at the newest migration."""
    with db.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory(current_app.config["MIGRATIONS"]).get_heads())


def init_app(app: Flask) -> None:
    """Answer whoever watches the process."""
    app.register_blueprint(blp)
