"""Survival: Kaplan–Meier and restricted mean, for losses known to the week; the boxes' restricted mean for all others.

Kaplan–Meier is for assessments at most 7 days apart: then a loss is dated by its first failing assessment. All groups
are counted at once on one grid of whole days: a thousand clinics cost one pass over the losses and one over the grid.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from tracker.science.npmle import Npmle, mean_of
from tracker.science.record import Bools, Floats, Ints

Z = 1.959963984540054  # normal quantile of a 95 % interval
HORIZONS = (84, 182, 364)  # days at which the restricted mean is read (statistics.md 2.4)
WEEK = 7  # days between assessments up to which a loss counts as dated


@dataclass(frozen=True)
class Curves:
    """G groups x (D + 1) whole days 0 … D. A survival beyond a group's last day, and an interval at 0 or 1, is NaN."""

    at_risk: Ints  # still followed and not lost before that day
    lost: Ints  # lost on that day
    survival: Floats  # P(still there after that day)
    low: Floats  # 95 % log-log interval
    high: Floats


@dataclass(frozen=True)
class Leaving:
    """G groups x whole days 0 …: who was seen last on a day, lost or not, and who was lost on it."""

    seen_last: Ints
    lost: Ints

    def __add__(self, other: Self) -> "Leaving":
        """Both together: the same groups, up to the later last day."""
        days = max(self.lost.shape[1], other.lost.shape[1])
        tables = ((self.seen_last, other.seen_last), (self.lost, other.lost))
        return Leaving(*(_padded(one, days) + _padded(two, days) for one, two in tables))


def leaving(group: Ints, day: Ints, lost: Bools, groups: int = 1, people: Ints | None = None) -> Leaving:
    """Of N rows: group 0 … G−1, last whole day ≥ 0, whether lost on it (else censored after it), how many such."""
    shape = (groups, int(day.max(initial=0)) + 1)
    cell, size = group * shape[1] + day, groups * shape[1]
    number = np.ones(len(day), np.int64) if people is None else people
    counts = (np.bincount(cell[rows], number[rows], size) for rows in (slice(None), lost))
    return Leaving(*(count.astype(np.int64).reshape(shape) for count in counts))


def kaplan_meier(group: Ints, day: Ints, lost: Bools, groups: int = 1) -> Curves:
    """Kaplan–Meier of N people, as `curves` has it."""
    return curves(leaving(group, day, lost, groups))


def curves(found: Leaving) -> Curves:
    """S(d) = Π (1 − lost/at risk); interval S^exp(±z·se), se² = Σ lost/(at risk·(at risk − lost)) / ln² S (log-log:
    Kalbfleisch and Prentice 1980). A loss and a censoring on one day: the loss comes first.
    """
    at_risk, gone = np.cumsum(found.seen_last[:, ::-1], axis=1)[:, ::-1], found.lost
    s = np.where(at_risk > 0, np.cumprod(1 - _ratio(gone, at_risk), axis=1), np.nan)
    low, high = _log_log(s, np.cumsum(_ratio(gone, at_risk * (at_risk - gone)), axis=1))
    return Curves(at_risk, gone, s, low, high)


def restricted_mean(curves: Curves, days: int) -> tuple[Floats, Floats]:
    """Mean days still there within the first `days`, and its standard error, per group (G); NaN beyond follow-up.

    ∫ S over [0, days); se² = Σ A²·lost/(at risk·(at risk − lost)), A = ∫ S from the loss to `days` (Klein and
    Moeschberger 2003, 4.5).
    """
    if days >= curves.survival.shape[1]:
        unknown = np.full(curves.survival.shape[0], np.nan)
        return unknown, unknown
    followed = np.where(curves.at_risk[:, days] > 0, 1.0, np.nan)
    s = np.nan_to_num(curves.survival[:, :days])
    rest = np.cumsum(s[:, ::-1], axis=1)[:, ::-1]
    lost, at_risk = curves.lost[:, :days], curves.at_risk[:, :days]
    square = (rest**2 * _ratio(lost, at_risk * (at_risk - lost))).sum(axis=1)
    return s.sum(axis=1) * followed, np.sqrt(square) * followed


def restricted_mean_of_boxes(
    estimate: Npmle, left: Floats, right: Floats, weights: Floats, days: int
) -> tuple[float, float] | None:
    """Mean days still there within the first `days` and its standard error; None beyond follow-up.

    `left`, `right`, `weights` are the intervals the estimate was made from. Mid-interval placement: the mass of a box
    is spread evenly over its days, so a box wholly before `days` counts with its middle. Lasting mass counts in full.
    """
    if not days <= estimate.until:
        return None
    return mean_of(estimate, _within(estimate.left, estimate.right, days), left, right, weights)


def _within(left: Floats, right: Floats, days: float) -> Floats:
    """Expected min(T, days) for T spread evenly over (left, right]; a box that lasts counts `days` (B)."""
    stop = np.where(np.isfinite(right), right, left + 1.0)
    before = np.clip(days, left, stop)
    even = ((before**2 - left**2) / 2 + days * (stop - before)) / (stop - left)
    return np.where(np.isfinite(right), np.maximum(even, 0.0), float(days))


def _padded(table: Ints, days: int) -> Ints:
    """The table on so many days: nobody leaves on those it has not."""
    return np.pad(table, ((0, 0), (0, days - table.shape[1])))


def _ratio(part: Ints, whole: Ints) -> Floats:
    """part / whole, 0 where the whole is 0: nobody there, or nobody left to vary."""
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


def _log_log(s: Floats, greenwood: Floats) -> tuple[Floats, Floats]:
    """The 95 % log-log interval; NaN where S is 0, 1 or unknown."""
    inner = np.where((s > 0) & (s < 1), s, np.nan)
    log = np.log(inner)
    reach = np.exp(Z * np.sqrt(greenwood) / np.abs(log))
    return inner**reach, inner ** (1 / reach)
