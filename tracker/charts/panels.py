"""Panels: axes, shading and labels that the figures of one person share."""

from collections.abc import Sized
from datetime import date
from typing import Any

from tracker.charts import axis, pairs, theme
from tracker.charts.figure import tidy
from tracker.charts.phrases import less
from tracker.science.progress import Progress
from tracker.science.scales import Instrument

NARROWEST = 258  # pixels between the margins on a 390 px phone: labels must fit there


def time_axis(p: Progress, anchor: str) -> dict[str, Any]:
    """The one true time axis, its ticks named by us, so that they can be translated."""
    left, right = axis.span(p)
    ticks = axis.date_ticks(left, right)
    named = {"tickvals": [on.isoformat() for on, _ in ticks], "ticktext": [text for _, text in ticks]}
    return theme.axis(type="date", range=[left.isoformat(), right.isoformat()], anchor=anchor, **named)


def value_axis(instrument: Instrument, domain: tuple[float, float], title: str) -> dict[str, Any]:
    """The whole scale, low below, and in words which way is more."""
    ticks = [tidy(tick) for tick in axis.value_ticks(instrument)]
    name = {"text": title, "font": {"size": theme.SMALL}, "standoff": 6}
    return theme.axis(range=list(axis.value_range(instrument)), domain=list(domain), tickvals=ticks, title=name)


def shapes(p: Progress) -> list[dict[str, Any]]:
    """Follow-up windows shaded in turns, the end of the course upright, the responder threshold dashed."""
    right = axis.span(p)[1]
    return [*windows(p, right), *_end(p), *threshold(p, right)]


def windows(p: Progress, right: date) -> list[dict[str, Any]]:
    """One pale box a window."""
    look = {"type": "rect", "yref": "y domain", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
    return [
        {**look, "x0": a.isoformat(), "x1": b.isoformat(), "fillcolor": theme.SHADE[n % 2]}
        for n, (a, b, _) in enumerate(axis.follow_up(p, right))
    ]


def _end(p: Progress) -> list[dict[str, Any]]:
    """Through both panels."""
    if p.ended is None:
        return []
    at, line = f"{p.ended.isoformat()} 12:00", theme.line(theme.GREY, 1)
    return [{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}]


def threshold(p: Progress, right: date, left: date | None = None) -> list[dict[str, Any]]:
    """From the start of the course, or a given day, to the right edge."""
    if p.threshold is None:
        return []
    across = {"x0": (left or p.started).isoformat(), "x1": right.isoformat(), "y0": p.threshold, "y1": p.threshold}
    return [{"type": "line", **across, "line": theme.line(theme.GREY, 1.5, "dash")}]


def labels(p: Progress) -> list[dict[str, Any]]:
    """The end and the months under the upper panel, the threshold's name in the right margin."""
    left, right = axis.span(p)
    scale = axis.Scale(left.toordinal(), right.toordinal(), 0, NARROWEST)
    below = {"xref": "paper", "yref": "y domain", "xanchor": "center", "yanchor": "top"}
    strip = [theme.note(text, round(at / NARROWEST, 4), 0, **below) for at, text in axis.strip(p, scale)]
    return [*strip, *threshold_label(p)]


def threshold_label(p: Progress) -> list[dict[str, Any]]:
    """30 % lower."""
    if p.threshold is None:
        return []
    name = "<br>".join(two_lines(less(p.instrument)))
    return [theme.note(name, 1, p.threshold, xref="paper", yref="y", xanchor="left", align="left")]


def two_lines(label: str) -> tuple[str, str]:
    """A label of the narrow right margin, broken at its last space; the one before a per cent sign never breaks."""
    first, _, last = label.replace(" %", "\u00a0%").rpartition(" ")
    return first, last


def ends(p: Progress, yref: str) -> list[dict[str, Any]]:
    """The words before and after beside the last pair."""
    beside = {"yref": yref, "xanchor": "left", "xshift": 7}
    return [theme.note(name, pairs.label_day(p), y, **beside) for name, y in pairs.labelled(p).items()]


def empty(shown: Sized, text: str, yref: str) -> list[dict[str, Any]]:
    """An empty panel says so."""
    middle = {"xref": "paper", "yref": f"{yref} domain", "xanchor": "center", "font": {"size": theme.TEXT}}
    return [] if len(shown) else [theme.note(text, 0.5, 0.5, **middle)]
