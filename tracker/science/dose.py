"""Dose: what was planned and what was held, week by week; visits in a stretch of days. Nothing reads a clock.

The weeks are those of the course, from its first day. docs/science/dose.md.
"""

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
    """One week of a course. `planned` None = nothing was planned; `over` = its last day has passed."""

    number: int
    first: date
    last: date
    held: int
    planned: int | None
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
    start: date, held: Sequence[date], per_week: float | None, planned: int | None, as_of: date, ended: date | None
) -> tuple[Week, ...]:
    """Every week from the first day to today, or to the end of the course or of its plan, whichever is later.

    held: the days of the sessions that were held; what is not yet known by `as_of` counts in no week.
    """
    known = [day for day in held if start <= day <= as_of]
    last = as_of if ended is None else min(as_of, max([ended, *known, _plan_ends(start, per_week, planned) or ended]))
    count = min(max((last - start) // WEEK + 1, 0), MOST_WEEKS)
    return tuple(_week(n, start + n * WEEK, known, per_week, planned, as_of) for n in range(count))


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


def planned_by(week: int, per_week: float | None, planned: int | None) -> int | None:
    """How many sessions the plan has by the end of the n-th week; half a session a week: one in each second, the first
    at the start.
    """
    if per_week is None:
        return None
    so_far = ceil(round(per_week * week, FINE))
    return so_far if planned is None else min(so_far, planned)


def _week(n: int, first: date, held: Sequence[date], per_week: float | None, planned: int | None, as_of: date) -> Week:
    last = first + WEEK - timedelta(days=1)
    before, by = planned_by(n, per_week, planned), planned_by(n + 1, per_week, planned)
    due = None if by is None or before is None else by - before
    return Week(n + 1, first, last, sum(first <= day <= last for day in held), due, last < as_of)


def _plan_ends(start: date, per_week: float | None, planned: int | None) -> date | None:
    """The last day of the plan's last week."""
    if per_week is None or planned is None:
        return None
    count = min(ceil(round(planned / per_week, FINE)), MOST_WEEKS)
    return start + count * WEEK - timedelta(days=1)
