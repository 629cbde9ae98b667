"""Diary: one patient's book; what is felt at each place, how they answer, and how a line of it reaches the clinic."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, Unpack

import numpy as np

from tracker.services.demo.answers import Habit, delay
from tracker.services.demo.pain import LEAD, Pain
from tracker.services.demo.story import Entry, Place, Plan, Visit, moment

EVENING, EVENING_SPREAD = 19 * 60, 90  # check-ins come in the evening
BACK_DATED = 0.5  # of the late entries: written down days later, not only sent later


class More(TypedDict, total=False):
    """What only some lines have."""

    visit: Visit
    items: dict[str, float]


@dataclass(frozen=True)
class Diary:
    """What is needed to write one patient's entries. `pains` belong to the places of the plan, in their order."""

    plan: Plan
    habit: Habit
    pains: tuple[Pain, ...]
    rng: np.random.Generator

    @property
    def start(self) -> date:
        """The day of the first session."""
        return self.pains[0].start

    def places(self) -> tuple[tuple[int, Place, Pain], ...]:
        """Each place with its number and its pain."""
        return tuple((i, *both) for i, both in enumerate(zip(self.plan.places, self.pains, strict=True)))

    def day(self, on: date) -> int:
        """Days after the first session."""
        return (on - self.start).days

    def week(self, on: date, place: int = 0) -> float:
        """The average pain of the week up to a day."""
        return self.pains[place].week(self.day(on))

    def felt(self, on: date, place: int = 0) -> float:
        """The pain of a day."""
        return float(self.pains[place].felt[LEAD + self.day(on)])

    def evening(self) -> float:
        """A minute of the evening."""
        return EVENING + float(self.rng.uniform(-EVENING_SPREAD, EVENING_SPREAD))

    def line(
        self,
        tag: str,
        what: tuple[str, str],
        value: float,
        when: tuple[date, float],
        place: Place,
        **more: Unpack[More],
    ) -> Entry:
        """One score. `what`: kind and instrument; `when`: the day and its minute; it may arrive days later."""
        at = moment(*when)
        sent = at + timedelta(minutes=delay(self.rng))
        back_dated = sent - at > timedelta(days=1) and self.rng.random() < BACK_DATED
        return Entry(
            tag,
            *what,
            value,
            recorded_at=at,
            received_at=sent,
            place=place,
            entered_by=self.habit.entered_by,
            entered_at=sent if back_dated else at,
            sent_at=sent,
            **more,
        )
