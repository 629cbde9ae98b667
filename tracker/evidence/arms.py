"""Arms: what changed within each arm of a study, for beside a clinic's change. Never a difference between arms.

A clinic's change has no comparison group, so it may stand beside both arms of a study alone, and only where condition,
instrument, window and time zero are the same (statistics.md 2.9).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.evidence.library import Library, library

NONE = (
    "No source here reports the change within its arms for this condition, measure, window and first day: nothing "
    "stands beside the clinic's change. There is no comparison group here."
)
BESIDE = "Within each arm of a study, not a difference between them; there is no comparison group here."


@dataclass(frozen=True)
class Arm:
    """Mean improvement within one arm, in points of the instrument; positive = better."""

    name: str
    n: int
    mean: float
    per_cent: float  # reduction of the means in the same patients


@dataclass(frozen=True)
class Arms:
    """Both arms of one source at one month. `source`: its record's id; `anchor`: "start" = from randomisation."""

    source: str
    conditions: tuple[str, ...]
    instrument: str
    anchor: str
    month: int
    arms: tuple[Arm, ...]


# Means in the same patients, from the raw data published with Trials 7:15; the per cents are those the paper prints.
VICKERS = Arms(
    "vickers-2004-headache",
    ("headache", "migraine"),
    "headache_score",
    "start",
    12,
    (Arm("acupuncture", 161, 8.33, 34), Arm("usual care", 140, 4.37, 16)),
)
ALL: tuple[Arms, ...] = (VICKERS,)


def beside(
    condition: str | None, instrument: str, anchor: str, months: Sequence[int], source: Library | None = None
) -> tuple[Arms, ...]:
    """What may stand beside a change of this condition; a source that does not render is not among it."""
    shown = {record.id for record in (source or library()).rendering}
    return tuple(
        one
        for one in ALL
        if one.source in shown
        and condition in one.conditions
        and (one.instrument, one.anchor) == (instrument, anchor)
        and one.month in months
    )


def words(found: Sequence[Arms], source: Library | None = None) -> tuple[str, ...]:
    """One sentence an arm, and what they are not; or that nothing fits."""
    if not found:
        return (NONE,)
    lib = source or library()
    told = [_sentence(one, arm, record.title) for one in found if (record := lib.get(one.source)) for arm in one.arms]
    return (*told, BESIDE)


def _sentence(found: Arms, arm: Arm, title: str) -> str:
    zero = {"start": "joining", "end": "the end of treatment"}[found.anchor]
    return (
        f"{title}, {arm.name}: {arm.mean:.1f} points better ({arm.per_cent:.0f} % of the mean) {found.month} months "
        f"after {zero}, {arm.n} people."
    )
