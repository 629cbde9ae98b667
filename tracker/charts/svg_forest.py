"""The forest plot as SVG: places across are per cents of whatever width there is, so that text keeps its size.

A picture with a viewBox would shrink its letters on a phone and blow them up on a desk; here only the axis stretches.
"""

from typing import Any

from tracker.charts import forest, rows, theme
from tracker.charts.draw import clean, dot, tag, text
from tracker.charts.rows import LOOK, Measure, Placed, measure, named, placed
from tracker.evidence.forest import Axis

LEFT, WIDTH = 4.0, 92.0  # per cent of the width: where the axis begins, how long it is
FOOT = 28  # pixels below the last row for the ticks; the unit's lines follow


def forest_svg(axis: Axis) -> str:
    """One axis with its rows; what each row says stands as text in the picture already."""
    stand, over = placed(axis), measure(axis)
    bottom, unit = stand[-1].bottom, list(rows.broken(axis.told))
    inside = "".join(
        (_side(axis), *(_row(one, over, axis) for one in stand), *_ticks(axis, over, bottom), *_unit(unit, bottom))
    )
    told = tag("title", clean(forest.upper(axis.told))) + tag("desc", clean(forest.reading(axis)))
    look = {"class_": "chart", "role": "img", "font_family": theme.FONT}
    size = {"width": "100%", "height": bottom + FOOT + rows.LINE * len(unit)}
    return tag("svg", told + inside, xmlns="http://www.w3.org/2000/svg", **size, **look)


def _across(over: Measure, value: float) -> str:
    """A place on the axis, in per cent of the picture."""
    return f"{LEFT + WIDTH * over(value):.2f}%"


def _side(axis: Axis) -> str:
    left = rows.better_left(axis)
    return _words(rows.side(axis), "0" if left else "100%", 16, "direct", "start" if left else "end")


def _row(one: Placed, over: Measure, axis: Axis) -> str:
    """Label above, then the interval, its ends and the mark."""
    lines = [text(line, 0, one.top + rows.HEAD * n + 13, "label") for n, line in enumerate(one.title)]
    below = one.top + rows.HEAD * len(one.title) + 12
    lines += [text(line, 0, below + rows.LINE * n) for n, line in enumerate(one.details[:-1])]
    lines.append(text(one.details[-1], 0, below + rows.LINE * (len(one.details) - 1), "direct"))
    half = rows.STRIP / 2
    zero = _across(over, axis.alike)
    line = _rule(zero, one.middle - half, zero, one.middle + half, "alike", theme.GREY, stroke_width=1.5)
    return "".join((*lines, line, _interval(one, over), _mark(one, over)))


def _interval(one: Placed, over: Measure) -> str:
    """The bar with an upright end at both sides; nothing where no interval was seen."""
    effect, color = one.row.effect, LOOK[one.row.card.group][0]
    if effect.low is None or effect.high is None:
        return ""
    low, high, y = _across(over, effect.low), _across(over, effect.high), one.middle
    ends = [_rule(x, y - 5, x, y + 5, "interval", color, stroke_width=2) for x in (low, high)]
    return "".join((_rule(low, y, high, y, "interval", color, stroke_width=2), *ends))


def _mark(one: Placed, over: Measure) -> str:
    """Its shape tells the comparison, as its colour does; open where no interval was seen."""
    effect, (color, shape) = one.row.effect, LOOK[one.row.card.group]
    filled = effect.low is not None
    if shape == "triangle-up":
        look = {"fill": color if filled else "none", "stroke": color, "stroke_width": 1.5}
        drawn = tag("path", class_="point", d="M0 -6l6 11h-12z", **look)
    else:
        drawn = dot(0, 0, "point", color, shape, filled, r=5)
    return tag("svg", drawn, x=_across(over, effect.value or 0), y=one.middle, overflow="visible")


def _ticks(axis: Axis, over: Measure, bottom: int) -> list[str]:
    """The axis with its numbers."""
    base = _rule(f"{LEFT}%", bottom, f"{LEFT + WIDTH}%", bottom, "grid", "currentColor", stroke_opacity=0.5)
    marks = [_tick(_across(over, at), told, bottom) for at, told in named(axis)]
    return [base, *marks]


def _unit(lines: list[str], bottom: int) -> list[str]:
    """What the numbers count."""
    return [text(line, 0, bottom + FOOT + 10 + rows.LINE * n, "direct") for n, line in enumerate(lines)]


def _tick(at: str, told: str, bottom: int) -> str:
    return _rule(at, bottom, at, bottom + 4, "grid", "currentColor", stroke_opacity=0.5) + _words(
        told, at, bottom + 18, "tick", "middle"
    )


def _words(told: str, x: str, y: float, class_: str, anchor: str) -> str:
    look = {"class_": class_, "text_anchor": anchor, "font_size": theme.SMALL, "fill": "currentColor"}
    return tag("text", clean(told), x=x, y=y, **look)


def _rule(x1: str, y1: float, x2: str, y2: float, class_: str, color: str, **more: Any) -> str:
    return tag("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, **more)
