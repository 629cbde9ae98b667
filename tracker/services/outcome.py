"""Outcome: outcome rows as views, and which instrument a place is judged on."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tracker.science.scales import INSTRUMENTS, NOW, PRIMARY, WEEK
from tracker.services.views import OutcomeView
from tracker.storage.outcome import MONTHS

SAME = (
    "course_id",
    "instrument",
    "side",
    "baseline",
    "baseline_n",
    "end",
    "end_before",
    "held",
    "pairs",
    "change",
    "loss_left",
    "loss_right",
    "unconfirmed",
    "unconfirmed_left",
    "last_seen",
    "readings",
    "last_on",
    "last_value",
)


def candidates(condition: str) -> tuple[str, ...]:
    """What a course may be judged on, best first: its own instrument, else pain over the week, else pain right now.

    Always at both ends, never mixed; whoever shows it names the instrument.
    """
    return tuple(dict.fromkeys((PRIMARY[condition], WEEK, NOW)))


def judged(condition: str, rows: Mapping[str, Any]) -> str:
    """The first candidate with a baseline, else the first with any score, else the primary. `rows` by instrument.

    After the house's own candidates come the instruments that the clinic declared, the most used first.
    """
    declared = sorted(set(rows) - set(INSTRUMENTS), key=lambda code: (-rows[code].readings, code))
    known = [rows[code] for code in (*candidates(condition), *declared) if code in rows]
    chosen = next((r for r in known if r.baseline is not None), None) or next((r for r in known if r.readings), None)
    return chosen.instrument if chosen else PRIMARY[condition]


def view(row: Any) -> OutcomeView:
    """A row with dates for its days."""
    t0 = on(row.t0)
    return OutcomeView(
        **{name: getattr(row, name) for name in SAME},
        site=row.site or None,
        start=on(row.start),
        t0=t0,
        ended_on=on(row.ended_on),
        retreated_on=t0 + timedelta(days=row.retreated) if t0 and row.retreated is not None else None,
        after_end={month: getattr(row, f"after_end_{month}") for month in MONTHS},
        after_start={month: getattr(row, f"after_start_{month}") for month in MONTHS},
        weeks=tuple((day, value) for day, value in row.weeks),
        weeks_after=tuple((day, value) for day, value in row.weeks_after),
    )


def on(day: float | None) -> date | None:
    """The date of a day ordinal."""
    return None if day is None else date.fromordinal(int(day))
