"""Icons: absolute numbers as a hundred small people, with a sentence; only numbers that a source states."""

from dataclasses import dataclass

from tracker.charts import theme
from tracker.charts.draw import clean, tag
from tracker.evidence.forest import printed
from tracker.evidence.records import Share, Shares

SIDE, CELL = 10, 14  # people a row, pixels each
FIGURE = "m0 1a2.2 2.2 0 1 0 .1 0zm-4 11.5v-1.5q0-4.5 4-4.5t4 4.5v1.5z"  # a head, shoulders


@dataclass(frozen=True)
class Array:
    """One group: who, how many of 100 in words, the drawing."""

    who: str
    told: str
    svg: str


def arrays(shares: Shares) -> tuple[Array, ...]:
    """A drawing for each group, all of the same size."""
    return tuple(Array(one.who, told(one), array_svg(one, shares.what)) for one in shares.groups)


def sentence(shares: Shares) -> str:
    """48 of 100 with acupuncture had at least 50 % fewer headaches, against 17 of 100 with usual care."""
    first, *others = shares.groups
    against = " and ".join(f"{_of_100(one)} with {one.who}" for one in others)
    return f"{_of_100(first)} people with {first.who} {shares.what}, against {against}."


def told(one: Share) -> str:
    """The number itself; where it is no whole number, also how many are filled."""
    return _of_100(one) if one.per_100 == filled(one) else f"{_of_100(one)} (drawn as {filled(one)})"


def _of_100(one: Share) -> str:
    return f"{printed(one.per_100)} of 100"


def filled(one: Share) -> int:
    """How many of the hundred are filled: the nearest whole number."""
    return int(one.per_100 + 0.5)


def array_svg(one: Share, what: str) -> str:
    """A hundred people, those counted filled and first, the others as outlines."""
    size, n = SIDE * CELL, filled(one)
    look = {"class_": "person", "stroke": theme.BLUE, "stroke_width": 1}
    inside = tag("title", clean(f"{told(one)}: {one.who}, {what}"))
    inside += tag("path", d=_people(range(n)), fill=theme.BLUE, **look) if n else ""
    inside += tag("path", d=_people(range(n, 100)), fill="none", stroke_opacity=0.75, **look) if n < 100 else ""
    frame = {"class_": "people", "role": "img", "width": size, "height": size, "viewBox": f"0 0 {size} {size}"}
    return tag("svg", inside, xmlns="http://www.w3.org/2000/svg", **frame)


def _people(places: range) -> str:
    return "".join(f"M{n % SIDE * CELL + CELL // 2} {n // SIDE * CELL}{FIGURE}" for n in places)
