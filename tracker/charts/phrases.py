"""Phrases: dates, numbers and names in the language of whoever reads; sentences stand in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_skeleton

from tracker import tongue
from tracker.charts.places import body
from tracker.science.progress import Progress, TrendLine
from tracker.science.scales import Instrument
from tracker.tongue import _, _n, english

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Measure:
    """How one instrument is spoken of; `scores` begins a sentence as its topic, `kind` chooses among sentences."""

    title: str
    higher: str
    scores: str = english("The scores")
    kind: str = "own"


MORE_PAIN, MORE_DAYS = english("higher = more pain"), english("higher = more days")
MEASURES = {
    "nrs_now": Measure(english("pain right now"), MORE_PAIN, kind="pain"),
    "nrs_week": Measure(english("pain in the past week, average"), MORE_PAIN, english("The weekly scores"), "pain"),
    "peg": Measure(english("PEG, past week"), english("higher = more trouble"), kind="peg"),
    "pgic": Measure(english("change since the start"), english("higher = better"), kind="pgic"),
    "headache_days": Measure(
        english("headache days in 28 days"), MORE_DAYS, english("The headache days"), "headache_days"
    ),
    "medicine_days": Measure(
        english("medicine days in 28 days"), MORE_DAYS, english("The days with medicine"), "medicine_days"
    ),
}


def measure(instrument: Instrument) -> Measure:
    """The instrument's words; a clinic's own instrument goes by its code, which nobody translates."""
    known = MEASURES.get(instrument.code)
    if known is None:
        higher = _("higher = worse") if instrument.better == "lower" else _("higher = better")
        return Measure(instrument.code.replace("_", " "), higher, _(Measure.scores))
    return Measure(_(known.title), _(known.higher), _(known.scores), known.kind)


def day(on: date) -> str:
    """12 May 2026."""
    return _written(on, tongue.language(), "day")


def short(on: date) -> str:
    """12 May."""
    return _written(on, tongue.language(), "short")


def month(on: date, year: bool) -> str:
    """May, or May 2026."""
    return _written(on, tongue.language(), "year" if year else "month")


ENGLISH: dict[str, Callable[[date], str]] = {
    "day": lambda on: f"{on.day} {MONTHS[on.month - 1]} {on.year}",
    "short": lambda on: f"{on.day} {MONTHS[on.month - 1][:3]}",
    "month": lambda on: MONTHS[on.month - 1][:3],
    "year": lambda on: f"{MONTHS[on.month - 1][:3]} {on.year}",
}
SKELETON = {"short": "MMMd", "month": "MMM", "year": "yMMM"}


@lru_cache(8192)
def _written(on: date, language: str, how: str) -> str:
    """A date as the language writes it; English is ours, the same in every release of the date tables."""
    if language == tongue.SOURCE:
        return ENGLISH[how](on)
    with tongue.speaking(language):
        locale = tongue.locale()
    return format_date(on, "long", locale) if how == "day" else format_skeleton(SKELETON[how], on, locale=locale)


def number(value: float) -> str:
    """At most one decimal: 7, 6.7, 0; never −0."""
    text = f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
    return text.replace(".", tongue.here().decimal) if "." in text else text


def share(part: float) -> str:
    """30 %."""
    return _("{n} %", n=f"{part * 100:.0f}")


def count(n: int, one: str, many: str | None = None) -> str:
    """1 session, 2 sessions: staff's English."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def after(month: int) -> str:
    """The window's name: end of course, 1 month, 3 months."""
    return _n("1 month", "{n} months", month) if month else _("end of course")


def change(before: float, after: float, days: bool = False) -> str:
    """From the first score to the second: 2 points lower, 1 day more, no change."""
    size = number(abs(after - before))
    if size == "0":
        return _("no change")
    n = 1 if size == "1" else 2  # 0.5 points, 1 point, 1.5 points
    if days:
        more = _n("1 day more", "{size} days more", n, size=size)
        return more if after > before else _n("1 day fewer", "{size} days fewer", n, size=size)
    higher = _n("1 point higher", "{size} points higher", n, size=size)
    return higher if after > before else _n("1 point lower", "{size} points lower", n, size=size)


IN_COURSE, AFTER_COURSE = english("in the course"), english("after the course")


def trends(p: Progress) -> list[tuple[str, TrendLine]]:
    """The fitted lines, each with the stretch of time it speaks of."""
    both = ((_(IN_COURSE), p.trend), (_(AFTER_COURSE), p.trend_after))
    return [(when, line) for when, line in both if line is not None]


def place(p: Progress) -> str:
    """Left knee; empty where the condition has no place."""
    text = body(p.condition, p.site, p.side) if p.site else ""
    return text[:1].upper() + text[1:]


LESS = {"lower": english("{share} lower"), "fewer": english("{share} fewer"), "higher": english("{share} higher")}


def way(instrument: Instrument) -> str:
    """Which way is better: lower, fewer (days), higher."""
    return "higher" if instrument.better == "higher" else "fewer" if instrument.days else "lower"


def less(instrument: Instrument, part: float | None = None) -> str:
    """What responding means, and the dashed line: 30 % lower, 50 % fewer, 30 % higher."""
    return _(LESS[way(instrument)], share=share(instrument.responder if part is None else part))


def joined(*sentences: str) -> str:
    """Sentences after each other."""
    return tongue.here().between.join(one for one in sentences if one)
