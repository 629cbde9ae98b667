"""ANCOVA: one group against another at one visit, by least squares on the baseline.

Source: Vickers 2001, BMJ 323:1123. Worked example: docs/science/compare.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import visits
from tracker.science.confidence import Interval, t_quantile
from tracker.science.record import Bools, Floats
from tracker.science.scales import Better
from tracker.science.visits import COLUMNS, GROUP, Visits

FEWEST = 2  # per group


@dataclass(frozen=True)
class Difference:
    """How much better the group did than the reference, in scale points; positive = better."""

    value: float
    ci: Interval


def ancova(baseline: Floats, value: Floats, in_group: Bools, better: Better = "lower") -> Difference | None:
    """Of n complete rows of the group and its reference, as `difference` has it."""
    group, reference = (visits.partial(baseline[side], value[side, None]) for side in (in_group, ~in_group))
    return difference(group, reference, 0, better)


def difference(group: Visits, reference: Visits, visit: int, better: Better = "lower") -> Difference | None:
    """Follow-up = a + b·baseline + c·group by least squares; the difference is −c (c where higher is better).

    None with fewer than 2 in either, or where the three columns are not independent (all baselines alike, or group and
    baseline telling the same).
    """
    if min(visits.answered(side, visit) for side in (group, reference)) < FEWEST:
        return None
    design = visits.scaled(visits.blocks(group, reference, [visit]), [visit])
    effects = visits.least_squares(design, 0)
    if effects is None:
        return None
    sums = sum(design.sums(block, effects[:, None]) for block in design.blocks)
    square, rest = np.asarray(sums)[:COLUMNS, :COLUMNS], float(np.asarray(sums)[-1, -1])
    df = square[0, 0] - COLUMNS
    half = float(t_quantile(df) * np.sqrt(rest / df * np.linalg.inv(square)[GROUP, GROUP]))
    found = float(-effects[GROUP] if better == "lower" else effects[GROUP])
    return Difference(found, (found - half, found + half))
