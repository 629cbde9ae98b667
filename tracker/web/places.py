"""Places: a patient's courses, place by place, as one list to choose from; an address holds a place's number only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.services.errors import NotFound
from tracker.services.views import CourseView, PlaceView
from tracker.web import wording


@dataclass(frozen=True)
class Chosen:
    """One place of one course, and the others beside it."""

    course: CourseView
    place: PlaceView
    number: int
    all: "tuple[Choice, ...]"


@dataclass(frozen=True)
class Choice:
    """One line of the picker."""

    course_id: UUID
    number: int
    words: str
    here: bool


def of(course: CourseView) -> tuple[PlaceView, ...]:
    """Where scores are asked; a course without a place is asked as a whole."""
    return course.places or (PlaceView(None, "none"),)


def words(course: CourseView, place: PlaceView) -> str:
    """Left knee; low back pain where no place is named."""
    if place.site is None:
        return wording.upper(wording.condition(course.condition))
    return wording.upper(wording.body(course.condition, place.site, place.side))


def find(courses: Sequence[CourseView], course_id: UUID | None, number: int) -> Chosen:
    """The place asked for, else the first of the latest course; NotFound for what is not theirs."""
    asked = [c for c in courses if course_id in (None, c.id)]
    course = max(asked, key=recent, default=None)
    if course is None or number >= len(of(course)):
        raise NotFound
    here = (course.id, number)
    all_ = tuple(Choice(c.id, n, words(c, at), (c.id, n) == here) for c in courses for n, at in enumerate(of(c)))
    return Chosen(course, of(course)[number], number, all_)


def every(course: CourseView) -> list[Chosen]:
    """Each place of one course, one after the other."""
    return [find([course], course.id, number) for number in range(len(of(course)))]


def recent(course: CourseView) -> tuple[bool, date]:
    """Orders courses: open ones last, each by its first day."""
    days = [s.held_on for s in course.sessions] + ([course.started_on] if course.started_on else [])
    return course.closed_on is None, min(days, default=date.max)
