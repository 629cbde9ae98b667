"""Draw: the few elements of which the server's SVG pictures are made; every text is escaped here and nowhere else."""

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from tracker.charts import theme
from tracker.charts.axis import Scale
from tracker.charts.phrases import number


def clean(text: str) -> str:
    """Any text, safe between tags and in attributes."""
    return escape(theme.printable(text))


def tag(name: str, _inside: str | None = None, **attributes: Any) -> str:
    """One element; `_` in a name stands for `-`, `class_` for class; `_inside` must already be markup."""
    told = "".join([f' {_named(key)}="{_plain(value)}"' for key, value in attributes.items() if value is not None])
    return f"<{name}{told}/>" if _inside is None else f"<{name}{told}>{_inside}</{name}>"


@cache
def _named(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _plain(value: Any) -> Any:
    """Numbers need no escaping."""
    return clean(value) if isinstance(value, str) else value


def text(words: str, x: float, y: float, class_: str = "tick", anchor: str = "start") -> str:
    """A few words, escaped."""
    size = 13 if class_ == "label" else theme.SMALL
    return tag("text", clean(words), class_=class_, x=x, y=y, text_anchor=anchor, font_size=size, fill="currentColor")


def rule(x1: float, y1: float, x2: float, y2: float, class_: str, color: str = "currentColor", **more: Any) -> str:
    """A straight line."""
    return tag("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, **more)


def box(x: float, y: float, width: float, height: float, class_: str, color: str = "currentColor", **more: Any) -> str:
    """A filled rectangle."""
    size = {"width": round(width, 1), "height": round(height, 1), "fill": color}
    return tag("rect", None, class_=class_, x=round(x, 1), y=round(y, 1), **{**size, **more})


def path(points: Sequence[tuple[float, float]], class_: str, **more: Any) -> str:
    """A line through points."""
    return tag("path", class_=class_, d="M" + "L".join(f"{x} {y}" for x, y in points), **{"fill": "none", **more})


def dot(x: float, y: float, class_: str, color: str, shape: str = "circle", filled: bool = True, r: float = 3.5) -> str:
    """A mark centred at x, y; open ones stay hollow."""
    look = {"class_": class_, "fill": color if filled else "none", "stroke": color, "stroke_width": 1.5}
    if shape == "square":
        return tag("rect", x=round(x - r, 1), y=round(y - r, 1), width=2 * r, height=2 * r, **look)
    if shape == "diamond":
        w = round(r * 1.3, 1)
        return tag("path", d=f"M{x} {y}m0 {-w}l{w} {w}l{-w} {w}l{-w} {-w}z", **look)
    return tag("circle", cx=x, cy=y, r=r, **look)


def grid(ticks: Sequence[float], y: Scale, left: float, right: float, unit: str = "") -> str:
    """Faint lines across, each with its number."""
    lines = (rule(left, y(t), right, y(t), "grid", stroke_opacity=0.2) for t in ticks)
    names = (text(number(t) + unit, left - 5, y(t) + 4, anchor="end") for t in ticks)
    return "".join((*lines, *names))


def frame(inside: str, title: str, words: Sequence[str], width: float, height: float) -> str:
    """The picture with its name and its words for those who do not see it."""
    told = tag("title", clean(title)) + tag("desc", clean(" ".join(words)))
    size = {"width": width, "height": height, "viewBox": f"0 0 {width} {height}", "font_family": theme.FONT}
    return tag("svg", told + inside, xmlns="http://www.w3.org/2000/svg", class_="chart", role="img", **size)
