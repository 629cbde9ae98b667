"""Timeline: beneath the scores, on their time axis: what was done at each session, and what else happened on which day.

One lane for each treatment, one for reactions, one for events, one for each treatment beside the sessions, drawn from
its first day to its last. Nothing is joined to a score: what stands above each other was at the same time, no more.
Staff's figure: in English alone. What a person wrote arrives as words and is escaped where it is drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tracker.charts import axis, panels, theme
from tracker.charts.figure import Figure, Row, Table
from tracker.charts.marks import modality
from tracker.charts.phrases import count, day
from tracker.charts.table import told as sessions_told
from tracker.science.progress import Pair, Progress
from tracker.science.scales import MODALITIES

TITLE = "What was done, and what happened, by day"
NOT_SAID = "treatment not written down"
REACTIONS, EVENTS = "reactions", "other events"
NOTHING = "Nothing has been written down yet."
ROOM, ABOVE = 30, 24  # pixels a lane takes, and above the first one
COLUMNS = ("Day", "What", "Details")
LOOK = {  # kind of lane → Plotly's symbol and the colour; the drawing's shapes follow it
    "session": ("line-ns", theme.BLUE),
    "reaction": ("diamond", theme.ORANGE),
    "event": ("triangle-up", theme.PURPLE),
    "span": ("line-ew-open", theme.GREEN),
}


class Dated(NamedTuple):
    """Something that happened on one day, in words."""

    on: date
    words: str


class Span(NamedTuple):
    """A treatment beside the sessions: its name, its days, what is known of it. until None = still going on."""

    name: str
    since: date
    until: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Lane:
    """One line of the drawing: marks on single days, or stretches of days."""

    name: str
    kind: str  # session | reaction | event | span
    marks: tuple[Dated, ...] = ()
    spans: tuple[Span, ...] = field(default=())


@dataclass(frozen=True)
class Timeline:
    """What stands beside one course's scores."""

    p: Progress
    reactions: Sequence[Dated] = ()
    events: Sequence[Dated] = ()
    spans: Sequence[Span] = ()

    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that have something, treatments by their first day."""
        return (*_treatments(self.p), *_days(self), *_stretches(self.spans))

    def bounds(self) -> tuple[date, date]:
        """First and last day that are drawn: those of the scores' axis."""
        return axis.span(self.p)

    def outside(self) -> int:
        """How many of the dated things lie beyond the axis: they stand in the table alone."""
        left, right = self.bounds()
        days = [x.on for x in (*self.reactions, *self.events)]
        gone = [x for x in self.spans if x.since > right or (x.until or right) < left]
        return sum(not left <= on <= right for on in days) + len(gone)


def timeline(t: Timeline) -> Figure:
    """The lanes for Plotly; each name stands above its own lane."""
    lanes = t.lanes()
    layout = theme.layout(
        ABOVE + 34 + ROOM * max(len(lanes), 1),
        xaxis=panels.time_axis(t.p, "y"),
        yaxis=theme.axis(range=[max(len(lanes), 1) - 0.4, -0.75], showticklabels=False, showgrid=False),
        annotations=[
            *(_name(lane, n) for n, lane in enumerate(lanes)),
            *panels.empty(lanes, NOTHING, "y"),
        ],
        shapes=_end(t.p),
        margin={"l": 52, "r": 48, "t": 10, "b": 34},
    )
    data = [trace for n, lane in enumerate(lanes) for trace in _traces(lane, n, t)]
    return Figure(data or [theme.nothing("y")], layout, words(t), table(t))


def _name(lane: Lane, n: int) -> dict[str, Any]:
    left = {"xref": "paper", "xanchor": "left", "yanchor": "bottom", "xshift": -44, "yshift": 4, "align": "left"}
    return theme.note(theme.safe(lane.name), 0, n, **left)


def _end(p: Progress) -> list[dict[str, Any]]:
    """The end of the course, as on the scores' panels."""
    if p.ended is None:
        return []
    at = f"{p.ended.isoformat()} 12:00"
    line = theme.line(theme.GREY, 1)
    return [{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}]


def _traces(lane: Lane, n: int, t: Timeline) -> Iterator[dict[str, Any]]:
    symbol, color = LOOK[lane.kind]
    shown = marks(lane, t)
    if shown:
        yield {
            "type": "scatter",
            "mode": "markers",
            "name": theme.safe(lane.name),
            "x": [f"{x.on.isoformat()} 12:00" for x in shown],
            "y": [n] * len(shown),
            "text": [theme.safe(x.words) for x in shown],
            "marker": {
                "size": 9,
                "symbol": symbol,
                "color": color,
                "line": {"width": 3 * (lane.kind == "session"), "color": color},
            },
            "hovertemplate": "%{x|%-d %B %Y}: %{text}<extra></extra>",
        }
    for since, until, span in stretches(lane, t):
        yield {
            "type": "scatter",
            "mode": "lines",
            "name": theme.safe(lane.name),
            "x": [since.isoformat(), until.isoformat()],
            "y": [n, n],
            "text": [theme.safe(told(span))] * 2,
            "line": theme.line(color, 8),
            "hovertemplate": "%{text}<extra></extra>",
        }


