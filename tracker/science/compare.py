"""Compare: one group against another, given the same baseline. ANCOVA of those who answered, window by window, and MMRM
of all windows at once; no P value.

A difference between groups that were not randomised is not an effect: the baseline is the only thing held equal.
Sources: Vickers 2001, BMJ 323:1123; Newcombe 1998, Stat Med 17:873. Worked examples: docs/science/compare.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import mmrm, visits
from tracker.science.ancova import Difference, difference
from tracker.science.confidence import newcombe
from tracker.science.fold import Partial
from tracker.science.follow_up import Seen
from tracker.science.responders import Responders, shares
from tracker.science.scales import Instrument
from tracker.science.visits import Visits

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


@dataclass(frozen=True)
class Compared(Partial):
    """What comparing a group needs: its visits in order of time, and the responders of each."""

    visits: Visits
    responders: tuple[Responders, ...]


@dataclass(frozen=True)
class _Window:
    """One window of a group and its reference, with what the MMRM of all their windows says of it."""

    month: int
    at: int
    name: str
    group: Compared
    reference: Compared
    scale: Instrument
    model: mmrm.Contrast | mmrm.Why

    @property
    def n(self) -> list[int]:
        """The complete courses of the group and of the reference."""
        return [visits.answered(side.visits, self.at) for side in (self.group, self.reference)]


def partial(seen: Sequence[Seen], responders: Sequence[Responders]) -> Compared:
    """Of the same courses in every window: due ones with a baseline count by their answers."""
    values = np.column_stack([np.where(one.due, one.value, np.nan) for one in seen])
    return Compared(visits.partial(seen[0].baseline, values), tuple(responders))


def figures(groups: Mapping[str, Compared], reference: str, months: Sequence[int], scale: Instrument) -> dict[str, Any]:
    """The JSON's "comparison": each other group against the reference, in every window with answers in both; ANCOVA and
    MMRM beside each other.
    """
    others = [name for name in groups if name != reference]
    every = [window for name in others for window in _windows(groups, name, reference, months, scale)]
    found = sorted((window for window in every if min(window.n) > 0), key=lambda window: window.at)
    return {
        "reference": reference,
        "windows": [row for window in found for row in _rows(window)],
        "responders": [_share(window, *share) for window in found for share in enumerate(shares(scale))],
        "notes": _notes(found),
    }


def _windows(
    groups: Mapping[str, Compared], name: str, reference: str, months: Sequence[int], scale: Instrument
) -> list[_Window]:
    """Every window of one group and its reference, under one MMRM."""
    both = groups[name], groups[reference]
    models = mmrm.differences(both[0].visits, both[1].visits, len(months), scale.better)
    told = zip(months, models, strict=True)
    return [_Window(month, at, name, *both, scale, model) for at, (month, model) in enumerate(told)]


def _rows(window: _Window) -> list[dict[str, Any]]:
    """One window by either model."""
    least_squares = difference(window.group.visits, window.reference.visits, window.at, window.scale.better)
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
        "n": window.n,
    }


def _share(window: _Window, at: int, share: float) -> dict[str, Any]:
    """Difference of the observed responder shares, group minus reference."""
    mine, others = (side.responders[window.at].reached[at] for side in (window.group, window.reference))
    interval = newcombe(mine.x, mine.n, others.x, others.n)
    return {
        "month": window.month,
        "group": window.name,
        "threshold": share,
        "difference": mine.x / mine.n - others.x / others.n if interval else None,
        "ci": list(interval) if interval else None,
    }


def _notes(found: Sequence[_Window]) -> list[str]:
    """What a reader of the differences must know."""
    if not found:
        return ["No window has scores in both groups: nothing could be compared."]
    few = [w for w in found if _rows(w)[0]["difference"] is None]
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
