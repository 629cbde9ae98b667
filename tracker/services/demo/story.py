"""Story: one invented patient as values; what happened, before anything is put through the services."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_DNS, UUID, uuid5
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

ZONE = "Europe/Berlin"
DEMO = uuid5(NAMESPACE_DNS, "demo.outcome-tracker.invalid")  # all ids of the demo hang on this one: two loads agree

Floats = NDArray[np.float64]
Place = tuple[str | None, str]  # site, side


def named(name: str) -> UUID:
    """The demo's id of this name."""
    return uuid5(DEMO, name)


def moment(day: date, minute: float) -> datetime:
    """So many minutes after midnight of a day by the demo clinic's clock."""
    return datetime.combine(day, time(), ZoneInfo(ZONE)) + timedelta(minutes=round(minute))


@dataclass(frozen=True)
class Person:
    """An invented patient. `number` starts at 1."""

    number: int
    code: str
    initials: str
    birth_year: int | None
    sex: str | None


@dataclass(frozen=True)
class Visit:
    """One session, at a minute of its day. `number` tells two of one day apart."""

    on: date
    minute: int
    state: str = "held"
    number: int = 1


@dataclass(frozen=True)
class Plan:
    """One course as the clinic meant it and as it went. `fate`: completed, unfinished or running."""

    condition: str
    onset_on: date
    chronicity: str
    places: tuple[Place, ...]
    practitioner: str
    modalities: tuple[str, ...]
    planned_sessions: int
    planned_per_week: int
    fate: str
    visits: tuple[Visit, ...]
    closed_on: date | None = None
    closed_reason: str | None = None

    @property
    def held(self) -> tuple[Visit, ...]:
        """The sessions that took place (as reported or as confirmed), re-treatment included."""
        return tuple(v for v in self.visits if v.state in ("held", "reported"))


@dataclass(frozen=True)
class Entry:
    """One score as the phone sends it and when it arrived. `tag` names it within its course."""

    tag: str
    kind: str
    instrument: str
    value: float | None
    recorded_at: datetime
    received_at: datetime
    place: Place
    visit: Visit | None = None
    items: dict[str, float] | None = None
    entered_by: str = "patient"
    entered_at: datetime | None = None
    sent_at: datetime | None = None
    supersedes: str | None = None
    reason: str | None = None
    retracted: bool = False


@dataclass(frozen=True)
class Reaction:
    """One adverse reaction after a session."""

    visit: Visit
    code: str
    grade: str
    serious: bool = False
    words: str | None = None


@dataclass(frozen=True)
class Story:
    """One patient's course and everything logged in it, in order of arrival."""

    person: Person
    plan: Plan
    entries: tuple[Entry, ...]
    reactions: tuple[Reaction, ...]
