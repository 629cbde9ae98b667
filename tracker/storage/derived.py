"""Derived: science's Outcomes as table rows, and the rows as Outcomes again; the two ways are exact inverses."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from tracker.science.record import Ints, Outcomes, Ragged, Record
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
WEEKS = ("weeks", "weeks_after")
IN_WINDOWS = {name: tuple(f"{name}_{month}" for month in MONTHS) for name in WINDOWS}
SAVED = (*FLOATS, *INTS, *BOOLS, *chain.from_iterable(IN_WINDOWS.values()))  # all that `of` needs but the weeks
NO_WEEKS = "[]"
Columns = Sequence[np.ndarray]
Weeks = tuple[Ragged, Ragged]  # days and values


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
    plain = {name: [getattr(row, name) for row in saved] for name in SAVED}
    inside, after = (_weekly([getattr(row, name) for row in saved]) for name in WEEKS)
    return of(instrument, plain, inside, after)


def of(instrument: Instrument, column: Mapping[str, Sequence[Any]], inside: Weeks, after: Weeks) -> Outcomes:
    """The same from the columns of SAVED, by name, unknown is None; and the weekly values in the course and after."""
    return Outcomes(
        instrument=instrument,
        **{name: _floats(column[name]) for name in FLOATS},
        **{name: np.array(column[name], np.int64) for name in INTS},
        **{name: np.array(column[name], np.bool_) for name in BOOLS},
        **{name: np.column_stack([_floats(column[one]) for one in of_it]) for name, of_it in IN_WINDOWS.items()},
        week_day=inside[0],
        week_value=inside[1],
        later_day=after[0],
        later_value=after[1],
    )


def _columns(found: Outcomes) -> dict[str, list[Any]]:
    """Column name → plain values."""
    plain = {name: _known(getattr(found, name)) for name in FLOATS}
    plain |= {name: getattr(found, name).tolist() for name in (*INTS, *BOOLS)}
    for name, of_it in IN_WINDOWS.items():
        plain |= {one: _known(getattr(found, name)[:, i]) for i, one in enumerate(of_it)}
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


def _floats(values: Sequence[Any]) -> "np.ndarray":
    """None reads as NaN."""
    return np.array(values, np.float64)


def _pairs(days: Columns, values: Columns) -> list[Any]:
    """Weekly values as they are saved: per row [[day, value], …]."""
    return [np.column_stack(pair).tolist() for pair in zip(days, values, strict=True)]


def _weekly(saved: Sequence[Sequence[Any]]) -> Weeks:
    """The way back: days and values of each row."""
    length = np.fromiter(map(len, saved), np.int64, len(saved))
    return _parted(length, list(chain.from_iterable(chain.from_iterable(saved))))


def weekly(texts: Sequence[str]) -> Weeks:
    """The same from the JSON as it is saved: all numbers are read as one list, which is much faster than a list a
    value; each value has a bracket of its own, and each row one more.
    """
    length = np.fromiter((text.count("[") - 1 for text in texts), np.int64, len(texts))
    numbers = ",".join([text for text in texts if text != NO_WEEKS]).replace("[", "").replace("]", "")
    return _parted(length, orjson.loads(f"[{numbers}]"))


def _parted(length: Ints, numbers: list[float]) -> Weeks:
    """Days and values stand in turns."""
    both = np.array(numbers, np.float64)
    return Ragged(both[::2].copy(), length), Ragged(both[1::2].copy(), length)
