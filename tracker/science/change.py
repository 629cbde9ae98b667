"""Change in a session: the score before minus the score after. It is not the outcome: it says nothing of the week
after.

A patient's sessions are alike, a clinic's sessions belong to patients: neither is a pile of independent numbers, so the
patient's interval is widened by φ and the clinic's is over one value per patient. statistics.md 2.1;
docs/science/change.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.confidence import Interval, mean_of, t_quantile
from tracker.science.correlation import UNPOOLED, covariance
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Floats, Ints, Outcomes

FEWEST_PAIRS = 3  # for one patient's interval
FEWEST_PATIENTS = 10  # for a clinic's


@dataclass(frozen=True)
class Change:
    """One patient's mean change, positive = better, over n sessions; the interval is None with fewer than 3."""

    n: int
    mean: float | None
    ci: Interval | None


def patient(day: Floats, change: Floats, phi: float = UNPOOLED) -> Change:
    """Mean of n changes on their days, its interval widened as a trend's is.

    SE² = s²·1'V1/n²·(n−1)/tr(MV), df = tr(MV)²/tr(MVMV), M = I − 11'/n.
    """
    n = len(change)
    if n < FEWEST_PAIRS:
        return Change(n, float(change.mean()) if n else None, None)
    v = covariance(day[None], phi)[0]
    outside = np.eye(n) - 1 / n
    mv = outside @ v
    rest = float(((change - change.mean()) ** 2).sum())
    error = np.sqrt(rest * v.sum() / n**2 / np.trace(mv))
    half = float(error * t_quantile(np.trace(mv) ** 2 / np.trace(mv @ mv)))
    middle = float(change.mean())
    return Change(n, middle, (middle - half, middle + half))


@dataclass(frozen=True)
class Sessions(Partial):
    """What the sessions' figures need of some courses: how many were held, how many made a pair, and the change of
    each patient with one.
    """

    held: int
    pairs: int
    change: Moments


def partial(outcomes: Outcomes, rows: Ints, person: Ints, held: int) -> Sessions:
    """Of some rows; person: whose each of them is; held: sessions held in their courses."""
    values = _per_patient(outcomes.change[rows], outcomes.pairs[rows], person)
    return Sessions(held, int(outcomes.pairs[rows].sum()), moments(values))


def figures(found: Sessions) -> dict:
    """The JSON's "sessions"."""
    change = mean_of(found.change)
    enough = change.n >= FEWEST_PATIENTS and change.ci is not None
    return {
        "held": found.held,
        "pairs": found.pairs,
        "pair_rate": found.pairs / found.held if found.held else None,
        "change": {"mean": change.mean, "ci": list(change.ci) if enough and change.ci else None, "patients": change.n},
    }


def _per_patient(change: Floats, pairs: Ints, person: Ints) -> Floats:
    """One value per patient with a pair: the mean over that patient's sessions."""
    paired = pairs > 0
    _, who = np.unique(person[paired], return_inverse=True)
    total = np.bincount(who, weights=change[paired] * pairs[paired])
    return total / np.bincount(who, weights=pairs[paired])
