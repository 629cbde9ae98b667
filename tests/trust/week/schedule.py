"""A week on a phone, drawn from a seed: 50 entries over 7 days and everything that goes wrong in between. Pure.

The week holds the night in which Berlin's clocks go back, or the one in which they go forward, with entries in the
very hour that comes twice or never.
"""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.trust.week.clinic import ZONE
from tests.trust.week.clocks import YEARS

BERLIN = ZoneInfo(ZONE)
NIGHTS = (datetime(2026, 10, 25), datetime(2027, 3, 28))  # noqa: DTZ001 — dates; the hour is 3 o'clock there
ENTRIES, DAYS, KILLS = 50, 7, 2
SMALL = ("check_in", "weekly", "correct", "take_back", "reaction", "back")  # what there is besides visits


@dataclass(frozen=True)
class Act:
    """One thing that happens; `what` names a method of the runner."""

    what: str
    given: Any = None


def week(seed: int) -> list[Act]:
    """All acts, in order."""
    rng = random.Random(seed)
    saves = [act for day in days(rng) for act in day]
    troubles = [*disturbances(rng)]
    return merged(rng, saves, troubles)


def days(rng: random.Random) -> list[list[Act]]:
    """Each day's saves, in order, each with the moment before it; ENTRIES in all."""
    night = rng.choice(NIGHTS)
    first = (night - timedelta(days=rng.randrange(1, DAYS - 1))).date()
    left, found = ENTRIES, []
    for number in range(DAYS):
        date = first + timedelta(days=number)
        share = left if number == DAYS - 1 else min(left, rng.randint(5, 9))
        hours = sorted(rng.uniform(7, 22) for _ in range(share))
        if date == night.date():
            hours[:3] = [0.5, 1.6, 2.4]
        acts, saved = [], 0
        for hour in hours:
            if saved >= share:
                break
            acts.append(Act("move_to", instant(date, hour)))
            what, count = save(rng, share - saved)
            acts.append(Act(what, (rng.random() < 0.35, rng.randrange(11), count)))
            saved += count
        left -= saved
        found.append(acts)
    return found


def instant(date: Any, hour: float) -> datetime:
    """So many hours of real time after that day began in Berlin."""
    return datetime.combine(date, time(), BERLIN).astimezone(ZoneInfo("UTC")) + timedelta(hours=hour)


def save(rng: random.Random, room: int) -> tuple[str, int]:
    """What is saved, and how many entries that is: a visit's scores come in twos, one a knee."""
    if room >= 2 and rng.random() < 0.5:
        return "visit", 2
    return rng.choice(SMALL), 1


def disturbances(rng: random.Random) -> list[Act]:
    """Everything else that happens in the week, in an order of chance."""
    acts = [Act("kill", rng.random() < 0.5) for _ in range(KILLS)]
    acts += [Act("offline", on) for on in (True, False) * rng.randint(3, 5)]
    acts += [Act("rough"), Act("clear")] * 3 + [Act("down"), Act("clear")]
    acts += [
        Act("clock", rng.choice((-1, 1)) * YEARS),
        Act("clock", rng.choice((-1, 1)) * YEARS),
        Act("clock", timedelta()),
    ]
    acts += [
        Act("tab"),
        Act("tab"),
        Act("close_tab"),
        Act("settle"),
        Act("settle"),
        Act("restore", rng.randint(1, 8)),
        Act("expire"),
    ]
    rng.shuffle(acts)
    acts.insert(rng.randint(acts.index(Act("expire")) + 1, len(acts)), Act("sign_in"))
    return [Act("rough"), *acts]


def merged(rng: random.Random, saves: list[Act], troubles: list[Act]) -> list[Act]:
    """Troubles at random places between the saves, in their order."""
    places = sorted(rng.randrange(len(saves)) for _ in troubles)
    found: list[Act] = []
    for at, act in enumerate(saves):
        found += [trouble for place, trouble in zip(places, troubles, strict=True) if place == at]
        found.append(act)
    return found
