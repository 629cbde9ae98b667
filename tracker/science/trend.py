"""Trend: the slope of a course, what it may be called, and when nothing may be said.

Least squares on real times; its interval allows for alike days: SE² = s²·c'Vc·(n−2)/tr(MV), df = tr(MV)²/tr(MVMV), with
V from `correlation` and M = I − H. Formula, sources and a worked example: docs/science/trend.md (statistics.md 2.2).
Vectorised: series of one length are one stack; no loop over series.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science import correlation
from tracker.science.confidence import t_quantile
from tracker.science.correlation import Likeness, Stack, covariance, line_basis
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats, Ints, Ragged
from tracker.science.scales import Instrument

LABELS = (
    "improving",
    "no_clear_change",
    "uncertain",
    "worsening",
    "not_enough",
    "at_the_end_of_the_scale",
)
IMPROVING, NO_CLEAR_CHANGE, UNCERTAIN, WORSENING, NOT_ENOUGH, AT_THE_END = range(6)

LINE_N, LINE_DAYS = 5, 21.0  # least for a line
LABEL_N, LABEL_DAYS = 8, 28.0  # least for a label
AT_AN_END = 0.5  # more than this share at one end of the scale: no slope
CLEAR = 0.1  # of the scale's width over the span: 1 point on 0–10
WEEK = correlation.WEEK
ROUNDING = 1e-9  # points: a flat line's slope and interval are 0 but for rounding
CHUNK = 2_000_000  # matrix cells in memory at once


@dataclass(frozen=True)
class Trends:
    """S series. Slopes in scale points per week as scored: on a lower-is-better scale a falling line is negative. NaN
    = none.
    """

    n: Ints
    slope: Floats  # from 5 values over 21 days on
    low: Floats  # 95 % interval, from 8 values over 28 days on
    high: Floats
    first: Floats  # the line's value on the first and the last day, clipped to the scale
    last: Floats
    label: Ints  # position in LABELS
    phi: float  # the correlation that was used


def fit(days: Sequence[Floats], values: Sequence[Floats], instrument: Instrument, phi: float | None = None) -> Trends:
    """Trends of S series, each with its own days (ascending, not all equal) and scores. phi: None = pooled over
    these series; known where they are a part of all.
    """
    days, values = Ragged.of(days), Ragged.of(values)
    n = days.length
    label = np.full(len(n), NOT_ENOUGH)
    columns = {name: np.full(len(n), np.nan) for name in ("slope", "low", "high", "first", "last")}
    judged = []
    for stack in _stacks(days, values):
        at_an_end = _at_an_end(stack, instrument)
        label[stack.row[at_an_end]] = AT_THE_END
        judged.append(_only(stack, ~at_an_end))
    phi = correlation.partial(judged).phi if phi is None else phi
    for part in (part for stack in judged for part in _parts(stack)):
        _judge(part, phi, instrument, label, columns)
    return Trends(n=n, label=label, phi=phi, **columns)


def likeness(days: Sequence[Floats], values: Sequence[Floats], instrument: Instrument) -> Likeness:
    """What the pooled φ needs of S series: of those long enough for a line and not at an end of the scale."""
    stacks = _stacks(Ragged.of(days), Ragged.of(values))
    return correlation.partial([_only(stack, ~_at_an_end(stack, instrument)) for stack in stacks])


def _stacks(days: Ragged, values: Ragged) -> Iterator[Stack]:
    """The series that are long enough for a line, one stack for each number of values."""
    n, day, value = days.length, days.flat, values.flat
    first = np.cumsum(n) - n
    for length in np.unique(n[n >= LINE_N]):
        rows = np.flatnonzero(n == length)
        cells = first[rows][:, None] + np.arange(length)
        yield _only(Stack(rows, day[cells], value[cells]), day[cells[:, -1]] - day[cells[:, 0]] >= LINE_DAYS)


def _only(stack: Stack, kept: Bools) -> Stack:
    """Some rows of a stack."""
    return Stack(stack.row[kept], stack.day[kept], stack.value[kept])


def _parts(stack: Stack) -> list[Stack]:
    """The stack in pieces whose matrices fit in memory."""
    size = max(1, CHUNK // stack.day.shape[1] ** 2)
    return [_only(stack, np.s_[at : at + size]) for at in range(0, len(stack.row), size)]  # type: ignore[arg-type]


def _at_an_end(stack: Stack, instrument: Instrument) -> Bools:
    """Rows with more than half of their scores at one end of the scale."""
    low, high = stack.value <= instrument.minimum, stack.value >= instrument.maximum
    return np.maximum(low.mean(axis=1), high.mean(axis=1)) > AT_AN_END


def _judge(stack: Stack, phi: float, instrument: Instrument, label: Ints, columns: dict[str, Floats]) -> None:
    """Fill in the rows of one stack."""
    centred = stack.day - stack.day.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    slope = (centred * stack.value).sum(axis=1) / spread
    middle = stack.value.mean(axis=1)
    half = WEEK * _half_width(stack, stack.value - middle[:, None] - slope[:, None] * centred, spread, phi)
    span = stack.day[:, -1] - stack.day[:, 0]
    enough = (stack.day.shape[1] >= LABEL_N) & (span >= LABEL_DAYS)
    half = np.where(enough, half, np.nan)
    label[stack.row] = np.where(enough, _labels(slope * WEEK, half, slope * span, instrument), NOT_ENOUGH)
    columns["slope"][stack.row] = slope * WEEK
    columns["low"][stack.row], columns["high"][stack.row] = slope * WEEK - half, slope * WEEK + half
    for name, at in (("first", 0), ("last", -1)):
        fitted = middle + slope * centred[:, at]
        columns[name][stack.row] = np.clip(fitted, instrument.minimum, instrument.maximum)


def _half_width(stack: Stack, rest: Floats, spread: Floats, phi: float) -> Floats:
    """Half of each slope's 95 % interval, points per day. rest: residuals, k x n; spread: Σ(t − mean)²."""
    v, q = covariance(stack.day, phi), line_basis(stack.day)
    vq = v @ q
    a = q.transpose(0, 2, 1) @ vq
    trace = stack.day.shape[1] - np.trace(a, axis1=1, axis2=2)  # tr(MV), as tr(V) = n
    square = (v**2).sum(axis=(1, 2)) - 2 * (vq**2).sum(axis=(1, 2)) + (a**2).sum(axis=(1, 2))  # tr(MVMV)
    error = np.sqrt((rest**2).sum(axis=1) * a[:, 1, 1] / spread / trace)
    return error * t_quantile(trace**2 / square)


