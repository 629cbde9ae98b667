"""Units: sessions with a pair and answered questions, by practitioner. Data quality, in the order of names; no rank.

Practitioners of 1 to 10 people are told together, with the next smallest where they are so few in all: every line
speaks of 11 people or more, and so does any line less another. docs/science/selection.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import selection
from tracker.science.fold import Partial
from tracker.science.record import Bools, Ints

TOGETHER, NOBODY = "others together", "no name"


@dataclass(frozen=True)
class Unit(Partial):
    """Counts of some courses."""

    people: int
    courses: int
    held: int
    pairs: int
    due: int
    answered: int


def partial(person: Ints, held: Ints, pairs: Ints, due: Bools, answered: Bools) -> Unit:
    """Of S courses; due, answered: in the window that is asked about."""
    counts = (int(column.sum()) for column in (held, pairs, due, answered & due))
    return Unit(selection.people(person), len(person), *counts)


def positions(unit: Ints, person: Ints, names: list[str], closed: Collection[str] = ()) -> Mapping[str, Bools]:
    """Name → S: whose courses each line counts, in the order of the names; the others together and no name last.

    unit: position in `names`, -1 = no name; closed: names that may not stand alone beside what else is shown.
    """
    together = selection.gathered(unit, person, [n for n, name in enumerate(names) if name in closed])
    alone = sorted((n for n in set(unit.tolist()) - together if n >= 0), key=lambda n: names[n])
    found = {names[n]: unit == n for n in alone}
    if selection.UNKNOWN in unit and selection.UNKNOWN not in together:
        found[NOBODY] = unit == selection.UNKNOWN
    if together:
        found[TOGETHER] = np.isin(unit, list(together))
    return found


def figures(found: Mapping[str, Unit]) -> list[dict[str, Any]]:
    """One line a unit; rates are null without a denominator. Where all together are 1 to 10 people there is none."""
    return [{"unit": name, **_line(one)} for name, one in found.items() if not selection.few(one.people)]


def _line(one: Unit) -> dict[str, Any]:
    return {
        "people": one.people,
        "courses": one.courses,
        "held": one.held,
        "pairs": one.pairs,
        "pair_rate": one.pairs / one.held if one.held else None,
        "due": one.due,
        "answered": one.answered,
        "follow_up_rate": one.answered / one.due if one.due else None,
    }
