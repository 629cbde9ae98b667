"""Instrument: what an option spells out, CODE alone or CODE:MIN:MAX:lower|higher; what each declared one keeps to."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tracker.science.scales import FURTHEST, INSTRUMENTS, RESPONDER, Instrument
from tracker.services.errors import Fault, Invalid
from tracker.services.faults import Faults

_CODE = r"[A-Za-z][A-Za-z0-9_]{0,63}"
_SPEC = re.compile(rf"({_CODE})(?::(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?):(lower|higher))?", re.ASCII)
RANGE = f"MIN of an instrument lies below its MAX, both within ±{FURTHEST:,}."
DAYS = INSTRUMENTS["headache_days"]  # science looks back as far as this one asks, whichever days are counted
LONGEST = {"name": 200, "version": 16, "recall": 64, "source": 2000}


class Usage(Invalid):
    """An option that cannot be meant: the file is not to blame."""


def spelled(spec: str, known: Mapping[str, Instrument]) -> Instrument:
    """The instrument an option names; raises Usage.

    A known code keeps its thresholds and must not be given another range; an unknown one needs its range.
    """
    match = _SPEC.fullmatch(spec)
    if not match:
        raise Usage("instrument", "An instrument is CODE, or CODE:MIN:MAX:lower, or CODE:MIN:MAX:higher.")
    code, low, high, better = match.groups()
    if low is not None:
        return _ranged(code, float(low), float(high), better, known.get(code))
    if code not in known:
        raise Usage("instrument_unknown", "This instrument is not known here: give CODE:MIN:MAX:lower or higher.")
    return known[code]


def check(new: Instrument) -> None:
    """Raise Usage with everything that is wrong with an instrument of a clinic's own."""
    faults = Faults()
    faults.found.extend(_broken(new))
    for field, longest in LONGEST.items():
        faults.text(f"/{field}", getattr(new, field), longest, needed=field in ("version", "recall"))
    faults.refuse(Usage)


def _broken(new: Instrument) -> Iterator[Fault]:
    """The rules it breaks. A comparison with NaN is false, so NaN breaks the rule it stands in."""
    limits = (new.min_baseline, new.points, new.worse_points)
    own = limits != (None, None, None) or new.responder != RESPONDER
    days = (new.minimum, new.maximum, new.recall) == (DAYS.minimum, DAYS.maximum, DAYS.recall)
    rules = (
        (re.fullmatch(_CODE, new.code, re.ASCII), "code", "A code is a letter, then letters, digits or _, at most 64."),
        (new.code not in INSTRUMENTS, "code", "This code is in the house list: choose another."),
        (new.rises, "maximum", RANGE),
        (new.better in ("lower", "higher"), "better", "Better is lower or higher."),
        (not new.whole or new.minimum % 1 == new.maximum % 1 == 0, "whole", "Whole scores need a whole MIN and MAX."),
        (not new.days or days, "days", f"A count of days goes from 0 to 28, with the recall “{DAYS.recall}”."),
        (_lies(new.min_baseline, new), "min_baseline", "The least baseline lies between MIN and MAX."),
        (_fits(new.points, new), "points", "Points are more than 0 and at most MAX − MIN."),
        (_fits(new.worse_points, new), "worse_points", "Worse points are more than 0 and at most MAX − MIN."),
        (0 < new.responder <= 1, "responder", "The responder share is more than 0 and at most 1."),
        (new.source or not own, "source", "Limits of your own need a source: say where they come from."),
    )
    return (Fault(pointer=f"/{field}", code="instrument", message=words) for holds, field, words in rules if not holds)


def _lies(score: float | None, scale: Instrument) -> bool:
    """It is a score of the scale."""
    return score is None or scale.minimum <= score <= scale.maximum


def _fits(change: float | None, scale: Instrument) -> bool:
    """It is a change the scale has room for."""
    return change is None or 0 < change <= scale.span


def _ranged(code: str, minimum: float, maximum: float, better: Any, known: Instrument | None) -> Instrument:
    new = Instrument(code, minimum, maximum, better)
    if not new.rises:
        raise Usage("instrument", RANGE)
    if known is None:
        return new
    if (known.minimum, known.maximum, known.better) != (minimum, maximum, better):
        raise Usage("instrument", f"{code} goes from {known.minimum:g} to {known.maximum:g}, {known.better} is better.")
    return known
