"""Again: an answer about a whole clinic, given again while nothing changed that it rests on (docs/adr/0021).

Who looks at a large clinic does not wait for a new answer either: the last one is given with the moment it is of, and
the new one is made beside, in a thread and a session of its own (docs/adr/0023).
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session as Database

from tracker.science.scales import INSTRUMENTS
from tracker.services import clock
from tracker.services.transaction import reading
from tracker.storage import changed, columns
from tracker.storage.changed import State

Answer = TypeVar("Answer")
Key = tuple[Any, ...]
MOST = 64  # answers in memory, of all clinics together
LARGE = 10_000  # courses from which a new answer takes half a second and more
LASTING = timedelta(hours=1)  # an older answer is not given once the record has changed


class Again(NamedTuple, Generic[Answer]):
    """An answer; `changed_since`: the moment it is of, where the record has changed after it."""

    told: Answer
    changed_since: datetime | None


class Kept(NamedTuple):
    """An answer in memory, and what the record was when it was made."""

    state: State
    at: datetime
    told: bytes


_kept: OrderedDict[Key, Kept] = OrderedDict()
_making: dict[Key, Thread] = {}
_lock = Lock()
_one_beside = Lock()


def again(
    db: Database, clinic_id: UUID, question: tuple[Any, ...], answer: Callable[[Database], Answer]
) -> Again[Answer]:
    """What `answer` gives, or gave before. question: all that it hangs on beside the clinic's record and instruments.

    The state is read first: what is written while the answer is made makes the next one look again.
    """
    known = columns.instruments(db, clinic_id)
    own = tuple(sorted(repr(one) for code, one in known.items() if one is not INSTRUMENTS.get(code)))
    key, state = (clinic_id, own, question), changed.state(db, clinic_id)
    kept = _found(key, state)
    if kept is None:
        kept = _keep(db, key, state, answer)
    elif kept.state != state:
        _make_beside(db.get_bind().engine, key, answer)
    return Again(pickle.loads(kept.told), None if kept.state == state else kept.at)


def forget() -> None:
    """Keep nothing."""
    with _lock:
        _kept.clear()


def settle() -> None:
    """Wait until nothing is being made beside."""
    while making := next(iter(_making.values()), None):
        making.join()


def _found(key: Key, state: State) -> Kept | None:
    """The last answer, if it may be given: nothing changed, or the clinic is large and nobody was erased since."""
    with _lock:
        kept = _kept.get(key)
        if kept is None or not (kept.state == state or _may_be_behind(kept, state)):
            return None
        _kept.move_to_end(key)
        return kept


def _may_be_behind(kept: Kept, state: State) -> bool:
    return state.count >= LARGE and kept.state.erased == state.erased and clock.now() - kept.at < LASTING


def _keep(db: Database, key: Key, state: State, answer: Callable[[Database], Any]) -> Kept:
    """Make and keep it; answers of the same clinic that may not be given any more go."""
    at = clock.now()
    made = Kept(state, at, pickle.dumps(answer(db), pickle.HIGHEST_PROTOCOL))
    with _lock:
        for other, kept in list(_kept.items()):
            if other[0] == key[0] and kept.state != state and not _may_be_behind(kept, state):
                del _kept[other]
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def _make_beside(engine: Engine, key: Key, answer: Callable[[Database], Any]) -> None:
    """Have the new answer made, unless it is being made."""
    with _lock:
        if key in _making:
            return
        _making[key] = Thread(target=_make, args=(engine, key, answer), daemon=True, name="again")
        _making[key].start()


def _make(engine: Engine, key: Key, answer: Callable[[Database], Any]) -> None:
    """One at a time: each takes a processor, and memory for the whole clinic."""
    try:
        with _one_beside, Database(engine) as db, reading(db):
            _keep(db, key, changed.state(db, key[0]), answer)
    finally:
        with _lock:
            del _making[key]
