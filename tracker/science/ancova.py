"""ANCOVA: one group against another at one visit, by least squares on the baseline.

Source: Vickers 2001, BMJ 323:1123. Worked example: docs/science/compare.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.confidence import Interval, t_quantile
from tracker.science.record import Bools, Floats
from tracker.science.scales import Better

FEWEST = 2  # per group


@dataclass(frozen=True)
class Difference:
    """How much better the group did than the reference, in scale points; positive = better."""

    value: float
    ci: Interval


def ancova(baseline: Floats, value: Floats, in_group: Bools, better: Better = "lower") -> Difference | None:
    """Follow-up = a + b·baseline + c·group by least squares; the difference is −c (c where higher is better).

    n complete rows of the group and its reference. None with fewer than 2 in either, or where the three columns are not
    independent (all baselines alike in four rows or less, or group and baseline telling the same).
    """
    design = np.column_stack([np.ones(len(value)), baseline, in_group])
    if min(in_group.sum(), (~in_group).sum()) < FEWEST or len(value) <= 3 or np.linalg.matrix_rank(design) < 3:
        return None
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ value
    df = len(value) - 3
    error = np.sqrt(((value - design @ fitted) ** 2).sum() / df * inverse[2, 2])
    half = float(t_quantile(df) * error)
    difference = float(-fitted[2] if better == "lower" else fitted[2])
    return Difference(difference, (difference - half, difference + half))
