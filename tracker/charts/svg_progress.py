"""The two panels of one person's progress as SVG."""

from tracker.charts import axis, pairs, theme, trend, words
from tracker.charts.axis import Scale
from tracker.charts.draw import box, dot, frame, grid, path, rule, text
from tracker.charts.marks import in_time, runs, shape
from tracker.charts.panels import two_lines
from tracker.charts.phrases import less, measure, trends
from tracker.charts.table import OVER_TIME, caption
from tracker.charts.words import complete
from tracker.science.progress import Pair, Point, Progress, TrendLine
from tracker.science.scales import Instrument
from tracker.tongue import _

LEFT, RIGHT = 26, 46  # pixels for the numbers on the left, for the words beside the marks on the right
TITLE, STRIP, DATES, BETWEEN = 20, 18, 20, 24  # pixels: panel name, months under the upper panel, dates, second name
UPPER_SHARE = 0.54


def progress_svg(p: Progress, width: int = 358, height: int = 300, audience: str = "patient") -> str:
    """Scores above, before and after below, on one true time axis."""
    x, upper, lower = scales(p, width, height)
    inside = [
        *(_windows(p, x, upper), _panel(p.instrument, upper, x), _panel(pairs.SCORE, lower, x), _dates(p, x, height)),
        text(_named(p.instrument), 0, 13, "label"),
        text(pairs.title(p), 0, lower.last - 8, "label"),
        *(_end(p, x, upper, lower), _threshold(p, x, upper), _strip(p, x, upper)),
        *(_trend(p, x, upper), _scores(p, x, upper), _pairs(p, x, lower), _beside(p, x, lower)),
        *(_empty(bool(p.scores), x, upper), _empty(bool(axis.drawn(p) or p.now), x, lower)),
    ]
    return frame("".join(inside), caption(OVER_TIME, p), words.progress(p, audience), width, height)


def scales(p: Progress, width: int, height: int) -> tuple[Scale, Scale, Scale]:
    """Time across, then both panels' scores upwards."""
    left, right = axis.span(p)
    room = height - TITLE - STRIP - BETWEEN - DATES
    bottom = TITLE + room * UPPER_SHARE
    upper = Scale(*axis.value_range(p.instrument), bottom, TITLE)
    lower = Scale(*axis.value_range(pairs.SCORE), height - DATES, bottom + STRIP + BETWEEN)
    return Scale(left.toordinal(), right.toordinal(), LEFT, width - RIGHT), upper, lower


def _named(instrument: Instrument) -> str:
    m = measure(instrument)
    return _("{title} ({higher})", title=m.title, higher=m.higher)


def _panel(instrument: Instrument, y: Scale, x: Scale) -> str:
    return grid(axis.value_ticks(instrument), y, x.first, x.last)


def _dates(p: Progress, x: Scale, height: int) -> str:
    named = axis.spread([(x(on.toordinal()), name) for on, name in axis.date_ticks(*axis.span(p))])
    return "".join(text(name, at, height - 4, anchor="middle") for at, name in named)


def _windows(p: Progress, x: Scale, y: Scale) -> str:
    """Shaded in turns, so that neighbours stay apart."""
    boxes = []
    for n, (opens, closes, _month) in enumerate(axis.follow_up(p, axis.span(p)[1])):
        at, to = x(opens.toordinal()), x(closes.toordinal())
        boxes.append(box(at, y.last, to - at, y.first - y.last, "window", fill_opacity=(0.04, 0.08)[n % 2]))
    return "".join(boxes)


def _end(p: Progress, x: Scale, upper: Scale, lower: Scale) -> str:
    if p.ended is None:
        return ""
    at = x(p.ended.toordinal() + 0.5)
    lines = ((upper.last, upper.first), (lower.last, lower.first))
    return "".join(rule(at, top, at, bottom, "end", theme.GREY) for top, bottom in lines)


