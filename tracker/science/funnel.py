"""Funnel: improved courses of each unit against those expected of its case mix. A funnel, never a league: no ranks.

A due course without an answer counts as not improved. Limits hold 95 % and 99.8 % of units that differ by chance alone,
widened where units differ more than that. Sources: Spiegelhalter 2005, Stat Med 24:1185 (limits) and Qual Saf Health
Care 14:347 (overdispersion); docs/science/funnel.md.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tracker.science.confidence import Z
from tracker.science.fold import Partial
from tracker.science.missing import HEADLINE, headline
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats

FEWEST = 20  # units that can be plotted: below, the spread between units cannot be told
EXPECTED = 5.0  # improved courses: a unit with fewer expected has no normal limits
WINSOR = 0.1  # of the z at either end are moved in, so that the units looked for do not widen the limits
EXCESS = 0.05  # the upper tail of χ² from which on overdispersion is used
Z_998 = 3.090232306167813  # the normal distribution's 99.9 % point

TOO_FEW = f"No funnel: it needs {FEWEST} units with at least {EXPECTED:.0f} expected improved courses; there are {{n}}."
MEANING = (
    "Counted: improved courses of all due ones, no answer = not improved, against those expected of the same case mix. "
    "Units differ in more than what the case mix holds equal: a place outside the limits is a question, not an answer."
)


Name = TypeVar("Name", int, str)


@dataclass(frozen=True)
class Unit(Partial):
    """What the funnel needs of one unit: its due courses, those answered, those improved (O), of those with an expected
    probability e.
    """

    due: int
    answered: int
    observed: int
    unexpected: int  # due courses besides, of which nothing is expected
    sums: Moments  # e, e(1 − e)

    @property
    def expected(self) -> float:
        """E."""
        return self.sums.total(1)

    @property
    def variance(self) -> float:
        """V."""
        return self.sums.total(2)

    @property
    def plotted(self) -> bool:
        """Enough expected, and not all of it certain."""
        return self.expected >= EXPECTED and self.variance > 0

    @property
    def z(self) -> float:
        """(O − E) / √V; ZeroDivisionError without variance."""
        return (self.observed - self.expected) / math.sqrt(self.variance)


def partial(expected: Floats, improved: Bools, answered: Bools) -> Unit:
    """Of S due courses of one unit; expected: probability, NaN = not covered, which is left out."""
    known = np.isfinite(expected)
    share, seen = expected[known], answered[known]
    observed = int((seen & improved[known]).sum())
    return Unit(len(share), int(seen.sum()), observed, int((~known).sum()), moments(share, share * (1 - share)))


def overdispersion(z: Floats) -> tuple[float, bool]:
    """φ = mean winsorised z² of I units, and whether I·φ exceeds the 95 % point of χ² with I degrees of freedom."""
    from scipy.special import chdtri

    size, cut = len(z), int(WINSOR * len(z))
    ranked = np.sort(z)  # summed in this order: the units' own leaves no trace
    phi = float((np.clip(ranked, ranked[cut], ranked[size - 1 - cut]) ** 2).mean())
    return phi, bool(size * phi > chdtri(size, EXCESS))


def limits(precision: float, z: float, phi: float = 1.0) -> list[float]:
    """Lower and upper limit of O/E at precision E²/V (= 1 / variance of O/E): 1 ∓ z·√(φ / precision), not below 0."""
    half = z * math.sqrt(phi / precision)
    return [max(1 - half, 0.0), 1 + half]


def figures(units: Mapping[Name, Unit]) -> dict:
    """{"units", "phi", "phi_used", "notes"} of units by number or name, which is their order; or nulls and a note."""
    drawn = [unit for unit in units.values() if unit.plotted]
    said = _unexpected(units.values())
    if len(drawn) < FEWEST:
        return {"units": None, "phi": None, "phi_used": None, "notes": [TOO_FEW.format(n=len(drawn)), *said]}
    phi, used = overdispersion(np.array([unit.z for unit in drawn]))
    rows = [{"unit": name, **_row(units[name], phi if used else 1.0)} for name in sorted(units)]
    return {"units": rows, "phi": phi, "phi_used": used, "notes": [MEANING, *said, *_notes(rows, phi, used)]}


def _row(unit: Unit, phi: float) -> dict:
    """One unit; where too few are expected, no ratio, z or limits."""
    row = {
        "due": unit.due,
        "answered": unit.answered,
        "follow_up_rate": unit.answered / unit.due if unit.due else None,
        "hollow": headline(unit.answered, unit.due) != "observed",
        "observed": unit.observed,
        "expected": unit.expected,
        "plotted": unit.plotted,
    }
    if not unit.plotted:
        return row | dict.fromkeys(("ratio", "precision", "z", "limits_95", "limits_998", "place"))
    precision, z = unit.expected**2 / unit.variance, unit.z / math.sqrt(phi)
    return row | {
        "ratio": unit.observed / unit.expected,
        "precision": precision,
        "z": z,
        "limits_95": limits(precision, Z, phi),
        "limits_998": limits(precision, Z_998, phi),
        "place": _place(abs(z)),
    }


def _place(z: float) -> str:
    """Where a unit stands."""
    return "outside_998" if z > Z_998 else "outside_95" if z > Z else "inside"


def _unexpected(units: Collection[Unit]) -> list[str]:
    """How many courses stand on neither side."""
    left = sum(unit.unexpected for unit in units)
    due = left + sum(unit.due for unit in units)
    return [f"{left} of {due} due courses have no expected value and are not counted."] if left else []


def _notes(rows: list[dict], phi: float, used: bool) -> list[str]:
    """What a reader of the funnel must know."""
    drawn = [row for row in rows if row["plotted"]]
    hidden, hollow = len(rows) - len(drawn), sum(row["hollow"] for row in drawn)
    outside = sum(row["place"] != "inside" for row in drawn)
    chance = (
        f"{outside} of {len(drawn)} units lie outside the 95 % limits; by chance alone about {len(drawn) / 20:.0f}."
    )
    wider = f"Units differ more than by chance: the limits are {math.sqrt(phi):.2f} times as wide."
    return [
        chance,
        *([wider] if used else []),
        *([f"{hidden} units with fewer than {EXPECTED:.0f} expected are not plotted."] if hidden else []),
        *([f"{hollow} units are hollow: fewer than {HEADLINE:.0%} of their due courses answered."] if hollow else []),
    ]
