"""Persistence: how much of a gap between two groups is left some months after treatment, from a loss per three months.

A figure about groups of people in trials, never about one person (docs/science/persistence.md).
"""

from dataclasses import dataclass

STEP = 3  # months: MacPherson 2017 (10.1097/j.pain.0000000000000747) gives the loss in each three months
MONTHS = (3, 6, 9, 12)  # after the end of treatment, as in its trials


@dataclass(frozen=True)
class Left:
    """The part of the gap that is left at one month: as estimated, and at both ends of the source's interval."""

    month: int
    share: float
    low: float
    high: float


def left(loss: float, low: float, high: float, *, start: float) -> tuple[Left, ...]:
    """The parts of a gap of `start` that are left, the loss (with its interval, same unit) being steady."""
    return tuple(Left(m, *(1 - per * m / STEP / start for per in (loss, high, low))) for m in MONTHS)
