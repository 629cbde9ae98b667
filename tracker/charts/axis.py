"""Axis: the geometry that Plotly's figures and the server's SVG share: one true time axis, ticks, labels that fit."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from unicodedata import east_asian_width

from tracker.charts import phrases
from tracker.science.progress import Pair, Progress
from tracker.science.scales import Instrument
from tracker.tongue import _

SHORTEST = 14  # days; a course that began today still gets a readable axis
LETTER = 6.6  # pixels a letter takes at 12 px, generously
STEPS = (1, 2, 3, 6, 12)  # months between ticks
MOST = 5  # ticks that fit 300 px without touching


@dataclass(frozen=True)
class Scale:
    """A straight map from low..high in data to first..last in pixels, to a tenth of a pixel."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, value: float) -> float:
        """Where the value stands."""
        return round(self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first), 1)


def moment(at: datetime) -> float:
    """Decimal days of a local time, its zone left aside."""
    return at.toordinal() + (at.hour * 60 + at.minute) / 1440


def noon(on: date) -> datetime:
    """Sessions are dated by day: they stand at its noon."""
    return datetime.combine(on, time(12))


def drawn(p: Progress) -> tuple[Pair, ...]:
    """The sessions that have something to draw."""
    return tuple(pair for pair in p.pairs if pair.before is not None or pair.after is not None)


def span(p: Progress) -> tuple[date, date]:
    """First and last day of the time axis: every mark, and the silence up to `as_of` while follow-up lasts."""
    days: list[date] = [p.started, *(x.at.date() for x in (*p.scores, *p.now)), *(x.on for x in drawn(p))]
    days += [p.ended] if p.ended else []
    closes: list[date] = [w.closes for w in p.windows]
    silence = min(p.as_of, max(closes)) if closes else p.as_of
    left = min(days)
    right = max([*days, silence, left + timedelta(SHORTEST)])
    pad = timedelta(1 + (right - left).days // 30)
    return left - pad, right + pad


def date_ticks(left: date, right: date) -> list[tuple[date, str]]:
    """A few dates with short names: weeks while the course is young, then months, the year where it changes."""
    days = (right - left).days
    if days <= 120:
        step = 7 if days <= 35 else 14 if days <= 77 else 28
        return [(on, phrases.short(on)) for on in (left + timedelta(n) for n in range(step // 2, days, step))]
    firsts = [date(y, m, 1) for y in range(left.year, right.year + 1) for m in range(1, 13)]
    firsts = [on for on in firsts if left <= on <= right]
    step = next((s for s in STEPS if len(firsts) / s <= MOST), STEPS[-1])
    kept = [on for on in firsts if (on.month - 1) % step == 0]
    return [(on, phrases.month(on, year=n == 0 or on.month == 1)) for n, on in enumerate(kept)]


def value_ticks(instrument: Instrument) -> list[float]:
    """Ends and middle of the scale; quarters where they are whole (0–28 days)."""
    low, width = instrument.minimum, instrument.span
    parts = 4 if width % 4 == 0 else 2
    return [low + width * n / parts for n in range(parts + 1)]


def value_range(instrument: Instrument) -> tuple[float, float]:
    """The whole scale with a hair of air, so that a dot at its end is seen whole; never flipped."""
    return instrument.minimum - instrument.span * 0.05, instrument.maximum + instrument.span * 0.05


def spread(labels: list[tuple[float, str]], gap: float = 4) -> list[tuple[float, str]]:
    """Those labels, centred at their pixel, that do not touch an earlier one; the first always stays."""
    kept: list[tuple[float, str]] = []
    for at, text in labels:
        if all(abs(at - other) >= (width(text) + width(told)) / 2 + gap for other, told in kept):
            kept.append((at, text))
    return kept


def width(text: str) -> float:
    """Pixels a label takes at 12 px, generously; Chinese characters and Korean syllables are twice as wide."""
    return LETTER * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def follow_up(p: Progress, right: date) -> list[tuple[date, date, int]]:
    """The follow-up windows that have opened on this axis: opens, closes, month."""
    return [(w.opens, min(w.closes, right), w.month) for w in p.windows if w.opens < right]


def strip(p: Progress, scale: Scale) -> list[tuple[float, str]]:
    """Labels under the upper panel: the end of the course and the months after it, those that fit."""
    windows = follow_up(p, date.fromordinal(int(scale.high)))
    ends = [(scale(p.ended.toordinal()), _("end"))] if p.ended else []
    middles = [(scale((a.toordinal() + b.toordinal()) / 2), str(month)) for a, b, month in windows]
    if middles:
        middles[-1] = (middles[-1][0], _("{n} mo", n=middles[-1][1]))
    return spread(ends + middles)
