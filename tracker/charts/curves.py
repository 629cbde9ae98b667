"""Curves: the cumulative share of improvement in a clinic, and the mean change by window and group."""

from typing import Any

from tracker.charts import captions, cohort_table, cohort_words, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure
from tracker.charts.phrases import after, share
from tracker.charts.theme import safe

PLAIN = Frame()
APART = 0.35  # months between the groups of one window, so that their intervals do not hide each other
STEPS = {"range": [-0.54, 1.04], "tickvals": [-0.5, 0, 0.5, 1], "ticktext": ["−50", "0", "50", "100 %"]}


def ecdf(group: Group, frame: Frame = PLAIN, month: int | None = None, evidence: tuple[str, ...] = ()) -> Figure:
    """Share that improved at least so much, of those who answered; dashed with the silent counted as worst."""
    points, month = group["ecdf"] or [], group.get("ecdf_month") if month is None else month
    lines = [_curve(points, "share", theme.BLUE, "solid"), _curve(points, "missing_as_worst", theme.GREY, "dash")]
    layout = theme.layout(
        380,
        margin={"l": 48, "r": 16, "t": 48, "b": 96},
        xaxis=theme.axis(**STEPS, title={"text": "improved at least so much", "font": {"size": theme.SMALL}}),
        yaxis=theme.axis(**theme.SHARES),
        shapes=[_goal(frame)],
        annotations=[
            theme.title("Share of courses<br>solid: answered · dashed: the silent as worst", left=38),
            theme.note(share(frame.part), frame.part, 1, yref="y domain", xanchor="left", yanchor="top", xshift=3),
            *captions.unshown(points),
            captions.under([captions.latest(group, month), frame.edition], 40, 56),
        ],
    )
    words, table = cohort_words.ecdf(group, frame, month), cohort_table.ecdf(group)
    return Figure([x for x in lines if x["y"]] or [theme.nothing()], layout, words, table, evidence)


def _curve(points: list[dict[str, Any]], key: str, color: str, dash: str) -> dict[str, Any]:
    """One curve; nothing where the summary does not hold it."""
    mine = [p for p in points if p.get(key) is not None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": key,
        "x": [p["improvement"] for p in mine],
        "y": [p[key] for p in mine],
        "line": theme.line(color, 2, dash),
        "hovertemplate": "at least %{x:.0%}: %{y:.0%}<extra></extra>",
    }


def _goal(frame: Frame) -> dict[str, Any]:
    """Upright at the responder share."""
    across = {"x0": frame.part, "x1": frame.part, "yref": "y domain", "y0": 0, "y1": 1}
    return {"type": "line", **across, "line": theme.line(theme.GREY, 1, "dash")}


def change(groups: dict[str, Group], frame: Frame = PLAIN, evidence: tuple[str, ...] = ()) -> Figure:
    """Mean points better in each window with its 95 % interval; groups are named, with their n, under the picture."""
    words, table = cohort_words.change(groups, frame), cohort_table.change(groups, frame)
    data = [_means(name, group, n, len(groups)) for n, (name, group) in enumerate(groups.items())]
    shown = [trace for trace in data if trace["x"]]
    named = [line for n, (name, group) in enumerate(groups.items()) for line in _named(name, group, n)]
    months = {"tickvals": [0, 1, 3, 6, 9, 12], "ticktext": ["end", "1", "3", "6", "9", "12 mo"]}
    layout = theme.layout(
        330 + 16 * len(named),
        margin={"l": 48, "r": 8, "t": 30, "b": 60 + 16 * len(named)},
        xaxis=theme.axis(range=[-0.8, 13], showgrid=False, tickangle=0, **months),
        yaxis=theme.axis(rangemode="tozero"),
        annotations=[
            theme.title(f"{table.caption}, mean and 95 % interval", left=40),
            *captions.unshown(shown),
            captions.under([frame.edition], 40, 32, named),
        ],
    )
    return Figure(shown or [theme.nothing()], layout, words, table, evidence)


def _look(n: int) -> tuple[str, str, str]:
    """Colour, symbol and the symbol as a letter of the nth group."""
    return theme.SERIES[n % len(theme.SERIES)], *list(theme.SYMBOLS.items())[n % len(theme.SYMBOLS)]


def _named(name: str, group: Group, n: int) -> list[str]:
    """The group's mark and name, and its counts in the latest window with courses due."""
    color, _, letter = _look(n)
    return [f'<span style="color:{color}">{letter}</span> {safe(name)}', captions.latest(group)]


def _means(name: str, group: Group, n: int, of: int) -> dict[str, Any]:
    """One group's means, set a little aside from the others'."""
    found = [(w, w["improvement"]) for w in group["windows"]]
    best = [(w, mean) for w, mean in found if mean and mean["mean"] is not None]
    (color, symbol, _), aside = _look(n), (n - (of - 1) / 2) * APART
    return {
        "type": "scatter",
        "mode": "markers",
        "name": safe(name),
        "x": [w["month"] + aside for w, _ in best],
        "y": [b["mean"] for _, b in best],
        "marker": {"size": 10, "color": color, "symbol": symbol},
        "error_y": _interval([b for _, b in best]) | {"color": color, "thickness": 2, "width": 4},
        "customdata": [f"{after(w['month'])}, n {w['n']} of {w['due']} due" for w, _ in best],
        "hovertemplate": "%{customdata}: %{y:.1f}<extra></extra>",
    }


def _interval(best: list[dict[str, Any]]) -> dict[str, Any]:
    """The interval as distances from the mean; none where there is none."""
    bounds = [b["ci"] or (b["mean"], b["mean"]) for b in best]
    above = [high - b["mean"] for (_, high), b in zip(bounds, best, strict=True)]
    below = [b["mean"] - low for (low, _), b in zip(bounds, best, strict=True)]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below}
