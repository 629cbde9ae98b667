"""MMRM: one group against another at every visit at once, so that who fell silent later still counts by what they said.

Fixed effects visit, group × visit and baseline × visit; unstructured covariance over at most five visits; REML; silence
may depend on what was seen (missing at random). Intervals: Student's t on Satterthwaite's degrees of freedom, which are
the ANCOVA's n − 3 where nobody is silent; the N − p of R's gls counts the visits of one patient as separate people.
Sources: Mallinckrodt 2008, Drug Inf J 42:303; Satterthwaite 1946, Biometrics Bull 2:110. docs/science/compare.md.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tracker.science import reml, visits
from tracker.science.confidence import Interval, t_quantile
from tracker.science.record import Bools, Floats
from tracker.science.scales import Better
from tracker.science.visits import GROUP, Visits

MOST = 5  # visits: 15 covariances; more ask more of the answers than they hold (design, statistics.md 2.5)
FEWEST = 10  # answers per group and visit: fewer cannot carry a covariance of up to five visits

Why = Literal["few", "early", "singular", "unsettled"]


@dataclass(frozen=True)
class Contrast:
    """How much better the group did than the reference at one visit, in scale points; positive = better."""

    value: float
    se: float
    df: float

    @property
    def ci(self) -> Interval:
        """The 95 % interval."""
        half = float(t_quantile(self.df)) * self.se
        return (self.value - half, self.value + half)


def contrasts(baseline: Floats, values: Floats, in_group: Bools, better: Better = "lower") -> list[Contrast | Why]:
    """Of n rows of both groups with a baseline, as `differences` has it; values: n × V, NaN = no answer."""
    group, reference = (visits.partial(baseline[side], values[side]) for side in (in_group, ~in_group))
    return differences(group, reference, values.shape[1], better)


def differences(group: Visits, reference: Visits, count: int, better: Better = "lower") -> list[Contrast | Why]:
    """Per visit, of `count` in order of time, the contrast, or why there is none.

    "few": fewer than 10 answers in either group; "early": five later visits are there; "singular", "unsettled": the
    answers determine no maximum.
    """
    told: list[Contrast | Why] = ["few"] * count
    enough = [v for v in range(count) if min(visits.answered(side, v) for side in (group, reference)) >= FEWEST]
    for visit in enough[:-MOST]:
        told[visit] = "early"
    used = enough[-MOST:]
    for visit, contrast in zip(used, _fitted(group, reference, used, better), strict=True):
        told[visit] = contrast
    return told


def _fitted(group: Visits, reference: Visits, used: list[int], better: Better) -> list[Contrast | Why]:
    """One fit of the visits that have enough answers."""
    if not used:
        return []
    try:
        found = reml.fit(visits.scaled(visits.blocks(group, reference, used), used))
    except reml.Singular:
        return ["singular"] * len(used)
    except reml.Unsettled:
        return ["unsettled"] * len(used)
    sign = -1 if better == "lower" else 1
    columns = (sign * found.effects[:, GROUP], np.sqrt(found.variances[:, GROUP]), found.df[:, GROUP])
    return [_contrast(*map(float, row)) for row in zip(*columns, strict=True)]


def _contrast(value: float, se: float, df: float) -> Contrast | Why:
    """The figures, where they are figures."""
    return Contrast(value, se, df) if all(map(math.isfinite, (value, se, df))) and df >= 1 else "singular"
