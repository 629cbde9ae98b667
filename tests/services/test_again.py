"""Again: a large clinic gets its last answer at once, told what moment it is of; the new one is made beside."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.storage.universe import NOW, Universe
from tracker.services import again, log, overview
from tracker.services.again import Again
from tracker.storage import Erasure, Reading

Ask = Callable[[], Again[int]]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every clinic is a large one; nothing is left over from another test."""
    monkeypatch.setattr(again, "LARGE", 1)
    again.forget()
    yield
    again.settle()
    again.forget()


@pytest.fixture
def readings(engine: Engine, universe: Universe) -> Ask:
    """Ask how many readings there are, each time as a request does: in a session of its own."""

    def count(db: Session) -> int:
        return db.scalar(select(func.count()).select_from(Reading)) or 0

    def ask() -> Again[int]:
        with Session(engine) as db:
            return again.again(db, universe.clinics["willow"], ("readings",), count)

    return ask


def logged(engine: Engine, universe: Universe) -> None:
    with Session(engine) as db:
        log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score())


def test_the_last_answer_is_given_with_the_moment_it_is_of_and_the_next_look_has_the_new_one(
    engine: Engine, universe: Universe, readings: Ask
):
    first, made_at = readings(), again.clock.now()
    assert first.changed_since is None
    logged(engine, universe)
    behind = readings()
    assert behind.told == first.told
    assert behind.changed_since is not None
    assert made_at - timedelta(minutes=1) < behind.changed_since <= made_at
    again.settle()
    assert readings() == (first.told + 1, None)


def test_a_small_clinic_is_never_behind(engine: Engine, universe: Universe, readings: Ask, monkeypatch):
    count = readings().told
    monkeypatch.setattr(again, "LARGE", 10_000)
    logged(engine, universe)
    assert readings() == (count + 1, None)


def test_nothing_of_an_erased_person_is_given_again(engine: Engine, universe: Universe, readings: Ask):
    count = readings().told
    logged(engine, universe)
    with Session(engine) as db:
        db.add(Erasure(clinic_id=universe.clinics["willow"], patient_id=uuid4(), asked_at=NOW))
        db.commit()
    assert readings() == (count + 1, None)
    assert len(again._kept) == 1, "the answer from before is out of memory"


def test_an_old_answer_is_not_given(engine: Engine, universe: Universe, readings: Ask, time_machine: Any):
    now = again.clock.now()
    count = readings().told
    logged(engine, universe)
    time_machine.move_to(now + HOUR + timedelta(minutes=1), tick=True)
    assert readings() == (count + 1, None)


def test_one_new_answer_is_made_however_many_look(engine: Engine, universe: Universe):
    asked: list[int] = []
    go = Event()

    def slowly(_db: Session) -> int:
        asked.append(1)
        assert len(asked) == 1 or go.wait(30)
        return len(asked)

    def look() -> Again[int]:
        with Session(engine) as db:
            return again.again(db, universe.clinics["willow"], ("slowly",), slowly)

    assert look().told == 1
    logged(engine, universe)
    assert [look().told for _ in range(3)] == [1, 1, 1]
    go.set()
    again.settle()
    assert look() == (2, None)
    assert len(asked) == 2


def test_a_fault_beside_leaves_the_last_answer_and_is_tried_again(
    engine: Engine, universe: Universe, monkeypatch: pytest.MonkeyPatch
):
    faults: list[Any] = []
    monkeypatch.setattr("threading.excepthook", faults.append)
    asked: list[int] = []

    def faulty(_db: Session) -> int:
        asked.append(1)
        return 1 // (len(asked) != 2)

    def look() -> Again[int]:
        with Session(engine) as db:
            found = again.again(db, universe.clinics["willow"], ("faulty",), faulty)
        again.settle()
        return found

    look()
    logged(engine, universe)
    assert look().changed_since is not None
    assert [one.exc_type for one in faults] == [ZeroDivisionError]
    assert look().changed_since is not None
    assert look().changed_since is None


def test_the_summary_says_so(engine: Engine, universe: Universe):
    def seen() -> dict[str, Any]:
        with Session(engine) as db:
            return overview.overview(db, actor=universe.actors["amy"], now=NOW, instrument="nrs_now")

    before = seen()
    logged(engine, universe)
    behind = seen()
    assert before["changed_since"] is None
    assert behind["changed_since"].endswith("+09:00"), "on the clinic's wall"
    assert behind | {"changed_since": None} == before
    again.settle()
    assert seen()["changed_since"] is None
