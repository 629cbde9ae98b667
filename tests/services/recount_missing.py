"""The recount of who did not answer: thirds by rank, and the delta found where the interval's end turns to 0."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportOperatorIssue=false
# pyright: reportReturnType=false
# (scipy stubs know less than the library)
import numpy as np
from scipy import optimize, stats

from tests.services.recount_intervals import mean_ci, share


def figures(told, scale) -> dict:
    """The JSON's "missing" of one window. told: (baseline, value) of every due course, NaN = unknown."""
    known = [(b, v) for b, v in told if not np.isnan(b)]
    return {"tertiles": tertiles(known), "delta": delta(known, scale)}


def tertiles(known) -> list | None:
    """Three rows; equal baselines, whose rank is shared, stand in the third in which their middle lies."""
    if len(known) < 30:
        return None
    base = np.array([round(b, 9) for b, _ in known])
    twice = np.rint(2 * stats.rankdata(base) - 1).astype(int)  # the ridit in halves of a course
    third = [3 * r // (2 * len(known)) for r in twice]
    rows = []
    for n, name in enumerate(("low", "middle", "high")):
        mine = [one for one, of in zip(known, third, strict=True) if of == n]
        ends = [b for b, _ in mine]
        answered = share(sum(not np.isnan(v) for _, v in mine), len(mine))
        ends = {"from": min(ends, default=None), "to": max(ends, default=None)}
        rows.append({"tertile": name, **ends, "due": len(mine), "answered": answered})
    return rows


def delta(known, scale) -> dict:
    """By how much the silent must fall short of the answered before everybody's mean improvement is not clear."""
    gains = np.array([b - v for b, v in known if not np.isnan(v)])
    silent = [b for b, v in known if np.isnan(v)]
    nothing = {"value": None, "missing_mean": None, "possible": None}
    found = mean_ci(gains)
    if len(gains) < 10 or 2 * len(gains) < len(known) or not silent or found["ci"][0] <= 0 <= found["ci"][1]:
        return nothing
    sign = np.sign(found["mean"])
    value = float(sign * tipping_point(sign * gains, len(known)))
    left = found["mean"] - value
    worst, best = np.mean(silent) - scale.high, np.mean(silent) - scale.low
    return {"value": value, "missing_mean": left, "possible": bool(worst <= left <= best)}


def tipping_point(gains, due) -> float:
    """The δ at which the lower limit of mean − f·δ is 0; it is above 0 at none and below at mean / f."""
    f, t = 1 - len(gains) / due, stats.t.ppf(0.975, len(gains) - 1)

    def lower(d):
        return gains.mean() - f * d - t * np.sqrt(gains.var(ddof=1) / len(gains) + d**2 * f * (1 - f) / due)

    return optimize.brentq(lower, 0, gains.mean() / f, xtol=1e-13)
