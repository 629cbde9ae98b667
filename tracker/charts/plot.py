"""Plot: a figure of lines, dots or lying bars as SVG, from the same values that Plotly gets.

For the clinic's figures that have no drawing of their own: the first paint, the paper and the file to keep. Titles and
captions stand where the layout puts them; hover texts stay Plotly's.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tracker.charts import theme
from tracker.charts.axis import Scale
from tracker.charts.draw import box, dot, frame, path, rule, tag, text
from tracker.charts.figure import Figure
from tracker.charts.phrases import number

LINE = 16  # pixels between lines of text
SHAPES = {"circle": "circle", "circle-open": "circle", "square": "square", "diamond": "diamond"}
DASHES = {"dash": "6 4", "dot": "2 3", "solid": None}
ROUND = (1, 2, 2.5, 5, 10)
MARKUP = re.compile(r"<[^>]+>")


def plot_svg(figure: Figure, title: str, width: int = 460) -> str:
    """The whole picture. Axes that the layout leaves free hold every mark, and 0."""
    layout = figure.layout
    margin, height = layout["margin"], layout["height"]
    x = _scale(layout["xaxis"], _values(figure, "x"), margin["l"], width - margin["r"])
    y = _scale(layout["yaxis"], _values(figure, "y"), height - margin["b"], margin["t"] + LINE * _above(figure))
    inside = [*_axes(layout, x, y), *_shapes(layout, x, y)]
    inside += [mark for trace in figure.data for mark in _trace(trace, x, y)]
    lines = list(_below(figure))
    inside += [text(line, 0, height - margin["b"] + 52 + LINE * n) for n, line in enumerate(lines)]
    inside += [text(line, 0, 13 + LINE * n, "label") for n, line in enumerate(_title(figure))]
    if not any(value is not None for trace in figure.data for value in trace["x"]):
        inside.append(text("not shown: too few", width / 2, (y.first + y.last) / 2, "empty", "middle"))
    return frame("".join(inside), title, figure.words, width, height - margin["b"] + 52 + LINE * max(len(lines), 1))


def _values(figure: Figure, axis: str) -> list[float]:
    """Every number an axis must hold, the ends of intervals too."""
    found: list[float] = []
    for trace in figure.data:
        at = [value for value in trace[axis] if value is not None]
        spread = trace.get(f"error_{axis}") or {"array": [0] * len(at), "arrayminus": [0] * len(at)}
        found += [a + up for a, up in zip(at, spread["array"], strict=False)]
        found += [a - down for a, down in zip(at, spread["arrayminus"], strict=False)]
    return found


def _scale(axis: dict[str, Any], values: Sequence[float], first: float, last: float) -> Scale:
    """The range asked for; else from 0 or the least to the greatest with a little air."""
    low, high = axis.get("range") or (min([0.0, *values]), max([0.0, *values]) * 1.1)
    return Scale(low, high if high != low else low + 1, first, last)


def _above(figure: Figure) -> int:
    """Lines of title that the margin has no room for."""
    return max(len(_title(figure)) - 2, 0)


def _ticks(axis: dict[str, Any], scale: Scale) -> list[tuple[float, str]]:
    """Those named, else about five round ones."""
    if "tickvals" in axis:
        return [(at, _plain(name)) for at, name in zip(axis["tickvals"], axis["ticktext"], strict=True)]
    wide = (scale.high - scale.low) / 5
    size = 10.0 ** len(str(int(wide))) / 10 if wide >= 1 else 0.1 if wide >= 0.1 else 0.01
    step = next((size * r for r in ROUND if size * r >= wide), size * 10)
    first = int(scale.low / step) if scale.low >= 0 else int(scale.low / step) - 1
    marks = (step * n for n in range(first, first + 12))
    return [(at, number(at) if step >= 0.1 else f"{at:.2f}") for at in marks if scale.low <= at <= scale.high]


def _axes(layout: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    """Grid lines and their names."""
    for at, name in _ticks(layout["yaxis"], y):
        if layout["yaxis"].get("showgrid", True):
            yield rule(x.first, y(at), x.last, y(at), "grid", stroke_opacity=0.2)
        yield text(name, x.first - 6, y(at) + 4, anchor="end")
    for at, name in _ticks(layout["xaxis"], x):
        if layout["xaxis"].get("showgrid", True):
            yield rule(x(at), y.first, x(at), y.last, "grid", stroke_opacity=0.2)
        yield text(name, x(at), y.first + 16, anchor="middle")
    if named := layout["xaxis"].get("title"):
        yield text(named["text"], (x.first + x.last) / 2, y.first + 33, anchor="middle")


def _shapes(layout: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    """Straight lines across or up."""
    for one in layout.get("shapes", ()):
        across = [x.first, x.last] if one.get("xref") == "paper" else [x(one["x0"]), x(one["x1"])]
        up = [y.first, y.last] if one.get("yref") == "y domain" else [y(one["y0"]), y(one["y1"])]
        dash = DASHES[one["line"]["dash"]]
        yield rule(across[0], up[0], across[1], up[1], "threshold", theme.GREY, stroke_dasharray=dash)


def _trace(trace: dict[str, Any], x: Scale, y: Scale) -> Iterator[str]:
    """Bars, a line, or dots with their intervals."""
    points = [(a, b) for a, b in zip(trace["x"], trace["y"], strict=True) if a is not None and b is not None]
    if trace["type"] == "bar":
        yield from _bars(trace, points, x, y)
    elif trace.get("mode") == "lines":
        look = {"stroke": trace["line"]["color"], "stroke_width": trace["line"]["width"]}
        yield path([(x(a), y(b)) for a, b in points], "series", stroke_dasharray=DASHES[trace["line"]["dash"]], **look)
    elif trace.get("mode"):
        yield from _intervals(trace, points, x, y)
        yield from _dots(trace, points, x, y)


def _bars(trace: dict[str, Any], points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> Iterator[str]:
    """Lying bars, their value at the end."""
    thick = abs(y(trace.get("width", 0.6)) - y(0))
    look = trace["marker"]
    fill = "none" if look["color"] == theme.CLEAR else look["color"]
    for (value, at), told in zip(points, trace["text"], strict=True):
        edge = {"stroke": look["line"]["color"], "stroke_width": 1.5}
        yield box(x(0), y(at) - thick / 2, x(value) - x(0), thick, "bar", fill, **edge)
        yield text(_plain(told), x(value) + 6, y(at) + 4, "direct")


def _intervals(trace: dict[str, Any], points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> Iterator[str]:
    """Across or up, from the lower to the upper end."""
    for axis in ("x", "y"):
        if spread := trace.get(f"error_{axis}"):
            ends = zip(points, spread["arrayminus"], spread["array"], strict=True)
            for (a, b), down, up in ends:
                one, other = (
                    ((x(a - down), y(b)), (x(a + up), y(b)))
                    if axis == "x"
                    else (
                        (x(a), y(b - down)),
                        (x(a), y(b + up)),
                    )
                )
                yield rule(*one, *other, "interval", trace["marker"]["color"], stroke_width=2)


def _dots(trace: dict[str, Any], points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> Iterator[str]:
    """Each with the trace's shape or its own."""
    look = trace["marker"]
    symbols = look["symbol"] if isinstance(look["symbol"], list) else [look["symbol"]] * len(points)
    for (a, b), symbol in zip(points, symbols, strict=True):
        shape = SHAPES.get(symbol, "diamond")
        yield dot(x(a), y(b), "dot", look["color"], shape, filled=not symbol.endswith("-open"), r=4)


def _title(figure: Figure) -> list[str]:
    """The lines above the plot."""
    above = next((a["text"] for a in figure.layout["annotations"] if a["y"] == 1 and a.get("yref") == "paper"), "")
    return [_plain(line) for line in above.split("<br>")]


def _below(figure: Figure) -> Iterator[str]:
    """The lines under the plot: counts, definitions, period, day."""
    for note in figure.layout["annotations"]:
        if note["y"] == 0 and note.get("yref") == "paper":
            yield from (_plain(line) for line in note["text"].split("<br>"))


def _plain(markup: str) -> str:
    """Plotly's small markup taken off; what was escaped for it is text again."""
    bare = MARKUP.sub("", markup)
    for code, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(code, sign)
    return bare


def alone(svg: str, mode: str = "light") -> str:
    """The picture as a file of its own: ink and paper in it, since no page gives them."""
    paper = tag("rect", width="100%", height="100%", fill=theme.PAPER[mode])
    head, rest = svg.split(">", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head} color="{theme.INK[mode]}">{paper}{rest}'
