"""When somebody is reminded: a table of days, hours, nights that skip or repeat an hour, quiet hours and pauses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.science import reminders
from tracker.science.reminders import Due, Wishes, awake, check_in, days, lone_before, quiet, wall

BERLIN, NEW_YORK, SEOUL = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Seoul"))
LORD_HOWE, BEIRUT = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Beirut")  # half an hour; an hour at midnight
LONG_AGO, FAR_AHEAD = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "closes", "expected"),
    [
        ("2026-03-01", "2026-03-31", ["2026-03-01", "2026-03-03", "2026-03-28"]),
        ("2026-03-01", "2026-03-07", ["2026-03-01", "2026-03-03"]),  # the 4th would follow the 3rd: too close
        ("2026-03-01", "2026-03-08", ["2026-03-01", "2026-03-03", "2026-03-05"]),
        ("2026-03-01", "2026-03-03", ["2026-03-01", "2026-03-03"]),
        ("2026-03-01", "2026-03-02", ["2026-03-01"]),
        ("2026-03-01", "2026-03-01", ["2026-03-01"]),
        ("2026-12-30", "2027-01-20", ["2026-12-30", "2027-01-01", "2027-01-17"]),
    ],
)
def test_a_check_in_is_recalled_on_its_day_two_days_later_and_three_days_before_it_closes(due, closes, expected):
    assert [d.isoformat() for d in days(date.fromisoformat(due), date.fromisoformat(closes))] == expected


@pytest.mark.parametrize(
    ("zone", "day", "hour", "moment"),
    [
        (BERLIN, "2026-03-28", 9, "2026-03-28 08:00"),
        (BERLIN, "2026-03-29", 9, "2026-03-29 07:00"),  # the clocks went forward in the night
        (BERLIN, "2026-03-29", 2, "2026-03-29 01:00"),  # there is no 2 o'clock: 3 is next
        (BERLIN, "2026-10-25", 2, "2026-10-25 00:00"),  # there are two: the first
        (BERLIN, "2026-10-25", 9, "2026-10-25 08:00"),
        (NEW_YORK, "2026-03-07", 9, "2026-03-07 14:00"),
        (NEW_YORK, "2026-03-08", 9, "2026-03-08 13:00"),
        (NEW_YORK, "2026-03-08", 2, "2026-03-08 07:00"),
        (NEW_YORK, "2026-11-01", 1, "2026-11-01 05:00"),
        (NEW_YORK, "2026-11-01", 9, "2026-11-01 14:00"),
        (LORD_HOWE, "2026-10-04", 2, "2026-10-03 15:30"),  # 2:00 is 2:30 at once
        (BEIRUT, "2026-03-29", 0, "2026-03-28 22:00"),  # midnight is 1 o'clock
        (SEOUL, "2026-03-29", 9, "2026-03-29 00:00"),
    ],
)
def test_an_hour_of_the_wall_is_one_moment(zone, day, hour, moment):
    assert wall(date.fromisoformat(day), hour, zone) == utc(moment)


@pytest.mark.parametrize(
    ("zone", "quiet_hours", "moment", "awakes"),
    [
        (BERLIN, (21, 8), "2026-03-28 19:59", "2026-03-28 19:59"),  # 20:59
        (BERLIN, (21, 8), "2026-03-28 20:00", "2026-03-29 06:00"),  # 21:00 → 8:00, one hour sooner than last night
        (BERLIN, (21, 8), "2026-03-29 05:59", "2026-03-29 06:00"),
        (BERLIN, (21, 8), "2026-10-24 20:00", "2026-10-25 07:00"),
        (BERLIN, (21, 2), "2026-03-29 00:30", "2026-03-29 01:00"),  # until 2, which the night skips
        (BERLIN, (21, 3), "2026-10-25 00:30", "2026-10-25 02:00"),  # half past two, the first time
        (BERLIN, (21, 3), "2026-10-25 01:30", "2026-10-25 02:00"),  # and the second time
        (NEW_YORK, (21, 8), "2026-03-08 02:00", "2026-03-08 12:00"),
        (NEW_YORK, (21, 8), "2026-11-01 02:00", "2026-11-01 13:00"),
        (NEW_YORK, (1, 5), "2026-11-01 05:30", "2026-11-01 10:00"),
        (NEW_YORK, (1, 5), "2026-11-01 06:30", "2026-11-01 10:00"),
        (SEOUL, (8, 8), "2026-03-28 15:00", "2026-03-28 15:00"),  # no quiet hours
        (SEOUL, (0, 8), "2026-03-28 15:00", "2026-03-28 23:00"),  # midnight
        (SEOUL, (12, 14), "2026-03-28 03:59", "2026-03-28 05:00"),
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(zone, quiet_hours, moment, awakes):
    wishes = Wishes(zone, quiet_from=quiet_hours[0], quiet_until=quiet_hours[1])
    assert awake(utc(moment), wishes) == utc(awakes)


@given(
    st.integers(0, 4 * 366 * 24 * 60).map(lambda n: utc("2024-01-01 00:00") + timedelta(minutes=n)),
    st.sampled_from([BERLIN, NEW_YORK, SEOUL, LORD_HOWE, BEIRUT]),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_nothing_is_ever_sent_in_quiet_hours_nor_later_than_it_must(moment, zone, start, end):
    wishes = Wishes(zone, quiet_from=start, quiet_until=end)
    at = awake(moment, wishes)
    assert not quiet(at.astimezone(zone).hour, wishes)
    assert moment <= at <= moment + timedelta(hours=25)
    assert at == moment or quiet((at - timedelta(microseconds=1)).astimezone(zone).hour, wishes)


@pytest.mark.parametrize(
    ("wishes", "opens", "closes", "expected"),
    [
        (Wishes(BERLIN), LONG_AGO, FAR_AHEAD, ("2026-03-29 07:00", "2026-03-30 07:00")),
        (Wishes(BERLIN, hour=18), LONG_AGO, FAR_AHEAD, ("2026-03-29 16:00", "2026-03-30 16:00")),
        (Wishes(BERLIN, hour=22), LONG_AGO, FAR_AHEAD, ("2026-03-30 06:00", "2026-03-31 06:00")),
        (Wishes(BERLIN), utc("2026-03-29 12:00"), FAR_AHEAD, ("2026-03-29 12:00", "2026-03-30 12:00")),  # not open yet
        (Wishes(BERLIN), LONG_AGO, utc("2026-03-29 22:00"), ("2026-03-29 07:00", "2026-03-29 22:00")),
        (Wishes(BERLIN, hour=22), LONG_AGO, utc("2026-03-29 22:00"), None),  # it closes in the quiet hours
        (Wishes(BERLIN, paused_until=date(2026, 3, 29)), LONG_AGO, FAR_AHEAD, ("2026-03-29 07:00", "2026-03-30 07:00")),
        (Wishes(BERLIN, paused_until=date(2026, 3, 30)), LONG_AGO, FAR_AHEAD, None),
    ],
)
def test_a_check_in_comes_at_the_hour_chosen_while_it_is_open(wishes, opens, closes, expected):
    due = Due(*map(utc, expected)) if expected else None
    assert check_in(date(2026, 3, 29), opens, closes, wishes) == due


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("2026-03-28 09:00", ("2026-03-28 10:30", "2026-03-28 21:00")),
        ("2026-03-28 19:31", ("2026-03-29 06:00", "2026-03-29 07:31")),  # 20:31 + 90 min = 22:01, quiet: 8 o'clock
        ("2026-10-24 19:31", ("2026-10-25 07:00", "2026-10-25 07:31")),  # the longer night: half an hour is left
        ("2026-10-24 18:59", None),  # 8 o'clock is more than 12 hours later
    ],
)
def test_a_lone_before_is_recalled_after_90_minutes_while_the_number_is_worth_it(before, expected):
    due = Due(*map(utc, expected)) if expected else None
    assert lone_before(utc(before), Wishes(BERLIN)) == due


def test_a_before_told_in_local_time_is_the_same_moment():
    before = utc("2026-03-28 19:31")
    assert lone_before(before.astimezone(BERLIN), Wishes(BERLIN)) == lone_before(before, Wishes(BERLIN))


def test_the_limits_are_those_of_the_features():
    assert timedelta(minutes=90) == reminders.LONE_BEFORE
    assert (timedelta(days=2), timedelta(days=3)) == (reminders.LATER, reminders.LAST)
    assert (reminders.QUIET_FROM, reminders.QUIET_UNTIL) == (21, 8)
