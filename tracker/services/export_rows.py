"""Export rows: a clinic's courses one after the other, as rows of the tidy file, and what only FHIR has room for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy.orm import Session as Database

from tracker.exports import deidentified
from tracker.exports.deidentified import Veil
from tracker.exports.fhir import Case, Reacted
from tracker.exports.rows import Row
from tracker.science.milestones import MILESTONES
from tracker.services import show, tidy
from tracker.services.tidy import Line
from tracker.services.views import ClinicView, CourseView
from tracker.storage import export as store
from tracker.storage.columns import identity
from tracker.storage.export import Listed, Taken


class Person(NamedTuple):
    """Whose course it is."""

    id: UUID
    code: str
    sex: str | None
    birth_year: int | None


class Told(NamedTuple):
    """One course: its rows, the answers to single questions behind them, and reactions."""

    course: CourseView
    name: str
    person: Person
    rows: list[Row]
    said: Callable[[], Sequence[tuple[str, Mapping[str, float] | None] | None]]  # for each row: id, answers; FHIR asks
    reactions: Sequence[Any]

    def veiled(self, veil: Veil, until: date) -> "Told":
        """The same for people who must not be known; answers to single questions and reactions stay inside."""
        rows = deidentified.rows(self.rows, self.course.id, self.person.id, self.course.modality, until, veil)
        id = UUID(hex=veil.name("", self.person.id).rjust(32, "0"))
        course = UUID(hex=veil.name("", self.course.id).rjust(32, "0"))
        code = rows[0].patient if rows else ""
        said = [None if row.value is None else (str(uuid5(course, f"reading/{n}")), None) for n, row in enumerate(rows)]
        view = replace(self.course, id=course, sessions=())
        return Told(view, self.name, Person(id, code, None, None), rows, lambda: said, ())

    def case(self) -> Case:
        """The course as FHIR takes it."""
        p, names = self.person, tidy.named(self.course.sessions)
        reacted = [
            Reacted(
                str(r.id),
                r.occurred_on,
                r.code,
                r.grade,
                r.serious,
                names[r.session_id].name if r.session_id in names else None,
            )
            for r in self.reactions
        ]
        return Case(str(p.id), p.code, p.sex, p.birth_year, self.course.id, self.rows, self.said(), reacted)


def told(db: Database, clinic: ClinicView, courses: Sequence[Listed]) -> Iterator[Told]:
    """These courses, in the order given."""
    for taken in store.taken(db, clinic.id, courses):
        yield _told(clinic, taken)


def _told(clinic: ClinicView, taken: Taken) -> Told:
    """One of them."""
    course = show.course_with(taken.course, taken.patient, taken.places, taken.sessions)
    happened = [(on, code) for on, code in taken.happened if code in MILESTONES]
    lines = tidy.lines(clinic, course, taken.said, name=taken.name, happened=happened)
    person = Person(taken.patient.id, taken.patient.code, taken.patient.sex, taken.patient.birth_year)
    return Told(course, taken.name, person, [line.row for line in lines], partial(_behind, lines), taken.reactions)


def _behind(lines: Sequence[Line]) -> list[tuple[str, Mapping[str, float] | None] | None]:
    """For each row the reading's id and its answers to single questions; None where there was none."""
    return [(str(identity(line.said.id)), line.said.answers) if line.said else None for line in lines]
