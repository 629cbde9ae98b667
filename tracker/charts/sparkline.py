"""Sparkline: one row's scores in the roster, as SVG."""

from collections.abc import Sequence

from tracker.charts import theme
from tracker.charts.axis import Scale
from tracker.charts.draw import dot, frame, path
from tracker.charts.phrases import number


def sparkline_svg(
    values: Sequence[float | None],
    days: Sequence[float] | None = None,
    low: float = 0,
    high: float = 10,
    width: int = 96,
    height: int = 28,
) -> str:
    """Scores, oldest first, on true time if `days` are given; None is a gap. The last score is a dot."""
    at = list(days) if days is not None else [float(n) for n in range(len(values))]
    x = Scale(min(at, default=0), max(max(at, default=1), min(at, default=0) + 1), 4, width - 4)
    y = Scale(low, high, height - 4, 4)
    runs: list[list[tuple[float, float]]] = [[]]
    for day, value in zip(at, values, strict=True):
        runs = [*runs[:-1], [*runs[-1], (x(day), y(value))]] if value is not None else [*runs, []]
    drawn = [_run(run) for run in runs if run]
    last = next((dot(*run[-1], "spark-last", theme.BLUE, r=2.5) for run in reversed(runs) if run), "")
    said = ", ".join("no answer" if v is None else number(v) for v in values) or "no scores yet"
    return frame("".join(drawn) + last, f"Scores, oldest first: {said}", (), width, height)


def _run(run: list[tuple[float, float]]) -> str:
    """A stretch without gaps; a lone score is a dot."""
    if len(run) == 1:
        return dot(*run[0], "spark", theme.BLUE, r=1.5)
    return path(run, "spark", stroke=theme.BLUE, stroke_width=1.5)
