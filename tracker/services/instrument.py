"""Instrument: what an option spells out, CODE alone or CODE:MIN:MAX:lower|higher."""

import re
from collections.abc import Mapping
from typing import Any

from tracker.science.scales import Instrument
from tracker.services.errors import Invalid

_SPEC = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,63})(?::(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?):(lower|higher))?", re.ASCII)


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


def _ranged(code: str, minimum: float, maximum: float, better: Any, known: Instrument | None) -> Instrument:
    if minimum >= maximum:
        raise Usage("instrument", "MIN of an instrument lies below its MAX.")
    if known is None:
        return Instrument(code, minimum, maximum, better)
    if (known.minimum, known.maximum, known.better) != (minimum, maximum, better):
        raise Usage("instrument", f"{code} goes from {known.minimum:g} to {known.maximum:g}, {known.better} is better.")
    return known
