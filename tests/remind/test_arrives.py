"""A push and a mail arrive exactly when due, over nights that lose or repeat an hour, and not once it is logged."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine

from tests.remind.conftest import Life, minutes, utc
from tracker.services.remind import post, wish

MINUTE = timedelta(minutes=1)
NIGHTS = {  # zone → a question's day in each direction, the day before, 9 o'clock and 8 o'clock of that day in UTC
    "Berlin, forward": ("Europe/Berlin", "2026-03-29", "07:00", "06:00"),
    "Berlin, back": ("Europe/Berlin", "2026-10-25", "08:00", "07:00"),
    "New York, forward": ("America/New_York", "2026-03-08", "13:00", "12:00"),
    "New York, back": ("America/New_York", "2026-11-01", "14:00", "13:00"),
}


def opened(day: str) -> datetime:
    """A week before, so that the weekly question is due on that day; the clinic is in Seoul or in New York."""
    return utc(f"{day} 12:00") - timedelta(days=7)


def arrivals(life: Life, moments) -> list[tuple[datetime, int, int]]:
    """Moments at which something arrived: how many pushes and mails."""
    found = []
    for now in moments:
        before = len(life.pushes.got), len(life.mails.got)
        with time_machine.travel(now, tick=False):
            life.tick()
        came = len(life.pushes.got) - before[0], len(life.mails.got) - before[1]
        if any(came):
            found.append((now, *came))
    return found


@pytest.mark.parametrize("name", NIGHTS)
def test_a_check_in_arrives_at_nine_on_the_wall_by_push_and_by_mail(life: Life, name: str):
    zone, day, nine, _ = NIGHTS[name]
    person = life.person(zone, opened(day), clinic="maple")
    browser = person.push_on()
    person.mail_on("a@example.org")
    for instrument in ("peg", "medicine_days"):
        person.answer(instrument, opened(day))  # those are not due again for four weeks
    due = utc(f"{day} {nine}")
    night = [*minutes(due - timedelta(hours=20), due - MINUTE, 30), due - MINUTE, due, due + MINUTE]
    assert arrivals(life, [*night, *minutes(due + MINUTE, due + timedelta(hours=14), 60)]) == [(due, 1, 1)]
    assert browser.read(life.pushes.got[-1].body) == {"say": "You have a check-in."}


@pytest.mark.parametrize("name", NIGHTS)
def test_nothing_arrives_once_it_is_logged_even_where_it_was_queued(life: Life, name: str):
    zone, day, nine, _ = NIGHTS[name]
    person = life.person(zone, opened(day), clinic="maple")
    person.push_on()
    person.mail_on("a@example.org")
    for instrument in ("peg", "medicine_days"):
        person.answer(instrument, opened(day))
    due = utc(f"{day} {nine}")
    assert arrivals(life, [due - timedelta(minutes=30)]) == []
    assert {row.state for row in life.rows(key=day)} == {"queued"}
    person.answer("nrs_week", due - timedelta(seconds=1))
    assert arrivals(life, [due, due + MINUTE, *minutes(due, due + timedelta(days=2), 120)]) == []
    assert {(row.state, row.last_error) for row in life.rows(key=day)} == {("skipped", "answered, paused or over")}


@pytest.mark.parametrize("name", NIGHTS)
def test_a_missing_after_waits_for_the_end_of_the_quiet_hours(life: Life, name: str):
    """Before at 11 h 29 min before 8 o'clock; 90 minutes later it is quiet."""
    zone, day, _, eight = NIGHTS[name]
    person = life.person(zone, opened(day), clinic="maple")
    person.push_on()
    person.mail_on("a@example.org")
    due = utc(f"{day} {eight}")
    logged = due - timedelta(hours=11, minutes=29)
    for instrument in ("nrs_week", "peg", "medicine_days"):
        person.answer(instrument, logged)
    person.before(logged, (logged - timedelta(hours=5)).date())
    night = [*minutes(logged, due - MINUTE, 15), due - MINUTE, due, *minutes(due, due + timedelta(hours=3), 15)]
    assert arrivals(life, night) == [(due, 1, 0)]  # a push; there is no need for a mail


@pytest.mark.parametrize(
    ("day", "zone", "hour", "moment"),
    [
        ("2026-03-29", "Europe/Berlin", 2, "01:00"),  # an hour that is not there
        ("2026-10-25", "Europe/Berlin", 2, "00:00"),  # one that is there twice: once
        ("2026-03-08", "America/New_York", 2, "07:00"),
        ("2026-11-01", "America/New_York", 1, "05:00"),
    ],
)
def test_an_hour_that_is_skipped_or_doubled_brings_one_message(life: Life, day, zone, hour, moment):
    person = life.person(zone, opened(day))
    person.push_on()
    wish.times(life.db, actor=person.actor, hour=hour, quiet_from=0, quiet_until=0, now=opened(day))
    for instrument in ("peg", "medicine_days"):
        person.answer(instrument, opened(day))
    night = minutes(utc(f"{day} 00:00") - timedelta(hours=2), utc(f"{day} 12:00"), 15)
    assert arrivals(life, night) == [(utc(f"{day} {moment}"), 1, 0)]


def test_a_push_is_encrypted_signed_short_lived_and_says_nothing(life: Life, by):
    person = life.person("Asia/Seoul", utc("2026-03-22 00:00"))
    browser = person.push_on()
    life.tick(utc("2026-03-23 23:59"))
    life.tick(utc("2026-03-24 00:00"))
    (got,) = life.pushes.got
    claims = got.claims(post.public_key(by.push_key))
    assert claims["aud"] == life.pushes.origin
    assert claims["sub"] == "https://tracker.example.org"
    assert (got.headers["ttl"], got.headers["urgency"], got.headers["topic"]) == ("86400", "normal", "check-in")
    assert got.headers["content-encoding"] == "aes128gcm"
    assert browser.read(got.body) == {"say": "You have a check-in."}
    assert got.path == browser.endpoint.removeprefix(life.pushes.origin)


def test_a_mail_is_neutral_plain_and_can_be_stopped_with_one_click(life: Life):
    person = life.person("Asia/Seoul", utc("2026-03-22 00:00"))
    person.mail_on("a@example.org")
    life.tick(utc("2026-03-24 00:00"))
    address, mail = life.mails.got[-1]
    assert (address, mail["From"], mail["To"]) == (address, "Check-in <reminders@example.org>", "a@example.org")
    assert mail["Subject"] == "You have a check-in."
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = re.fullmatch(r"<https://tracker\.example\.org/stop-mail/([\w-]{43})>", mail["List-Unsubscribe"])
    assert stop
    assert mail.get_content_type() == "text/plain"
    assert re.search(
        r"https://tracker\.example\.org/answer#[\w-]{43}$", mail.get_content().replace("\r", ""), re.MULTILINE
    )
    assert "Monday 30 March 2026" not in mail.get_content()
    assert not re.search(r"low.?back|pain|clinic|Willow|nrs", str(mail), re.I)
    wish.stop(life.db, token=stop[1], now=utc("2026-03-24 00:05"))
    assert arrivals(life, minutes(utc("2026-03-24 00:05"), utc("2026-03-30 00:05"), 720)) == []
