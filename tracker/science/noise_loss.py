"""Noise loss: how many responders would seem to have lost their response though nothing changed after the course.

A responder is chosen by one value at the end, and values swing. Those just above the limit by luck fall below it later:
S(t) drops without anybody getting worse. m = improvement at the end less what a response takes, over all courses that
could be judged, responders or not: m = true margin + noise, the noise pooled over patients (`noise`). Each check-in of
the plan that fails is asked again a week later; two failing answers are a loss. statistics.md 2.4;
docs/science/durability.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import correlation, flags, noise
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.noise import Noise, Steps
from tracker.science.record import Ints, Outcomes, Ragged
from tracker.science.scales import Instrument
from tracker.science.threshold import improvement, too_low
from tracker.science.worklist import ASKED

FEWEST = 20  # courses whose margins have a spread: as for responders (twice.LEAST_RESPONDERS)
TRUE = np.linspace(-8.0, 8.0, 1601)  # true margins in standard deviations around their mean: a trapezoid rule
WEIGHT = np.exp(-(TRUE**2) / 2)


@dataclass(frozen=True)
class NoiseLoss(Partial):
    """What the figure needs of some courses that have ended."""

    margins: Moments  # improvement at the end less the responder share of the baseline, scale points
    steps: Steps  # between their weekly values in the course


def partial(outcomes: Outcomes, ended: Ints, lined: Ints, phi: float) -> NoiseLoss:
    """Of the rows that have ended, and of those that have a line: scores at an end of the scale cannot swing.

    phi: the pooled correlation of two scores a week apart.
    """
    scale, base = outcomes.instrument, outcomes.baseline[ended]
    margin = improvement(base, outcomes.end[ended], scale.better) - scale.responder * base
    day, value = (Ragged.of(column).only(lined) for column in (outcomes.week_day, outcomes.week_value))
    steps = noise.partial(np.repeat(lined, day.length), day.flat, value.flat, phi)
    return NoiseLoss(moments(np.where(too_low(base, scale), np.nan, margin)), steps)


def beside(rows: Sequence[dict[str, Any]], found: NoiseLoss, phi: float, scale: Instrument) -> tuple[list, list[str]]:
    """The survival rows, each with "noise_alone": the share expected to seem lost by that day, and the words for it.

    None where S itself is None, for a count of days (it has no weekly noise), and below 20 courses or 20 series that
    tell the noise: an assumed one would make the whole figure an assumption.
    """
    swing = noise.noise_of(found.steps, phi, scale.span)
    known = flags.applies(scale) and found.margins.n >= FEWEST and found.steps.series >= correlation.FEWEST
    told = [
        expected(found.margins, swing, _visits(row["day"])) if known and row["low"] is not None else None
        for row in rows
    ]
    whole = [row | {"noise_alone": share} for row, share in zip(rows, told, strict=True)]
    return whole, _said(whole, swing, scale)


def expected(margins: Moments, swing: Noise, visits: int) -> float:
    """Share of the responders at the end whom one of so many check-ins finds failing twice, their true margins unmoved.

    1 − E[Φ(u)·(1 − q)^k] / E[Φ(u)], u = true margin / SDw, normal with the variance of the margins less SDw²;
    q = Φ2(−u, −u; r) = Φ(−u) − 2·T(−u, √((1 − r)/(1 + r))), T Owen's (Owen 1956, Ann Math Stat 27:1075).
    """
    from scipy.special import ndtr, owens_t

    between = math.sqrt(max(margins.covariance() - swing.sd**2, 0.0))
    u = (margins.mean() + between * TRUE) / swing.sd
    twice = ndtr(-u) - 2 * owens_t(-u, math.sqrt((1 - swing.r) / (1 + swing.r)))
    responds = WEIGHT * ndtr(u)
    return float(1 - responds @ (1 - twice) ** visits / responds.sum())


def _visits(day: int) -> int:
    """The check-ins of the plan up to a day after t0."""
    return sum(asked <= day for asked in ASKED)


def _said(rows: Sequence[dict[str, Any]], swing: Noise, scale: Instrument) -> list[str]:
    """What the last of the shares means."""
    known = [row for row in rows if row["noise_alone"] is not None]
    if not known:
        return []
    last = known[-1]
    return [
        f"Of these responders {100 * last['noise_alone']:.0f} % would seem lost by day {last['day']} though nothing "
        f"had changed: scores swing (SD {swing.sd:.1f} of {scale.span:g}), and one of them made a responder."
    ]
