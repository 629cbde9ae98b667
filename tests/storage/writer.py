"""Writer: what one process of tests/services/test_writers.py does, where a fresh process can import it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.storage.universe import NOW, TODAY, Universe
from tracker.services import log
from tracker.storage.engine import connect

EACH = 12


def write(url: str, universe: Universe, number: int) -> int:
    """Some scores, sessions and corrections on one course; gives how many readings were created."""
    engine = connect(url)
    made = 0
    with Session(engine) as db:
        for i in range(EACH):
            ago = timedelta(days=number + 4 * i)
            told = {"recorded_at": NOW - ago, "value": (number + i) % 11}
            visit = universe.visit("eve", TODAY - ago)
            for more in ({"instrument": "nrs_week"}, {"kind": "before", "session_id": visit}):
                logged = log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score(**told | more))
                made += logged.created
            told |= {"instrument": "nrs_now", "kind": "before", "session_id": visit, "supersedes": logged.reading.id}
            made += log.reading(db, actor=universe.actors["eve"], now=NOW, **universe.score(**told)).created
    engine.dispose()
    return made
