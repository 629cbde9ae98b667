"""Flags: arithmetic that puts a course on the work list. It describes scores, never health, and never says "safe".

M scores of one instrument, sorted by (series, day): check-ins and before-scores after the baseline, never after-scores
(`asked`). *Worsened* and *top* are judged once a week, on the first score of each week, from what was known by then;
*sudden rise* on every score. A judgement therefore never changes when later scores arrive. A limit reached exactly
counts; a score of 0 is a score. Limits are stated for 0–10 and scale with the instrument's width.
Source: statistics.md 2.8; simulated in tests/science/test_simulations.py; docs/science/flags.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.confidence import Z
from tracker.science.correlation import WEEK
from tracker.science.noise import Noise
from tracker.science.record import Bools, Floats, Ints
from tracker.science.scales import BEFORE, CHECK_IN, Instrument
from tracker.science.threshold import GRAIN
from tracker.science.windows import END

LATEST, EARLIER = 3, 7  # scores compared: the last 3 with the 7 before
WORSE = 0.2  # of the width: 2 points on 0–10 (Ostelo 2008, Spine 33:90)
HIGH = 0.9  # 9 on 0–10: two of these in a row …
USUAL = 0.75  # … where the earlier mean is at most 7.5
RISE = 0.4  # 4 points on 0–10 …
BEFORE_RISE = 3  # … above the mean of up to so many scores before it
RECALLS = ("now", "7 days")  # an instrument that looks back further cannot be judged weekly


@dataclass(frozen=True)
class Scores:
    """M scores sorted by (series, day), no after-scores, and what is known of their S series."""

    instrument: Instrument
    series: Ints
    day: Floats  # on the axis of the courses' days
    value: Floats  # scale points
    start: Floats  # S: the course's first day, from which its weeks count
    baseline: Floats  # S; NaN = none
    t0: Floats  # S: last session of the course; NaN = no end
    ended_on: Floats  # S: the day from which its end is known
    end: Floats  # S: the value at the end of the course; NaN = none


@dataclass(frozen=True)
class Flags:
    """M rows, one per score: whether it was judged on that day, and what was found."""

    weekly: Bools  # worsened and top were judged on this score
    worsened: Bools
    top: Bools
    sudden: Bools


@dataclass(frozen=True)
class Compared:
    """What one finding compared. `needed`: the points between the two that count (of *top*: where the top begins)."""

    now: float
    before: float
    needed: float
    against: str  # the `n` earlier scores, the value at the end of the course, or the baseline
    n: int

    @property
    def difference(self) -> float:
        """Points from the one to the other, whichever way the scale runs."""
        return abs(self.now - self.before)


def asked(kind: Ints, day: Floats, start: Floats) -> Bools:
    """M: the scores flags may look at: check-ins and before-scores dated after the course's first day."""
    return ((kind == CHECK_IN) | (kind == BEFORE)) & (np.floor(day) > np.floor(start))


def applies(instrument: Instrument) -> bool:
    """Whether an instrument can be flagged: asked about now or the past week, not counted over 28 days."""
    return instrument.recall in RECALLS


def mdc(noise: Noise, latest: int = LATEST, earlier: int = EARLIER) -> float:
    """Minimal detectable change (95 %) between two means of so many scores, in scale points.

    1.96 · SDw · √(1/k1 + 1/k2) · √((1 + r)/(1 − r)), r < 1. Source: statistics.md 2.8; de Vet 2006, HQLO 4:54.
    """
    alike = (1 + noise.r) / (1 - noise.r)
    return float(Z * noise.sd * np.sqrt((1 / latest + 1 / earlier) * alike))


def judge(scores: Scores, noise: Noise) -> Flags:
    """The flags of M scores; none at all for an instrument that cannot be judged weekly."""
    if not applies(scores.instrument) or not len(scores.series):
        return Flags(*[np.zeros(len(scores.series), np.bool_)] * 4)
    bad, first, weekly = _badness(scores.value, scores.instrument), _first(scores.series), _weekly(scores)
    return Flags(
        weekly=weekly,
        worsened=weekly & _worsened(scores, bad, first, noise),
        top=weekly & _top(scores, bad, first),
        sudden=_sudden(scores, bad, first),
    )


