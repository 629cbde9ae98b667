"""Persistence: how much of a gap between groups is left after treatment, as bands; a panel of the evidence page alone.

Between-group figures: never on a patient's or a clinic's chart (statistics.md 2.9), and never joined to a line.
"""

from tracker.charts import theme
from tracker.charts.axis import Scale
from tracker.charts.draw import box, frame, grid, rule, text
from tracker.charts.figure import Table
from tracker.evidence.card import printed
from tracker.evidence.records import Comparison, Record
from tracker.science.persistence import Left, left
from tracker.tongue import _, english

SOURCE = "macpherson-2017-persistence"
START = {
    "sham": 0.2,
    "no_acupuncture": 0.5,
}  # standard deviations at the end: Vickers 2018, 10.1016/j.jpain.2017.11.005
TITLES = {
    "sham": english("What is left of the gap from sham acupuncture"),
    "no_acupuncture": english("What is left of the gap from no acupuncture"),
}
COLUMNS = (english("After the last session"), english("Left of the gap"), english("Interval"))
WIDTH, HEIGHT = 300, 210
WORDS = (
    english("Months count from the last session."),
    english(
        "Each box reaches from the lower to the upper end of the source's interval; the short line in it is its "
        "estimate."
    ),
    english("A gap between groups of people, not what happens to one person."),
    english(
        "The per cents are our arithmetic from the source's loss in three months and a gap of about {start} standard "
        "deviations at the end."
    ),
)


def of(c: Comparison) -> tuple[Left, ...]:
    """The bands of one comparison; none where no interval was seen."""
    e = c.effect
    if e.value is None or e.low is None or e.high is None or c.comparator not in START:
        return ()
    return left(e.value, e.low, e.high, start=START[c.comparator])


def shown(record: Record) -> list[Comparison]:
    """The comparisons of the source that can be drawn."""
    return [c for c in record.comparisons if of(c)]


def title(c: Comparison) -> str:
    """Of the gap from sham acupuncture."""
    return _(TITLES[c.comparator])


def words(c: Comparison) -> tuple[str, ...]:
    """The picture in sentences."""
    last = of(c)[-1]
    told = {"title": title(c), "share": _percent(last.share), "month": last.month, "band": _band(last)}
    said = _("{title}: about {share} at {month} months, {band}.", **told)
    return (said, *(_(line, start=printed(START[c.comparator])) for line in WORDS))


def table(c: Comparison) -> Table:
    """A row a month."""
    rows = tuple((_("{n} months", n=one.month), _percent(one.share), _band(one)) for one in of(c))
    return Table(title(c), tuple(map(_, COLUMNS)), rows)


def persistence_svg(c: Comparison) -> str:
    """A box a month."""
    y, bands = Scale(0, 1.2, HEIGHT - 42, 26), of(c)
    x = Scale(-0.5, len(bands) - 0.5, 46, WIDTH)
    lines = grid([0, 25, 50, 75, 100], Scale(0, 120, y.first, y.last), x.first, x.last, " %")
    drawn = "".join(_month(one, x(n), y) for n, one in enumerate(bands))
    foot = text(_("months after the last session"), WIDTH / 2 + 23, HEIGHT - 4, anchor="middle")
    return frame(text(_("left of the gap"), 0, 13, "label") + lines + drawn + foot, title(c), words(c), WIDTH, HEIGHT)


def _month(one: Left, at: float, y: Scale) -> str:
    """The band, its estimate, its month."""
    look = {"stroke": theme.BLUE, "stroke_width": 2, "fill_opacity": 0.25}
    drawn = box(at - 16, y(one.high), 32, y(one.low) - y(one.high), "box", theme.BLUE, **look)
    middle = rule(at - 16, y(one.share), at + 16, y(one.share), "middle", theme.BLUE, stroke_width=3)
    return drawn + middle + text(str(one.month), at, y.first + 18, anchor="middle")


def _percent(share: float) -> str:
    return _("{n} %", n=round(100 * share))


def _band(one: Left) -> str:
    return _("{low} % to {high} %", low=round(100 * one.low), high=round(100 * one.high))
