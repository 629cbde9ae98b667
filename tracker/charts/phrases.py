"""Phrases: dates, numbers and names in plain English. What a translation replaces stands here and in words."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tracker.science.progress import Progress, TrendLine
from tracker.science.scales import Instrument

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Measure:
    """How one instrument is spoken of."""

    title: str
    higher: str
    noun: str
    was: str = "was"
    unit: str = ""
    scores: str = "The scores"


MEASURES = {
    "nrs_now": Measure("pain right now", "higher = more pain", "pain"),
    "nrs_week": Measure("pain in the past week, average", "higher = more pain", "pain", scores="The weekly scores"),
    "peg": Measure("PEG, past week", "higher = more trouble", "PEG score"),
    "pgic": Measure("change since the start", "higher = better", "change score"),
    "headache_days": Measure(
        *("headache days in 28 days", "higher = more days", "headache days", "were", " in 28 days", "The headache days")
    ),
    "medicine_days": Measure(
        *("medicine days in 28 days", "higher = more days", "days with medicine", "were", " in 28 days", "These days")
    ),
}


def measure(instrument: Instrument) -> Measure:
    """The instrument's words; a clinic's own instrument goes by its code."""
    name = instrument.code.replace("_", " ")
    own = Measure(name, f"higher = {'worse' if instrument.better == 'lower' else 'better'}", name)
    return MEASURES.get(instrument.code, own)


@lru_cache(4096)
def day(on: date) -> str:
    """12 May 2026."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def short(on: date) -> str:
    """12 May."""
    return f"{on.day} {MONTHS[on.month - 1][:3]}"


def month(on: date, year: bool) -> str:
    """May, or May 2026."""
    return MONTHS[on.month - 1][:3] + (f" {on.year}" if year else "")


def ago(on: date, today: date) -> str:
    """today, yesterday, 96 days ago."""
    days = (today - on).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def number(value: float) -> str:
    """At most one decimal: 7, 6.7, 0; never −0."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def share(part: float) -> str:
    """30 %."""
    return f"{part * 100:.0f} %"


def count(n: int, one: str, many: str | None = None) -> str:
    """1 session, 2 sessions."""
    return f"{n} {one if n == 1 else many or one + 's'}"


def after(month: int) -> str:
    """The window's name: end of course, 1 month, 3 months."""
    return count(month, "month") if month else "end of course"


def change(before: float, after: float, days: bool = False) -> str:
    """From the first score to the second: 2 points lower, 1 day more, no change."""
    size = number(abs(after - before))
    if size == "0":
        return "no change"
    more, fewer = ("more", "fewer") if days else ("higher", "lower")
    return f"{size} {'day' if days else 'point'}{'' if size == '1' else 's'} {more if after > before else fewer}"


def trends(p: Progress) -> list[tuple[str, TrendLine]]:
    """The fitted lines, each with the stretch of time it speaks of."""
    both = (("in the course", p.trend), ("after the course", p.trend_after))
    return [(when, line) for when, line in both if line is not None]


def whose(audience: str) -> str:
    """Whom the sentence speaks to, or of: `patient` or `staff`."""
    return "Your" if audience == "patient" else "The patient's"


def place(p: Progress) -> str:
    """Left knee; empty where the condition has no place."""
    site = (p.site or "").replace("_", " ")
    text = {"left": f"left {site}", "right": f"right {site}", "both": f"{site}, both sides"}.get(p.side, site)
    text = text.strip(" ,")
    return text[:1].upper() + text[1:]


def less(instrument: Instrument, part: float | None = None) -> str:
    """What responding means, and the dashed line: 30 % lower, 50 % fewer, 30 % higher."""
    way = "higher" if instrument.better == "higher" else "fewer" if instrument.days else "lower"
    return f"{share(instrument.responder if part is None else part)} {way}"
