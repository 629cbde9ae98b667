"""Responders: how many improved by 30 % and by 50 %, counted three ways, with the other yardsticks beside them.

observed: of those who answered. missing_not_improved: silence counts as no response. best_case: silence counts as
response. The truth lies between the last two. Sources: Dworkin 2008, J Pain 9:105; Ostelo 2008, Spine 33:90;
docs/science/responders.md.
"""

import numpy as np

from tracker.science import threshold
from tracker.science.confidence import wilson
from tracker.science.record import Bools, Floats
from tracker.science.scales import RESPONDER, SUBSTANTIAL, Instrument

SHARES = (RESPONDER, SUBSTANTIAL)
MUCH_IMPROVED = 6.0  # of 1–7: "much improved" or "very much improved" (PGIC, Guy 1976; IMMPACT: Dworkin 2008)


def counted(x: int, n: int) -> dict:
    """x of n with its share and Wilson interval; share and interval are None for n = 0."""
    interval = wilson(x, n)
    return {"x": x, "n": n, "share": x / n if n else None, "ci": list(interval) if interval else None}


def judgeable(baseline: Floats, instrument: Instrument) -> Bools:
    """S: a known baseline on which a percent can be judged."""
    return np.isfinite(baseline) & ~threshold.too_low(baseline, instrument)


def figures(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> list[dict]:
    """The JSON's "responders" of S courses in one window: per threshold the three denominators among due, judgeable
    ones.
    """
    asked = due & judgeable(baseline, instrument)
    seen = asked & np.isfinite(value)
    return [_at(share, baseline[seen], value[seen], int(asked.sum()), instrument) for share in SHARES]


def _at(share: float, baseline: Floats, value: Floats, asked: int, instrument: Instrument) -> dict:
    """One threshold's entry from the answered courses."""
    x, n = int(threshold.responds(baseline, value, share, instrument.better).sum()), len(value)
    return {
        "threshold": share,
        "observed": counted(x, n),
        "missing_not_improved": counted(x, asked),
        "best_case": counted(x + asked - n, asked),
    }


def worse(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> dict:
    """Worse by 30 % among the answered; those too low to judge for a response are in: harm is looked for everywhere."""
    seen = due & np.isfinite(baseline) & np.isfinite(value)
    return counted(int(threshold.worse(baseline[seen], value[seen], instrument).sum()), int(seen.sum()))


def points(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> dict | None:
    """Improved by the instrument's important change in points, among the answered and judgeable; None where it has
    none.
    """
    if instrument.points is None:
        return None
    seen = due & judgeable(baseline, instrument) & np.isfinite(value)
    gained = threshold.gains(baseline[seen], value[seen], instrument.points, instrument.better)
    return {"points": instrument.points, **counted(int(gained.sum()), int(seen.sum()))}


def impression(value: Floats, due: Bools) -> dict | None:
    """Much or very much improved in the patient's own view (PGIC 6 or 7), among the answered; None where nobody was
    asked.
    """
    seen = due & np.isfinite(value)
    if not seen.any():
        return None
    return counted(int((value[seen] >= MUCH_IMPROVED).sum()), int(seen.sum()))
