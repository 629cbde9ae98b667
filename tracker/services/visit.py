"""Visit: which session a reading belongs to. Phone and clinic make the same session id without asking each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

MOST_A_DAY = 9
BACK = (0, 1)  # days: a score after midnight still belongs to last evening's session


@dataclass(frozen=True)
class Visit:
    """A session that a phone made: its day by the corrected clock, and which it was that day."""

    held_on: date
    number: int


def session_id(course_id: UUID, held_on: date, number: int = 1) -> UUID:
    """The id of a course's n-th session of a day."""
    return uuid5(course_id, f"{held_on.isoformat()}/{number}")


def fitting(course_id: UUID, id: UUID, told: datetime, corrected: datetime, zone: ZoneInfo) -> Visit | None:
    """The visit that this id stands for, if it is one of the reading's own day.

    A phone whose clock is wrong makes the id from the day it believes in: that fits too, and the corrected day is kept.
    """
    days = dict.fromkeys((corrected.astimezone(zone).date(), told.astimezone(zone).date()))
    for day in days:
        for back, number in _tries():
            if session_id(course_id, day - timedelta(days=back), number) == id:
                return Visit(next(iter(days)) - timedelta(days=back), number)
    return None


def _tries() -> Iterator[tuple[int, int]]:
    """The likeliest first."""
    return ((back, number) for number in range(1, MOST_A_DAY + 1) for back in BACK)
