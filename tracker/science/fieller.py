"""Fieller: the ratio of two means of the same people, with an interval that admits when there is none.

The 95 % set holds every ratio r at which the mean of numerator − r·denominator does not differ from 0. It is an
interval only if the denominator itself differs from 0; else the ratio cannot be estimated (Fieller 1954, J R Stat Soc B
16:175).
"""

import math

from tracker.science.confidence import Interval, t_quantile
from tracker.science.moments import Moments, moments
from tracker.science.record import Floats


def fieller(numerator: Floats, denominator: Floats) -> Interval | None:
    """95 % set (low, high) of mean(numerator) / mean(denominator) of N pairs; None when it is no interval or N < 2."""
    return fieller_of(moments(denominator, numerator))


def fieller_of(sums: Moments) -> Interval | None:
    """The same from the moments of the denominator x and the numerator y.

    Roots of a·r² − 2·b·r + c with a = x̄² − t²·s_xx/n, b = x̄·ȳ − t²·s_xy/n, c = ȳ² − t²·s_yy/n; t with n − 1 df.
    """
    n = sums.n
    if n < 2:
        return None
    x, y = sums.mean(1), sums.mean(2)
    k = float(t_quantile(n - 1)) ** 2 / n
    a = x * x - k * sums.covariance(1, 1)
    b = x * y - k * sums.covariance(1, 2)
    c = y * y - k * sums.covariance(2, 2)
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return (b - root) / a, (b + root) / a
