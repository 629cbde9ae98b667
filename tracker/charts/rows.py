"""Rows: where the rows of a forest plot stand. Plotly's figure and the server's SVG share these places.

Labels stand above their row, broken to fit a phone; the width of the plot is whatever the page has.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log2, log10

from tracker.charts import theme
from tracker.charts.axis import width
from tracker.evidence.card import printed
from tracker.evidence.forest import Axis, Row
from tracker.tongue import _, english

ROOM = 284  # pixels a label may take: a phone of 390 with its margins and those of its cards
TITLE = 13 * 1.1  # size of a title, in bold, which runs wider
HEAD, LINE, STRIP, GAP = 18, 16, 24, 12  # pixels: the title's line, a further line, the row's marks, the air below
TOP = 34  # pixels above the first row, for the words on which side is which
MOST = 5  # ticks on an axis
RATIOS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
LOOK = {  # colour and shape by what acupuncture was compared with, so that neither speaks alone
    "sham": (theme.BLUE, "circle"),
    "usual": (theme.ORANGE, "square"),
    "drugs": (theme.GREEN, "diamond"),
    "other": (theme.PURPLE, "triangle-up"),
}
BETTER, LOWER = english("better with acupuncture"), english("lower with acupuncture")
HAN = "\u3400-\u9fff"  # Chinese writes without spaces: a line may end after any character but before no stop
STOPS = ",.;:)%\u00a0·\u3001\u3002\uff0c\uff1b\uff1a\uff1f\uff01\uff09\u300b\u201d"
PIECE = re.compile(rf" *(?:[(\u201c\u300a\uff08]*[{HAN}]|[^ {HAN}]+)[{STOPS}]*")


@dataclass(frozen=True)
class Placed:
    """One row: its label's lines, and the heights of its first line and of its marks; the number is the last line."""

    row: Row
    title: tuple[str, ...]
    details: tuple[str, ...]
    top: int
    middle: int

    @property
    def bottom(self) -> int:
        """Where the next row begins."""
        return self.middle + STRIP // 2 + GAP


def placed(axis: Axis) -> list[Placed]:
    """All rows, from the top."""
    found: list[Placed] = []
    top = TOP
    for row in axis.rows:
        title, details = tuple(broken(row.source, TITLE)), tuple(_details(row))
        middle = top + HEAD * len(title) + LINE * len(details) + STRIP // 2
        found.append(Placed(row, title, details, top, middle))
        top = found[-1].bottom
    return found


def _details(row: Row) -> Iterator[str]:
    """Against what, when, how many, how sure, and what bends the number; then the number itself."""
    told = (row.card.comparator, row.when, row.people, row.card.certainty)
    yield from broken("\u00a0· ".join(part for part in told if part))
    if row.at_odds:
        yield from broken(f"{row.card.direction_words}: {row.card.note or _('the source says no more')}")
    yield number(row)


def number(row: Row) -> str:
    """−0.4 (−1.2 to 0.4)."""
    return f"{row.printed} ({_('interval not seen') if row.effect.low is None else row.interval})"


def broken(text: str, size: float = theme.SMALL, room: float = ROOM) -> Iterator[str]:
    """The text in lines that fit."""
    line = ""
    for piece in PIECE.findall(text):
        longer = f"{line}{piece}".strip(" ")
        if line and width(longer) * size / theme.SMALL > room:
            yield line
            longer = piece.strip(" ")
        line = longer
    if line:
        yield line


@dataclass(frozen=True)
class Measure:
    """From a number to its place: 0 at the left end of the axis, 1 at the right; a ratio by its logarithm."""

    low: float
    high: float
    ratio: bool

    def __call__(self, value: float) -> float:
        """Where the value stands."""
        a, b, at = (log2(x) if self.ratio else x for x in (self.low, self.high, value))
        return round((at - a) / (b - a), 4)


def measure(axis: Axis) -> Measure:
    """An axis that shows every interval whole and both sides of no difference."""
    seen = [axis.alike]
    for row in axis.rows:
        seen += [x for x in (row.effect.value, row.effect.low, row.effect.high) if x is not None]
    low, high = min(seen), max(seen)
    if axis.ratio:
        return Measure(low / 1.4, high * 1.4, ratio=True)
    air = (high - low) * 0.12
    return Measure(low - air, high + air, ratio=False)


def ticks(axis: Axis) -> list[float]:
    """A few round numbers on the axis, the one of no difference among them."""
    over = measure(axis)
    if axis.ratio:
        return [x for x in RATIOS if over.low <= x <= over.high]
    step = next(s for s in _steps(over.high - over.low) if (over.high - over.low) / s <= MOST)
    return [round(n * step, 6) + 0.0 for n in range(ceil(over.low / step), floor(over.high / step) + 1)]


def _steps(span: float) -> Iterator[float]:
    """1, 2, 5, 10 …, from well below the span on."""
    power = floor(log10(span)) - 1
    yield from (part * 10.0**n for n in range(power, power + 4) for part in (1, 2, 5))


def better_left(axis: Axis) -> bool:
    """Whether the side that is better with acupuncture is the left one."""
    return axis.better_is == "lower"


def side(axis: Axis) -> str:
    """The words on the good side; of an association only what the numbers say."""
    words = _(LOWER if axis.association else BETTER)
    return f"← {words}" if better_left(axis) else f"{words} →"


def named(axis: Axis) -> list[tuple[float, str]]:
    """Ticks and how they are printed."""
    return [(at, printed(at)) for at in ticks(axis)]
