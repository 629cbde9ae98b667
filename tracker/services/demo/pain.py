"""Pain: the hidden course of one place, day by day; what would be felt, whether or not anybody asks.

felt(day) = level + flare + natural course − what changed since the sessions + day noise. Plausible numbers, not a model
of any treatment: "change" is whatever came with the sessions, as a clinic without a control group sees it.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from tracker.services.demo.story import Floats, Plan

LEAD = 35  # days before the first session; the headache diary looks back 28
LEVEL_MEAN, LEVEL_SD, LEVEL_LOW, LEVEL_HIGH = 5.9, 1.7, 1.6, 9.2  # typical trial: 60 of 100 (Vickers 2012)
FLARE_SD, FLARE_DAYS = 0.6, 12.0  # people come when it is worse than usual: regression to the mean
# Share of the level that goes by itself, and its time constant in days; order as in Menezes Costa 2012, CMAJ 184:E613.
NATURAL = {"acute": (0.34, 16.0), "subacute": (0.18, 25.0), "chronic": (0.05, 40.0)}
# How often, and the least and most share of the level by which pain changes over a full course.
CHANGES = {
    "responds": (0.32, 0.33, 0.72),
    "partly": (0.31, 0.06, 0.22),
    "never": (0.28, -0.03, 0.05),
    "worse": (0.09, -0.6, -0.3),
}
HALFWAY = 2.5  # sessions after which 63 % of the change is there
FADED_PER_YEAR = 0.10  # MacPherson 2017, Pain 158:784: about 90 % of the benefit is kept at 12 months
RELAPSES, RELAPSE_FIRST, RELAPSE_LAST, RELAPSE_RAMP = 0.4, 30, 270, 21.0
KEPT_AFTER_RELAPSE, REGAINED = 0.15, 0.6
CORRELATION, DAY_SD = (0.3, 0.6), (0.7, 1.3)  # day-to-day φ and SD within a patient: statistics.md 2.8


@dataclass(frozen=True)
class Pain:
    """Felt pain by day, unrounded and unclipped; day 0 is the first session. `relapse` counts days after the end."""

    start: date
    felt: Floats
    level: float
    change: str
    relapse: int | None

    def week(self, day: int) -> float:
        """The average of the seven days up to and with `day`."""
        stop = LEAD + day + 1
        return float(self.felt[max(0, stop - 7) : stop].mean())

    def month(self, day: int) -> Floats:
        """The 28 days up to and with `day`."""
        stop = LEAD + day + 1
        return self.felt[max(0, stop - 28) : stop]


def pain(plan: Plan, rng: np.random.Generator, today: date) -> Pain:
    """The hidden pain of one place of a course, from five weeks before it until today."""
    start = plan.visits[0].on
    days = np.arange(-LEAD, max((today - start).days, 1), dtype=np.float64)
    level = float(np.clip(rng.normal(LEVEL_MEAN, LEVEL_SD), LEVEL_LOW, LEVEL_HIGH))
    change, share = _change(rng)
    sessions = np.array([(v.on - start).days for v in plan.held], np.float64)
    end = _end(sessions)
    relapse = int(rng.integers(RELAPSE_FIRST, RELAPSE_LAST)) if rng.random() < RELAPSES else None
    kept = _kept(days - end, relapse, sessions[sessions > end] - end)
    changed = share * _gained(days, sessions[sessions <= end]) * kept + _natural(days, plan.chronicity)
    felt = level * (1 - changed) + _flare(days, rng) + _noise(len(days), rng)
    return Pain(start, felt, level, change, relapse)


def _change(rng: np.random.Generator) -> tuple[str, float]:
    """The kind of patient, and the share of the level that changes."""
    kinds = list(CHANGES)
    kind = kinds[int(rng.choice(len(kinds), p=[CHANGES[k][0] for k in kinds]))]
    return kind, float(rng.uniform(*CHANGES[kind][1:]))


def _end(sessions: Floats) -> float:
    """The last session before a gap of 28 days or more: re-treatment is not the course."""
    gaps = np.flatnonzero(np.diff(sessions) > 28)
    return float(sessions[gaps[0]] if len(gaps) else sessions[-1]) if len(sessions) else 0.0


def _gained(days: Floats, sessions: Floats) -> Floats:
    """Share of the full change that is there, growing with the sessions so far."""
    return 1 - np.exp(-np.searchsorted(sessions, days, side="left") / HALFWAY)


def _kept(after: Floats, relapse: int | None, again: Floats) -> Floats:
    """Share of the change still there so many days after the end; it may go, and come back with re-treatment."""
    kept = 1 - FADED_PER_YEAR * np.clip(after, 0, None) / 365
    if relapse is None:
        return kept
    gone = (1 - KEPT_AFTER_RELAPSE) * np.clip((after - relapse) / RELAPSE_RAMP, 0, 1)
    regained = REGAINED * (after > again[0]) * gone if len(again) else 0.0
    return kept * (1 - gone + regained)


def _flare(days: Floats, rng: np.random.Generator) -> Floats:
    """What is above the usual level when people come, gone within weeks."""
    return abs(rng.normal(0, FLARE_SD)) * np.exp(-np.clip(days, 0, None) / FLARE_DAYS)


def _natural(days: Floats, chronicity: str) -> Floats:
    """Share of the level that goes by itself."""
    share, constant = NATURAL[chronicity]
    return share * (1 - np.exp(-np.clip(days, 0, None) / constant))


def _noise(count: int, rng: np.random.Generator) -> Floats:
    """AR(1) day noise with the patient's own correlation and SD."""
    correlation, sd = rng.uniform(*CORRELATION), rng.uniform(*DAY_SD)
    shocks = rng.normal(0, sd * np.sqrt(1 - correlation**2), count)
    noise = np.empty(count)
    previous = rng.normal(0, sd)
    for i, shock in enumerate(shocks):
        previous = noise[i] = correlation * previous + shock
    return noise
