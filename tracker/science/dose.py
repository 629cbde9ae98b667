"""Dose: what was planned and what was held, week by week; visits in a stretch of days. Nothing reads a clock.

Weeks are blocks of seven days from the course's first day; treatment after its end is in none. docs/science/dose.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

WEEK = timedelta(days=7)
MOST_WEEKS = 520  # ten years: a slip of the hand in a date never makes a page of ten thousand rows
FINE = 9  # decimals: 1.1 a week is 11 in ten weeks, not 11.000000000000002

# CMS, National Coverage Determination 30.3.3, acupuncture for chronic low back pain (2020).
TWELVE, NINETY = 12, 90  # visits, days
TWENTY, YEAR = 20, 365


@dataclass(frozen=True)
class Week:
    """One week of a course, from 1. `planned` None = the plan names no pace; `over` = its last day has passed."""

    number: int
    first: date
    last: date
    planned: int | None
    held: int
    cancelled: int
    booked: int
    over: bool

    @property
    def kept(self) -> bool:
        """Whether at least as many sessions were held as were planned."""
        return self.planned is not None and self.held >= self.planned


@dataclass(frozen=True)
class Visits:
    """Visits in the last so many days. `again_on`: the first day on which one more stays within the limit."""

    count: int
    limit: int
    days: int
    first: date
    again_on: date | None

    @property
    def full(self) -> bool:
        """Whether the limit is reached; exactly as many count."""
        return self.count >= self.limit


def weeks(
    first: date,
    as_of: date,
    *,
    held: Sequence[date],
    cancelled: Sequence[date] = (),
    booked: Sequence[date] = (),
    per_week: float | None = None,
    total: int | None = None,
    ended: date | None = None,
) -> tuple[Week, ...]:
    """Every week from the first day to today, or to the end of the course or of its plan, whichever is later.

    held, cancelled: days of sessions; what is not yet known by `as_of` counts in no week. booked: days still to come,
    which are told as far as they go. `ended`: the last session of a course that is over; what came later is in no week.
    """
    close, today = ended or date.max, max(as_of, first)
    known = [[day for day in days if first <= day <= min(as_of, close)] for days in (held, cancelled)]
    known.append([day for day in booked if first <= day <= close])
    last = max([_until(first, today, per_week, total, ended), *(day for days in known for day in days)])
    counts = [Counter((day - first) // WEEK for day in days) for days in known]
    return tuple(
        _week(n, first + n * WEEK, as_of, _due(n, per_week, total), *(count[n] for count in counts))
        for n in range(min((last - first) // WEEK + 1, MOST_WEEKS))
    )


def kept(told: Sequence[Week]) -> tuple[int, int] | None:
    """(weeks in which the plan was kept, weeks that are over and had something planned); None where there is none."""
    due = [week for week in told if week.over and week.planned]
    return (sum(week.kept for week in due), len(due)) if due else None


def visits(held: Sequence[date], as_of: date, limit: int = TWELVE, days: int = NINETY) -> Visits:
    """Visits in the `days` days that end with `as_of`: one on the first of them counts, one the day before does not."""
    first = as_of - timedelta(days=days - 1)
    inside = sorted(day for day in held if first <= day <= as_of)
    again = inside[-limit] + timedelta(days=days) if len(inside) >= limit else None
    return Visits(len(inside), limit, days, first, again)


def planned_by(week: int, per_week: float | None, total: int | None) -> int | None:
    """How many sessions the plan has by the end of the n-th week; half a session a week: one in each second, the first
    at the start.
    """
    if per_week is None:
        return None
    so_far = ceil(round(per_week * week, FINE))
    return so_far if total is None else min(so_far, total)


def _due(n: int, per_week: float | None, total: int | None) -> int | None:
    """How many of them are in week n, counted from 0."""
    before, by = planned_by(n, per_week, total), planned_by(n + 1, per_week, total)
    return None if by is None or before is None else by - before


def _until(first: date, today: date, per_week: float | None, total: int | None, ended: date | None) -> date:
    """Today; of a course that is over, the last day of its plan or its own, as far as they are past."""
    if ended is None:
        return today
    return min(today, max(ended, first, _plan_ends(first, per_week, total) or first))


def _plan_ends(first: date, per_week: float | None, total: int | None) -> date | None:
    """The last day of the plan's last week."""
    if per_week is None or total is None:
        return None
    count = min(ceil(round(total / per_week, FINE)), MOST_WEEKS)
    return first + count * WEEK - timedelta(days=1)


def _week(n: int, first: date, as_of: date, planned: int | None, held: int, cancelled: int, booked: int) -> Week:
    last = first + WEEK - timedelta(days=1)
    return Week(n + 1, first, last, planned, held, cancelled, booked, over=last < as_of)
