"""Periods: the fixed stretches of time a summary reports on, whole years and quarters, by the start of the course.

Fixed, because two periods that overlap at will differ by a few courses that nothing else protects (statistics.md 2.6).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

SPELLED = re.compile(r"(\d{4})(?:-Q([1-4]))?", re.ASCII)
QUARTER = 3  # months


@dataclass(frozen=True)
class Period:
    """A year, or one quarter of it."""

    year: int
    quarter: int | None = None

    def __str__(self) -> str:
        """2026, 2026-Q1."""
        return f"{self.year}-Q{self.quarter}" if self.quarter else f"{self.year}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 + QUARTER * ((self.quarter or 1) - 1), 1)

    @property
    def last(self) -> date:
        """Its last day."""
        after = self.year * 12 + QUARTER * (self.quarter or 4)
        return date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def period(text: str) -> Period | None:
    """2026 or 2026-Q1, of the years 1900 to 2199; None for anything else."""
    found = SPELLED.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) < 2200:
        return None
    return Period(int(found[1]), int(found[2]) if found[2] else None)


def quarter_of(day: float) -> Period:
    """The quarter in which a day lies. day: a date's ordinal."""
    on = date.fromordinal(int(day))
    return Period(on.year, (on.month - 1) // QUARTER + 1)


def known(quarters: Iterable[Period]) -> tuple[Period, ...]:
    """The years in which something began, each followed by its quarters; the latest first."""
    told = set(quarters)
    every = told | {Period(one.year) for one in told}
    return tuple(sorted(every, key=lambda one: (-one.year, one.quarter is not None, -(one.quarter or 0))))
