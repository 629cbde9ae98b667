"""Compare: one group against another, given the same baseline. ANCOVA of those who answered, window by window, and MMRM
of all windows at once; no P value.

A difference between groups that were not randomised is not an effect: the baseline is the only thing held equal.
Sources: Vickers 2001, BMJ 323:1123; Newcombe 1998, Stat Med 17:873. Worked examples: docs/science/compare.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import follow_up, mmrm, threshold, windows
from tracker.science.ancova import Difference, ancova
from tracker.science.confidence import newcombe
from tracker.science.record import Bools, Floats, Ints, Outcomes
from tracker.science.responders import SHARES, judgeable

MODELS = (
    "ANCOVA takes those who answered in a window, MMRM all who answered in any, on the assumption that silence depends"
    " only on what was seen before."
)
WHY: dict[mmrm.Why, str] = {
    "few": f"fewer than {mmrm.FEWEST} answers in a group",
    "early": f"it takes the last {mmrm.MOST} windows",
    "singular": "the answers do not determine the model",
    "unsettled": "the search found no maximum",
}


def figures(
    outcomes: Outcomes, groups: Mapping[str, Ints], reference: str, anchor: str, as_of: float | None
) -> dict[str, Any]:
    """The JSON's "comparison": each other group (its rows) against the reference, in every window with answers in
    both; ANCOVA and MMRM beside each other.
    """
    months = windows.MONTHS if anchor == "start" else (0, *windows.MONTHS)
    names = [name for name in groups if name != reference]
    pairs = {
        name: [_both(outcomes, groups[name], groups[reference], month, anchor, as_of) for month in months]
        for name in names
    }
    models = {name: _modelled(pairs[name], outcomes) for name in names}
    found = [
        _Window(month, name, pairs[name][n], models[name][n])
        for n, month in enumerate(months)
        for name in names
        if pairs[name][n].compared
    ]
    return {
        "reference": reference,
        "windows": [row for window in found for row in _rows(window, outcomes)],
        "responders": [_share(window, outcomes, share) for window in found for share in SHARES],
        "notes": _notes(outcomes, found),
    }


@dataclass(frozen=True)
class _Both:
    """The rows of a group and its reference in one window; value: NaN = not due, no answer or no baseline."""

    baseline: Floats
    value: Floats
    in_group: Bools

    @property
    def compared(self) -> bool:
        """Whether both have any."""
        return min(self.n) > 0

    @property
    def n(self) -> list[int]:
        """The complete rows of the group and of the reference."""
        complete = np.isfinite(self.value)
        return [int((complete & self.in_group).sum()), int((complete & ~self.in_group).sum())]

    def complete(self) -> "_Both":
        """The complete rows alone."""
        known = np.isfinite(self.value)
        return _Both(self.baseline[known], self.value[known], self.in_group[known])


@dataclass(frozen=True)
class _Window:
    """One window of a group and its reference, with what the MMRM of all their windows says of it."""

    month: int
    name: str
    both: _Both
    model: mmrm.Contrast | mmrm.Why


def _both(outcomes: Outcomes, group: Ints, reference: Ints, month: int, anchor: str, as_of: float | None) -> _Both:
    """Due courses of either with a baseline and an answer."""
    rows = np.concatenate([group, reference])
    seen = follow_up.at(outcomes, rows, month, anchor, as_of)
    complete = seen.answered & np.isfinite(seen.baseline)
    return _Both(seen.baseline, np.where(complete, seen.value, np.nan), np.arange(len(rows)) < len(group))


def _modelled(months: Sequence[_Both], outcomes: Outcomes) -> list[mmrm.Contrast | mmrm.Why]:
    """One MMRM over all windows of a group and its reference."""
    values = np.column_stack([both.value for both in months])
    return mmrm.contrasts(months[0].baseline, values, months[0].in_group, outcomes.instrument.better)


def _rows(window: _Window, outcomes: Outcomes) -> list[dict[str, Any]]:
    """One window by either model."""
    one = window.both.complete()
    least_squares = ancova(one.baseline, one.value, one.in_group, outcomes.instrument.better)
    modelled = None if isinstance(window.model, str) else window.model
    return [_row(window, "ancova", least_squares), _row(window, "mmrm", modelled)]


def _row(window: _Window, model: str, found: Difference | mmrm.Contrast | None) -> dict[str, Any]:
    """One difference; null where it cannot be computed."""
    return {
        "month": window.month,
        "group": window.name,
        "model": model,
        "difference": found.value if found else None,
        "ci": list(found.ci) if found else None,
        "n": window.both.n,
    }


def _share(window: _Window, outcomes: Outcomes, share: float) -> dict[str, Any]:
    """Difference of the observed responder shares, group minus reference."""
    both, scale = window.both.complete(), outcomes.instrument
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
        "month": window.month,
        "group": window.name,
        "threshold": share,
        "difference": counts[0] / counts[1] - counts[2] / counts[3] if interval else None,
        "ci": list(interval) if interval else None,
    }


def _notes(outcomes: Outcomes, found: Sequence[_Window]) -> list[str]:
    """What a reader of the differences must know."""
    if not found:
        return ["No window has scores in both groups: nothing could be compared."]
    few = [w for w in found if _rows(w, outcomes)[0]["difference"] is None]
    why = {words: [w for w in found if w.model == reason] for reason, words in WHY.items()}
    return [
        "Differences hold the baseline equal and nothing else; unless people were randomised they are not effects.",
        *([MODELS] if any(isinstance(w.model, mmrm.Contrast) for w in found) else []),
        *([f"Too few scores for a difference: {_named(few)}."] if few else []),
        *(f"No MMRM, as {words}: {_named(those)}." for words, those in why.items() if those),
    ]


def _named(found: Sequence[_Window]) -> str:
    """The windows by group and month."""
    return "; ".join(f"{w.name}, month {w.month}" for w in found)
