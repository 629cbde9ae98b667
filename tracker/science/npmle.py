"""NPMLE: how many still have it on a day, when a loss is only known to lie between two assessments.

A loss lies in a half-open interval (left, right]: still there on day `left`, gone on day `right`; right = inf while
it lasts. Turnbull's estimate puts all mass into the innermost intervals, the boxes (q, p] with a left end at q, a
right end at p and no other end between (Turnbull 1976, J R Stat Soc B 38:290). Where inside a box the mass lies is
unknown, so a survival is a pair [low, high], and boxes are drawn as boxes.

The likelihood is strictly concave in the masses: each box is the last one of some interval, so the incidence matrix
holds a triangle of ones and has full rank. The masses are therefore unique, and Newton steps under the constraint
mass ≥ 0 (Wang 2007, J R Stat Soc B 69:185) reach them in a handful of rounds, with self-consistency (EM) steps between.
Most boxes hold nothing: of 400 some 30 do. So a round looks only at those that hold mass and at the most promising one
between each two of them (Wang 2008, Stat Comput 18:173); it is over when no box of all is promising.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints, no_floats

GAP = 1e-10  # largest accepted breach of the Kuhn-Tucker conditions, as a share of all weight
ROUNDS = 500  # five to ten are usual
EM_STEPS = 5  # self-consistency steps after each Newton step
ROUNDING = 1e-13  # of a likelihood: near the maximum a good step is lost in the rounding of the sum
RIDGE = 1e-13  # of the mean curvature: keeps the factor finite where two boxes are told apart by almost nothing


@dataclass(frozen=True)
class Npmle:
    """B boxes (left, right] in days with the mass of each (sum 1); `until` = the last finite end, NaN when empty."""

    left: Floats
    right: Floats  # inf in the last box while the benefit lasts
    mass: Floats
    until: float


@dataclass(frozen=True)
class _Seen:
    """U distinct intervals as the boxes they cover, first ≤ box < stop, with their weights; B boxes in all."""

    first: Ints
    stop: Ints
    weight: Floats
    boxes: int

    def inside(self, mass: Floats) -> Floats:
        """The mass inside each interval (U)."""
        total = np.concatenate([[0.0], np.cumsum(mass)])
        return total[self.stop] - total[self.first]

    def over(self, value: Floats) -> Floats:
        """The sum over each box of the intervals' values (B)."""
        size = self.boxes + 1
        steps = np.bincount(self.first, value, size) - np.bincount(self.stop, value, size)
        return np.cumsum(steps)[:-1].astype(np.float64)

    def only(self, kept: Ints) -> "_Seen":
        """The same people as ranges of some boxes alone, equal ranges counted once; each must hold one of them."""
        before = np.zeros(self.boxes + 1, np.int64)
        before[kept + 1] = 1
        before, size = np.cumsum(before), kept.size + 1
        many = np.bincount(before[self.first] * size + before[self.stop], self.weight, size * size)
        seen = np.flatnonzero(many)
        return _Seen(*np.divmod(seen, size), many[seen].astype(np.float64), kept.size)


def npmle(left: Floats, right: Floats, weights: Floats | None = None) -> Npmle:
    """Turnbull's estimate of N half-open intervals (left, right] in days; weights count equal ones.

    ValueError for an interval with left ≥ right; ArithmeticError if it does not converge.
    """
    if not np.all(left < right):
        raise ValueError("a half-open interval needs left < right")
    if left.size == 0:
        return Npmle(no_floats(), no_floats(), no_floats(), np.nan)
    q, p = boxes(left, right)
    seen = _seen(q, p, left, right, np.ones(left.size) if weights is None else weights)
    ends = np.concatenate([left, right])
    return Npmle(q, p, _maximise(seen), float(ends[np.isfinite(ends)].max()))


def survival(estimate: Npmle, day: float) -> tuple[float, float] | None:
    """P(still there after `day`) as (low, high), equal outside the boxes; None beyond follow-up or without data."""
    if not day <= estimate.until:
        return None
    low = estimate.mass[estimate.left >= day].sum()
    high = estimate.mass[estimate.right > day].sum()
    return min(float(low), 1.0), min(float(high), 1.0)


def median(estimate: Npmle) -> tuple[float, float] | None:
    """The box (left, right] in days in which survival falls below one half; None = not by day `until`."""
    gone = np.cumsum(estimate.mass)
    reached = np.flatnonzero((gone > 0.5 + GAP) & np.isfinite(estimate.right))
    return (float(estimate.left[reached[0]]), float(estimate.right[reached[0]])) if reached.size else None


def mean_of(estimate: Npmle, value: Floats, left: Floats, right: Floats, weights: Floats) -> tuple[float, float]:
    """Mean over the boxes of a value given per box (B), and its standard error from the observed information.

    On losses known to the day the information is Greenwood's. Boxes without mass are held at 0.
    """
    kept = estimate.mass > GAP
    q, p = estimate.left[kept], estimate.right[kept]
    seen = _seen(q, p, left, right, weights)
    inverse = np.linalg.inv(_curvature(seen, estimate.mass[kept]))
    ones = inverse.sum(axis=0)
    spread = inverse - np.outer(ones, ones) / ones.sum()  # the masses keep their sum
    mean = float(value[kept] @ estimate.mass[kept])
    v = value[kept] - mean
    return mean, float(np.sqrt(max(v @ spread @ v, 0.0)))


