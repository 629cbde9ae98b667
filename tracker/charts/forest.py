"""Forest: answers of studies as rows on one axis, for Plotly, in words and as a table. No pooled mark of our own.

The interval is the source's; which side is better stands in words; an interval that was not seen leaves an open mark.
"""

from math import log10
from typing import Any

from tracker import tongue
from tracker.charts import rows, theme
from tracker.charts.figure import Figure, Table
from tracker.charts.rows import LOOK, Placed, measure, named, placed
from tracker.evidence.card import bare, printed
from tracker.evidence.forest import Axis, Forest, Row
from tracker.tongue import _, english

MARGIN = 14  # pixels at both sides
FOOT = 72  # pixels below the last row: ticks, and the unit in two lines
WHO = (english("Source"), english("Compared with"), english("When"), english("People"))
COLUMNS = (*WHO, english("Effect"), english("Interval"), english("Which way"), english("Certainty"), english("Remark"))
UNDRAWN = (*WHO, english("What was found"), english("Certainty"))
CAPTION = {"lower": english("{unit}; lower is better"), "higher": english("{unit}; higher is better")}
SIDES = {
    True: english("Left of the line is better with acupuncture, right of it better in the other group."),
    False: english("Right of the line is better with acupuncture, left of it better in the other group."),
}
ASSOCIATED = english("Left of the line is lower with acupuncture, right of it higher.")
LINE = english("The upright line marks {n}, where both groups are alike.")
NOT_TRIALS = english("Seen together in records, not in a trial: the groups may have differed from the start.")


def forest(axis: Axis) -> Figure:
    """One axis with its rows."""
    stand = placed(axis)
    height = stand[-1].bottom + FOOT
    layout = theme.layout(
        height,
        margin={"l": MARGIN, "r": MARGIN, "t": 0, "b": FOOT},
        xaxis=_across(axis),
        yaxis=theme.axis(range=[height - FOOT, 0], visible=False),
        annotations=[_side(axis), *(_label(one) for one in stand)],
        shapes=[_alike(axis, one) for one in stand],
    )
    data = [_trace(axis, group, stand) for group in axis.groups]
    return Figure(data, layout, words(axis), table(axis), tuple(dict.fromkeys(r.card.id for r in axis.rows)))


def _across(axis: Axis) -> dict[str, Any]:
    over = measure(axis)
    ends = [log10(over.low), log10(over.high)] if axis.ratio else [over.low, over.high]
    at, text = zip(*named(axis), strict=True)
    title = {"text": "<br>".join(map(theme.safe, rows.broken(axis.told))), "font": {"size": theme.SMALL}}
    shown = {"tickvals": list(at), "ticktext": list(text), "tickfont": {"size": theme.SMALL}, "title": title}
    return theme.axis(type="log" if axis.ratio else "linear", range=ends, showgrid=False, **shown)


def _side(axis: Axis) -> dict[str, Any]:
    """Which side is better with acupuncture."""
    left = rows.better_left(axis)
    look = {"xref": "paper", "xanchor": "left" if left else "right", "yanchor": "top"}
    return theme.note(rows.side(axis), 0 if left else 1, 2, **look)


def _label(one: Placed) -> dict[str, Any]:
    """Source, comparison, time, people and certainty above the row's mark."""
    title = "<br>".join(f"<b>{theme.safe(line)}</b>" for line in one.title)
    text = "<br>".join([title, *map(theme.safe, one.details[:-1]), f"<b>{theme.safe(one.details[-1])}</b>"])
    look = {"xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left", "xshift": -MARGIN}
    return theme.note(text, 0, one.top, **look)


def _alike(axis: Axis, one: Placed) -> dict[str, Any]:
    """The upright line of no difference, a piece a row, so that it crosses no label."""
    ends = {"y0": one.middle - rows.STRIP / 2, "y1": one.middle + rows.STRIP / 2}
    return {"type": "line", "x0": axis.alike, "x1": axis.alike, **ends, "line": theme.line(theme.GREY, 1.5)}


def _trace(axis: Axis, group: str, stand: list[Placed]) -> dict[str, Any]:
    """The rows of one comparison: mark and interval."""
    mine = [one for one in stand if one.row.card.group == group]
    color, symbol = LOOK[group]
    effects = [one.row.effect for one in mine]
    up = [0 if e.high is None else round((e.high or 0) - (e.value or 0), 6) for e in effects]
    down = [0 if e.low is None else round((e.value or 0) - (e.low or 0), 6) for e in effects]
    symbols = [symbol if e.low is not None else f"{symbol}-open" for e in effects]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": mine[0].row.card.comparator,
        "x": [e.value for e in effects],
        "y": [one.middle for one in mine],
        "marker": {"symbol": symbols, "size": 11, "color": color, "line": {"color": color, "width": 2}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": up,
            "arrayminus": down,
            "color": color,
            "thickness": 2,
            "width": 5,
        },
        "customdata": [theme.safe(f"{one.row.source}: {rows.number(one.row)}") for one in mine],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def words(axis: Axis) -> tuple[str, ...]:
    """The picture in sentences."""
    return (reading(axis), *(_said(axis, row) for row in axis.rows))


def reading(axis: Axis) -> str:
    """How to read it."""
    where = _(ASSOCIATED if axis.association else SIDES[rows.better_left(axis)])
    more = (_(NOT_TRIALS),) if axis.association else ()
    return tongue.here().between.join((where, _(LINE, n=printed(axis.alike)), *more))


def _said(axis: Axis, row: Row) -> str:
    told = ", ".join(part for part in (row.source, row.card.comparator, row.when, row.people) if part)
    way = f"{row.card.direction_words}; " if row.card.direction_words else ""
    number = _("{n}, interval {interval}", n=row.printed, interval=row.interval)
    note = tongue.here().between + upper(bare(row.card.note)) + tongue.here().stop if row.card.note else ""
    return f"{told}: {way}{number}; {row.card.certainty}{tongue.here().stop}{note}"


def table(axis: Axis) -> Table:
    """The numbers as their sources print them."""
    caption = _(CAPTION[axis.better_is], unit=upper(axis.told))
    return Table(caption, tuple(map(_, COLUMNS)), tuple(_row(row) for row in axis.rows))


def _row(row: Row) -> tuple[str, ...]:
    card = row.card
    told = (row.source, card.comparator, row.when or _("not given"), row.people)
    return (*told, row.printed, row.interval, card.direction_words, card.certainty, card.note or "")


def undrawn(found: Forest) -> Table | None:
    """The answers that hold no number on which groups could be set apart; None where there is none."""
    if not found.undrawn:
        return None
    caption = _("Answers without a number that can be drawn")
    return Table(caption, tuple(map(_, UNDRAWN)), tuple(_told(row) for row in found.undrawn))


def _told(row: Row) -> tuple[str, ...]:
    here, direction = tongue.here(), row.card.direction_words
    way = f"{upper(direction)}{here.stop}{here.between}" if direction else ""
    told = (row.source, row.card.comparator, row.when or _("not given"), row.people)
    return (*told, way + row.card.effect, row.card.certainty)


def upper(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
