"""Threshold: who responded, who got worse, who started too low. The one place where a score meets a limit.

A limit reached exactly counts, so 10 → 7 is 30 %. Floats alone would miss some of these, so both sides are multiplied
out to whole numbers (7·B against 10·F) and the difference is read on the grid it must lie on. Scores with d decimals
and means of n and m of them differ by a multiple of 1/(10^d·n·m): while 10^d·n·m ≤ 10⁸ (5 decimals and month-long
means, or 1 decimal and means of 3000) the true difference is 0 or at least 1e-8 away from it. For scores up to 1000
the float error stays under 1e-10. GRAIN stands between the two, so the comparison is exact, not tolerant.

Every column is float64 of one shape, in scale points; NaN = unknown, and an unknown never passes a limit.
"""

from fractions import Fraction
from functools import cache

import numpy as np

from tracker.science.record import Bools, Floats
from tracker.science.scales import Better, Instrument

GRAIN = 1e-9  # scale points; derived above
WORSE = 0.3  # "worse by 30 %": the responder share mirrored (statistics.md 1; Dworkin 2008, J Pain 9:105)


def improvement(baseline: Floats, value: Floats, better: Better = "lower") -> Floats:
    """Scale points by which the value is better than the baseline; positive = better."""
    return baseline - value if better == "lower" else value - baseline


def percent(baseline: Floats, value: Floats, better: Better = "lower") -> Floats:
    """Improvement in per cent of the baseline, for display; NaN where the baseline is 0 (not defined) or unknown."""
    known = np.where(baseline > 0, baseline, np.nan)
    return 100.0 * improvement(baseline, value, better) / known


def responds(baseline: Floats, value: Floats, share: float, better: Better = "lower") -> Bools:
    """Improvement ≥ share of the baseline, exactly; where higher is better: value − baseline ≥ share of the baseline.

    The share is read as the decimal it is written as (.3 = 3/10). A baseline of 0 has no share: False.
    """
    return (baseline > 0) & _reaches(improvement(baseline, value, better), baseline, share)


def gains(baseline: Floats, value: Floats, points: float, better: Better = "lower") -> Bools:
    """Improvement ≥ so many scale points, exactly."""
    return improvement(baseline, value, better) >= points - GRAIN


def worse(baseline: Floats, value: Floats, instrument: Instrument) -> Bools:
    """Worse by ≥ 30 % of the baseline, and by ≥ `worse_points` where there are any; 0 → 8 is worse, 0 → 0 is not."""
    decline = -improvement(baseline, value, instrument.better)
    enough = decline >= (instrument.worse_points or 0.0) - GRAIN
    return enough & (decline > GRAIN) & _reaches(decline, baseline, WORSE)


def too_low(baseline: Floats, instrument: Instrument) -> Bools:
    """A known baseline on which no percent is judged: below `min_baseline`, or 0."""
    floor = instrument.min_baseline or 0.0
    return (baseline < floor - GRAIN) | (baseline <= 0)


def _reaches(change: Floats, baseline: Floats, share: float) -> Bools:
    """Whether change ≥ share · baseline, multiplied out to whole numbers."""
    numerator, denominator = _decimal(share)
    return denominator * change - numerator * baseline >= -GRAIN


@cache
def _decimal(share: float) -> tuple[int, int]:
    """The share as the decimal it is written as."""
    return Fraction(str(share)).as_integer_ratio()
