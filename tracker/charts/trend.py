"""Trend: the fitted lines in the course and after it, each with the fan of slopes that its interval allows."""

from datetime import datetime, timedelta
from typing import Any

from tracker.charts import axis, theme
from tracker.charts.phrases import trends
from tracker.science.progress import Progress, TrendLine
from tracker.science.scales import Instrument

Ends = list[tuple[datetime, float]]


def traces(p: Progress) -> list[dict[str, Any]]:
    """Each fitted line, and the fan of slopes its 95 % interval allows around the middle; nothing where not judged."""
    return [trace for when, t in trends(p) for trace in _traces(when, t, p.instrument)]


def _traces(when: str, t: TrendLine, instrument: Instrument) -> list[dict[str, Any]]:
    ends = fitted(t)
    if not ends:
        return []
    look = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": theme.line(theme.GREEN, 2, "dash")}
    return [*_fan(t, instrument), {**look, "name": f"trend {when}", **_across(ends)}]


def fitted(t: TrendLine) -> Ends:
    """Both ends of the fitted line; the last reading is the last day it is drawn to."""
    if t.since is None or t.until is None or t.start_value is None or t.end_value is None:
        return []
    return [(axis.noon(t.since), t.start_value), (axis.noon(t.until), t.end_value)]


def fan(t: TrendLine, instrument: Instrument) -> Ends:
    """Corners of the bow-tie: steepest and shallowest slope through the line's middle, clipped to the scale."""
    ends = fitted(t)
    if not ends or t.low is None or t.high is None:
        return []
    (since, start), (until, end) = ends
    middle, half = (start + end) / 2, (until - since) / timedelta(weeks=2)
    corners = [(since, -t.high), (until, t.high), (until, t.low), (since, -t.low)]
    return [(at, min(max(middle + slope * half, instrument.minimum), instrument.maximum)) for at, slope in corners]


def _fan(t: TrendLine, instrument: Instrument) -> list[dict[str, Any]]:
    corners = fan(t, instrument)
    look = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": theme.FAN, "line": {"width": 0}}
    return [{**look, **_across(corners), "name": "95 % interval of the slope", "hoverinfo": "skip"}] if corners else []


def _across(points: Ends) -> dict[str, Any]:
    return {"x": [at.isoformat() for at, _ in points], "y": [y for _, y in points]}
