"""Plan: a course of sessions on the calendar; when it began, how often, what was given, whether it was finished."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from tracker.services.demo import people
from tracker.services.demo.story import Plan, Visit

MONTHS = 20
INTAKE_DAYS = MONTHS * 30
GOLDEN = 0.6180339887498949  # steps of the golden ratio spread any number of starts evenly over the intake
SESSIONS = (6, 8, 10, 12)
TWICE_A_WEEK = 0.45
EVERY_HOW_MANY_STOPS = 9  # one course in nine is left after two or three sessions
CANCELLED = 0.06
CLOSED_BY_STAFF = 0.6  # the others end by themselves, 28 days after the last session
RETREATED = 0.15
FIRST_HOUR, LAST_HOUR = 8, 17
REPORTED_DAYS = 2  # sessions this fresh are still unconfirmed reports of the phone
TWICE_THAT_DAY = 14  # the patient who came twice on the first day
AGAIN_MINUTES = 240
AHEAD = 2  # sessions booked ahead in a running course
COMBINED = ("manipulation", "herbal_medicine", "pharmacopuncture", "cupping", "moxibustion", "exercise", "usual_care")
NEEDLING = ("acupuncture", "acupuncture", "acupuncture", "electroacupuncture")
ALONE = 0.55


def plan(number: int, rng: np.random.Generator, today: date) -> Plan:
    """The course of patient `number`."""
    started = _before_weekend(today - timedelta(days=1 + int((number * GOLDEN % 1) * INTAKE_DAYS)))
    condition = people.condition(number)
    onset_on, chronicity = people.onset(condition, started, rng)
    planned, per_week = int(rng.choice(SESSIONS)), 2 if rng.random() < TWICE_A_WEEK else 1
    stops = int(rng.integers(2, 4)) if number % EVERY_HOW_MANY_STOPS == 0 else None
    visits = _booked(started, stops or planned, per_week, rng)
    visits = _twice(visits) if number == TWICE_THAT_DAY else visits
    fate = _fate(visits, stops, today)
    closing = _closing(visits, fate, rng, today)
    return Plan(
        condition=condition,
        onset_on=onset_on,
        chronicity=chronicity,
        places=people.places(condition, rng),
        practitioner=people.PRACTITIONERS[number % len(people.PRACTITIONERS)],
        modalities=_modalities(rng),
        planned_sessions=planned,
        planned_per_week=per_week,
        fate=fate,
        visits=_as_of(visits + _later(visits, fate, rng, today), today),
        closed_on=closing,
        closed_reason={"unfinished": "stopped by the patient"}.get(fate, "completed") if closing else None,
    )


def _workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _before_weekend(day: date) -> date:
    """The day itself, or the Friday before a weekend: a course that has begun began in the past."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _booked(started: date, sessions: int, per_week: int, rng: np.random.Generator) -> tuple[Visit, ...]:
    """Sessions one or two a week with a day's play; a cancelled one is made up for later."""
    visits: list[Visit] = []
    slot = done = 0
    while done < sessions:
        play = int(rng.integers(0, 2)) if slot else 0
        earliest = visits[-1].on + timedelta(days=1) if visits else started
        day = _workday(max(earliest, started + timedelta(days=slot * 7 // per_week + play)))
        cancelled = slot > 0 and rng.random() < CANCELLED
        done, slot = done + (not cancelled), slot + 1
        visits.append(Visit(day, _minute(rng), "cancelled" if cancelled else "held"))
    return tuple(visits)


def _twice(visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """The first session, and another some hours later."""
    first = visits[0]
    return (first, replace(first, minute=first.minute + AGAIN_MINUTES, number=2), *visits[1:])


def _minute(rng: np.random.Generator) -> int:
    """An appointment on the half hour."""
    return 30 * int(rng.integers(FIRST_HOUR * 2, LAST_HOUR * 2))


def _fate(visits: tuple[Visit, ...], stops: int | None, today: date) -> str:
    """Running while booked sessions lie ahead; else completed, or left unfinished."""
    if visits[-1].on >= today:
        return "running"
    return "unfinished" if stops else "completed"


def _closing(visits: tuple[Visit, ...], fate: str, rng: np.random.Generator, today: date) -> date | None:
    """The day staff closed the course, if they did."""
    chosen = rng.random() < CLOSED_BY_STAFF
    last = max(v.on for v in visits if v.state == "held")
    return last if chosen and fate == "completed" and last < today else None


def _later(visits: tuple[Visit, ...], fate: str, rng: np.random.Generator, today: date) -> tuple[Visit, ...]:
    """Re-treatment: one to three sessions two to eight months after the end, for some."""
    chosen, after, count = rng.random() < RETREATED, int(rng.integers(60, 240)), int(rng.integers(1, 4))
    if fate != "completed" or not chosen:
        return ()
    days = [_workday(visits[-1].on + timedelta(days=after + 7 * i)) for i in range(count)]
    return tuple(Visit(day, 600) for day in days if day < today)


def _as_of(visits: tuple[Visit, ...], today: date) -> tuple[Visit, ...]:
    """What is known today: the past as it went, the freshest as reported, the next few as planned."""
    fresh = today - timedelta(days=REPORTED_DAYS)
    past = [replace(v, state="reported") if v.on >= fresh and v.state == "held" else v for v in visits if v.on < today]
    ahead = [replace(v, state="planned") for v in visits if v.on >= today]
    return (*past, *ahead[:AHEAD])


def _modalities(rng: np.random.Generator) -> tuple[str, ...]:
    """What is given: needling alone, or with one more."""
    needling, other = str(rng.choice(NEEDLING)), str(rng.choice(COMBINED))
    return (needling,) if rng.random() < ALONE else (needling, other)
