"""Pairs: before and after of each session as dumbbells; what is not a usable pair looks different and says so."""

from typing import Any

from tracker.charts import axis, marks, theme
from tracker.charts.figure import tidy
from tracker.charts.marks import pair_notes
from tracker.charts.theme import safe
from tracker.charts.words import complete
from tracker.science.progress import Pair, Progress
from tracker.science.scales import INSTRUMENTS
from tracker.tongue import _, english

SCORE = INSTRUMENTS["nrs_now"]
# Translators: the date beside a dot: %-d day, %B month in English, %-m month as a number, %Y year.
DATE = english("%-d %B %Y")
TITLE, MADE_UP = english("pain right now, before and after"), english("pain right now, before and after · made-up data")
ENDS = {"before": english("session {n}, before"), "after": english("session {n}, after")}
BESIDE = {"before": english("before"), "after": english("after")}
STYLE = {"before": (theme.ORANGE, "circle-open"), "after": (theme.PURPLE, "circle")}


def title(p: Progress) -> str:
    """The panel's name; a demonstration says so in the picture too."""
    return _(MADE_UP if p.synthetic else TITLE)


def hover(more: str = "") -> str:
    """Plotly's hover text: the date, the score, and a line more."""
    return f"%{{x|{_(DATE)}}}: %{{y}}{more}<extra></extra>"


def traces(p: Progress, yaxis: str = "y") -> list[dict[str, Any]]:
    """Bars between the scores, then the scores themselves, then right-now scores bound to no session."""
    shown = axis.drawn(p)
    sure = [x for x in shown if complete(x)]
    unclear = [x for x in shown if x not in sure and x.before is not None and x.after is not None]
    drawn = [_bars(sure, "solid"), _bars(unclear, "dot"), _ends(shown, "before"), _ends(shown, "after"), _loose(p)]
    return [{**trace, "xaxis": "x", "yaxis": yaxis} for trace in drawn if trace["y"]]


def _bars(pairs: list[Pair], dash: str) -> dict[str, Any]:
    """One upright line a pair, separated by gaps."""
    x = [at for pair in pairs for at in (stamp(pair), stamp(pair), None)]
    y = [tidy(score) for pair in pairs for score in (pair.before, pair.after, None)]
    line = theme.line(theme.GREY, 2, dash)
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "name": "pair"}


def _ends(pairs: tuple[Pair, ...], end: str) -> dict[str, Any]:
    """All scores of one end; those outside a usable pair are grey, and the hover text says why."""
    mine = [pair for pair in pairs if getattr(pair, end) is not None]
    color, symbol = STYLE[end]
    colors = [color if complete(pair) else theme.GREY for pair in mine]
    return {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "name": end,
        "x": [stamp(pair) for pair in mine],
        "y": [tidy(getattr(pair, end)) for pair in mine],
        "text": [f"{_(ENDS[end], n=pair.number)}<br>{safe(pair_notes(pair))}".removesuffix("<br>") for pair in mine],
        "marker": {"size": 9, "symbol": symbol, "color": colors, "line": {"width": 2, "color": colors}},
        "hovertemplate": hover("<br>%{text}"),
    }


def _loose(p: Progress) -> dict[str, Any]:
    """Right-now scores between sessions: small grey crosses."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "right now",
        "x": [marks.stamp(x.at) for x in p.now],
        "y": [tidy(x.value) for x in p.now],
        "marker": {"size": 6, "symbol": "x-thin-open", "color": theme.GREY},
        "hovertemplate": hover(f"<br>{_('right now, no session')}"),
    }


def stamp(pair: Pair) -> str:
    """The session's noon."""
    return f"{pair.on.isoformat()} 12:00"


def labelled(p: Progress) -> dict[str, float]:
    """Where the words before and after stand: beside the last usable pair, kept two points apart."""
    sure = [x for x in axis.drawn(p) if complete(x)]
    if not sure or sure[-1].before is None or sure[-1].after is None:
        return {}
    before, after = sure[-1].before, sure[-1].after
    middle, apart = (before + after) / 2, max(abs(before - after), 2) / 2
    middle = min(max(middle, SCORE.minimum + apart), SCORE.maximum - apart)
    up = 1 if before >= after else -1
    return {_(BESIDE["before"]): middle + up * apart, _(BESIDE["after"]): middle - up * apart}


def label_day(p: Progress) -> str:
    """The day of the pair the words stand beside."""
    return stamp([x for x in axis.drawn(p) if complete(x)][-1])
