"""The timeline as SVG: the same lanes, marks and stretches on the axis of the scores above it."""

from datetime import date

from tracker.charts import axis, theme
from tracker.charts.axis import Scale
from tracker.charts.draw import box, dot, frame, rule, tag, text
from tracker.charts.svg_progress import LEFT, RIGHT
from tracker.charts.timeline import ABOVE, LOOK, NOTHING, ROOM, TITLE, Lane, Timeline, marks, stretches, words

FOOT = 18  # pixels for the dates
THICK = 8  # pixels of a stretch
MARK = {"session": "done", "reaction": "reaction", "event": "event"}


def timeline_svg(t: Timeline, width: int = 720) -> str:
    """Lanes under each other, names above their lanes, dates below."""
    lanes = t.lanes()
    height = ABOVE + ROOM * max(len(lanes), 1) + FOOT
    left, right = t.bounds()
    x = Scale(left.toordinal(), right.toordinal(), LEFT, width - RIGHT)
    inside = [_ended(t, x, height), *(_lane(lane, n, t, x) for n, lane in enumerate(lanes)), *_dates(t, x, height)]
    inside += [] if lanes else [text(NOTHING, (x.first + x.last) / 2, height / 2, "empty", "middle")]
    return frame("".join(inside), TITLE, words(t), width, height)


def level(n: int) -> float:
    """Where the marks of a lane stand."""
    return ABOVE + ROOM * n + 6


def _lane(lane: Lane, n: int, t: Timeline, x: Scale) -> str:
    at, color = level(n), LOOK[lane.kind][1]
    line = rule(x.first, at, x.last, at, "grid", stroke_opacity=0.2)
    drawn = [_mark(lane.kind, x(_noon(one.on)), at, color) for one in marks(lane, t)]
    drawn += [_stretch(x(a.toordinal()), x(b.toordinal()), at, color) for a, b, _ in stretches(lane, t)]
    return line + text(lane.name, 0, at - 9, "direct") + "".join(drawn)


def _mark(kind: str, at: float, y: float, color: str) -> str:
    """An upright bar for a session, a diamond for a reaction, a triangle for an event."""
    if kind == "session":
        return rule(at, y - 5, at, y + 5, MARK[kind], color, stroke_width=3)
    if kind == "event":
        return tag("path", class_=MARK[kind], d=f"M{at} {y - 5}l5 9l-10 0z", fill=color, stroke=color)
    return dot(at, y, MARK[kind], color, "diamond", r=3.5)


def _stretch(since: float, until: float, y: float, color: str) -> str:
    return box(since, y - THICK / 2, max(until - since, 2), THICK, "beside", color)


def _ended(t: Timeline, x: Scale, height: float) -> str:
    if t.p.ended is None:
        return ""
    at = x(t.p.ended.toordinal() + 0.5)
    return rule(at, 0, at, height - FOOT, "end", theme.GREY)


def _dates(t: Timeline, x: Scale, height: float) -> list[str]:
    named = axis.spread([(x(on.toordinal()), name) for on, name in axis.date_ticks(*t.bounds())])
    return [text(name, at, height - 4, anchor="middle") for at, name in named]


def _noon(on: date) -> float:
    return axis.moment(axis.noon(on))
