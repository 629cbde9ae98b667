"""Theme: the colours and the quiet frame every figure shares, on the page, in the dark and on paper.

Decision: the background is transparent and every mark has one mid-contrast colour that keeps 3:1 on white and on
near-black, so marks, grid and shading never change with the mode. Only the ink (text) does. The page sets it in one
line before drawing, from its own CSS: `layout.font.color = getComputedStyle(element).color`; `paint` does it on the
server. Not taken: two figures per mode (double the bytes) and Plotly's templates (95 % of a small figure).
The five colours follow Okabe & Ito (2008), darkened to 3:1 where theirs were too light on white. Colour never speaks
alone: shape, position and a word beside the mark say the same. There is no red for worse.
The page draws with `config = {displayModeBar: false, responsive: true}`; dragging is off, so that a finger can scroll.
"""

import re
from html import escape
from typing import Any

BLUE = "#1f7ec2"
ORANGE = "#c96a00"
GREEN = "#0a9169"
PURPLE = "#a8588a"
GREY = "#7a7a7a"
SERIES = (BLUE, ORANGE, GREEN, PURPLE, GREY)
SYMBOLS = {"circle": "●", "square": "■", "diamond": "◆", "triangle-up": "▲", "x": "✖"}

PAPER = {"light": "#ffffff", "dark": "#121212", "print": "#ffffff"}
INK = {"light": "#1b1f24", "dark": "#e8eaed", "print": "#000000"}
CLEAR = "rgba(0,0,0,0)"
GRID = "rgba(128,128,128,0.25)"
SHADE = ("rgba(128,128,128,0.08)", "rgba(128,128,128,0.16)")
THIN_BLUE = "rgba(31,126,194,0.6)"
PALE_BLUE = "rgba(31,126,194,0.25)"
FAN = "rgba(10,145,105,0.18)"  # GREEN, thin
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SHARES = {"range": [0, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0", "25", "50", "75", "100 %"]}
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
TEXT = 14
SMALL = 12


def layout(height: int, **more: Any) -> dict[str, Any]:
    """The frame: no legend, no title, no dragging, nothing that moves."""
    return {
        "height": height,
        "font": {"family": FONT, "size": TEXT, "color": INK["light"]},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 52, "r": 48, "t": 30, "b": 34},
        **{key: value for key, value in more.items() if value != []},
    }


def axis(**more: Any) -> dict[str, Any]:
    """An axis without lines or ticks, its grid faint, not to be zoomed by accident."""
    return {"fixedrange": True, "gridcolor": GRID, "zeroline": False, "ticks": "", **more}


def note(text: str, x: Any, y: float, **more: Any) -> dict[str, Any]:
    """A label written straight into the picture."""
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": SMALL}, **more}


def title(text: str, yref: str = "paper", left: int = 44) -> dict[str, Any]:
    """A panel's name above its upper left corner, so many pixels left of the plot."""
    above = {"xref": "paper", "yref": yref, "xanchor": "left", "yanchor": "bottom", "align": "left"}
    return note(text, 0, 1, **above, xshift=-left, font={"size": 13})


def nothing(yaxis: str = "y") -> dict[str, Any]:
    """A trace without a mark: Plotly draws no panel that has no trace."""
    return {"type": "scatter", "x": [None], "y": [None], "xaxis": "x", "yaxis": yaxis, "hoverinfo": "skip"}


def line(color: str, width: float = 2, dash: str = "solid") -> dict[str, Any]:
    """A line's look."""
    return {"color": color, "width": width, "dash": dash}


def printable(text: str) -> str:
    """Without what XML forbids and without the direction marks that could turn the text around them."""
    return UNSAFE.sub("", text)


def safe(text: str) -> str:
    """A person's or clinic's own text for Plotly, which reads some HTML in labels."""
    return escape(printable(text), quote=False)
