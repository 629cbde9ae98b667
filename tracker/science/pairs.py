"""Pairs: one score before and one after the same session, at the same place. A session without both has no change."""

from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats, Ints, Record
from tracker.science.scales import AFTER, BEFORE


@dataclass(frozen=True)
class Pairs:
    """P pairs, in the order of (series, session), and the A places and sessions with a score before.

    A key is series · sessions + session: the next session at the same place has the next one.
    """

    key: Ints
    series: Ints
    session: Ints
    day: Floats  # the day of the session
    change: Floats  # before - after, signed so that positive = better
    asked: Ints  # A: keys, ascending
    asked_value: Floats  # A: the earliest score before


def of(record: Record) -> Pairs:
    """The usable pairs of M readings. An after-score earlier than its before-score makes none; of two of one kind,
    the earlier.
    """
    before, after = _scored(record, BEFORE), _scored(record, AFTER)
    key_before, first_before = np.unique(_session_key(record, before), return_index=True)
    key_after, first_after = np.unique(_session_key(record, after), return_index=True)
    key, left, right = np.intersect1d(key_before, key_after, assume_unique=True, return_indices=True)
    one, two = np.flatnonzero(before)[first_before[left]], np.flatnonzero(after)[first_after[right]]
    ordered = record.reading_day[two] >= record.reading_day[one]
    key = key[ordered]
    series, session = np.divmod(key, max(len(record.session_day), 1))
    change = record.reading_value[one[ordered]] - record.reading_value[two[ordered]]
    change = change if record.instrument.better == "lower" else -change
    asked = record.reading_value[np.flatnonzero(before)[first_before]]
    return Pairs(key, series, session, record.session_day[session], change, key_before, asked)


def _scored(record: Record, kind: int) -> Bools:
    """M: readings of one kind bound to a session."""
    return (record.reading_kind == kind) & (record.reading_session >= 0)


def _session_key(record: Record, chosen: Bools) -> Ints:
    """One number per (series, session)."""
    return record.reading_series[chosen] * max(len(record.session_day), 1) + record.reading_session[chosen]
