"""Responders: how many improved by 30 % and by 50 %, counted three ways, with the other yardsticks beside them.

observed: of those who answered. missing_not_improved: silence counts as no response. best_case: silence counts as
response. The truth lies between the last two. Sources: Dworkin 2008, J Pain 9:105; Ostelo 2008, Spine 33:90;
docs/science/responders.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science import threshold
from tracker.science.confidence import wilson
from tracker.science.fold import Counted, Partial
from tracker.science.record import Bools, Floats
from tracker.science.scales import RESPONDER, SUBSTANTIAL, Instrument

MUCH_IMPROVED = 6.0  # of 1–7: "much improved" or "very much improved" (PGIC, Guy 1976; IMMPACT: Dworkin 2008)


@dataclass(frozen=True)
class Responders(Partial):
    """Counts of one window's due courses. `asked`: judgeable; `reached`: of the answered ones, by each of `shares`."""

    asked: int
    reached: tuple[Counted, ...]
    worse: Counted  # those too low to judge for a response are in: harm is looked for everywhere
    points: Counted | None  # by the instrument's important change; None where it has none
    impression: Counted | None  # much or very much improved in the patient's own view; None where nobody was asked


def partial(
    baseline: Floats, value: Floats, due: Bools, instrument: Instrument, asked: Floats | None = None
) -> Responders:
    """Of S courses in one window. asked: their own impression of change (PGIC) there, NaN = none."""
    known = due & np.isfinite(baseline)
    judged = known & judgeable(baseline, instrument)
    base, score = baseline[judged], value[judged]
    told = np.isfinite(score)
    reached = (threshold.responds(base[told], score[told], share, instrument.better) for share in shares(instrument))
    return Responders(
        asked=int(judged.sum()),
        reached=tuple(_counted(hit) for hit in reached),
        worse=_worse(baseline[known], value[known], instrument),
        points=_points(base[told], score[told], instrument),
        impression=_impression(asked, due),
    )


def judgeable(baseline: Floats, instrument: Instrument) -> Bools:
    """S: a known baseline on which a percent can be judged."""
    return np.isfinite(baseline) & ~threshold.too_low(baseline, instrument)


def counted(x: int, n: int) -> dict:
    """x of n with its share and Wilson interval; share and interval are None for n = 0."""
    interval = wilson(x, n)
    return {"x": x, "n": n, "share": x / n if n else None, "ci": list(interval) if interval else None}


def shares(instrument: Instrument) -> tuple[float, ...]:
    """The thresholds, ascending: 30 %, 50 %, and the instrument's own if it is another."""
    return tuple(sorted({RESPONDER, SUBSTANTIAL, instrument.responder}))


def figures(found: Responders, instrument: Instrument) -> list[dict]:
    """The JSON's "responders": per threshold the three denominators among due, judgeable courses. One is primary: the
    instrument's own; the others are exploratory.
    """
    return [
        {
            "threshold": share,
            "primary": share == instrument.responder,
            "observed": counted(hit.x, hit.n),
            "missing_not_improved": counted(hit.x, found.asked),
            "best_case": counted(hit.x + found.asked - hit.n, found.asked),
        }
        for share, hit in zip(shares(instrument), found.reached, strict=True)
    ]


def yardsticks(found: Responders, instrument: Instrument) -> dict[str, dict | None]:
    """The JSON's "worse_30", "points" and "pgic"."""
    points, told = found.points, found.impression
    return {
        "worse_30": counted(found.worse.x, found.worse.n),
        "points": points and {"points": instrument.points, **counted(points.x, points.n)},
        "pgic": counted(told.x, told.n) if told and told.n else None,
    }


def _counted(hit: Bools) -> Counted:
    """How many of how many."""
    return Counted(int(hit.sum()), len(hit))


def _worse(baseline: Floats, value: Floats, instrument: Instrument) -> Counted:
    """Worse by 30 % among the answered."""
    seen = np.isfinite(value)
    return _counted(threshold.worse(baseline[seen], value[seen], instrument))


def _points(baseline: Floats, value: Floats, instrument: Instrument) -> Counted | None:
    """Improved by the instrument's important change in points."""
    if instrument.points is None:
        return None
    return _counted(threshold.gains(baseline, value, instrument.points, instrument.better))


def _impression(asked: Floats | None, due: Bools) -> Counted | None:
    """PGIC 6 or 7 among those who gave one."""
    if asked is None:
        return None
    return _counted(asked[due & np.isfinite(asked)] >= MUCH_IMPROVED)
