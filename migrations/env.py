"""How Alembic reaches the database: through the application (`flask db …`), or an engine handed over (tests)."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, types
from sqlalchemy.orm import Session

from tracker.services.recompute import recompute
from tracker.storage import Base
from tracker.storage.base import Instant


def engine() -> Engine:
    """The one handed over, else the application's."""
    given = context.config.attributes.get("engine")
    return given if given is not None else current_app.extensions["migrate"].db.engine


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations stand on their own: our types as plain SQLAlchemy."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, types.Uuid):
        return "sa.Uuid()"
    return False


def run(connection: Connection) -> None:
    """All revisions in one transaction, and the outcome rows with them: a revision may change what is derived."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        before = heads()
        context.run_migrations()
        if before != heads() == set(context.script.get_heads()):
            rebuild(connection)


def heads() -> set[str]:
    """The revisions at which the database stands."""
    return set(context.get_context().get_current_heads())


def rebuild(connection: Connection) -> None:
    """Outcome rows that differ from their readings, anew; what `recompute` commits is a savepoint of the migration."""
    with Session(connection, join_transaction_mode="create_savepoint") as db:
        recompute(db)


def online() -> None:
    """Migrate. SQLite rebuilds tables to change them: their references are checked at the end, not on the way."""
    with engine().connect() as connection:
        if connection.dialect.name != "sqlite":
            run(connection)
            return
        raw: Any = connection.connection.dbapi_connection  # before any transaction: inside one the pragma does nothing
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            run(connection)
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys = ON")
        if broken:
            raise RuntimeError(f"{len(broken)} rows refer to rows that are gone")


if context.is_offline_mode():
    raise SystemExit("Migrations need a database: they look at what is there.")
online()
