"""Dose: sessions held in each week beside the plan; bars for what was held, an empty frame for what was planned.

Staff's figure: in English alone.
"""

from collections.abc import Sequence
from typing import Any

from tracker.charts import theme
from tracker.charts.axis import Scale, spread
from tracker.charts.draw import box, frame, grid, text
from tracker.charts.figure import Figure, Table
from tracker.charts.phrases import count, day
from tracker.science.dose import Week, kept

TITLE = "Sessions a week, held and planned"
NOT_PLANNED = "not planned by week"
LEFT, RIGHT, TOP, FOOT = 26, 8, 24, 20  # pixels around the bars
WIDEST = 34  # pixels of a bar
HELD, FRAME = 0.56, 0.8  # shares of a week's room
COLUMNS = ("Week", "From", "Planned", "Held", "Cancelled", "Booked", "Note")
LEAST = 2  # sessions on the scale


def dose(weeks: Sequence[Week], after: int = 0) -> Figure:
    """One bar a week. `after`: sessions held after the end of the course, which are in no week."""
    layout = theme.layout(
        190,
        barmode="overlay",
        xaxis=theme.axis(
            title={"text": "week of the course", "font": {"size": theme.SMALL}}, showgrid=False, dtick=step(weeks)
        ),
        yaxis=theme.axis(range=[0, top(weeks)], tickvals=ticks(weeks)),
        annotations=[theme.title(TITLE, "y domain")],
    )
    return Figure([_frames(weeks), _bars(weeks)], layout, words(weeks, after), table(weeks))


def _bars(weeks: Sequence[Week]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": "held",
        "x": [w.number for w in weeks],
        "y": [w.held for w in weeks],
        "width": HELD,
        "marker": {"color": theme.BLUE},
        "hovertemplate": "week %{x}: %{y} held<extra></extra>",
    }


def _frames(weeks: Sequence[Week]) -> dict[str, Any]:
    known = [w for w in weeks if w.planned]
    return {
        "type": "bar",
        "name": "planned",
        "x": [w.number for w in known],
        "y": [w.planned for w in known],
        "width": FRAME,
        "marker": {"color": theme.CLEAR, "line": {"color": theme.GREY, "width": 1.5}},
        "hovertemplate": "week %{x}: %{y} planned<extra></extra>",
    }


def dose_svg(weeks: Sequence[Week], after: int = 0, width: int = 720, height: int = 130) -> str:
    """The same for the first paint and for paper."""
    x = Scale(0.5, max(len(weeks), 1) + 0.5, LEFT, min(width - RIGHT, LEFT + WIDEST / HELD * max(len(weeks), 1)))
    y = Scale(0, top(weeks), height - FOOT, TOP)
    named = spread([(x(w.number), str(w.number)) for w in weeks if (w.number - 1) % step(weeks) == 0])
    inside = [
        text(TITLE, 0, 13, "label"),
        grid(ticks(weeks), y, x.first, x.last),
        *(_drawn(w, x, y) for w in weeks),
        *(text(name, at, height - 5, anchor="middle") for at, name in named),
    ]
    return frame("".join(inside), TITLE, words(weeks, after), width, height)


def _drawn(w: Week, x: Scale, y: Scale) -> str:
    """The bar of what was held, then the frame of the plan around it."""
    held = _box(w, w.held, HELD, x, y, "held", theme.BLUE) if w.held else ""
    plan = {"stroke": theme.GREY, "stroke_width": 1.5}
    return held + (_box(w, w.planned, FRAME, x, y, "planned", "none", **plan) if w.planned else "")


def _box(w: Week, high: float, share: float, x: Scale, y: Scale, name: str, color: str, **look: Any) -> str:
    left, right = x(w.number - share / 2), x(w.number + share / 2)
    return box(left, y(high), right - left, y(0) - y(high), name, color, **look)


def top(weeks: Sequence[Week]) -> float:
    """The upper end of the scale: whole sessions and a hair of air."""
    return max(LEAST, *(max(w.held, w.planned or 0) for w in weeks), LEAST) * 1.05


def ticks(weeks: Sequence[Week]) -> list[float]:
    """Whole sessions, five at most."""
    high = int(top(weeks))
    return [float(n) for n in range(0, high + 1, 1 + high // 5)]


def step(weeks: Sequence[Week]) -> int:
    """Every so many weeks one is named."""
    return 1 if len(weeks) <= 13 else 4 if len(weeks) <= 60 else 13


def words(weeks: Sequence[Week], after: int = 0) -> tuple[str, ...]:
    """How many were held of how many planned so far, the weeks without one, what is booked."""
    held, silent = sum(w.held for w in weeks), sum(not w.held for w in weeks if w.over)
    told = [f"{count(held, 'session')} held in {count(len(weeks), 'week')}."]
    if any(w.planned is not None for w in weeks):
        past = sum(w.planned or 0 for w in weeks if w.over)
        told.append(f"Planned for the weeks that are over: {past}.")
        told += [f"At least as many held in {found[0]} of {found[1]}."] if (found := kept(weeks)) else []
    else:
        told.append("The plan does not say how many a week.")
    told += [f"{count(silent, 'week')} without a session."] if silent else []
    cancelled, booked = sum(w.cancelled for w in weeks), sum(w.booked for w in weeks)
    told += [f"{count(cancelled, 'session')} cancelled."] if cancelled else []
    told += [f"{count(booked, 'session')} booked."] if booked else []
    return (*told, *([f"{count(after, 'session')} held after the end of the course."] if after else []))


def table(weeks: Sequence[Week]) -> Table:
    """One row a week."""
    rows = tuple(
        (w.number, day(w.first), _planned(w), w.held, w.cancelled, w.booked, "" if w.over else "not over yet")
        for w in weeks
    )
    return Table(TITLE, COLUMNS, rows)


def _planned(w: Week) -> str | int:
    return NOT_PLANNED if w.planned is None else w.planned
