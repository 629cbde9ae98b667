"""Course: one person's progress as two panels on one true time axis, and the dumbbells of the sessions alone."""

from dataclasses import replace
from typing import Any

from tracker.charts import axis, pairs, panels, table, theme, trend, words
from tracker.charts.durability import durability
from tracker.charts.figure import Figure, tidy
from tracker.charts.marks import in_time, notes, runs, stamp, symbol
from tracker.charts.phrases import measure
from tracker.science.progress import Point, Progress
from tracker.tongue import _

__all__ = ["durability", "progress", "sessions"]
UPPER, LOWER = (0.57, 1.0), (0.0, 0.40)


def progress(p: Progress, audience: str = "patient", evidence: tuple[str, ...] = ()) -> Figure:
    """Scores above, before and after below; the follow-up windows shaded, the end of the course marked."""
    upper, score = measure(p.instrument), measure(pairs.SCORE)
    layout = theme.layout(
        440,
        xaxis=panels.time_axis(p, "y2"),
        yaxis=panels.value_axis(p.instrument, UPPER, upper.higher),
        yaxis2=panels.value_axis(pairs.SCORE, LOWER, score.higher),
        shapes=panels.shapes(p),
        annotations=[
            theme.title(upper.title, "y domain"),
            theme.title(pairs.title(p), "y2 domain"),
            *panels.labels(p),
            *panels.ends(p, "y2"),
            *panels.empty(p.scores, _("no scores yet"), "y"),
            *panels.empty((*axis.drawn(p), *p.now), _("no scores yet"), "y2"),
        ],
    )
    data = [*scores(p), *(pairs.traces(p, "y2") or [theme.nothing("y2")])]
    return Figure(data, layout, words.progress(p, audience), table.progress(p, audience), evidence)


def sessions(p: Progress, evidence: tuple[str, ...] = ()) -> Figure:
    """The dumbbells alone, on their own stretch of time."""
    layout = theme.layout(
        280,
        xaxis=panels.time_axis(_visits(p), "y"),
        yaxis=panels.value_axis(pairs.SCORE, (0, 1), measure(pairs.SCORE).higher),
        annotations=[
            theme.title(pairs.title(p), "y domain"),
            *panels.ends(p, "y"),
            *panels.empty((*axis.drawn(p), *p.now), _("no scores yet"), "y"),
        ],
    )
    return Figure(pairs.traces(p) or [theme.nothing("y")], layout, words.sessions(p), table.sessions(p), evidence)


def _visits(p: Progress) -> Progress:
    """The same course without scores and follow-up, up to its last session."""
    last = max([x.on for x in axis.drawn(p)], default=p.started)
    return replace(p, scores=(), windows=(), as_of=last, ended=None)


def scores(p: Progress) -> list[dict[str, Any]]:
    """The fan of slopes, the fitted line, then the scores with a line through those close in time."""
    return [*trend.traces(p), _line(p) if p.scores else theme.nothing("y")]


def _line(p: Progress) -> dict[str, Any]:
    """Dots and line; symbols and hover notes only where some score needs them."""
    x: list[str | None] = []
    y: list[float | None] = []
    shown: list[Point | None] = []
    for run in runs(in_time(p.scores)):
        gap = [None] if x else []
        x += [*gap, *(stamp(point.at) for point in run)]
        y += [*gap, *(tidy(point.value) for point in run)]
        shown += [*gap, *run]
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": measure(p.instrument).title,
        "x": x,
        "y": y,
        "line": theme.line(theme.THIN_BLUE, 1),
        "marker": {"size": 9, "color": theme.BLUE},
        "hovertemplate": pairs.hover(),
    }
    return trace | _unusual(shown) if any(notes(point) for point in p.scores) else trace


def _unusual(points: list[Point | None]) -> dict[str, Any]:
    """A symbol and a hover note for every score."""
    return {
        "marker": {
            "size": 9,
            "color": theme.BLUE,
            "symbol": [symbol(point) if point else "circle" for point in points],
            "line": {"width": 2, "color": theme.BLUE},
        },
        "text": [notes(point) if point else "" for point in points],
        "hovertemplate": pairs.hover("<br>%{text}"),
    }