def _threshold(p: Progress, x: Scale, y: Scale) -> str:
    if p.threshold is None:
        return ""
    at, (first, last) = y(p.threshold), two_lines(less(p.instrument))
    look = {"stroke_width": 1.5, "stroke_dasharray": "5 4"}
    line = rule(x(p.started.toordinal()), at, x.last, at, "threshold", theme.GREY, **look)
    return line + text(first, x.last + 4, at - 1, "direct") + text(last, x.last + 4, at + 12, "direct")


def _strip(p: Progress, x: Scale, y: Scale) -> str:
    return "".join(text(name, at, y.first + 13, "direct", "middle") for at, name in axis.strip(p, x))


def _trend(p: Progress, x: Scale, y: Scale) -> str:
    return "".join(_line(t, p.instrument, x, y) for _, t in trends(p))


def _line(t: TrendLine, instrument: Instrument, x: Scale, y: Scale) -> str:
    """One fitted line and its fan, as far as there are any."""
    fan = [(x(axis.moment(at)), y(value)) for at, value in trend.fan(t, instrument)]
    line = [(x(axis.moment(at)), y(value)) for at, value in trend.fitted(t)]
    band = path(fan, "fan", fill=theme.GREEN, fill_opacity=0.18) if fan else ""
    return band + (path(line, "trend", stroke=theme.GREEN, stroke_width=2, stroke_dasharray="6 4") if line else "")


def _scores(p: Progress, x: Scale, y: Scale) -> str:
    """Lines only through scores close in time; every score its own dot."""
    at = [[(x(axis.moment(s.at)), y(s.value)) for s in run] for run in runs(in_time(p.scores))]
    lines = [path(run, "series", stroke=theme.BLUE, stroke_width=1, stroke_opacity=0.6) for run in at if len(run) > 1]
    dots = [_dot(s, x, y) for s in in_time(p.scores)]
    return "".join(lines + dots)


def _dot(s: Point, x: Scale, y: Scale) -> str:
    marks = (("late", s.late), ("corrected", s.corrected), ("helped", s.entered_by in ("assisted", "staff")))
    name = " ".join(["dot", *(mark for mark, so in marks if so)])
    return dot(x(axis.moment(s.at)), y(s.value), name, theme.BLUE, shape(s), filled=not s.late)


def _pairs(p: Progress, x: Scale, y: Scale) -> str:
    loose = [dot(x(axis.moment(s.at)), y(s.value), "now", theme.GREY, r=1.5) for s in p.now]
    return "".join(loose + [_pair(pair, x(axis.moment(axis.noon(pair.on))), y) for pair in axis.drawn(p)])


def _pair(pair: Pair, at: float, y: Scale) -> str:
    """A bar between its ends; dotted where the order is unclear, grey where a score is missing."""
    sure = complete(pair)
    bar = ""
    if pair.before is not None and pair.after is not None:
        dash = None if sure else "2 3"
        name = "pair" if sure else "pair unclear"
        bar = rule(at, y(pair.before), at, y(pair.after), name, theme.GREY, stroke_width=2, stroke_dasharray=dash)
    before = _score(pair.before, at, y, "before", theme.ORANGE if sure else theme.GREY, sure, filled=False)
    return bar + before + _score(pair.after, at, y, "after", theme.PURPLE if sure else theme.GREY, sure, filled=True)


def _score(value: float | None, at: float, y: Scale, name: str, color: str, sure: bool, filled: bool) -> str:
    if value is None:
        return ""
    return dot(at, y(value), name if sure else f"{name} alone", color, filled=filled, r=3)


def _beside(p: Progress, x: Scale, y: Scale) -> str:
    """The words before and after, right of the last usable pair."""
    sure = [x(axis.moment(axis.noon(pair.on))) for pair in axis.drawn(p) if complete(pair)]
    return "".join(text(name, sure[-1] + 7, y(at) + 4, "direct") for name, at in pairs.labelled(p).items())


def _empty(some: bool, x: Scale, y: Scale) -> str:
    middle = (x.first + x.last) / 2
    return "" if some else text(_("no scores yet"), middle, (y.first + y.last) / 2 + 4, "empty", "middle")
