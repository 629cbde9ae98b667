"""Effective: which readings count, and when they were really given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

TRUSTED = 120.0  # seconds by which a phone's clock may be off before its times are read corrected
LATE = timedelta(hours=24)  # from the pain's moment to its receipt
DAY = 86_400.0
SUPERSEDES = attrgetter("supersedes")


class Score(NamedTuple):
    """One effective reading. `at` is its corrected moment on the clinic's wall, `day` the same as a decimal day."""

    id: UUID
    course_id: UUID
    session_id: UUID | None
    kind: str
    instrument: str
    site: str
    side: str
    value: float
    at: datetime
    day: float
    lag: float
    entered_by: str
    late: bool
    corrected: bool
    clock_corrected: bool


def corrected(recorded_at: datetime, clock_offset: float) -> datetime:
    """The moment by the server's clock; a phone that is right within two minutes is believed."""
    return recorded_at + timedelta(seconds=clock_offset) if abs(clock_offset) > TRUSTED else recorded_at


def is_late(row: Any) -> bool:
    """Whether it came more than a day after its moment; a file is never late."""
    return row.import_batch_id is None and row.received_at - corrected(row.recorded_at, row.clock_offset) > LATE


def decimal_day(at: datetime) -> float:
    """A wall time as date ordinal and fraction of the day."""
    seconds = at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6
    return at.toordinal() + seconds / DAY


def merged(sessions: Iterable[Any]) -> dict[UUID, UUID]:
    """Of these sessions, those merged into another one, and into which."""
    return {one.id: one.merged_into for one in sessions if one.merged_into is not None}


def leaves(rows: Sequence[Any]) -> list[Any]:
    """The last word of each chain of corrections, taken-back ones included; of two last words the later received."""
    if not any(map(SUPERSEDES, rows)):  # mostly; asked of a million rows
        return list(rows)
    parent = {row.id: row.supersedes for row in rows if row.supersedes is not None}
    superseded = set(parent.values())
    last: dict[UUID, Any] = {}
    for row in sorted((r for r in rows if r.id not in superseded), key=lambda r: (r.received_at, r.id)):
        last[_root(row.id, parent)] = row
    return list(last.values())


def scores(rows: Sequence[Any], zone: ZoneInfo, same: Mapping[UUID, UUID] | None = None) -> list[Score]:
    """The effective readings of some courses, ordered by moment; `same`: sessions merged into others."""
    found = [_score(row, zone, same or {}) for row in leaves(rows) if not row.retracted]
    return sorted(found, key=lambda s: (s.day, s.id))


def one_a_session(found: Iterable[Score]) -> list[Score]:
    """Of two scores for one session, kind and place the patient's own, else the earlier; all others as they are.

    Expects them ordered by moment.
    """
    chosen: dict[object, Score] = {}
    for score in found:
        key = _occasion(score)
        rival = chosen.get(key)
        if rival is None or (score.entered_by == "patient") > (rival.entered_by == "patient"):
            chosen[key] = score
    return sorted(chosen.values(), key=lambda s: (s.day, s.id))


def _occasion(score: Score) -> object:
    """What may hold one score only."""
    if score.session_id is None or score.kind not in ("before", "after"):
        return score.id
    return score.session_id, score.kind, score.instrument, score.site, score.side


def _root(id: UUID, parent: dict[UUID, UUID]) -> UUID:
    """Where a chain begins."""
    while id in parent:
        id = parent[id]
    return id


def _score(row: Any, zone: ZoneInfo, same: Mapping[UUID, UUID]) -> Score:
    """One saved row as it is read."""
    moment = corrected(row.recorded_at, row.clock_offset)
    at = moment.astimezone(zone)
    came = (row.entered_at or moment) if row.import_batch_id else row.received_at  # a file may tell when it came in
    return Score(
        id=row.id,
        course_id=row.course_id,
        session_id=same.get(row.session_id, row.session_id),
        kind=row.kind,
        instrument=row.instrument,
        site=row.site,
        side=row.side,
        value=row.value,
        at=at,
        day=decimal_day(at),
        lag=max((came - moment).total_seconds() / DAY, 0.0),
        entered_by=row.entered_by,
        late=is_late(row),
        corrected=row.supersedes is not None,
        clock_corrected=abs(row.clock_offset) > TRUSTED,
    )
