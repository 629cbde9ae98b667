"""Changed: whatever a summary rests on cannot be written without the clinic's state becoming another one."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, event, insert, select, update
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import again, log, overview, reaction
from tracker.storage import AuditEvent, Changed, Course, Outcome, Patient, Reaction, changed
from tracker.storage import Session as Visit

READ = {"patient": {"code", "birth_year", "sex"}}  # of this table only some columns are read
NOT_WATCHED = {"audit_event", "changed", "clinic", "erasure", "instrument"}  # look, state, the question's own part


@pytest.fixture
def lived(db: Session, universe: Universe) -> Session:
    """Eve was treated, scored herself and had a reaction."""
    who, course, on = universe.actors["willow"], universe.courses["eve"], TODAY - timedelta(days=60)
    visit = universe.visit("eve", on)
    log.session(db, actor=who, id=visit, course_id=course, held_on=on, modalities=["cupping"], now=NOW)
    log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score(kind="before", session_id=visit))
    told = {"id": uuid4(), "course_id": course, "occurred_on": on, "code": "bruise"}
    reaction.reaction(db, actor=who, now=NOW, **told)
    return db


def state(db: Session, universe: Universe) -> changed.State:
    return changed.state(db, universe.clinics["willow"])


def test_no_column_can_be_written_unseen(lived: Session, universe: Universe):
    """Column by column of every watched table, whatever is written into it."""
    seen = [state(lived, universe)]
    for table in changed.WATCHED:
        mine = table.c.clinic_id == universe.clinics["willow"]
        assert lived.execute(select(table).where(mine)).first(), table.name
        for name in sorted(READ.get(table.name, {column.name for column in table.c})):
            lived.execute(update(table).where(mine).values({name: table.c[name]}))
            seen.append(state(lived, universe))
            assert seen[-1] != seen[-2], f"{table.name}.{name}"
    assert len(set(seen)) == len(seen) > 70


@pytest.mark.sqlite  # which can put foreign keys off
@pytest.mark.parametrize("table", [Outcome, Visit, Reaction])
def test_a_row_that_goes_or_comes_is_seen(lived: Session, universe: Universe, table: Any):
    mine = table.clinic_id == universe.clinics["willow"]
    row = dict(lived.execute(select(*table.__table__.c).where(mine).limit(1)).mappings().one())
    this = [column == row[column.name] for column in table.__table__.primary_key]
    before = state(lived, universe)
    lived.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    lived.execute(delete(table).where(*this))
    without = state(lived, universe)
    lived.execute(insert(table.__table__), row)
    assert len({before, without, state(lived, universe)}) == 3


def test_a_new_course_is_seen_and_one_that_goes_leaves_no_number(lived: Session, universe: Universe):
    before, id, clinic = state(lived, universe), uuid4(), universe.clinics["willow"]
    own = {"clinic_id": clinic, "id": id, "patient_id": universe.people["eve"], "created_at": NOW}
    lived.execute(insert(Course.__table__), own | {"condition": "neck"})  # pyright: ignore[reportArgumentType]
    assert state(lived, universe)[0] == before[0] + 1
    lived.execute(delete(Course).where(Course.id == id))
    assert state(lived, universe) == before
    assert lived.scalars(select(Changed).where(Changed.what == id)).all() == []


@pytest.mark.sqlite
def test_a_patient_has_a_number_only_once_rewritten_and_takes_it_along(lived: Session, universe: Universe):
    mine = Changed.what == universe.people["finn"]
    assert lived.scalars(select(Changed).where(mine)).all() == []
    lived.execute(update(Patient).where(Patient.id == universe.people["finn"]).values(language="ko"))
    assert lived.scalars(select(Changed).where(mine)).all() == []
    lived.execute(update(Patient).where(Patient.id == universe.people["finn"]).values(birth_year=1950))
    assert len(lived.scalars(select(Changed).where(mine)).all()) == 1
    lived.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    lived.execute(delete(Patient).where(Patient.id == universe.people["finn"]))
    assert lived.scalars(select(Changed).where(mine)).all() == []
    lived.rollback()


def test_another_clinic_changes_nothing_here(lived: Session, universe: Universe):
    before = state(lived, universe)
    log.reading(lived, actor=universe.actors["gail"], now=NOW, **universe.score("gail"))
    assert state(lived, universe) == before


def test_every_table_that_a_summary_reads_is_watched(engine: Engine, universe: Universe):
    """So that a new figure from a new table cannot be given again when that table changed."""
    read: set[str] = set()

    def heard(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        read.update(name.strip('"') for name in re.findall(r"(?:FROM|JOIN)\s+(\S+)", statement))

    event.listen(engine, "before_cursor_execute", heard)
    again.forget()
    with Session(engine) as db:
        overview.overview(db, actor=universe.actors["amy"], now=NOW, group=True, modality="cupping", period="2026")
        overview.choices(db, actor=universe.actors["amy"])
    assert {"outcome", "course", "patient", "session", "reaction"} <= read
    assert read - {table.name for table in changed.WATCHED} - NOT_WATCHED == set()


def test_the_same_question_is_answered_again_until_something_changes(lived: Session, universe: Universe):
    asked: list[int] = []

    def answer(_db: Session) -> dict[str, int]:
        asked.append(1)
        return {"asked": len(asked)}

    def told(*question: Any) -> dict[str, int]:
        return again.again(lived, universe.clinics["willow"], ("a test", *question), answer).told

    again.forget()
    assert (told(), told(), told("b")) == ({"asked": 1}, {"asked": 1}, {"asked": 2})
    told()["asked"] = 99
    assert told() == {"asked": 1}, "an answer that is changed by who got it stays as it was"
    lived.execute(update(Outcome).values(held=3))
    assert told() == {"asked": 3}
    lived.rollback()
    assert told()["asked"] in (1, 4)


def test_what_is_taken_back_leaves_the_state_it_was(lived: Session, universe: Universe):
    before = state(lived, universe)
    lived.execute(update(Course).values(practitioner="Lee"))
    lived.rollback()
    assert state(lived, universe) == before


def test_answers_are_few(lived: Session, universe: Universe, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(again, "MOST", 2)
    again.forget()
    asked: list[int] = []
    for n in (1, 2, 3, 3, 2, 1):
        again.again(lived, universe.clinics["willow"], (n,), lambda _db, n=n: asked.append(n))
    assert asked == [1, 2, 3, 1]


def test_a_look_is_in_the_trail_though_the_answer_was_kept(lived: Session, universe: Universe):
    looks = select(AuditEvent).where(AuditEvent.action == "summary.look")
    first, second = (overview.overview(lived, actor=universe.actors["amy"], now=NOW) for _ in range(2))
    assert first == second
    assert len(lived.scalars(looks).all()) == 2