def marks(lane: Lane, t: Timeline) -> list[Dated]:
    """The marks of a lane that lie on the axis."""
    left, right = t.bounds()
    return [x for x in lane.marks if left <= x.on <= right]


def stretches(lane: Lane, t: Timeline) -> list[tuple[date, date, Span]]:
    """The stretches of a lane, cut at the edges of the axis; what still goes on reaches to today."""
    left, right = t.bounds()
    now = min(t.p.as_of, right)
    found = [(max(x.since, left), min(x.until or now, right), x) for x in lane.spans]
    return [(since, until, x) for since, until, x in found if since <= until]


def _treatments(p: Progress) -> list[Lane]:
    """A lane for each way of treatment used, by its first session; sessions of which none is known have their own."""
    used: dict[str, list[Dated]] = {}
    for pair in sessions_told(p):
        for code in pair.modalities or ("",):
            used.setdefault(code, []).append(Dated(pair.on, _session(pair)))
    order = sorted(used, key=lambda code: (code == "", used[code][0].on, *_rank(code)))
    return [Lane(modality(code) if code else NOT_SAID, "session", tuple(used[code])) for code in order]


def _rank(code: str) -> tuple[int, str]:
    return (MODALITIES.index(code) if code in MODALITIES else len(MODALITIES), code)


def _session(pair: Pair) -> str:
    done = combined(pair.modalities) if pair.modalities else NOT_SAID
    return f"session {pair.number}: {done}"


def _days(t: Timeline) -> list[Lane]:
    """Reactions and events, where there are any."""
    told = ((REACTIONS, "reaction", t.reactions), (EVENTS, "event", t.events))
    return [Lane(name, kind, tuple(sorted(found))) for name, kind, found in told if found]


def _stretches(spans: Sequence[Span]) -> list[Lane]:
    """A lane for each name, by its first day."""
    named: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda x: (x.since, x.name)):
        named.setdefault(span.name, []).append(span)
    return [Lane(name, "span", spans=tuple(found)) for name, found in named.items()]


def combined(modalities: Sequence[str]) -> str:
    """acupuncture with cupping and exercise."""
    first, *others = sorted(set(modalities), key=_rank)
    return f"{modality(first)} with {' and '.join(map(modality, others))}" if others else modality(first)


def words(t: Timeline) -> tuple[str, ...]:
    """Which treatments, alone or combined, at how many sessions and when; then how much else is dated."""
    found = [*_combinations(t.p)]
    found += [_counted(t.reactions, "reaction")] if t.reactions else []
    found += [_counted(t.events, "other event")] if t.events else []
    found += [f"Beside the sessions: {told(x)}." for x in sorted(t.spans, key=lambda x: (x.since, x.name))]
    outside = t.outside()
    found += [f"{outside} of these lie outside the drawing; the table has them."] if outside else []
    return tuple(found) or (NOTHING,)


def _combinations(p: Progress) -> Iterator[str]:
    """Each combination with its sessions and their first and last day."""
    groups: dict[tuple[str, ...], list[date]] = {}
    for pair in sessions_told(p):
        groups.setdefault(tuple(sorted(set(pair.modalities), key=_rank)), []).append(pair.on)
    for codes, days in sorted(groups.items(), key=lambda group: group[1]):
        name = combined(codes) if codes else NOT_SAID
        when = day(days[0]) if len(days) == 1 else f"{day(min(days))} to {day(max(days))}"
        yield f"{name[:1].upper()}{name[1:]}: {count(len(days), 'session')}, {when}."


def _counted(found: Sequence[Dated], one: str) -> str:
    days = sorted(x.on for x in found)
    when = day(days[0]) if len(days) == 1 else f"the first on {day(days[0])}, the last on {day(days[-1])}"
    return f"{count(len(found), one)}, {when}."


def told(span: Span) -> str:
    """Physiotherapy from 3 March 2026, still going on; its note."""
    until = f"to {day(span.until)}" if span.until else "still going on"
    return f"{span.name}, {day(span.since)} {until}" + (f" ({span.note})" if span.note else "")


def table(t: Timeline) -> Table:
    """Everything dated, oldest first."""
    rows: list[tuple[date, Row]] = []
    for pair in sessions_told(t.p):
        done = combined(pair.modalities) if pair.modalities else NOT_SAID
        rows.append((pair.on, (day(pair.on), f"session {pair.number}", done)))
    rows += [(x.on, (day(x.on), "reaction", x.words)) for x in t.reactions]
    rows += [(x.on, (day(x.on), "event", x.words)) for x in t.events]
    rows += [(x.since, (day(x.since), "beside the sessions", told(x))) for x in t.spans]
    return Table(TITLE, COLUMNS, tuple(row for _, row in sorted(rows, key=lambda one: one[0])))