def compared(scores: Scores, at: int, reason: str, noise: Noise) -> Compared:
    """The arithmetic of one finding, in scale points, for whoever is to be told; `at`: the score's position."""
    mine = slice(int(np.searchsorted(scores.series, scores.series[at])), at + 1)
    value, one = scores.value[mine], scores.series[at]
    span, baseline = scores.instrument.span, float(scores.baseline[one])
    if reason == "worsened":
        cut = np.array([at + 1 - LATEST])
        end = len(value) >= LATEST and np.isfinite(scores.end[one]) and bool(_after(scores, cut, np.array([at]))[0])
        before, k = (float(scores.end[one]), 1) if end else (float(value[-LATEST - EARLIER : -LATEST].mean()), EARLIER)
        needed = max(WORSE * span, mdc(noise, LATEST, k))
        return Compared(float(value[-LATEST:].mean()), before, needed, "end" if end else "earlier", k)
    if reason == "top":
        earlier, needed = value[:-2], HIGH * span
        now = float(value[-2:].min() if scores.instrument.better == "lower" else value[-2:].max())
    else:
        earlier, needed, now = value[:-1][-BEFORE_RISE:], RISE * span, float(value[-1])
    against = "earlier" if len(earlier) else "baseline"
    return Compared(now, float(earlier.mean()) if len(earlier) else baseline, needed, against, len(earlier))


def rises_from(earlier: Floats, baseline: float, instrument: Instrument) -> float:
    """The score from which the next one of a series is a sudden rise, in scale points; NaN where none would be.

    earlier: the series' scores so far in order, as `asked` keeps them; baseline: NaN = none.
    """
    usual = float(np.mean(earlier[-BEFORE_RISE:])) if len(earlier) else baseline
    rise = RISE * instrument.span
    limit = usual + rise if instrument.better == "lower" else usual - rise
    return limit if instrument.minimum <= limit <= instrument.maximum else float("nan")


def _badness(value: Floats, instrument: Instrument) -> Floats:
    """Points from the scale's good end, so that higher is worse."""
    return value - instrument.minimum if instrument.better == "lower" else instrument.maximum - value


def _first(series: Ints) -> Ints:
    """M: the position of the first score of the same series."""
    return np.searchsorted(series, series)


def _weekly(scores: Scores) -> Bools:
    """M: the first score of each week of its course."""
    week = np.floor((scores.day - np.floor(scores.start[scores.series])) / WEEK)
    same = (scores.series[1:] == scores.series[:-1]) & (week[1:] == week[:-1])
    return np.concatenate(([True], ~same))


def _mean(bad: Floats, first: Ints, stop: Ints) -> Floats:
    """Mean of bad[first:stop] for each pair of positions; NaN where nothing stands between them."""
    ends = np.stack([np.minimum(first, stop), stop], axis=1).ravel()
    total = np.add.reduceat(np.append(bad, 0.0), ends)[::2]  # each sum on its own: no error runs along the column
    return total / np.where(stop > first, stop - first, np.nan)


def _worsened(scores: Scores, bad: Floats, first: Ints, noise: Noise) -> Bools:
    """The last 3 against the 7 before; against the end value once 3 stand after a known end's window."""
    at, limit = np.arange(len(bad)), WORSE * scores.instrument.span
    cut, start = at + 1 - LATEST, at + 1 - LATEST - EARLIER
    full, three = start >= first, cut >= first
    now = _mean(bad, np.maximum(cut, first), at + 1)
    before = _mean(bad, np.maximum(start, first), np.maximum(cut, first))
    end = _badness(scores.end, scores.instrument)[scores.series]
    after = three & np.isfinite(end) & _after(scores, np.maximum(cut, 0), at)
    rise = np.where(after, now - end, np.where(full, now - before, np.nan))
    least = np.where(after, mdc(noise, LATEST, 1), mdc(noise))
    return rise >= np.maximum(limit, least) - GRAIN


def _after(scores: Scores, oldest: Ints, at: Ints) -> Bools:
    """M: the end was known on the day of `at`, and the oldest of its last 3 stands after the end-of-course window."""
    series = scores.series[at]
    past = np.floor(scores.day[oldest]) > scores.t0[series] + END.last
    return past & (np.floor(scores.day[at]) >= scores.ended_on[series])


def _top(scores: Scores, bad: Floats, first: Ints) -> Bools:
    """Two scores in a row at 9 or more where the mean of all earlier ones (none: the baseline) is 7.5 or less."""
    at, span = np.arange(len(bad)), scores.instrument.span
    high = bad >= HIGH * span - GRAIN
    two = high & np.roll(high, 1) & (at > first)
    usual = _or_baseline(_mean(bad, first, np.maximum(at - 1, first)), scores)
    return two & (usual <= USUAL * span + GRAIN)


def _sudden(scores: Scores, bad: Floats, first: Ints) -> Bools:
    """A score 4 or more above the mean of up to three before it (none: the baseline)."""
    at = np.arange(len(bad))
    usual = _or_baseline(_mean(bad, np.maximum(at - BEFORE_RISE, first), at), scores)
    return bad - usual >= RISE * scores.instrument.span - GRAIN


def _or_baseline(usual: Floats, scores: Scores) -> Floats:
    """The baseline where no score stands before."""
    return np.where(np.isnan(usual), _badness(scores.baseline, scores.instrument)[scores.series], usual)
