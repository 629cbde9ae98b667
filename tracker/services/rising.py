"""Rising: from which score on the phone offers the warning signs at once, signal or not; the rule is science/flags'."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import flags
from tracker.science.scales import INSTRUMENTS, KINDS, NOW, WEEK
from tracker.storage import Outcome, columns
from tracker.storage.columns import Care

ASKED = (NOW, WEEK)  # what is answered with one number
Limits = dict[tuple[str, str, str], float]


def limits(db: Database, clinic_id: UUID, care: Care) -> Mapping[UUID, Limits]:
    """Course → (site, side, instrument) → the score that counts; nothing where neither score nor baseline is known."""
    found: dict[UUID, Limits] = {}
    for row in _known(db, clinic_id, [course.id for course in care.courses]):
        key = (row.site, row.side, row.instrument)
        limit = flags.rises_from(_earlier(care, row), _number(row.baseline), INSTRUMENTS[row.instrument])
        if np.isfinite(limit):
            found.setdefault(row.course_id, {})[key] = limit
    return found


def _known(db: Database, clinic_id: UUID, ids: list[UUID]) -> list[Any]:
    """The outcome rows of what is asked."""
    told = (Outcome.course_id, Outcome.site, Outcome.side, Outcome.instrument, Outcome.start, Outcome.baseline)
    mine = select(*told).where(Outcome.clinic_id == clinic_id, Outcome.instrument.in_(ASKED))
    return [row for part in columns.parts(ids) for row in db.execute(mine.where(Outcome.course_id.in_(part)))]


def _earlier(care: Care, row: Any) -> "np.ndarray":
    """The scores of this series that flags look at, in order."""
    key = (row.course_id, row.site, row.side, row.instrument)
    mine = sorted((s.day, s.value, KINDS.index(s.kind)) for s in care.scores if _key(s) == key)
    day, value, kind = np.array(mine, np.float64).reshape(-1, 3).T
    return value[flags.asked(kind.astype(np.int64), day, np.full(len(day), _number(row.start)))]


def _key(score: Any) -> tuple[Any, ...]:
    return score.course_id, score.site, score.side, score.instrument


def _number(value: float | None) -> float:
    return np.nan if value is None else value
