"""Migrations: what they build is what the models say, up, down and up again, with data in it."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.moulds import Mould
from tests.storage.universe import NOW, TODAY, Universe
from tracker.evidence.edition import edition
from tracker.evidence.library import library
from tracker.science.scales import Instrument
from tracker.services import access, declare, log, sign_off, token
from tracker.services.recompute import recompute
from tracker.storage import Base, Outcome
from tracker.storage.engine import connect

FROZEN = ("reading", "milestone", "consent", "co_treatment", "assessment", "audit_event", "erasure")
FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def config(engine: Engine) -> Config:
    made = Config(FOLDER / "alembic.ini")
    made.attributes["engine"] = engine
    return made


def revisions() -> list[str]:
    """Oldest first."""
    return [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()][::-1]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    made = connect(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield made
    made.dispose()


@pytest.fixture
def full(populated: tuple[Mould, Universe], tmp_path: Path) -> Iterator[Engine]:
    """A database of the models with data in every floor of it, said to stand at the newest revision."""
    made, universe = connect(populated[0].copy(tmp_path)), populated[1]
    with Session(made) as db:
        told = universe.score(kind="before", session_id=universe.visit("eve"))
        log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
        log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score(supersedes=told["id"], value=0))
        link = access.issue_link(db, actor=universe.actors["amy"], patient_id=universe.people["eve"], now=NOW)
        access.redeem(db, token=link, now=NOW)
        declare.declare(db, actor=universe.actors["amy"], instrument=Instrument("mood", 0, 100), now=NOW)
    command.stamp(config(made), "head")
    yield made
    made.dispose()


@pytest.fixture
def dosed(full: Engine, universe: Universe) -> Engine:
    """The same with what later revisions brought: their tables go on the way down, with all that is in them."""
    with Session(full) as db:
        _dose(db, universe)
    return full


def _dose(db: Session, universe: Universe) -> None:
    """A session with its needles, one merged into it, a consent, a medicine, a reaction and its assessment."""
    course, on = {"course_id": universe.courses["eve"]}, {"actor": universe.actors["cho"], "now": NOW}
    visits = [universe.visit("eve", number=n) for n in (1, 2)]
    log.consent(db, id=uuid4(), product="herbal", answer="given", answered_on=TODAY, **course, **on)
    told: dict[str, Any] = {"needling": {"needles": 12, "depth_mm": 5.7}, "minutes": 40, "product": "herbal"}
    told["modalities"] = ["pharmacopuncture"]
    log.session(db, id=visits[0], held_on=TODAY, practitioner="Dr Cho", **told, **course, **on)
    log.session(db, id=visits[1], held_on=TODAY, number=2, **course, **on)
    log.merge(db, session_id=visits[1], into=visits[0], **on)
    log.co_treatment(db, id=uuid4(), kind="medicine", code="opioid", begun_on=TODAY, **course, **on)
    reaction = log.reaction(db, id=uuid4(), occurred_on=TODAY, code="bruise", **course, **on)
    log.assessment(db, id=uuid4(), reaction_id=reaction.id, grade=1, **on)


def ddl(engine: Engine) -> dict[str, str]:
    """Name → statement, spaces and the order of constraints set aside."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {name: normal(sql) for name, sql in rows if name != "alembic_version"}


def normal(sql: str) -> str:
    """SQLite writes the name of a table it rebuilt in quotes."""
    head, _, body = re.sub(r"\s+", " ", sql).partition("(")
    parts = re.split(r",(?![^()]*\))", body)
    return head.replace('"', "").strip() + "(" + ",".join(sorted(part.strip(" )") for part in parts))


def content(engine: Engine) -> dict[str, tuple[int, str]]:
    """Table → number of rows and the hash of what is in them."""
    found = {}
    with engine.connect() as connection:
        for table in tables():
            rows = sorted(map(repr, connection.execute(select(table)).all()))
            found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def test_migrations_build_what_the_models_say(empty: Engine, full: Engine):
    command.upgrade(config(empty), "head")
    assert ddl(empty) == ddl(full)


def test_the_comparison_sees_checks_and_triggers(full: Engine):
    statements = ddl(full)
    assert "CHECK" in statements["reading"]
    assert {name for name in statements if "_no_" in name} == {
        f"{table}_no_{verb}" for table in FROZEN for verb in ("update", "delete")
    }


def test_the_comparison_sees_a_missing_check(empty: Engine, full: Engine):
    command.upgrade(config(empty), "head")
    with empty.begin() as connection:
        connection.execute(text("DROP TABLE place"))
        connection.execute(text("CREATE TABLE place (clinic_id CHAR(32))"))
    assert ddl(empty)["place"] != ddl(full)["place"]


def test_down_leaves_nothing_behind(empty: Engine):
    command.upgrade(config(empty), "head")
    command.downgrade(config(empty), "base")
    assert ddl(empty) == {}


def test_the_newest_again_changes_nothing(full: Engine):
    before = content(full)
    command.upgrade(config(full), "head")
    assert content(full) == before
    assert before["reading"][0] == 2


def test_every_revision_after_the_first_keeps_data_down_and_up(full: Engine):
    before, statements = content(full), ddl(full)
    for revision in revisions()[:0:-1]:
        command.downgrade(config(full), f"{revision}-1")
    command.upgrade(config(full), "head")
    assert (content(full), ddl(full)) == (before, statements)


