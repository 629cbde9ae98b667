"""Keep: a backup taken in use is whole; put back on an empty machine all is the same; anything else is refused."""

import hashlib
import os
import sqlite3
import stat
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.test_cli import ADMIN, CREATE, run
from tests.web.world import settings
from tracker.app import create_app
from tracker.services.epoch import epoch
from tracker.storage import Base, Clinic, Store
from tracker.storage.engine import connect
from tracker.web.database import db, session


def house(folder: Path) -> Flask:
    folder.mkdir(exist_ok=True)
    return create_app(settings(folder))


@pytest.fixture
def full(tmp_path: Path) -> Flask:
    """A store with a clinic in it."""
    made = house(tmp_path / "full")
    with made.app_context():
        flask_migrate.upgrade()
    assert run(made, *CREATE, *ADMIN).exit_code == 0
    return made


def tables(path: Path) -> dict[str, str]:
    """Table → hash of its rows; the epoch is a new one after a restore."""
    engine = connect(f"sqlite:///{path}")
    with Session(engine) as store:
        rows = {t.name: sorted(map(repr, store.execute(select(t)))) for t in Base.metadata.sorted_tables}
    engine.dispose()
    return {n: hashlib.sha256("\n".join(r).encode()).hexdigest() for n, r in rows.items() if n != Store.__tablename__}


def test_a_backup_put_back_on_an_empty_machine_is_the_same_with_a_new_epoch(full: Flask, tmp_path: Path):
    file = tmp_path / "backup.sqlite3"
    assert run(full, "backup", str(file)).exit_code == 0
    with full.app_context():
        before = epoch(session())
    empty = house(tmp_path / "empty")
    done = run(empty, "restore", str(file))
    assert (done.exit_code, "Restored." in done.output) == (0, True), done.output
    assert tables(tmp_path / "empty/tracker.sqlite3") == tables(tmp_path / "full/tracker.sqlite3")
    with empty.app_context():
        assert epoch(session()) != before
        db.engine.dispose()


def test_a_backup_is_for_its_owner_alone_and_holds_what_is_still_in_the_log(full: Flask, tmp_path: Path):
    file = tmp_path / "backup.sqlite3"
    run(full, "backup", str(file))
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with sqlite3.connect(file) as copy:
        assert copy.execute("SELECT count(*) FROM clinic").fetchone() == (1,)
    assert list(tmp_path.glob(".*.part")) == []


def test_a_backup_overwrites_nothing(full: Flask, tmp_path: Path):
    file = tmp_path / "backup.sqlite3"
    file.write_text("dear")
    done = run(full, "backup", str(file))
    assert (done.exit_code, file.read_text()) == (1, "dear")


def test_a_backup_that_cannot_be_written_says_so(full: Flask, tmp_path: Path):
    assert run(full, "backup", str(tmp_path / "nowhere" / "backup.sqlite3")).exit_code == 1


def test_a_store_is_never_overwritten(full: Flask, tmp_path: Path):
    file = tmp_path / "backup.sqlite3"
    run(full, "backup", str(file))
    assert run(full, *[*CREATE[:2], "elm", *CREATE[3:]], *ADMIN).exit_code == 0
    assert run(full, "restore", str(file)).exit_code == 1
    with full.app_context():
        assert len(session().scalars(select(Clinic)).all()) == 2


def broken(kind: str, file: Path) -> None:
    """A file that is no whole backup."""
    data = file.read_bytes()
    file.unlink()
    if kind == "another database":
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE t (a)")
    elif kind != "missing":
        file.write_bytes({"text": b"hello", "empty": b"", "cut short": data[: len(data) // 2]}[kind])


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "cut short", "another database"])
def test_a_wrong_file_fails_loudly_and_leaves_nothing(full: Flask, tmp_path: Path, kind: str):
    file = tmp_path / "backup.sqlite3"
    run(full, "backup", str(file))
    broken(kind, file)
    empty = house(tmp_path / "empty")
    done = run(empty, "restore", str(file))
    assert (done.exit_code, "no whole backup" in done.stderr) == (1, True)
    assert tables_of(tmp_path / "empty/tracker.sqlite3") == 0


def tables_of(path: Path) -> int:
    with sqlite3.connect(path) as store:
        return store.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
