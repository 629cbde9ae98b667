"""Fold: partial results that merge, so that a summary made in pieces gives the same numbers as one made at once.

partial(arrays) → partial + partial → figure. A partial holds counts, exact sums and tallies, all of them whole numbers:
the order in which they are added leaves no trace, not even in the last bit. A piece holds whole patients, with all
their courses. docs/science/folds.md.
"""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class Partial:
    """What a figure needs of some patients. The sum of two is what it needs of all of them, field by field."""

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(*(merged(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)))


@dataclass(frozen=True)
class Counted(Partial):
    """x of n."""

    x: int = 0
    n: int = 0


def merged(one: Any, other: Any) -> Any:
    """One field of two partials: a number, an array, a partial, a tuple or dict of those; None adds nothing."""
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, tuple):
        return tuple(merged(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict):
        return {key: merged(one.get(key), other.get(key)) for key in one | other}
    return one + other
