"""Engine: the one way to a database, set so that an acknowledged write survives a crash; less is refused."""

import sqlite3
from typing import Any

from sqlalchemy import Connection as Connected
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

BUSY_MS = 10_000
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MS}",  # first: going into WAL mode may have to wait as well
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, not only forgotten
    "PRAGMA recursive_triggers = ON",  # without it INSERT OR REPLACE slips past the append-only triggers
)
FULL = 2  # SQLite's number for synchronous = FULL
WRITE = {"sqlite_begin": "IMMEDIATE"}


class Unsafe(Exception):
    """Something with which the tracker must not start, or could lose what it acknowledged; the message is one line."""


def connect(url: str, **options: Any) -> Engine:
    """An engine for this URL, tuned; raises Unsafe for one that means nothing, or needs a package that is not here."""
    try:
        engine = create_engine(url, **options)
    except NoSuchModuleError:
        raise Unsafe("TRACKER_DATABASE_URL names a kind of database that is not known here") from None
    except ModuleNotFoundError as error:
        raise Unsafe(f"TRACKER_DATABASE_URL needs a Python package that is not installed: {error.name}") from None
    tune(engine)
    return engine


def tune(engine: Engine) -> None:
    """Set every SQLite connection of this engine durable, and let transactions say how they begin."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_durable)
        event.listen(engine, "begin", _begin)


def check_durable(engine: Engine) -> None:
    """Raise Unsafe unless a commit is on disk before it is acknowledged."""
    with engine.connect() as connection:
        ask = connection.exec_driver_sql
        if engine.dialect.name != "sqlite":
            if ask("SHOW synchronous_commit").scalar() not in ("on", "remote_apply", "remote_write"):
                raise Unsafe("PostgreSQL has synchronous_commit off: an acknowledged answer could be lost.")
            return
        if ask("PRAGMA journal_mode").scalar() != "wal":
            raise Unsafe("SQLite is not in WAL mode: an acknowledged answer could be lost.")
        if (ask("PRAGMA synchronous").scalar() or 0) < FULL:
            raise Unsafe("SQLite has synchronous below FULL: an acknowledged answer could be lost.")


def begin_write(db: Session) -> None:
    """Begin a transaction that holds the write lock from its first statement on.

    A SQLite transaction that starts by reading cannot always be turned into a writing one, so an open one ends first.
    """
    if db.new or db.dirty or db.deleted:
        raise RuntimeError("a service was called with unsaved changes in its session")
    db.rollback()
    db.connection(execution_options=WRITE)


def one_look(db: Session) -> None:
    """From here on the transaction sees one moment of the store, however long it reads."""
    db.rollback()
    if db.get_bind().dialect.name == "postgresql":
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def forget(db: Session) -> None:
    """After an erasure: let SQLite's log go as well, which still holds what the file no longer does.

    It goes at once unless somebody reads just then; then with the next write.
    """
    engine = db.get_bind().engine
    if engine.dialect.name == "sqlite":
        db.rollback()  # inside a transaction the log cannot go
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        connection.close()


def _set_durable(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the driver's own BEGIN comes too late and cannot be IMMEDIATE
        for pragma in PRAGMAS:
            connection.execute(pragma).close()


def _begin(connection: Connected) -> None:
    """Straight to the driver: a request begins twice, and a statement of SQLAlchemy's takes ten times as long."""
    begin = f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}"
    try:
        connection.connection.cursor().execute(begin).close()
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error
