"""Writers side by side: nothing lost, nothing doubled, and the outcome rows say what the readings say."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from tests.storage import writer
from tests.storage.universe import NOW, Universe
from tracker.services import review, summarise
from tracker.storage import Course, Outcome, Patient, Reading, Standing
from tracker.storage import Session as Visit
from tracker.storage.engine import begin_write

WRITERS = 4


def told(db: Session) -> tuple[int, int]:
    return tuple(db.scalar(select(func.count()).select_from(table)) or 0 for table in (Reading, Visit))  # type: ignore[return-value]


def test_four_processes_on_one_course_leave_its_rows_true(engine: Engine, db: Session, universe: Universe):
    send = partial(writer.write, str(engine.url), universe)
    with ProcessPoolExecutor(WRITERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        created = sum(pool.map(send, range(WRITERS)))
    assert created == WRITERS * writer.EACH * 3
    assert told(db) == (created, WRITERS * writer.EACH)
    assert db.scalar(select(func.sum(Outcome.readings))) == WRITERS * writer.EACH * 2
    assert summarise.recompute(db, check=True) == []


def test_four_threads_on_one_course_leave_its_rows_true(engine: Engine, db: Session, universe: Universe):
    with ThreadPoolExecutor(WRITERS) as pool:
        created = sum(pool.map(partial(writer.write, str(engine.url), universe), range(WRITERS)))
    assert told(db) == (created, WRITERS * writer.EACH)
    assert summarise.recompute(db, check=True) == []


@pytest.mark.parametrize(("table", "name"), [(Course, "practitioner"), (Patient, "initials")])
def test_a_look_while_a_change_is_under_way_keeps_the_roster_as_it_is_after_it(
    engine: Engine, universe: Universe, table: Any, name: str
):
    """Were the row told before the change and kept after it, it would be wrong until the next write."""

    def look() -> set[Any]:
        with Session(engine) as db:
            page = review.roster(db, actor=universe.actors["cho"], now=NOW)
        return {getattr(row, name) for row in page.rows}

    look()
    with Session(engine) as db, ThreadPoolExecutor(1) as pool:
        db.execute(update(Standing).values(shown=None))
        db.commit()
        begin_write(db)
        db.execute(update(table).where(table.clinic_id == universe.clinics["willow"]).values({name: "Zoe"}))
        looking = pool.submit(look)
        time.sleep(0.5)
        assert not looking.done(), "it waits for the change"
        db.commit()
        assert looking.result() == {"Zoe"}
    assert look() == {"Zoe"}
