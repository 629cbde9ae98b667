"""Captions: what a clinic's picture carries when it is cut out of its page, and what an empty one says."""

from collections.abc import Iterable, Sized
from typing import Any

from tracker.charts import theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure
from tracker.charts.phrases import after, count
from tracker.charts.theme import safe

NOT_SHOWN = "not shown: too few"
DOT, LINE, NARROW = " · ", 16, 50  # between counts; pixels a line takes; letters a phone's picture holds


def asked(w: dict[str, Any], courses: int) -> str:
    """3 months: n 131 of 182 due · 51 missing · 40 not yet due."""
    n, due = w["n"], w["due"]
    return f"{after(w['month'])}: n {n} of {due} due · {due - n} missing · {courses - due} not yet due"


def latest(group: Group, month: int | None = None) -> str:
    """That of one month, else of the latest due window that somebody answered, else of the latest due one."""
    due = [w for w in group["windows"] if w["due"] and month in (None, w["month"])]
    chosen = [w for w in due if w["n"]] or due
    return asked(chosen[-1], group["courses"]) if chosen else f"{count(group['courses'], 'course')}, none due yet"


def ended(group: Group) -> str:
    """Who could keep it, of whom."""
    d = group.get("durability") or {}
    n, of, blank = (d.get(key, 0) for key in ("responders_at_end", "ended", "no_end_reading"))
    return f"{n} responders of {of} ended · {blank} without a score at the end"


def durability(group: Group, frame: Frame) -> tuple[str, ...]:
    """Under the boxes."""
    return ended(group), frame.edition


def responders(group: Group, frame: Frame, shown: Sized) -> tuple[str, ...]:
    """Under the bars, whose headers already carry the counts."""
    return (frame.edition,) if len(shown) else (latest(group), frame.edition)


def wrapped(lines: Iterable[str], letters: int = NARROW) -> tuple[str, ...]:
    """Lines of counts broken between two of them, so that a phone's picture holds them."""
    return tuple(line for whole in lines for line in _broken(whole, letters))


def _broken(whole: str, letters: int) -> Iterable[str]:
    """One line in as few as fit."""
    line = ""
    for part in whole.split(DOT):
        if line and len(line) + len(DOT) + len(part) > letters:
            yield line
            line = part
        else:
            line = f"{line}{DOT}{part}" if line else part
    yield line


def roomy(figure: Figure) -> Figure:
    """The figure with its captions broken into lines, and as much higher as they need."""
    layout, found = figure.layout, [n for n in figure.layout["annotations"] if n["y"] == 0 and n.get("yref") == "paper"]
    if not found:
        return figure
    lines = found[0]["text"].split("<br>")
    broken = wrapped(lines)
    more = LINE * (len(broken) - len(lines))
    found[0]["text"] = "<br>".join(broken)
    layout["height"] += more
    layout["margin"] = layout["margin"] | {"b": layout["margin"]["b"] + more}
    return figure


def under(told: Iterable[str], left: int, drop: int, marked: Iterable[str] = ()) -> dict[str, Any]:
    """Lines under the axis, so many pixels left of the plot and below it; `marked` come first, markup already."""
    below = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
    return theme.note("<br>".join((*marked, *map(safe, told))), 0, 0, **below, xshift=-left, yshift=-drop)


def unshown(shown: Sized) -> list[dict[str, Any]]:
    """An empty picture says so; its words say why."""
    middle = {"xref": "paper", "yref": "paper", "font": {"size": theme.TEXT}}
    return [] if len(shown) else [theme.note(NOT_SHOWN, 0.5, 0.5, **middle)]
