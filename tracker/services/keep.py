"""Keep: a copy of the whole store in one file, taken while it is in use, and put back on an empty machine.

SQLite only; PostgreSQL brings pg_dump. What was erased since a copy was taken is in that copy: docs/hosting.md.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.orm import Session as Database

from tracker.services.errors import Invalid

ONLY_SQLITE = "This database is no SQLite file: use pg_dump and pg_restore (docs/hosting.md)."


def backup(db: Database, *, to: Path) -> int:
    """Write the store as it stands into a new file that only its owner reads; its size in bytes."""
    engine = db.get_bind().engine
    if engine.dialect.name != "sqlite":
        raise Invalid("not_sqlite", ONLY_SQLITE)
    if to.exists():
        raise Invalid("file_exists", "There is such a file already: a backup never overwrites anything.")
    draft = to.with_name(f".{to.name}.part")
    try:
        connection = engine.raw_connection()
        with closing(connection):
            connection.cursor().execute("VACUUM INTO ?", (str(_private(draft)),)).close()
        _check(draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        os.link(draft, to)  # fails where somebody was faster
    except OSError as error:
        raise Invalid("unwritable", f"The file cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
    return to.stat().st_size


def restore(file: Path, *, to: Path) -> None:
    """Put a backup where the store belongs; refused where a store is, and for a file that is no whole backup."""
    if _holds_something(to):
        raise Invalid("store_exists", "There is a database already: restore into an empty data folder.")
    _check(file)
    draft = to.with_name(f".{to.name}.part")
    try:
        shutil.copyfile(file, _private(draft))
        with draft.open("rb+") as copied:
            os.fsync(copied.fileno())
        for beside in ("-wal", "-shm"):
            to.with_name(to.name + beside).unlink(missing_ok=True)
        draft.replace(to)
    except OSError as error:
        raise Invalid("unwritable", f"The file cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def _holds_something(path: Path) -> bool:
    """Whether a database stands there; the empty file that starting makes is none."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,)
    except sqlite3.Error:
        return True


def _check(file: Path) -> None:
    """A whole SQLite file of ours, or a refusal."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ours = connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    except sqlite3.Error:
        sound = ours = False
    if not (sound and ours):
        raise Invalid("no_backup", "This file is no whole backup of the tracker.")


def _private(path: Path) -> Path:
    """A new empty file for its owner alone; nothing of an earlier try stays in it."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path