def test_rows_taken_out_go_in_again_after_down_and_up(full: Engine):
    before = content(full)
    with full.connect() as connection:
        rows = {table: [dict(r) for r in connection.execute(select(table)).mappings()] for table in tables()}
    command.downgrade(config(full), "base")
    command.upgrade(config(full), "head")
    with full.begin() as connection:
        for table in tables():
            _put(connection, table, rows[table])
    assert content(full) == before


def test_rows_of_later_tables_go_in_again_too(dosed: Engine):
    test_rows_taken_out_go_in_again_after_down_and_up(dosed)


def test_tables_with_rows_in_them_go_down_and_leave_the_others_as_they_are(dosed: Engine):
    before = content(dosed)
    command.downgrade(config(dosed), "0010")
    command.upgrade(config(dosed), "head")
    after = content(dosed)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"session", "consent", "co_treatment", "assessment"}
    assert after["session"][0] == before["session"][0]


def test_what_programs_did_stays_in_the_trail_without_them(full: Engine, universe: Universe):
    """On the way down a program becomes the operator; the trail is frozen before and after."""
    with Session(full) as db:
        told: dict[str, Any] = {"id": uuid4(), "name": "Booking", "scopes": ["courses:write"], "days": 1, "now": NOW}
        program = token.bearer(db, token=token.make(db, actor=universe.actors["amy"], **told), now=NOW)
        assert program is not None
        log.reading(db, actor=program, now=NOW, **universe.score())
    kinds, statements = acted(full), ddl(full)
    command.downgrade(config(full), "0019-1")
    assert acted(full) == ["operator" if kind == "token" else kind for kind in kinds]
    command.upgrade(config(full), "head")
    assert ddl(full) == statements
    with full.begin() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.execute(text("DELETE FROM audit_event"))


def acted(engine: Engine) -> list[str]:
    """The kind of whoever did what stands in the trail."""
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT actor_kind FROM audit_event ORDER BY at, id")).scalars())


def tables() -> list[Table]:
    """All but the store's own row, whose epoch is another one in another life, and numbers that are drawn."""
    return [table for table in Base.metadata.sorted_tables if table.name not in ("store", "changed")]


def _put(connection: Any, table: Table, rows: list[dict[str, Any]]) -> None:
    """Rows that others refer to come first."""
    for row in sorted(rows, key=lambda r: (r.get("supersedes") or r.get("merged_into")) is not None):
        connection.execute(insert(table).values(**row))


def test_a_migration_that_fails_leaves_the_old_schema(empty: Engine):
    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "CREATE TABLE reading" in statement:
            raise RuntimeError("the disk is full")

    event.listen(empty, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="disk"):
        command.upgrade(config(empty), "head")
    assert ddl(empty) == {}


@pytest.fixture
def followed(full: Engine, universe: Universe) -> Engine:
    """Eve was treated once, 300 days ago, and has answered every few weeks since."""
    with Session(full) as db:
        for ago in range(300, 0, -20):
            at = NOW - timedelta(days=ago)
            told = universe.score(instrument="nrs_week", recorded_at=at, value=ago % 7)
            log.reading(db, actor=universe.actors["eve"], now=at, **told)
        treated = universe.visit("eve", (NOW - timedelta(days=300)).date())
        told = universe.score(kind="before", session_id=treated, recorded_at=NOW - timedelta(days=300))
        log.reading(db, actor=universe.actors["eve"], now=NOW, **told)
    return full


def weeks(engine: Engine) -> list[tuple[int, int]]:
    """How many weekly values each outcome row holds in the course and after it."""
    with engine.connect() as connection:
        rows = connection.execute(select(Outcome.weeks, Outcome.weeks_after)).all()
    return sorted((len(inside), len(after)) for inside, after in rows)


def test_an_upgrade_leaves_the_outcome_rows_that_the_readings_give(followed: Engine):
    before = content(followed)
    assert max(weeks(followed))[1] > 10
    command.downgrade(config(followed), "0001")
    command.upgrade(config(followed), "head")
    assert content(followed) == before
    with Session(followed) as db:
        assert recompute(db, check=True) == []


def test_an_upgrade_that_cannot_rebuild_the_rows_leaves_the_old_schema(followed: Engine):
    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO outcome " in statement:
            raise RuntimeError("the disk is full")

    command.downgrade(config(followed), "0001")
    before = ddl(followed)
    event.listen(followed, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError, match="disk"):
        command.upgrade(config(followed), "head")
    assert ddl(followed) == before


def test_signatures_of_before_are_under_english_words_and_those_of_other_languages_do_not_go_down(
    full: Engine, universe: Universe
):
    record = library().get("vickers-2012")
    assert record is not None
    with Session(full) as db:
        for code in ("en", "ko"):
            read = {"record_id": record.id, "language": code, "text": edition(record, code)}
            sign_off.put(db, actor=universe.actors["amy"], id=uuid4(), **read, now=NOW)
    command.downgrade(config(full), "0016")
    command.upgrade(config(full), "head")
    with Session(full) as db:
        told = {code: sign_off.signed(db, clinic_id=universe.clinics["willow"], language=code) for code in ("en", "ko")}
    assert [one.stands for one in told["en"].values()] == [True]
    assert told["ko"] == {}


def test_references_are_checked_again_after_migrating(empty: Engine):
    command.upgrade(config(empty), "head")
    with empty.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_revisions_are_numbered_and_follow_each_other():
    assert revisions() == [f"{n:04}" for n in range(1, len(revisions()) + 1)]