def boxes(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The innermost intervals (q, p], sorted. At a tie the right end comes first: (1, 3] and (3, 5] share no day."""
    ends = np.concatenate([right, left])
    is_left = np.repeat([False, True], [right.size, left.size])
    order = np.lexsort((is_left, ends))
    ends, is_left = ends[order], is_left[order]
    at = np.flatnonzero(is_left[:-1] & ~is_left[1:])
    return ends[at], ends[at + 1]


def _seen(q: Floats, p: Floats, left: Floats, right: Floats, weights: Floats) -> _Seen:
    """The intervals as ranges of boxes, equal ranges counted once."""
    size = q.size + 1
    key = np.searchsorted(q, left) * size + np.searchsorted(p, right, side="right")
    distinct, place = np.unique(key, return_inverse=True)
    first, stop = np.divmod(distinct, size)
    return _Seen(first, stop, np.bincount(place, weights).astype(np.float64), q.size)


def _maximise(seen: _Seen) -> Floats:
    """The masses (B) of greatest likelihood: Newton steps under mass ≥ 0 and EM steps, until no condition is off."""
    total, mass = seen.weight.sum(), _start(seen)
    for _ in range(ROUNDS):
        gain = seen.over(seen.weight / seen.inside(mass)) / total  # 1 where mass stays, ≤ 1 where none belongs
        if gain.max() - 1 <= GAP and np.abs(mass * (gain - 1)).max() <= GAP:
            return mass / mass.sum()
        kept = np.flatnonzero((mass > 0) | _promising(mass, gain))
        few, here = seen.only(kept), mass[kept]
        here = _ascend(few, here, _newton(few, here, gain[kept] * total, total))
        for _ in range(EM_STEPS):
            here = here * few.over(few.weight / few.inside(here)) / total
        mass = np.zeros(seen.boxes)
        mass[kept] = here
    raise ArithmeticError("the interval estimate did not converge")


def _start(seen: _Seen) -> Floats:
    """Equal masses (B) in the fewest boxes of which every interval holds one: the last box of the interval that stops
    first, then of the first among those that begin behind it, and so on.
    """
    order = np.argsort(seen.stop, kind="stable")
    mass, last = np.zeros(seen.boxes), -1
    for first, stop in zip(seen.first[order].tolist(), seen.stop[order].tolist(), strict=True):
        if first > last:
            last = stop - 1
            mass[last] = 1.0
    return mass / mass.sum()


def _promising(mass: Floats, gain: Floats) -> Bools:
    """B: between each two boxes that hold mass the one whose gain is highest, where mass there would raise the
    likelihood.
    """
    stretch = np.cumsum(mass > 0)
    order = np.lexsort((np.where(mass > 0, -np.inf, gain), stretch))
    best = order[np.append(stretch[order][1:] != stretch[order][:-1], True)]
    found = np.zeros(mass.size, np.bool_)
    found[best] = (mass[best] == 0) & (gain[best] > 1)
    return found


def _newton(seen: _Seen, mass: Floats, slope: Floats, total: float) -> Floats:
    """Where the quadratic through the log-likelihood minus total · Σ mass is highest with every mass ≥ 0 (B)."""
    from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular
    from scipy.optimize import nnls

    curve = _curvature(seen, mass) / total
    curve += np.eye(seen.boxes) * (RIDGE * np.trace(curve) / seen.boxes)
    aim = 2 * slope / total - 1  # curvature · mass = slope, so the quadratic's linear term is 2 · slope − total
    there, kept = np.zeros(seen.boxes), (mass > 0) | (slope > total)
    there[kept] = cho_solve(cho_factor(curve[np.ix_(kept, kept)]), aim[kept])
    if there.min() >= 0:  # the usual case near the end: no condition binds, so no search for the ones that do
        return there
    factor = cholesky(curve)
    return nnls(factor, solve_triangular(factor.T, aim, lower=True))[0]


def _curvature(seen: _Seen, mass: Floats) -> Floats:
    """Minus the second derivative of the log-likelihood (B x B): Σ weight / inside² over intervals holding both."""
    size = seen.boxes + 1
    value = seen.weight / seen.inside(mass) ** 2
    grid = np.bincount(seen.first * size + seen.stop, value, size * size).reshape(size, size)
    reach = np.cumsum(np.cumsum(grid, axis=0)[:, ::-1], axis=1)[:, ::-1]  # first ≤ row and stop ≥ column
    upper = np.triu(reach[:-1, 1:])
    return (upper + np.triu(upper, 1).T).astype(np.float64)


def _ascend(seen: _Seen, mass: Floats, aim: Floats) -> Floats:
    """The farthest of aim, half way, a quarter … at which the penalised likelihood is no lower; else mass itself."""
    here = _height(seen, mass)
    here -= ROUNDING * abs(here)
    for step in 0.5 ** np.arange(30):
        there = mass + step * (aim - mass)
        if _height(seen, there) >= here:
            return there / there.sum()
    return mass


def _height(seen: _Seen, mass: Floats) -> float:
    """Log-likelihood minus total weight · Σ mass; -inf where an interval holds none."""
    inside = seen.inside(mass)
    if inside.min() <= 0:
        return -np.inf
    return float(seen.weight @ np.log(inside) - seen.weight.sum() * mass.sum())
