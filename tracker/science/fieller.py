"""Fieller: the ratio of two means of the same people, with an interval that admits when there is none.

The 95 % set holds every ratio r at which the mean of numerator − r·denominator does not differ from 0. It is an
interval only if the denominator itself differs from 0; else the ratio cannot be estimated (Fieller 1954, J R Stat Soc B
16:175).
"""

import numpy as np

from tracker.science.record import Floats


def fieller(numerator: Floats, denominator: Floats) -> tuple[float, float] | None:
    """95 % set (low, high) of mean(numerator) / mean(denominator) over N pairs; None when it is no interval or N < 2.

    Roots of a·r² − 2·b·r + c with a = x̄² − t²·s_xx/n, b = x̄·ȳ − t²·s_xy/n, c = ȳ² − t²·s_yy/n; t with n − 1 df.
    """
    n = numerator.size
    if n < 2:
        return None
    x, y = float(denominator.mean()), float(numerator.mean())
    k = _t(n - 1) ** 2 / n
    (s_xx, s_xy), (_, s_yy) = np.cov(denominator, numerator).tolist()
    a, b, c = x * x - k * s_xx, x * y - k * s_xy, y * y - k * s_yy
    if a <= 0:
        return None
    root = float(np.sqrt(max(b * b - a * c, 0.0)))
    return (b - root) / a, (b + root) / a


def _t(df: int) -> float:
    """The 97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))
