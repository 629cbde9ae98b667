"""The engine: durable or not at all; readings and the trail are written once."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from tests.storage.universe import NOW
from tracker.services import log
from tracker.storage import AuditEvent, Clinic, Course, Reading
from tracker.storage.engine import Unsafe, begin_write, check_durable, connect

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


@pytest.mark.sqlite
@pytest.mark.parametrize(("name", "value"), PRAGMAS.items())
def test_every_connection_is_durable(engine: Engine, name: str, value: object):
    with engine.connect() as one, engine.connect() as two:
        assert one.exec_driver_sql(f"PRAGMA {name}").scalar() == value
        assert two.exec_driver_sql(f"PRAGMA {name}").scalar() == value


def test_a_durable_engine_passes_the_check(engine: Engine):
    check_durable(engine)


@pytest.mark.parametrize("pragma", ["synchronous = NORMAL", "synchronous = OFF", "journal_mode = DELETE"])
def test_less_is_refused_in_one_line(tmp_path: Path, pragma: str):
    engine = connect(f"sqlite:///{tmp_path / 'weak.sqlite3'}")
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}").close())
    with pytest.raises(Unsafe, match="could be lost") as refused:
        check_durable(engine)
    assert "\n" not in str(refused.value)
    engine.dispose()


@pytest.mark.sqlite
def test_a_writer_holds_the_lock_from_its_first_statement(engine: Engine):
    with Session(engine) as one, Session(engine) as two:
        begin_write(one)
        two.connection().exec_driver_sql("PRAGMA busy_timeout = 50")
        two.rollback()
        with pytest.raises(OperationalError, match="locked"):
            begin_write(two)


def test_a_session_that_has_read_may_write_after_another_has_written(engine: Engine, db: Session, universe):
    with Session(engine) as stale:
        stale.scalars(select(Clinic)).all()
        log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
        assert log.reading(stale, actor=universe.actors["eve"], now=NOW, **universe.score()).created


def test_a_service_refuses_a_session_with_unsaved_changes(db: Session):
    db.add(Clinic(id=uuid4(), slug="x", name="x", timezone="UTC", emergency_number="1", created_at=NOW))
    with pytest.raises(RuntimeError, match="unsaved"):
        begin_write(db)


@pytest.mark.parametrize("table", ["reading", "audit_event"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET id = id",
        "DELETE FROM {}",
        pytest.param("REPLACE INTO {0} SELECT * FROM {0}", marks=pytest.mark.sqlite),
        pytest.param("TRUNCATE {} CASCADE", marks=pytest.mark.postgresql),
    ],
)
def test_what_is_written_once_is_never_changed(db: Session, universe, table: str, change: str):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
    with pytest.raises(IntegrityError, match="append-only"):
        db.execute(text(change.format(table)))


def test_a_reading_cannot_belong_to_a_course_of_another_clinic(db: Session, universe):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
    row = dict(db.execute(select(*Reading.__table__.c)).mappings().one())
    row |= {"id": uuid4(), "clinic_id": universe.clinics["maple"]}
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        db.execute(insert(Reading).values(**row))


BROKEN = {
    "kind": "sometimes",
    "side": "middle",
    "entered_by": "nobody",
    "value": 11,
    "retracted": True,
    "instrument_version": None,
}


@pytest.mark.parametrize(("column", "value"), BROKEN.items())
def test_the_database_refuses_what_services_let_through(db: Session, universe, column: str, value: object):
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())
    row = dict(db.execute(select(*Reading.__table__.c)).mappings().one()) | {"id": uuid4(), column: value}
    with pytest.raises(IntegrityError):
        db.execute(insert(Reading).values(**row))


def test_a_moment_without_offset_is_a_bug(db: Session, universe):
    with pytest.raises(StatementError, match="offset"):
        db.execute(select(AuditEvent).where(AuditEvent.at == datetime(2026, 1, 1)))  # noqa: DTZ001


def test_a_moment_comes_back_in_utc(db: Session, universe):
    assert {row.isoformat() for row in db.scalars(select(Course.created_at))} == {NOW.isoformat()}


@pytest.mark.parametrize(
    ("url", "said"), [("oracle9://x/y", "not known here"), ("mysql://x/y", "not installed: MySQLdb")]
)
def test_a_database_that_cannot_be_used_here_is_said_in_one_line(url: str, said: str):
    with pytest.raises(Unsafe, match=said):
        connect(url)