def _labels(slope: Floats, half: Floats, change: Floats, instrument: Instrument) -> Ints:
    """Improving or worsening where the interval lies beyond 0 and the line moves a point; no clear change; else
    uncertain.
    """
    sign = -1.0 if instrument.better == "lower" else 1.0
    moved = np.abs(change) >= CLEAR * instrument.span - ROUNDING
    better, worse = (sign * slope - half > 0) & moved, (-sign * slope - half > 0) & moved
    still = (np.abs(slope) <= half + ROUNDING) & ~moved
    return np.select([better, worse, still], [IMPROVING, WORSENING, NO_CLEAR_CHANGE], UNCERTAIN)


@dataclass(frozen=True)
class Slopes(Partial):
    """What a group's trend figures need of some courses: how many carry each label, and the slopes there are."""

    labels: Ints
    slopes: Moments


def partial(trends: Trends, rows: Ints) -> Slopes:
    """Of some rows."""
    return Slopes(np.bincount(trends.label[rows], minlength=len(LABELS)), moments(trends.slope[rows]))


def figures(found: Slopes) -> dict:
    """The JSON's "trend": how many have a line, their mean slope, and how many carry each label."""
    return {
        "courses": found.slopes.n,
        "mean_slope_per_week": found.slopes.mean() if found.slopes.n else None,
        "labels": dict(zip(LABELS, found.labels.tolist(), strict=True)),
    }
