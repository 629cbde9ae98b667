"""Visits: the baseline and the follow-up values of a group's courses, as sums for each pattern of answered visits.

All that ANCOVA and MMRM need: people who answered the same visits enter as one sum, and the sums of two groups make the
design of their comparison, since within a group its column is a constant.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science.fold import Partial, merged
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats

COLUMNS = 3  # of the design: 1, baseline, group
GROUP = 2
SAME = 1e-12  # of the largest sum of squares: below it two columns tell the same


@dataclass(frozen=True)
class Visits(Partial):
    """Per pattern (bit v set = visit v answered) the moments of the baseline and V values, 0 where not answered."""

    patterns: dict[int, Moments]


@dataclass(frozen=True)
class Block:
    """People of one group with one pattern."""

    sums: Moments
    seen: Bools  # V
    in_group: bool


def partial(baseline: Floats, values: Floats) -> Visits:
    """Of n courses with V visits, NaN = no answer; those without a baseline or any answer count nowhere."""
    seen = np.isfinite(values) & np.isfinite(baseline)[:, None]
    pattern = seen @ (1 << np.arange(values.shape[1]))
    known = np.where(seen, values, 0.0)
    mine = {p: pattern == p for p in np.unique(pattern[pattern > 0]).tolist()}
    return Visits({p: moments(baseline[rows], *known[rows].T) for p, rows in mine.items()})


def blocks(group: Visits, reference: Visits, visits: Sequence[int]) -> list[Block]:
    """Both groups' people who answered any of the visits, by the pattern of these alone, in one fixed order."""
    found: dict[tuple[bool, tuple[int, ...]], Moments] = {}
    for side, in_group in ((group, True), (reference, False)):
        for pattern, sums in side.patterns.items():
            key = (in_group, tuple(pattern >> v & 1 for v in visits))
            found[key] = merged(found.get(key), sums)
    return [Block(found[key], np.array(key[1], bool), key[0]) for key in sorted(found) if any(key[1])]


def answered(side: Visits, visit: int) -> int:
    """How many answered a visit."""
    return sum(sums.n for pattern, sums in side.patterns.items() if pattern >> visit & 1)


@dataclass(frozen=True)
class Scaled:
    """Blocks with the baseline centred and scaled: the group's effect is the same, the arithmetic better."""

    blocks: list[Block]
    visits: Sequence[int]  # where each one's column stands
    centre: float
    spread: float

    def sums(self, block: Block, effects: Floats) -> Floats:
        """(3 + V)²: sums of products of the design's columns and the values less design · effects (3 × V)."""
        columns = len(block.sums.limbs) // 4 + 1
        rows = np.zeros((COLUMNS + len(self.visits), columns))
        rows[0, 0] = 1
        rows[1, :2] = -self.centre / self.spread, 1 / self.spread
        rows[GROUP, 0] = block.in_group
        for n in np.flatnonzero(block.seen).tolist():
            rows[COLUMNS + n] = -effects[:, n] @ rows[:COLUMNS]
            rows[COLUMNS + n, 2 + self.visits[n]] += 1
        return block.sums.mapped(rows)


def scaled(found: list[Block], visits: Sequence[int]) -> Scaled:
    """The blocks on their common baseline; a baseline without spread keeps its unit."""
    whole = found[0].sums
    for block in found[1:]:
        whole += block.sums
    n = whole.n
    spread = float(np.sqrt(whole.covariance() * (n - 1) / n)) if n > 1 else 0.0
    return Scaled(found, visits, whole.mean(), spread or 1.0)


def least_squares(design: Scaled, visit: int) -> Floats | None:
    """3 effects (1, baseline, group) from the answers of one of the blocks' visits; None if they do not tell them."""
    none = np.zeros((COLUMNS, len(design.visits)))
    sums = sum(design.sums(block, none) for block in design.blocks if block.seen[visit])
    square, cross = np.asarray(sums)[:COLUMNS, :COLUMNS], np.asarray(sums)[:COLUMNS, COLUMNS + visit]
    if square[0, 0] <= COLUMNS or np.linalg.matrix_rank(square, SAME * square.max(), hermitian=True) < COLUMNS:
        return None
    return np.linalg.solve(square, cross)
