"""Again: an answer about a whole clinic, given again while nothing changed that it rests on (docs/adr/0021)."""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.scales import INSTRUMENTS
from tracker.storage import changed, columns

Answer = TypeVar("Answer")
MOST = 64  # answers in memory, of all clinics together
_kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
_lock = Lock()


def again(db: Database, clinic_id: UUID, question: tuple[Any, ...], answer: Callable[[], Answer]) -> Answer:
    """What `answer` gives, or gave before. question: all that it hangs on beside the clinic's record and instruments.

    The state is read first: what is written while the answer is made makes the next one look again.
    """
    known = columns.instruments(db, clinic_id)
    own = tuple(sorted(repr(one) for code, one in known.items() if one is not INSTRUMENTS.get(code)))
    key = (clinic_id, changed.state(db, clinic_id), own, question)
    with _lock:
        kept = _kept.get(key)
        if kept is not None:
            _kept.move_to_end(key)
    if kept is None:
        kept = pickle.dumps(answer(), pickle.HIGHEST_PROTOCOL)
        _keep(key, kept)
    return pickle.loads(kept)


def forget() -> None:
    """Keep nothing."""
    with _lock:
        _kept.clear()


def _keep(key: tuple[Any, ...], kept: bytes) -> None:
    """The newest; those of an earlier state of the same clinic will not be asked for again."""
    with _lock:
        for other in [one for one in _kept if one[0] == key[0] and one[1] != key[1]]:
            del _kept[other]
        _kept[key] = kept
        while len(_kept) > MOST:
            _kept.popitem(last=False)
