"""Compare: one group against another, given the same baseline. ANCOVA of the observed follow-ups; no P value.

A difference between groups that were not randomised is not an effect: the baseline is the only thing held equal.
Sources: Vickers 2001, BMJ 323:1123; Newcombe 1998, Stat Med 17:873. Worked example: docs/science/compare.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import follow_up, threshold, windows
from tracker.science.confidence import Interval, newcombe, t_quantile
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.responders import SHARES, judgeable
from tracker.science.scales import Better

FEWEST = 2  # per group


@dataclass(frozen=True)
class Difference:
    """How much better the group did than the reference, in scale points; positive = better."""

    value: float
    ci: Interval


def ancova(baseline: Floats, value: Floats, in_group: Bools, better: Better = "lower") -> Difference | None:
    """Follow-up = a + b·baseline + c·group by least squares; the difference is −c (c where higher is better).

    n complete rows of the group and its reference. None with fewer than 2 in either, or where the three columns are not
    independent (all baselines alike in four rows or less, or group and baseline telling the same).
    """
    design = np.column_stack([np.ones(len(value)), baseline, in_group])
    if min(in_group.sum(), (~in_group).sum()) < FEWEST or len(value) <= 3 or np.linalg.matrix_rank(design) < 3:
        return None
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ value
    df = len(value) - 3
    error = np.sqrt(((value - design @ fitted) ** 2).sum() / df * inverse[2, 2])
    half = float(t_quantile(df) * error)
    difference = float(-fitted[2] if better == "lower" else fitted[2])
    return Difference(difference, (difference - half, difference + half))


def figures(
    outcomes: Outcomes, groups: Mapping[str, Ints], reference: str, anchor: str, as_of: float | None
) -> dict[str, Any]:
    """The JSON's "comparison": each other group (its rows) against the reference, in every window with answers in
    both.
    """
    months = windows.MONTHS if anchor == "start" else (0, *windows.MONTHS)
    pairs = [(month, name) for month in months for name in groups if name != reference]
    found = [
        (month, name, _both(outcomes, groups[name], groups[reference], month, anchor, as_of)) for month, name in pairs
    ]
    found = [(month, name, both) for month, name, both in found if both.compared]
    return {
        "reference": reference,
        "windows": [_window(month, name, both, outcomes) for month, name, both in found],
        "responders": [_share(month, name, both, outcomes, share) for month, name, both in found for share in SHARES],
        "notes": _notes(outcomes, found),
    }


@dataclass(frozen=True)
class _Both:
    """The complete rows of a group and its reference."""

    baseline: Floats
    value: Floats
    in_group: Bools

    @property
    def compared(self) -> bool:
        """Whether both have any."""
        return bool(self.in_group.any() and (~self.in_group).any())


def _both(outcomes: Outcomes, group: Ints, reference: Ints, month: int, anchor: str, as_of: float | None) -> _Both:
    """Due courses of either with a baseline and an answer."""
    rows = np.concatenate([group, reference])
    seen = follow_up.at(outcomes, rows, month, anchor, as_of)
    complete = seen.answered & np.isfinite(seen.baseline)
    return _Both(seen.baseline[complete], seen.value[complete], (np.arange(len(rows)) < len(group))[complete])


def _window(month: int, name: str, both: _Both, outcomes: Outcomes) -> dict[str, Any]:
    """One ANCOVA."""
    found = ancova(both.baseline, both.value, both.in_group, outcomes.instrument.better)
    return {
        "month": month,
        "group": name,
        "model": "ancova",
        "difference": found.value if found else None,
        "ci": list(found.ci) if found else None,
        "n": [int(both.in_group.sum()), int((~both.in_group).sum())],
    }


def _share(month: int, name: str, both: _Both, outcomes: Outcomes, share: float) -> dict[str, Any]:
    """Difference of the observed responder shares, group minus reference."""
    scale = outcomes.instrument
    judged = judgeable(both.baseline, scale)
    responds = threshold.responds(both.baseline, both.value, share, scale.better) & judged
    mine, others = both.in_group, ~both.in_group
    counts = [
        int((responds & mine).sum()),
        int((judged & mine).sum()),
        int((responds & others).sum()),
        int((judged & others).sum()),
    ]
    interval = newcombe(*counts)
    return {
        "month": month,
        "group": name,
        "threshold": share,
        "difference": counts[0] / counts[1] - counts[2] / counts[3] if interval else None,
        "ci": list(interval) if interval else None,
    }


def _notes(outcomes: Outcomes, found: list[tuple[int, str, _Both]]) -> list[str]:
    """What a reader of the differences must know."""
    said = ["Differences hold the baseline equal and nothing else; unless people were randomised they are not effects."]
    none = [
        f"{name}, month {month}"
        for month, name, both in found
        if _window(month, name, both, outcomes)["difference"] is None
    ]
    said += [f"Too few scores for a difference: {'; '.join(none)}."] if none else []
    return said if found else ["No window has scores in both groups: nothing could be compared."]
