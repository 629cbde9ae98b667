"""Pace: the sessions of a course week by week, beside how many were planned for each week.

Weeks are blocks of seven days from the course's first day. A week's plan is the pace until the number of sessions is
used up; a plan without a pace says nothing about weeks. Source: design C4; docs/science/pace.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

WEEK = 7
MOST = 520  # weeks told: ten years


@dataclass(frozen=True)
class Week:
    """One week, counted from 1. `planned`: None where the plan gives no pace; `over`: its last day is past."""

    number: int
    first: date
    planned: float | None
    held: int
    cancelled: int
    booked: int
    over: bool


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
    """Every week from the first day to the last one with something to tell, silent ones between included.

    `ended`: the last session of a course that is over; what was held or booked later is treatment after it.
    """
    last = ended or date.max
    told = [[day for day in days if first <= day <= last] for days in (held, cancelled, booked)]
    until = max([_until(first, as_of, per_week, total, ended), *(day for days in told for day in days)])
    counts = [Counter((day - first).days // WEEK for day in days) for days in told]
    return tuple(
        _week(n, first, as_of, planned(n, per_week, total), *(count[n] for count in counts))
        for n in range(min((until - first).days // WEEK + 1, MOST))
    )


def planned(n: int, per_week: float | None, total: int | None) -> float | None:
    """How many sessions the plan has for its week n, counted from 0; None where it has no pace."""
    if per_week is None or total is None:
        return per_week
    return max(0.0, min(per_week, total - n * per_week))


def _until(first: date, as_of: date, per_week: float | None, total: int | None, ended: date | None) -> date:
    """The last day of the plan, as far as it is past; without a plan by weeks, of the course so far."""
    today = max(as_of, first)
    if per_week is None or total is None:
        return max(ended, first) if ended else today
    return min(today, first + timedelta(WEEK * ceil(total / per_week) - 1))


def _week(n: int, first: date, as_of: date, plan: float | None, held: int, cancelled: int, booked: int) -> Week:
    start = first + timedelta(WEEK * n)
    return Week(n + 1, start, plan, held, cancelled, booked, over=start + timedelta(WEEK) <= as_of)
