"""Trend: the fitted line in the course and the fan of slopes that its interval allows."""

from datetime import datetime, timedelta
from typing import Any

from tracker.charts import axis, theme
from tracker.science.progress import Progress


def traces(p: Progress) -> list[dict[str, Any]]:
    """The fitted line, and the fan of slopes its 95 % interval allows around the middle; nothing where not judged."""
    ends = fitted(p)
    if not ends:
        return []
    (since, start), (until, end) = ends
    line = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": theme.line(theme.GREEN, 2, "dash")}
    return [*_fan(p), {**line, "name": "trend", "x": [since.isoformat(), until.isoformat()], "y": [start, end]}]


def fitted(p: Progress) -> list[tuple[datetime, float]]:
    """Both ends of the fitted line."""
    t = p.trend
    if t is None or t.since is None or t.until is None or t.start_value is None or t.end_value is None:
        return []
    return [(axis.noon(t.since), t.start_value), (axis.noon(t.until), t.end_value)]


def fan(p: Progress) -> list[tuple[datetime, float]]:
    """Corners of the bow-tie: steepest and shallowest slope through the line's middle, clipped to the scale."""
    ends, t = fitted(p), p.trend
    if not ends or t is None or t.low is None or t.high is None:
        return []
    (since, start), (until, end) = ends
    middle, half = (start + end) / 2, (until - since) / timedelta(weeks=2)
    corners = [(since, -t.high), (until, t.high), (until, t.low), (since, -t.low)]
    low, high = p.instrument.minimum, p.instrument.maximum
    return [(at, min(max(middle + slope * half, low), high)) for at, slope in corners]


def _fan(p: Progress) -> list[dict[str, Any]]:
    corners = fan(p)
    look = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": theme.FAN, "line": {"width": 0}}
    where = {"x": [at.isoformat() for at, _ in corners], "y": [y for _, y in corners]}
    return [{**look, **where, "name": "95 % interval of the slope", "hoverinfo": "skip"}] if corners else []
