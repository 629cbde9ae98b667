"""Bands: how far the share still responding would move if other patients of the same kind had come.

A patient bootstrap of the NPMLE: N responders are drawn from N with replacement, which on the distinct intervals is one
multinomial draw of their weights; percentile intervals (Efron and Tibshirani 1993, ch. 13). A survival is a box [low,
high], so the band runs from the low ends' 2.5 % point to the high ends' 97.5 % point and holds the box's own spread.
Assessments on a fixed plan make few boxes with many people each, where the bootstrap holds; with every visit on a day
of its own it is not consistent (Sen and Xu 2015, Comput Stat Data Anal 81:121). docs/science/bands.md.

Nothing here is random: the seed is an argument, stored with the result, and the same seed makes the same band.
"""

from typing import Any

import numpy as np

from tracker.science.followed import DAYS
from tracker.science.intervals import Intervals
from tracker.science.lasting import Lasting
from tracker.science.npmle import npmle, survival
from tracker.science.record import Floats, Ints
from tracker.science.twice import LATE, LEAST_FOLLOWED, LEAST_RESPONDERS, Notes

DRAWS = (
    200  # enough for the ends of a 95 % interval to the point (Efron and Tibshirani 1993, ch. 13 asks for more, 1000)
)
POINTS = (2.5, 97.5)  # per cent
KNOWN = 0.95  # of the draws must reach the day, or it has no band
NOTHING = {"low": None, "high": None}


def figures(found: Lasting, seed: int, draws: int = DRAWS) -> tuple[dict[str, Any], Notes]:
    """{"seed", "draws", "days": one row per day} of the composite for some responders, and notes.

    A row's low … high is the 95 % band with unconfirmed losses censored; if_unconfirmed_lost the one with them lost.
    """
    followed = [found.followed.on(day) for day in DAYS]
    if not found.followed.enough:
        rows = [_row(day, n, NOTHING, NOTHING) for day, n in zip(DAYS, followed, strict=True)]
        return {"seed": seed, "draws": 0, "days": rows}, [_too_few(found.followed.late)]
    ends = [band(one, DAYS, np.random.default_rng(seed), draws) for one in found.spans]  # one seed: alike where equal
    rows = [_row(*row) for row in zip(DAYS, followed, *ends, strict=True)]
    return {"seed": seed, "draws": draws, "days": rows}, _said(rows, draws)


def band(spans: Intervals, days: tuple[int, ...], random: np.random.Generator, draws: int) -> list[dict[str, Any]]:
    """{"low", "high"} of the survival on each day; None beyond their follow-up, never past the people's."""
    drawn = resampled(spans, days, random, draws)
    return [_ends(drawn[:, n]) for n in range(len(days))]


def resampled(spans: Intervals, days: tuple[int, ...], random: np.random.Generator, draws: int) -> Floats:
    """draws x days x 2: the survival's low and high in each draw of as many people; NaN beyond its follow-up."""
    people = int(spans.weight.sum())
    weights = random.multinomial(people, spans.weight / people, draws)
    return np.array([_one(spans, weight, days) for weight in weights]).reshape(draws, len(days), 2)


def _one(spans: Intervals, weight: Ints, days: tuple[int, ...]) -> list[tuple[float, float]]:
    """One draw's survival. Intervals nobody drew are left out: their ends would make boxes."""
    kept = weight > 0
    estimate = npmle(spans.left[kept], spans.right[kept], weight[kept].astype(np.float64))
    return [survival(estimate, day) or (np.nan, np.nan) for day in days]


def _ends(drawn: Floats) -> dict[str, Any]:
    """The percentile interval of D draws of [low, high]; None where too many of them do not reach the day."""
    reached = drawn[np.isfinite(drawn[:, 0])]
    if len(reached) == 0 or len(reached) < KNOWN * len(drawn):
        return NOTHING
    low, high = np.percentile(reached[:, 0], POINTS[0]), np.percentile(reached[:, 1], POINTS[1])
    return {"low": float(low), "high": float(high)}


def _row(day: int, followed: int, censored: dict[str, Any], lost: dict[str, Any]) -> dict[str, Any]:
    """One day's bands, or nulls where too few are followed."""
    if followed < LEAST_FOLLOWED:
        censored = lost = NOTHING
    return {"day": day, **censored, "followed": followed, "if_unconfirmed_lost": dict(lost)}


def _said(rows: list[dict[str, Any]], draws: int) -> Notes:
    """Why a day has no band, and what a band is."""
    thin = [f"day {row['day']} ({row['followed']})" for row in rows if row["followed"] < LEAST_FOLLOWED]
    beyond = [str(r["day"]) for r in rows if r["followed"] >= LEAST_FOLLOWED and r["low"] is None]
    said = [f"Fewer than {LEAST_FOLLOWED} still followed, so no band: {', '.join(thin)}."] if thin else []
    said += [f"Follow-up does not reach far enough for a band on day {', '.join(beyond)}."] if beyond else []
    if any(row["low"] is not None for row in rows):
        said.append(f"Bands: 95 % of {draws} redrawings of the same number of patients fall inside.")
    return said


def _too_few(number: int) -> str:
    return (
        f"{number} responders have a score later than {LATE} days after the course, fewer than {LEAST_RESPONDERS}: "
        "no bands."
    )
