"""Rate: events per 1,000 sessions. Some people report more than others, so sessions are not independent of each other.

Garwood's exact Poisson interval (1936, Biometrika 28:437), widened by how much more people differ in their counts than
Poisson counts would: with x events and variance ratio φ ≥ 1 the interval of x/φ events, times φ (the effective count of
Korn and Graubard 1998, Surv Methodol 24:193, for a rate). φ is the ratio estimator's clustered variance over Poisson's.
docs/science/rate.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science.confidence import LEVEL, Interval
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Ints

PER = 1000  # sessions
FEWEST_PATIENTS = 10  # as for any interval of a clinic (statistics.md 2.1)


@dataclass(frozen=True)
class Rate(Partial):
    """Events and sessions of some people, person by person."""

    sums: Moments  # events, sessions

    @property
    def x(self) -> int:
        """Events in all."""
        return round(self.sums.total(1)) if self.sums.n else 0

    @property
    def sessions(self) -> int:
        """Sessions in all."""
        return round(self.sums.total(2)) if self.sums.n else 0


def partial(events: Ints, sessions: Ints, person: Ints) -> Rate:
    """Of some courses; person: whose each is. A person without a session counts nowhere."""
    _, who = np.unique(person, return_inverse=True)
    x, n = (np.bincount(who, weights=column.astype(np.float64)) for column in (events, sessions))
    seen = np.flatnonzero(n > 0)
    return Rate(moments(x[seen].astype(np.float64), n[seen].astype(np.float64)))


def figure(found: Rate) -> dict[str, Any]:
    """{"x", "sessions", "people", "per_1000", "ci", "spread", "note"}; null below 10 people, with why."""
    told: dict[str, Any] = {"x": found.x, "sessions": found.sessions, "people": found.sums.n}
    if found.sums.n < FEWEST_PATIENTS:
        why = f"{found.sums.n} people have sessions, {FEWEST_PATIENTS} are needed for a rate."
        return told | {"per_1000": None, "ci": None, "spread": None, "note": why}
    phi = spread(found)
    ends = [PER * end / found.sessions for end in interval(found.x, phi)]
    return told | {"per_1000": PER * found.x / found.sessions, "ci": ends, "spread": phi, "note": None}


def spread(found: Rate) -> float:
    """φ: how much more the people's counts differ than Poisson counts would; at least 1."""
    if not found.x or found.sums.n < 2:
        return 1.0
    rate, n, cov = found.x / found.sessions, found.sums.n, found.sums.covariance
    squares = (n - 1) * (cov(1, 1) - 2 * rate * cov(1, 2) + rate * rate * cov(2, 2))
    return max(1.0, n / (n - 1) * squares / found.x)


def interval(x: int, phi: float = 1.0) -> Interval:
    """Garwood's interval of a count of x events, widened by φ."""
    from scipy.special import gammaincinv

    tail, seen = (1 - LEVEL) / 2, x / phi
    low = phi * float(gammaincinv(seen, tail)) if x else 0.0
    return low, phi * float(gammaincinv(seen + 1, 1 - tail))
