"""Figures: the outcome summary as rows, one number or sentence a row, so that every format hands over the same ones.

A row is named by the keys that lead to it in the JSON of design/domain.md; lists are told apart by what their entries
call themselves (month, day, threshold), else by their place.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

DIMENSIONS = ("month", "day", "days", "threshold")
NAMES = ("tertile", "group", "model")


class Figure(NamedTuple):
    """One figure."""

    group: str | None
    part: str
    figure: str
    month: int | None = None
    day: int | None = None
    threshold: float | None = None
    which: str | None = None
    value: float | None = None
    words: str | None = None


class At(NamedTuple):
    """Where in the summary a figure stands."""

    path: tuple[str, ...] = ()
    month: int | None = None
    day: int | None = None
    threshold: float | None = None
    which: tuple[str, ...] = ()


def rows(summary: Mapping[str, Any]) -> Iterator[Figure]:
    """Every figure of a summary: what it is of, each group's, the comparison."""
    about = {name: summary[name] for name in ("definitions", "as_of", "anchor", "instrument")}
    yield from _told(None, about, At(("summary",)))
    for name, group in summary["groups"].items():
        yield from _told(name, {"courses": {key: group[key] for key in group if not _nested(group[key])}}, At())
        yield from _told(name, {key: group[key] for key in group if _nested(group[key])}, At())
    if summary["comparison"]:
        yield from _told(None, summary["comparison"], At(("comparison",)))


def _nested(value: Any) -> bool:
    return isinstance(value, dict | list)


def _told(group: str | None, value: Any, at: At) -> Iterator[Figure]:
    """What stands at one place and below it."""
    if isinstance(value, Mapping):
        inner = _named(value, at)
        for name, one in value.items():
            if name not in (*DIMENSIONS, *NAMES):
                yield from _told(group, one, inner._replace(path=(*inner.path, name)))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _told(group, one, _listed(one, place, at))
    else:
        yield _figure(group, value, at)


def _named(value: Mapping[str, Any], at: At) -> At:
    """The place with what an entry calls itself."""
    names = tuple(str(value[name]) for name in NAMES if name in value)
    return at._replace(
        month=value.get("month", at.month),
        day=value.get("day", value.get("days", at.day)),
        threshold=value.get("threshold", at.threshold),
        which=(*at.which, *names),
    )


def _listed(one: Any, place: int, at: At) -> At:
    """An entry that has no name of its own goes by its place; of two bounds by low and high."""
    if isinstance(one, Mapping) and any(name in one for name in (*DIMENSIONS, *NAMES)):
        return at
    if at.path[-1] == "ci":
        return at._replace(path=(*at.path, ("low", "high")[place]))
    return at._replace(which=(*at.which, str(place + 1)))


def _figure(group: str | None, value: Any, at: At) -> Figure:
    """One number, or words."""
    part, *rest = at.path
    named = ".".join(rest) or part
    number = isinstance(value, int | float) and not isinstance(value, bool)
    words = None if value is None or number else str(value).lower() if isinstance(value, bool) else str(value)
    which = "/".join(at.which) or None
    return Figure(group, part, named, at.month, at.day, at.threshold, which, value if number else None, words)
