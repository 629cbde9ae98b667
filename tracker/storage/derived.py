"""Derived: science's Outcomes as table rows, and the rows as Outcomes again; the two ways are exact inverses."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from tracker.science.record import Outcomes, Record
from tracker.science.scales import Instrument
from tracker.storage.columns import Care, Series
from tracker.storage.outcome import MONTHS

FLOATS = (
    "start",
    "t0",
    "ended_on",
    "retreated",
    "milestone",
    "baseline",
    "end",
    "change",
    "steps_eased",
    "steps_kept",
    "loss_left",
    "loss_right",
    "unconfirmed",
    "unconfirmed_left",
    "last_seen",
)
INTS = ("baseline_n", "held", "pairs", "steps")
BOOLS = ("end_before",)
WINDOWS = ("after_end", "after_start")
Columns = tuple[np.ndarray, ...]


def rows(
    clinic_id: UUID, found: Outcomes, record: Record, series: Sequence[Series], care: Care
) -> list[dict[str, Any]]:
    """One dict of columns per series; unknown is None."""
    columns = _columns(found)
    seen = _seen(record)
    code = found.instrument.code
    staff = Counter(
        (s.course_id, s.site, s.side) for s in care.scores if s.instrument == code and s.entered_by == "staff"
    )
    return [
        {
            "clinic_id": clinic_id,
            "instrument": code,
            **key._asdict(),
            **{name: column[i] for name, column in columns.items()},
            **seen[i],
            "staff": staff[key],
        }
        for i, key in enumerate(series)
    ]


def outcomes(instrument: Instrument, saved: Sequence[Any]) -> Outcomes:
    """Saved rows as science's columns."""
    week_day, week_value = _weekly([row.weeks for row in saved])
    later_day, later_value = _weekly([row.weeks_after for row in saved])
    return Outcomes(
        instrument=instrument,
        **{name: _floats(getattr(row, name) for row in saved) for name in FLOATS},
        **{name: np.fromiter((getattr(row, name) for row in saved), np.int64) for name in INTS},
        **{name: np.fromiter((getattr(row, name) for row in saved), np.bool_) for name in BOOLS},
        **{name: _table(name, saved) for name in WINDOWS},
        week_day=week_day,
        week_value=week_value,
        later_day=later_day,
        later_value=later_value,
    )


def _columns(found: Outcomes) -> dict[str, list[Any]]:
    """Column name → plain values."""
    plain = {name: _known(getattr(found, name)) for name in FLOATS}
    plain |= {name: getattr(found, name).tolist() for name in (*INTS, *BOOLS)}
    for name in WINDOWS:
        plain |= {f"{name}_{month}": _known(getattr(found, name)[:, i]) for i, month in enumerate(MONTHS)}
    inside, after = (found.week_day, found.week_value), (found.later_day, found.later_value)
    return plain | {"weeks": _pairs(*inside), "weeks_after": _pairs(*after)}


def _seen(record: Record) -> list[dict[str, Any]]:
    """Per series: how many readings, and the latest of them."""
    count = np.bincount(record.reading_series, minlength=len(record.series_course))
    last = np.cumsum(count) - 1  # readings stand in the order of (series, day)
    return [
        {
            "readings": n,
            "last_on": date.fromordinal(int(record.reading_day[at])) if n else None,
            "last_value": float(record.reading_value[at]) if n else None,
        }
        for n, at in zip(count.tolist(), last.tolist(), strict=True)
    ]


def _known(column: "np.ndarray") -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]


def _floats(values: Any) -> "np.ndarray":
    return np.fromiter((np.nan if value is None else value for value in values), np.float64)


def _pairs(days: Columns, values: Columns) -> list[Any]:
    """Weekly values as they are saved: per row [[day, value], …]."""
    return [np.column_stack(pair).tolist() for pair in zip(days, values, strict=True)]


def _weekly(saved: Sequence[Any]) -> tuple[Columns, Columns]:
    """The way back: days and values of each row."""
    days = tuple(_floats(day for day, _ in weeks) for weeks in saved)
    return days, tuple(_floats(value for _, value in weeks) for weeks in saved)


def _table(name: str, saved: Sequence[Any]) -> "np.ndarray":
    """S x 5."""
    return np.column_stack([_floats(getattr(row, f"{name}_{month}") for row in saved) for month in MONTHS])
