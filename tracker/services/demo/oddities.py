"""Oddities: what real diaries hold besides scores; corrections, one taken back, a wrong clock, an unclear order.

Some happen by chance, some to fixed patients, so that the smallest demo shows each.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tracker.services.demo.story import Entry

CORRECTED = 0.012
CORRECTED_AFTER, RETRACTED_AFTER = timedelta(minutes=9), timedelta(minutes=2)
RETRACTS, SWAPS, WRONG_CLOCK, CORRECTS = 5, 7, 8, 10  # numbers of the patients these happen to
CLOCK_AHEAD, AFTER_FIRST = timedelta(hours=3, minutes=7), timedelta(minutes=75)
PHONED = 0.02  # follow-ups asked on the phone and entered by staff
WRONG_NUMBER, LOGGED_TWICE = "tapped the wrong number", "entered by mistake"


def oddities(number: int, entries: list[Entry], rng: np.random.Generator) -> list[Entry]:
    """The entries of patient `number` with what went odd, in order of arrival."""
    chance = rng.random(len(entries))
    scores = [i for i, e in enumerate(entries) if e.instrument.startswith("nrs")]
    wrong = {i for i in scores if chance[i] < CORRECTED} | set(scores[:1] if number == CORRECTS else ())
    entries = [e for i, old in enumerate(entries) for e in (_corrected(old) if i in wrong else (old,))]
    entries = [_phoned(e) if e.tag.startswith("after-") and rng.random() < PHONED else e for e in entries]
    if number == SWAPS:
        entries = _swapped(entries)
    if number == RETRACTS:
        entries = [*entries, *_retracted(entries)]
    if number == WRONG_CLOCK:
        entries = [_by_wrong_clock(e) for e in entries]
    return sorted(entries, key=lambda e: (e.received_at, e.recorded_at, e.tag))


def _corrected(right: Entry) -> tuple[Entry, Entry]:
    """A wrong tap, and the right score a few minutes later."""
    score = right.value or 0.0
    wrong = replace(right, value=score + 2 if score <= 8 else score - 2)
    later = {"entered_at": CORRECTED_AFTER, "received_at": CORRECTED_AFTER, "sent_at": CORRECTED_AFTER}
    moved = {name: getattr(right, name) + by for name, by in later.items()}
    return wrong, replace(right, tag=f"{right.tag}-corrected", supersedes=right.tag, reason=WRONG_NUMBER, **moved)


def _phoned(asked: Entry) -> Entry:
    """The same answer, given to staff on the phone."""
    at = asked.recorded_at
    return replace(asked, entered_by="staff", entered_at=at, received_at=at, sent_at=at)


def _swapped(entries: list[Entry]) -> list[Entry]:
    """The first after-score that has a before-score, told as if an hour before it: kept, but no pair."""
    began = {(e.visit, e.place) for e in entries if e.kind == "before"}
    after = next((e for e in entries if e.kind == "after" and (e.visit, e.place) in began), None)
    return [replace(e, recorded_at=e.recorded_at - AFTER_FIRST) if e is after else e for e in entries]


def _retracted(entries: list[Entry]) -> list[Entry]:
    """The first weekly score once more, and taken back."""
    twin = next(e for e in entries if e.kind == "check_in" and e.instrument == "nrs_week")
    again = _sent_later(replace(twin, tag=f"{twin.tag}-twice"))
    back = replace(again, tag=f"{twin.tag}-back", value=None, retracted=True, supersedes=again.tag, reason=LOGGED_TWICE)
    return [again, _sent_later(back)]


def _sent_later(first: Entry) -> Entry:
    """The same, sent a little later."""
    at = first.received_at + RETRACTED_AFTER
    return replace(first, received_at=at, sent_at=at)


def _by_wrong_clock(told: Entry) -> Entry:
    """The same entry from a phone whose clock is ahead; the moment it arrives is the server's."""
    times = {name: getattr(told, name) + CLOCK_AHEAD for name in ("recorded_at", "entered_at", "sent_at")}
    return replace(told, **times)
