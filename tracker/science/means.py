"""Means: Kaplan–Meier where every loss is dated to the week, and the restricted mean days still responding.

Each figure is made twice: with unconfirmed losses censored at the last responding assessment, and with them lost.
"""

from typing import Any

import numpy as np

from tracker.science.followed import Followed
from tracker.science.intervals import Intervals
from tracker.science.npmle import Npmle
from tracker.science.survival import HORIZONS, WEEK, Curves, leaving, restricted_mean, restricted_mean_of_boxes
from tracker.science.survival import curves as curves_of
from tracker.science.twice import APART, GRAIN, Notes, Twice, no_headline


def curves(spans: Twice, enough: bool) -> tuple[Twice, Notes]:
    """Kaplan–Meier of both readings; None unless there are losses and each, confirmed or not, is dated to the week."""
    width = (spans.lost.right - spans.lost.left)[np.isfinite(spans.lost.right)]
    if not enough or width.size == 0 or width.max() > WEEK:
        words = "No Kaplan–Meier curve: it needs losses, each between two assessments at most 7 days apart."
        return Twice(None, None), [words]
    return Twice(*(_curve(s) for s in spans)), []


def _curve(spans: Intervals) -> Curves:
    """A loss is dated by its first failing assessment."""
    lost = np.isfinite(spans.right)
    day = np.maximum(np.where(lost, spans.right, spans.left), 0).astype(np.int64)
    return curves_of(leaving(np.zeros(day.size, np.int64), day, lost, people=spans.weight.astype(np.int64)))


def drawn(km: Twice) -> dict[str, Any] | None:
    """The curve on day 0 and on each day with a loss; None where an interval is not defined (survival 0 or 1)."""
    if km.censored is None:
        return None
    return _steps(km.censored) | {"if_unconfirmed_lost": _steps(km.lost)}


def _steps(curve: Curves) -> dict[str, list[Any]]:
    """Columns of one group's curve."""
    days = np.union1d([0], np.flatnonzero(curve.lost[0]))
    columns = {"survival": curve.survival, "low": curve.low, "high": curve.high}
    shown = {key: [v if np.isfinite(v) else None for v in c[0, days].tolist()] for key, c in columns.items()}
    return {"day": days.tolist(), **shown, "at_risk": curve.at_risk[0, days].tolist()}


def means(boxes: Twice, km: Twice, spans: Twice, followed: Followed) -> tuple[list[dict[str, Any]], Notes]:
    """Restricted means at the fixed horizons, from Kaplan–Meier where there is one, else from the boxes."""
    rows, far = [], []
    for days in HORIZONS:
        reached = followed.reach(days)
        both = [_mean(*one, days) if reached else None for one in zip(boxes, km, spans, strict=True)]
        censored, lost = (dict(zip(("mean", "se"), pair or (None, None), strict=True)) for pair in both)
        rows.append({"days": days, **censored, "method": _method(boxes, km), "if_unconfirmed_lost": lost})
        if both[0] and both[1] and both[0][0] - both[1][0] > APART * days + GRAIN:
            far.append(str(days))
    return rows, [no_headline(f"{', '.join(far)} days", "the mean days still responding")] if far else []


def _mean(boxes: Npmle | None, curve: Curves | None, spans: Intervals, days: int) -> tuple[float, float] | None:
    """One restricted mean and its standard error."""
    if curve is not None:
        mean, se = (float(column[0]) for column in restricted_mean(curve, days))
        return (mean, se) if np.isfinite(mean) else None
    if boxes is None:
        return None
    return restricted_mean_of_boxes(boxes, spans.left, spans.right, spans.weight, days)


def _method(boxes: Twice, km: Twice) -> str | None:
    """How a loss is placed in its interval."""
    if km.censored is not None:
        return "kaplan_meier"
    return "mid_interval" if boxes.censored is not None else None
