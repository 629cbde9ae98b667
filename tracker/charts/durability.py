"""Durability of one person: dated states after the last session. Dots, never a line between them and never a curve."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.charts import axis, panels, table, theme, words
from tracker.charts.figure import Figure, tidy
from tracker.charts.phrases import day, measure, share, way
from tracker.science.progress import Progress, WindowValue
from tracker.science.scales import Instrument
from tracker.tongue import _, english

LOOK = {
    table.YES: ("circle", theme.BLUE),
    table.NO: ("circle-open", theme.ORANGE),
    table.NOT_JUDGED: ("diamond-open", theme.GREY),
}
QUESTION = {
    "lower": english("{title}: at least {share} lower?"),
    "fewer": english("{title}: at least {share} fewer?"),
    "higher": english("{title}: at least {share} higher?"),
}
AROUND = (timedelta(28), timedelta(7))  # air before the last session and after the last window


@dataclass(frozen=True)
class State:
    """One answer after the last session, and whether it reached the line: yes, no, not judged."""

    on: date
    value: float
    verdict: str
    told: str
    side: str  # where its word stands, so that neighbours do not touch


def durability(p: Progress, audience: str = "patient", evidence: tuple[str, ...] = ()) -> Figure:
    """The value at the end and in each follow-up window; filled dots reached the line."""
    left, right = stretch(p)
    m, found = measure(p.instrument), states(p)
    layout = theme.layout(
        300,
        xaxis=_months(p, left, right),
        yaxis=panels.value_axis(p.instrument, (0, 1), m.higher),
        shapes=[*panels.windows(p, right), *panels.threshold(p, right, left)],
        annotations=[
            theme.title(_title(p.instrument), "y domain"),
            *panels.threshold_label(p),
            *panels.empty(found, _("no scores after the last session yet"), "y"),
        ],
    )
    data = [_dots(same, verdict) for verdict in LOOK if (same := [x for x in found if x.verdict == _(verdict)])]
    return Figure(data or [theme.nothing("y")], layout, words.durability(p, audience), table.durability(p), evidence)


def _title(instrument: Instrument) -> str:
    """The question the dots answer."""
    asked = {"title": measure(instrument).title, "share": share(instrument.responder)}
    return _(QUESTION[way(instrument)], **asked)


def stretch(p: Progress) -> tuple[date, date]:
    """From the last session to the close of the last window, answered or not."""
    start = p.ended or p.started
    until = max([w.closes for w in p.windows] + [start + timedelta(axis.SHORTEST)])
    return start - AROUND[0], until + AROUND[1]


def states(p: Progress) -> list[State]:
    """The end of the course, then every answered window, each on its day."""
    found = [(_on(w), w.value, _told(w)) for w in p.windows]
    found = [(p.ended, p.end_value, _("end of the course")), *found] if p.ended else found
    values = [value for _, value, _ in found if value is not None]
    given = [(on, value, told) for on, value, told in found if value is not None]
    return [State(on, v, table.verdict(p, v), told, _side(values, n)) for n, (on, v, told) in enumerate(given)]


def _side(values: list[float], n: int) -> str:
    """Words stand above; of the first two, close in time, the lower one's stands below."""
    lower = len(values) > 1 and n < 2 and n == (values[0] > values[1])
    return "bottom center" if lower else "top center"


def _on(w: WindowValue) -> date:
    """The day of the chosen reading; the middle of the window where it is not known."""
    return w.on or w.opens + (w.closes - w.opens) / 2


def _told(w: WindowValue) -> str:
    if w.on is None:
        return _("{n}-month question", n=w.month)
    return _("{n}-month question, {day}", n=w.month, day=day(w.on))


def _months(p: Progress, left: date, right: date) -> dict[str, Any]:
    """True time, named by the months after the last session."""
    scale = axis.Scale(left.toordinal(), right.toordinal(), 0, panels.NARROWEST)
    named = [(left + (right - left) * (at / panels.NARROWEST), text) for at, text in axis.strip(p, scale)]
    ticks = {"tickvals": [on.isoformat() for on, _ in named], "ticktext": [text for _, text in named]}
    return theme.axis(type="date", range=[left.isoformat(), right.isoformat()], showgrid=False, tickangle=0, **ticks)


def _dots(found: list[State], verdict: str) -> dict[str, Any]:
    """The dots of one verdict; shape and label tell them apart, colour only helps."""
    symbol, color = LOOK[verdict]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": _(verdict),
        "x": [x.on.isoformat() for x in found],
        "y": [tidy(x.value) for x in found],
        "text": [_(verdict)] * len(found),
        "customdata": [x.told for x in found],
        "cliponaxis": False,
        "textposition": [x.side for x in found],
        "marker": {"size": 10, "symbol": symbol, "color": color, "line": {"width": 2, "color": color}},
        "hovertemplate": "%{customdata}: %{y}<extra></extra>",
    }
