"""Confidence: 95 % intervals of a mean, a share, and a difference of two shares. Unknown is None, never 0 or NaN.

Sources: Wilson 1927, JASA 22:209; Newcombe 1998, Stat Med 17:873 (method 10). Worked examples:
docs/science/responders.md.
"""

import math
from dataclasses import dataclass

from tracker.science.moments import Moments, moments
from tracker.science.record import Floats

LEVEL = 0.95
Z = 1.959963984540054  # the normal distribution's 97.5 % point

Interval = tuple[float, float]


@dataclass(frozen=True)
class Mean:
    """A mean of n values in their unit, its standard deviation and interval; None where n is too small for it."""

    n: int
    mean: float | None
    sd: float | None
    ci: Interval | None


def t_quantile(df: float | Floats) -> Floats:
    """The 97.5 % point of Student's t with `df` degrees of freedom."""
    from scipy.special import stdtrit

    return stdtrit(df, 1 - (1 - LEVEL) / 2)


def mean(values: Floats) -> Mean:
    """The mean of the known values, with sd and t interval from two of them on."""
    return mean_of(moments(values))


def mean_of(sums: Moments) -> Mean:
    """The same from the moments of one column."""
    n = sums.n
    if n < 2:
        return Mean(n, sums.mean() if n else None, None, None)
    middle, sd = sums.mean(), math.sqrt(sums.covariance())
    half = float(t_quantile(n - 1)) * sd / math.sqrt(n)
    return Mean(n, middle, sd, (middle - half, middle + half))


def wilson(x: int, n: int) -> Interval | None:
    """Wilson's score interval of x in n; None for n = 0."""
    if n == 0:
        return None
    share, spread = x / n, Z * Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return (0.0 if x == 0 else middle - half, 1.0 if x == n else middle + half)


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Interval | None:
    """Newcombe's interval of x1/n1 - x2/n2, from the two Wilson intervals; None where one n is 0."""
    one, two = wilson(x1, n1), wilson(x2, n2)
    if one is None or two is None:
        return None
    p, q = x1 / n1, x2 / n2
    low = p - q - math.hypot(p - one[0], two[1] - q)
    return (low, p - q + math.hypot(one[1] - p, q - two[0]))
