"""Reminders: when a person is reminded of what they are asked. Pure: values in, moments out; nothing reads a clock.

Hours are those of the wall where the person is. An hour that a night skips is the first one after it, one that comes
twice is the first of the two; quiet hours are whole hours, so their end is exact on both nights (docs/reminders.md).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONE_BEFORE = timedelta(minutes=90)  # after a before-score whose after is still missing
AFTER_ENDS = timedelta(hours=12)  # so long the phone asks for the after-score first; later it is a late entry
LATER, LAST = timedelta(days=2), timedelta(days=3)  # after a check-in's day; before its window closes
APART = timedelta(days=2)  # at least, between two reminders of one check-in
STALE = timedelta(hours=24)  # one that could not be sent for so long is dropped: the next comes in its turn
HOUR, QUIET_FROM, QUIET_UNTIL = 9, 21, 8  # unless the person chooses otherwise


@dataclass(frozen=True)
class Wishes:
    """When a person may be reminded; hours of their own wall clock. `paused_until`: nothing before that day."""

    zone: ZoneInfo
    hour: int = HOUR
    quiet_from: int = QUIET_FROM
    quiet_until: int = QUIET_UNTIL
    paused_until: date | None = None


@dataclass(frozen=True)
class Due:
    """One reminder: from `at` on, and worth nothing from `until` on. Both aware, in UTC."""

    at: datetime
    until: datetime


def days(due: date, closes: date) -> tuple[date, ...]:
    """The days on which one check-in is recalled: its day, two days later, three days before its window closes.

    Those after the window are left out, and the last one where it would come less than two days after another.
    """
    found = [due] + [due + LATER] * (due + LATER <= closes)
    last = closes - LAST
    return (*found, *[last] * (last - found[-1] >= APART))


def check_in(day: date, opens: datetime, closes: datetime, wishes: Wishes) -> Due | None:
    """The reminder of one such day at the hour the person likes; None where the window closes first, or in a pause."""
    return _due(max(wall(day, wishes.hour, wishes.zone), opens), closes, wishes)


def lone_before(before: datetime, wishes: Wishes) -> Due | None:
    """The reminder that an after-score is still missing."""
    at = before.astimezone(UTC)  # a sum on a local clock would be an hour off in such a night
    return _due(at + LONE_BEFORE, at + AFTER_ENDS, wishes)


def _due(at: datetime, ends: datetime, wishes: Wishes) -> Due | None:
    at = awake(at.astimezone(UTC), wishes)
    if at >= ends or (wishes.paused_until and at.astimezone(wishes.zone).date() < wishes.paused_until):
        return None
    return Due(at, min(ends.astimezone(UTC), at + STALE))


def awake(moment: datetime, wishes: Wishes) -> datetime:
    """The same moment, or the end of the quiet hours it falls into."""
    there = moment.astimezone(wishes.zone)
    if not quiet(there.hour, wishes):
        return moment
    late = there.hour >= wishes.quiet_until  # the night has midnight still before it
    return wall(there.date() + timedelta(days=late), wishes.quiet_until, wishes.zone)


def quiet(hour: int, wishes: Wishes) -> bool:
    """Whether an hour of the wall is one of the quiet ones; the same hour twice means there are none."""
    start, end = wishes.quiet_from, wishes.quiet_until
    return start <= hour < end if start <= end else hour >= start or hour < end


def wall(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment at which that zone's wall clock shows this hour or, where a night skips it, a later one; UTC."""
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
