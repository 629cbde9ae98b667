"""Icons: absolute numbers as a hundred small people, with a sentence; only numbers that a source states."""

from dataclasses import dataclass

from tracker.charts import theme
from tracker.charts.draw import clean, tag
from tracker.evidence.card import printed
from tracker.evidence.records import Share, Shares
from tracker.tongue import _, english

SIDE, CELL = 10, 14  # people a row, pixels each
FIGURE = "m0 1a2.2 2.2 0 1 0 .1 0zm-4 11.5v-1.5q0-4.5 4-4.5t4 4.5v1.5z"  # a head, shoulders
NAMES = (("a", "who"), ("b", "other"), ("c", "third"))
SENTENCE = {  # by how many groups there are; `what` is said of all of them
    2: english("{a} of 100 people with {who} {what}, against {b} of 100 with {other}."),
    3: english("{a} of 100 people with {who} {what}, against {b} of 100 with {other} and {c} of 100 with {third}."),
}


@dataclass(frozen=True)
class Array:
    """One group: who, how many of 100 in words, the drawing."""

    who: str
    told: str
    svg: str


def arrays(shares: Shares) -> tuple[Array, ...]:
    """A drawing for each group, all of the same size."""
    return tuple(Array(_(one.who), told(one), array_svg(one, shares.what)) for one in shares.groups)


def sentence(shares: Shares) -> str:
    """48 of 100 with acupuncture had at least 50 % fewer headaches, against 17 of 100 with usual care."""
    said: dict[str, str] = {}
    for (n, who), one in zip(NAMES, shares.groups, strict=False):
        said |= {n: printed(one.per_100), who: _(one.who)}
    return _(SENTENCE[len(shares.groups)], what=_(shares.what), **said)


def told(one: Share) -> str:
    """The number itself; where it is no whole number, also how many are filled."""
    if one.per_100 == filled(one):
        return _("{n} of 100", n=printed(one.per_100))
    return _("{n} of 100 (drawn as {whole})", n=printed(one.per_100), whole=filled(one))


def filled(one: Share) -> int:
    """How many of the hundred are filled: the nearest whole number."""
    return int(one.per_100 + 0.5)


def array_svg(one: Share, what: str) -> str:
    """A hundred people, those counted filled and first, the others as outlines."""
    size, n = SIDE * CELL, filled(one)
    look = {"class_": "person", "stroke": theme.BLUE, "stroke_width": 1}
    inside = tag("title", clean(f"{told(one)}: {_(one.who)}, {_(what)}"))
    inside += tag("path", d=_people(range(n)), fill=theme.BLUE, **look) if n else ""
    inside += tag("path", d=_people(range(n, 100)), fill="none", stroke_opacity=0.75, **look) if n < 100 else ""
    frame = {"class_": "people", "role": "img", "width": size, "height": size, "viewBox": f"0 0 {size} {size}"}
    return tag("svg", inside, xmlns="http://www.w3.org/2000/svg", **frame)


def _people(places: range) -> str:
    return "".join(f"M{n % SIDE * CELL + CELL // 2} {n // SIDE * CELL}{FIGURE}" for n in places)
