"""Writers side by side: nothing lost, nothing doubled, and the outcome rows say what the readings say."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.storage import writer
from tests.storage.universe import Universe
from tracker.services import summarise
from tracker.storage import Outcome, Reading
from tracker.storage import Session as Visit

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
