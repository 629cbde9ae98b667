"""Funnel: improved courses of each unit against those expected of its case mix. A funnel, never a league: no ranks.

A due course without an answer counts as not improved. Limits hold 95 % and 99.8 % of units that differ by chance alone,
widened where units differ more than that. Sources: Spiegelhalter 2005, Stat Med 24:1185 (limits) and Qual Saf Health
Care 14:347 (overdispersion); docs/science/funnel.md.
"""

from dataclasses import dataclass

import numpy as np

from tracker.science.confidence import Z
from tracker.science.follow_up import HEADLINE, headline
from tracker.science.record import Bools, Floats, Ints

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


@dataclass(frozen=True)
class Units:
    """U units: due courses with an expected probability, answered ones, O improved, E expected and its variance V."""

    due: Ints
    answered: Ints
    observed: Ints
    expected: Floats
    variance: Floats

    @property
    def plotted(self) -> Bools:
        """Enough expected, and not all of it certain."""
        return (self.expected >= EXPECTED) & (self.variance > 0)


def units(unit: Ints, expected: Floats, improved: Bools, answered: Bools, count: int) -> Units:
    """Sums over S due courses. unit: 0 … count − 1; expected: probability, NaN = not covered, which is left out."""
    known = np.isfinite(expected)
    row, share = unit[known], expected[known]
    seen = answered[known]
    return Units(
        np.bincount(row, minlength=count),
        np.bincount(row[seen], minlength=count),
        np.bincount(row[seen & improved[known]], minlength=count),
        _sum(row, share, count),
        _sum(row, share * (1 - share), count),
    )


def _sum(unit: Ints, weight: Floats, count: int) -> Floats:
    """The weights added up by unit."""
    return np.bincount(unit, weight, minlength=count).astype(np.float64)


def scores(found: Units) -> Floats:
    """U: z = (O − E) / √V; NaN without variance."""
    variance = np.where(found.variance > 0, found.variance, np.nan)
    return (found.observed - found.expected) / np.sqrt(variance)


def overdispersion(z: Floats) -> tuple[float, bool]:
    """φ = mean winsorised z² of I units, and whether I·φ exceeds the 95 % point of χ² with I degrees of freedom."""
    from scipy.special import chdtri

    size, cut = len(z), int(WINSOR * len(z))
    ranked = np.sort(z)
    phi = float((np.clip(z, ranked[cut], ranked[size - 1 - cut]) ** 2).mean())
    return phi, bool(size * phi > chdtri(size, EXCESS))


def limits(precision: Floats, z: float, phi: float = 1.0) -> tuple[Floats, Floats]:
    """Lower and upper limit of O/E at precision E²/V (= 1 / variance of O/E): 1 ∓ z·√(φ / precision), not below 0."""
    half = z * np.sqrt(phi / precision)
    return np.maximum(1 - half, 0.0), 1 + half


def figures(unit: Ints, expected: Floats, improved: Bools, answered: Bools, count: int) -> dict:
    """{"units", "phi", "phi_used", "notes"} of `count` units from S due courses as in `units`; or nulls and a note."""
    found, left = units(unit, expected, improved, answered, count), int((~np.isfinite(expected)).sum())
    said = [f"{left} of {len(unit)} due courses have no expected value and are not counted."] if left else []
    plotted = int(found.plotted.sum())
    if plotted < FEWEST:
        return {"units": None, "phi": None, "phi_used": None, "notes": [TOO_FEW.format(n=plotted), *said]}
    z = scores(found)
    phi, used = overdispersion(z[found.plotted])
    rows = [_row(found, k, z[k], phi if used else 1.0) for k in range(count)]
    return {"units": rows, "phi": phi, "phi_used": used, "notes": [MEANING, *said, *_notes(rows, phi, used)]}


def _row(found: Units, k: int, z: float, phi: float) -> dict:
    """One unit; where too few are expected, no ratio, z or limits."""
    due, answered = int(found.due[k]), int(found.answered[k])
    row = {
        "unit": k,
        "due": due,
        "answered": answered,
        "follow_up_rate": answered / due if due else None,
        "hollow": headline(answered, due) != "observed",
        "observed": int(found.observed[k]),
        "expected": float(found.expected[k]),
        "plotted": bool(found.plotted[k]),
    }
    if not row["plotted"]:
        return row | dict.fromkeys(("ratio", "precision", "z", "limits_95", "limits_998", "place"))
    precision = found.expected[k] ** 2 / found.variance[k]
    return row | {
        "ratio": float(found.observed[k] / found.expected[k]),
        "precision": float(precision),
        "z": float(z / np.sqrt(phi)),
        "limits_95": [float(end) for end in limits(precision, Z, phi)],
        "limits_998": [float(end) for end in limits(precision, Z_998, phi)],
        "place": _place(abs(z) / np.sqrt(phi)),
    }


def _place(z: float) -> str:
    """Where a unit stands."""
    return "outside_998" if z > Z_998 else "outside_95" if z > Z else "inside"


def _notes(rows: list[dict], phi: float, used: bool) -> list[str]:
    """What a reader of the funnel must know."""
    drawn = [row for row in rows if row["plotted"]]
    hidden, hollow = len(rows) - len(drawn), sum(row["hollow"] for row in drawn)
    outside = sum(row["place"] != "inside" for row in drawn)
    chance = (
        f"{outside} of {len(drawn)} units lie outside the 95 % limits; by chance alone about {len(drawn) / 20:.0f}."
    )
    wider = f"Units differ more than by chance: the limits are {np.sqrt(phi):.2f} times as wide."
    return [
        chance,
        *([wider] if used else []),
        *([f"{hidden} units with fewer than {EXPECTED:.0f} expected are not plotted."] if hidden else []),
        *([f"{hollow} units are hollow: fewer than {HEADLINE:.0%} of their due courses answered."] if hollow else []),
    ]
