"""Answers: how willing a patient is to log, and how they round; silence depends a little on pain."""

from dataclasses import dataclass

import numpy as np

WILLING_A, WILLING_B = 9.0, 1.7  # Beta: most answer most of the time
SILENT_AFTER_END = 0.12  # never heard of again once the course is over
STOPS_WEEKS = 120.0  # mean weeks after the end until a patient stops answering for good
LESS_PER_POINT, USUAL_PAIN = 0.12, 4.0  # log odds by which each point of pain above the usual makes an answer rarer
BEFORE_GIVEN, AFTER_GIVEN = 0.95, 0.86  # given by a fully willing patient; pairs near 70 % (42.6 % in Srinivasan 2024)
RECALL_SD = 0.35  # what rounding a week in the head adds
PRONE_TO_FORGET = 0.35  # share of the willingness that carries over to the minutes before and after a session
LATE, LATE_MOST_DAYS = 0.035, 4.0
OFFLINE, OFFLINE_MOST_HOURS = 0.08, 14.0


@dataclass(frozen=True)
class Habit:
    """One patient's way of answering. `stops` counts weeks after the end of the course; 0 = silent from the end."""

    willing: float
    stops: float
    entered_by: str = "patient"


def habit(rng: np.random.Generator) -> Habit:
    """A patient's willingness, and the week of the last answer."""
    willing, stops = float(rng.beta(WILLING_A, WILLING_B)), float(rng.exponential(STOPS_WEEKS))
    return Habit(willing, 0.0 if rng.random() < SILENT_AFTER_END else max(stops, 1.0))


def answers(habit: Habit, pain: float, rng: np.random.Generator, weeks_after: float = -1.0) -> bool:
    """Whether a check-in is answered at this pain; weeks after the end of the course, negative = in it."""
    odds = habit.willing / (1 - habit.willing + 1e-9) * np.exp(-LESS_PER_POINT * (pain - USUAL_PAIN))
    return bool(rng.random() < odds / (1 + odds)) and weeks_after < habit.stops


def scores_session(habit: Habit, rng: np.random.Generator) -> tuple[bool, bool]:
    """Whether a score is given before a session, and after it."""
    chance = 1 - PRONE_TO_FORGET * (1 - habit.willing)
    before, after = rng.random(2)
    return bool(before < BEFORE_GIVEN * chance), bool(after < AFTER_GIVEN * chance)


def whole(felt: float) -> float:
    """Felt pain as the slider stores it: whole points from 0 to 10."""
    return float(np.clip(np.floor(felt + 0.5), 0, 10))


def delay(rng: np.random.Generator) -> float:
    """Minutes until an entry reaches the clinic: at once, after a while without signal, or days late."""
    kind, share = rng.random(), rng.random()
    if kind < LATE:
        return 1440 * (1.1 + share * (LATE_MOST_DAYS - 1.1))
    return 60 * OFFLINE_MOST_HOURS * share if kind < LATE + OFFLINE else 0.2 + 2 * share
