"""Cohort: a clinic's figures from its summary (the shape `outcomes --json` writes), denominators in the picture.

Nothing from a study is drawn here: evidence stands beside, by the ids the caller gives.
"""

from typing import Any

from tracker.charts import captions, cohort_table, cohort_words, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.curves import change, ecdf
from tracker.charts.figure import Figure
from tracker.charts.phrases import share
from tracker.charts.shares import BEST, SEEN, SILENT, Bar, Box, bars, boxes, depth, headers, percent

__all__ = ["change", "durability", "ecdf", "responders"]
PLAIN = Frame()
ROW = 28  # pixels a row of bars takes
LOOK = {SEEN: (theme.BLUE, theme.BLUE), SILENT: (theme.GREY, theme.GREY), BEST: (theme.CLEAR, theme.GREY)}
KEY = "filled: a single last answer beyond the line is left open<br>hollow: it counts as lost"


def responders(group: Group, frame: Frame = PLAIN, evidence: tuple[str, ...] = ()) -> Figure:
    """Three bars a window, each named by its own denominator."""
    shown, named, rows = bars(group, frame), headers(group, frame), depth(group, frame)
    layout = theme.layout(
        110 + ROW * rows,
        margin={"l": 148, "r": 40, "t": 30, "b": 64},
        bargap=0.4,
        xaxis=theme.axis(**theme.SHARES),
        yaxis=_rows(shown, rows),
        annotations=[
            theme.title(frame.goal, left=140),
            *_headers(named),
            *captions.unshown(named),
            captions.under(captions.responders(group, frame, named), 140, 30),
        ],
    )
    table, words = cohort_table.responders(group, frame), cohort_words.responders(group, frame)
    return Figure([_bar(shown, kind) for kind in LOOK if shown] or [theme.nothing()], layout, words, table, evidence)


def _rows(shown: list[Bar], rows: int) -> dict[str, Any]:
    """Bars from the top, named at the left."""
    named = {"tickvals": [b.row for b in shown], "ticktext": [b.label for b in shown]}
    return theme.axis(range=[rows - 0.4, -0.5], showgrid=False, tickfont={"size": theme.SMALL}, **named)


def _bar(shown: list[Bar], kind: str) -> dict[str, Any]:
    """One kind's bars; what was observed carries its interval."""
    mine = [b for b in shown if b.kind == kind and b.share is not None]
    fill, edge = LOOK[kind]
    return {
        "type": "bar",
        "orientation": "h",
        "name": kind,
        "x": [b.share for b in mine],
        "y": [b.row for b in mine],
        "text": [share(b.share or 0) for b in mine],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": fill, "line": {"color": edge, "width": 2}},
        "customdata": [b.told for b in mine],
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }


def _headers(named: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """The month and its follow-up above each three."""
    look = {"xref": "paper", "xanchor": "left", "xshift": -140, "font": {"size": theme.SMALL}}
    return [theme.note(text, 0, row + 0.1, **look) for row, text in named]


def durability(group: Group, frame: Frame = PLAIN, evidence: tuple[str, ...] = ()) -> Figure:
    """What is known of the share still there: a box a day, twice; never a line between the days."""
    shown = boxes(group)
    title = f"Still {frame.goal[:1].lower()}{frame.goal[1:]}, % of responders at the end<br>{KEY}"
    layout = theme.layout(
        380,
        margin={"l": 44, "r": 8, "t": 70, "b": 96},
        barmode="overlay",
        xaxis=_days(shown),
        yaxis=theme.axis(**theme.SHARES | {"range": [0, 1.12]}),
        annotations=[
            theme.title(title, left=38),
            *_named(shown),
            *captions.unshown(shown),
            captions.under(captions.durability(group, frame), 38, 44),
        ],
    )
    data = [_boxes(shown, "kept", -0.2), _boxes(shown, "lost", 0.2)] if shown else [theme.nothing()]
    words, table = cohort_words.durability(group, frame), cohort_table.durability(group, frame)
    return Figure(data, layout, words, table, evidence)


def _days(shown: list[Box]) -> dict[str, Any]:
    """Months after the last session, with how many were still followed."""
    text = [f"{b.label}<br>{b.followed} followed" for b in shown]
    named = {"tickvals": list(range(len(shown))), "ticktext": text, "tickfont": {"size": theme.SMALL}}
    return theme.axis(range=[-0.5, max(len(shown), 1) - 0.5], showgrid=False, tickangle=0, **named)


def _boxes(shown: list[Box], which: str, aside: float) -> dict[str, Any]:
    """Bars that begin at the lower bound; a flat one shows as its own edge."""
    mine = [(n, bounds) for n, b in enumerate(shown) if (bounds := getattr(b, which))]
    fill = theme.PALE_BLUE if which == "kept" else theme.CLEAR
    return {
        "type": "bar",
        "name": which,
        "x": [n + aside for n, _ in mine],
        "base": [low for _, (low, _) in mine],
        "y": [high - low for _, (low, high) in mine],
        "width": 0.32,
        "marker": {"color": fill, "line": {"color": theme.BLUE if which == "kept" else theme.GREY, "width": 2}},
        "customdata": [percent(low, high) for _, (low, high) in mine],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _named(shown: list[Box]) -> list[dict[str, Any]]:
    """The bounds above each box."""
    both = [(n + aside, b) for n, box in enumerate(shown) for aside, b in ((-0.2, box.kept), (0.2, box.lost)) if b]
    return [theme.note(percent(*b).removesuffix(" %"), x, b[1], yanchor="bottom") for x, b in both]
