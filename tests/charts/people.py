"""A few people whose progress is easy to see: the fixtures of this floor."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from tracker.science.progress import Lasted, Pair, Point, Progress, TrendLine, WindowValue
from tracker.science.scales import INSTRUMENTS

START = date(2026, 1, 6)
WINDOWS = ((1, 15, 44), (3, 45, 135), (6, 136, 228), (9, 229, 319), (12, 320, 455))


def at(on: date, hour: int = 9) -> datetime:
    """A local time without a zone."""
    return datetime.combine(on, time(hour, 30))


def point(week: float, value: float, kind: str = "check_in", **more) -> Point:
    """One score so many weeks after the start."""
    return Point(at(START + timedelta(weeks=week)), value, kind, **more)


def windows(ended: date, as_of: date, values: dict[int, float]) -> tuple[WindowValue, ...]:
    """The five follow-up windows, answered where a value is given."""
    return tuple(
        WindowValue(m, ended + timedelta(a), ended + timedelta(b), as_of >= ended + timedelta(b), values.get(m))
        for m, a, b in WINDOWS
    )


def blank(**more) -> Progress:
    """A course that began today and has nothing yet."""
    state = {
        "instrument": INSTRUMENTS["nrs_week"],
        "condition": "knee_oa",
        "site": "knee",
        "side": "left",
        "as_of": START,
        "scores": (),
        "now": (),
        "pairs": (),
        "planned_sessions": None,
        "baseline": None,
        "baseline_n": 0,
        "threshold": None,
        "trend": None,
        "trend_after": None,
        "started": START,
        "ended": None,
        "end_value": None,
        "windows": (),
        "lasted": Lasted("not_ended", None, None, 0.3),
    }
    return Progress(**{**state, **more})


def pair(number: int, before: float | None, after: float | None, usable: bool = True, **more) -> Pair:
    """A weekly session."""
    return Pair(START + timedelta(weeks=number - 1), number, more.pop("state", "held"), before, after, usable, **more)


def anna(**more) -> Progress:
    """Eleven weekly sessions, every special mark once, followed for five months after."""
    ended = START + timedelta(weeks=10)
    values = (7, 6, 6, 5, 5, 4, 5, 4, 3, 3)
    weekly = tuple(point(n + 0.8, v) for n, v in enumerate(values))
    weekly = (*weekly[:3], replace(weekly[3], corrected=True), replace(weekly[4], entered_by="assisted"), *weekly[5:])
    later = tuple(point(10 + n, v, late=n == 4) for n, v in ((1, 3), (2, 3), (4, 4), (8, 3), (13, 2), (20, 3)))
    scores = (point(-1, 7, "baseline"), point(-0.2, 7, "baseline"), *weekly, *later)
    befores = ((7, 5), (7, 6), (6, 3), (6, None), (5, 3), (5, 5), (4, 6), (5, 2), (4, 2), (4, 3), (3, 1))
    pairs = tuple(pair(n + 1, b, a, b is not None and a is not None) for n, (b, a) in enumerate(befores))
    pairs = (*pairs[:6], replace(pairs[6], usable=False), *pairs[7:])
    as_of = date(2026, 8, 10)
    trend = TrendLine("improving", -0.42, -0.55, -0.29, START, ended, 6.9, 2.7, 10)
    told = {
        "as_of": as_of,
        "scores": scores,
        "now": (point(3.5, 8), point(5.4, 2)),
        "pairs": pairs,
        "planned_sessions": 12,
        "baseline": 7.0,
        "baseline_n": 2,
        "threshold": 4.9,
        "trend": trend,
        "ended": ended,
        "end_value": 3.0,
        "windows": windows(ended, as_of, {1: 4, 3: 2}),
        "lasted": Lasted("responding", START + timedelta(weeks=30), 140, 0.3),
    }
    return blank(**{**told, **more})


def followed(**more) -> Progress:
    """Anna, asked every four weeks for most of a year after the course: a line in it, another after it."""
    later = tuple(point(14 + 4 * n, v) for n, v in enumerate((3, 3, 4, 3, 4, 4, 5, 4, 5, 5)))
    since, until = (x.at.date() for x in (later[0], later[-1]))
    as_of = until + timedelta(weeks=2)
    told = {
        "as_of": as_of,
        "scores": (*anna().scores[:14], *later),
        "trend_after": TrendLine("worsening", 0.06, 0.03, 0.09, since, until, 2.9, 5.1, 10),
        "windows": windows(START + timedelta(weeks=10), as_of, {1: 3, 3: 3, 6: 4, 9: 5}),
        "lasted": Lasted("lost", START + timedelta(weeks=38), 196, 0.3),
    }
    return anna(**{**told, **more})


def migraine(**more) -> Progress:
    """Headache days: one score in 28 days, followed for a year."""
    ended = START + timedelta(weeks=12)
    instrument = INSTRUMENTS["headache_days"]
    scores = tuple(point(n, v) for n, v in ((4, 12), (8, 9), (12, 6), (16, 6), (24, 7), (38, 9), (51, 5), (62, 8)))
    told = {
        "instrument": instrument,
        "condition": "migraine",
        "site": None,
        "side": "none",
        "as_of": START + timedelta(days=560),
        "scores": (point(-0.2, 14, "baseline"), *scores),
        "baseline": 14.0,
        "baseline_n": 1,
        "threshold": 7.0,
        "ended": ended,
        "end_value": 6.0,
        "pairs": tuple(pair(n, 5, 4) for n in range(1, 13)),
        "windows": windows(ended, START + timedelta(days=560), {1: 6, 3: 7, 6: 9, 9: 5, 12: 8}),
        "lasted": Lasted("lost", START + timedelta(weeks=38), 182, 0.5),
    }
    return blank(**{**told, **more})


def year(**more) -> Progress:
    """One score a day for a year."""
    return blank(**{"scores": tuple(point(n / 7, n % 8) for n in range(365)), "as_of": START + timedelta(365), **more})
