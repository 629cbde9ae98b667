"""Selection: which courses a set of filters leaves, and whether figures may be made of them.

No figure speaks of fewer than 11 people, and no two settings of the filters may together do so: what a filter leaves
out of a larger group on view is a group too, and so is what all other values of a filter leave over. So a selection is
withheld where it, or what it lacks of any larger selection around it, holds 1 to 10 people, and where its value of a
filter is among those that are told together. docs/science/selection.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Ints
from tracker.science.suppression import SMALL

FEWEST = SMALL + 1  # people a figure speaks of at least, as for counts that leave the house (CMS policy)
NEAR = 64  # times as many pairs as there are: so many may be marked one by one instead of being sorted
UNKNOWN = -1  # the value of a course that has none
WITHIN = {"quarter": "year"}  # dimensions whose values lie inside another's
WITHHELD = (
    f"Not shown: figures start at {FEWEST} people. These filters leave fewer, or leave out fewer of a larger group, so "
    "that two settings taken together would speak of a few people."
)


@dataclass(frozen=True)
class Field:
    """N courses: whose each is, its value in every dimension, and its marks, of which a course may carry several."""

    person: Ints  # numbers from 0
    value: Mapping[str, Ints]
    mark: Mapping[str, Bools]


@dataclass(frozen=True)
class Asked:
    """Values of some dimensions, and marks, that the courses must have."""

    value: Mapping[str, int]
    marks: Sequence[str] = ()

    def without(self, name: str) -> "Asked":
        """The same without one dimension, and without those that lie inside it."""
        gone = {name, *(inner for inner, outer in WITHIN.items() if outer == name)}
        return Asked({key: v for key, v in self.value.items() if key not in gone}, self.marks)


def chosen(field: Field, asked: Asked) -> Bools:
    """N: the courses that have all that is asked for."""
    inside = np.ones(len(field.person), np.bool_)
    for name, value in asked.value.items():
        inside &= field.value[name] == value
    for name in asked.marks:
        inside &= field.mark[name]
    return inside


def few(count: int) -> bool:
    """1 to 10."""
    return 1 <= count < FEWEST


def people(person: Ints) -> int:
    """How many different ones; numbers from 0."""
    return int(np.count_nonzero(np.bincount(person)))


def each_once(value: Ints, person: Ints) -> tuple[Ints, Ints]:
    """Every value with each of its people once. person: numbers from 0."""
    width, low = int(person.max(initial=0)) + 1, int(value.min(initial=0))
    pair = (value - low) * width + person
    span = int(pair.max(initial=0)) + 1
    if span > NEAR * len(pair):
        found = np.unique(pair)
    else:
        there = np.zeros(span, np.bool_)  # a tenth of the time that sorting takes
        there[pair] = True
        found = np.flatnonzero(there)
    once, whose = np.divmod(found, width)
    return once + low, whose


def gathered(value: Ints, person: Ints, also: Collection[int] = ()) -> frozenset[int]:
    """The values told together: those of 1 to 10 people, and while they are 1 to 10 in all the next smallest.

    also: values that may not stand alone for another reason.
    """
    names, counts = np.unique(each_once(value, person)[0], return_counts=True)
    order = names[np.lexsort((names, counts))].tolist()
    together = {int(name) for name, count in zip(names, counts, strict=True) if few(int(count)) or name in also}
    while together and len(together) < len(order) and few(people(person[np.isin(value, list(together))])):
        together.add(next(name for name in order if name not in together))
    return frozenset(together)


def withheld(field: Field, asked: Asked) -> bool:
    """Whether no figure may be made of what is asked for. Nobody at all is no secret, nor is everybody."""
    inside = chosen(field, asked)
    if inside.all() or not inside.any():
        return False
    return few(people(field.person[inside])) or _among_gathered(field, asked) or _few_left_out(field, inside)


def _among_gathered(field: Field, asked: Asked) -> bool:
    """Whether a value asked for is told together with others in the selection that is asked for without it."""
    for name, value in asked.value.items():
        around = chosen(field, asked.without(name))
        if value in gathered(field.value[name][around], field.person[around]):
            return True
    return False


def _few_left_out(field: Field, inside: Bools) -> bool:
    """Whether some selection around this one holds 1 to 10 people's courses more.

    Around it are all selections by what its courses have in common. Each course outside is a pattern of bits: which of
    the common values it has; a selection holds those outside with at least its own bits.
    """
    if not inside.any():
        return False
    common = [_alike(field, name, inside) for name in field.value]
    common += [_marked(field, name, inside) for name in field.mark]
    bits = np.zeros(int((~inside).sum()), np.int64)
    for n, has in enumerate(one for one in common if one is not None):
        bits |= has[~inside].astype(np.int64) << n
    bit, person = each_once(bits, field.person[~inside])
    closed: set[int] = set(bit.tolist())
    for pattern in tuple(closed):  # a selection around is known by the bits that all it adds have in common
        closed |= {pattern & other for other in closed}
    return any(few(people(person[(bit & pattern) == pattern])) for pattern in closed)


def _alike(field: Field, name: str, inside: Bools) -> Bools | None:
    """N: who has the one value of a dimension that all inside have; None where they differ or have none."""
    values = field.value[name]
    first = values[inside][0]
    return values == first if first != UNKNOWN and bool((values[inside] == first).all()) else None


def _marked(field: Field, name: str, inside: Bools) -> Bools | None:
    """N: who carries a mark that all inside carry; None where not all do."""
    return field.mark[name] if bool(field.mark[name][inside].all()) else None
