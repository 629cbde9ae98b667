"""A course to look at, made through services: a patient, a plan, sessions and scores told by their days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tests.web.world import World
from tracker.services import enrol, log
from tracker.services.actor import Actor, operator
from tracker.services.visit import session_id
from tracker.web.database import session

SEOUL = ZoneInfo("Asia/Seoul")


def today() -> date:
    """The clinic's day."""
    return datetime.now(SEOUL).date()


def ago(days: int) -> date:
    """A day so long before it."""
    return today() - timedelta(days=days)


def at(on: date, hour: int = 9) -> datetime:
    """A moment of a day, never one to come: what is told of today was told at its first minute."""
    return datetime.combine(on, time(hour if on < today() else 0, 0 if on < today() else 1), SEOUL)


@dataclass
class Course:
    """One course; `first` is its first session's day."""

    world: World
    patient: UUID = field(default_factory=uuid4)
    id: UUID = field(default_factory=uuid4)
    places: Sequence[tuple[str | None, str]] = (("knee", "left"),)

    @property
    def who(self) -> Actor:
        """The clinic's operator."""
        return operator(self.world.clinics["here"])

    @property
    def owner(self) -> Actor:
        """The patient."""
        return Actor("patient", self.patient, self.world.clinics["here"], "patient", patient_id=self.patient)

    @property
    def path(self) -> str:
        """Its page."""
        return f"/clinic/courses/{self.id}"

    def open(self, code: str = "P-looked", initials: str = "LO", condition: str = "knee_oa", **more: Any) -> "Course":
        """The patient with the course."""
        enrol.enrol_patient(session(), actor=self.who, id=self.patient, code=code, initials=initials)
        told = {
            "planned_sessions": 8,
            "planned_per_week": 1,
            "chronicity": "chronic",
            "practitioner": "Dr. Cho",
            **more,
        }
        places = [] if condition.endswith(("headache", "migraine")) else list(self.places)
        enrol.open_course(
            session(), actor=self.who, id=self.id, patient_id=self.patient, condition=condition, places=places, **told
        )
        return self

    def visit(
        self, on: date, before: float | None = None, after: float | None = None, place: int = 0, **more: Any
    ) -> UUID:
        """A session with its scores; its id."""
        id = session_id(self.id, on, 1)
        log.session(session(), actor=self.who, id=id, course_id=self.id, held_on=on, **more)
        for kind, value, hour in (("before", before, 9), ("after", after, 10)):
            if value is not None:
                when = at(on, hour) + timedelta(minutes=hour)
                self.score(on, value, kind=kind, instrument="nrs_now", session_id=id, recorded_at=when, place=place)
        return id

    def score(self, on: date, value: float | None, place: int = 0, **more: Any) -> UUID:
        """A score of a day; its id. A place of None is the course as a whole."""
        where = dict(zip(("site", "side"), self.places[place], strict=True)) if self.places else {}
        told = {"kind": "check_in", "instrument": "nrs_week", "recorded_at": at(on), "id": uuid4(), **where, **more}
        who = told.pop("actor", self.owner)
        now = told.pop("now", told["recorded_at"] + timedelta(minutes=1))
        return log.reading(session(), actor=who, course_id=self.id, value=value, now=now, **told).reading.id

    def weeks(self, scores: Mapping[int, float], place: int = 0) -> None:
        """Weekly scores by how many days ago."""
        for days, value in scores.items():
            self.score(ago(days), value, place)


def ordinary(world: World, **more: Any) -> Course:
    """Eight weekly sessions that ended 100 days ago, weekly scores from 8 to 4, asked at 1 and 3 months."""
    course = Course(world).open(**more)
    first = 100 + 49
    for days in (first + 3, first + 1):
        course.score(ago(days), 8, kind="baseline")
    for n in range(8):
        course.visit(ago(first - 7 * n), 7 - n // 2, 5 - n // 3, modalities=["acupuncture", "cupping"][: 1 + n % 2])
    course.weeks({first - 6 - 7 * n: 8 - n // 2 for n in range(8)})
    course.weeks({95: 4, 70: 4, 10: 3})
    return course
