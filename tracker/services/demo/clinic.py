"""Clinic: all stories of the demo, from one seed and one date; fewer patients are the beginning of more."""

from dataclasses import replace
from datetime import date

import numpy as np

from tracker.services.demo import named, people
from tracker.services.demo.answers import habit
from tracker.services.demo.diary import Diary
from tracker.services.demo.measures import measures
from tracker.services.demo.oddities import oddities
from tracker.services.demo.pain import Pain, pain
from tracker.services.demo.plan import plan
from tracker.services.demo.reactions import reactions
from tracker.services.demo.scores import scores
from tracker.services.demo.story import Plan, Story, moment

SEED = 20_250_711
PATIENTS = 300
ASSISTED_EVERY = 24  # one patient in so many has a carer who taps
SAME_KNEES = 0.7  # how much of the second place's pain is the first one's


def stories(rng: np.random.Generator, today: date, patients: int = PATIENTS) -> tuple[Story, ...]:
    """So many patients as seen on the morning of `today`, each from a stream of their own."""
    told = {named.MID_COURSE: named.mid_course, named.FOLLOWED: named.followed}
    streams = enumerate(rng.spawn(patients), 1)
    return tuple(told[n](today) if n in told else story(n, stream, today) for n, stream in streams)


def story(number: int, rng: np.random.Generator, today: date) -> Story:
    """Patient `number`: who, the course, the hidden pain, and what was logged of it."""
    person, course = people.person(number, rng, today), plan(number, rng, today)
    ways = habit(rng)
    ways = replace(ways, entered_by="assisted") if number % ASSISTED_EVERY == 0 else ways
    book = Diary(course, ways, _pains(course, rng, today), rng)
    entries = oddities(number, scores(book, today) + measures(book, today), rng)
    known = tuple(e for e in entries if e.received_at < moment(today, 0))
    return Story(person, course, known, reactions(number, course, rng))


def _pains(course: Plan, rng: np.random.Generator, today: date) -> tuple[Pain, ...]:
    """The hidden pain of each place; a second place shares much of the first."""
    first, *others = (pain(course, rng, today) for _ in course.places)
    return (first, *(replace(o, felt=SAME_KNEES * first.felt + (1 - SAME_KNEES) * o.felt) for o in others))
