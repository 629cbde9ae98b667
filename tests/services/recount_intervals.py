"""The recount's shares and means with their intervals, by statsmodels and scipy."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportGeneralTypeIssues=false
# (scipy stubs know less than the library)
import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint


def share(x: int, n: int) -> dict:
    """x of n with Wilson's interval."""
    ci = list(proportion_confint(x, n, method="wilson")) if n else None
    return {"x": x, "n": n, "share": x / n if n else None, "ci": ci}


def mean_ci(values) -> dict:
    """A mean with Student's interval."""
    values = np.asarray(values, float)
    ci = None
    if len(values) > 1:
        middle, sem = values.mean(), stats.sem(values)
        ci = list(stats.t.interval(0.95, len(values) - 1, middle, sem)) if sem else [middle, middle]
    return {"mean": float(values.mean()) if len(values) else None, "ci": ci, "n": len(values)}
