"""Mix: what the filters of a summary ask of a course: when it began, who treats, with what, alone or combined.

Ids are as the driver gives them (`columns.identity`): a clinic has many courses.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session as Database

from tracker.storage import Course, Outcome, Reaction, Session, columns
from tracker.storage.columns import HELD, identity, plain


class Mixed(NamedTuple):
    """One course that has outcomes of an instrument. `start`: day ordinal, None = not known."""

    course_id: Any
    patient_id: Any
    start: float | None
    condition: str
    practitioner: str | None
    group_label: str | None
    modalities: frozenset[str]


def courses(db: Database, clinic_id: UUID, instrument: str) -> list[Mixed]:
    """Every course of the clinic with an outcome row of this instrument, in the order of their ids."""
    given, spelled = modalities(db, clinic_id), _Spelled()
    begun = _starts().where(Outcome.clinic_id == clinic_id, Outcome.instrument == instrument)
    start = dict(map(tuple, db.connection().execute(begun).all()))
    told = select(
        *map(plain, (Course.id, Course.patient_id, Course.condition, Course.practitioner)),
        *map(plain, (Course.group_label, Course.modality)),
    ).where(Course.clinic_id == clinic_id)
    return sorted(
        Mixed(id, patient, start[id], condition, practitioner, group, given.get(id) or spelled[modality])
        for id, patient, condition, practitioner, group, modality in map(tuple, db.connection().execute(told).all())
        if id in start
    )


def _starts() -> Any:
    """The first start of each course."""
    return select(plain(Outcome.course_id), func.min(Outcome.start)).group_by(Outcome.course_id)


def modalities(db: Database, clinic_id: UUID) -> dict[Any, frozenset[str]]:
    """What was done in the held sessions of each course; a course whose sessions name nothing is not in it."""
    named = cast(Session.modalities, Text)
    told = (
        select(plain(Session.course_id), named)
        .where(Session.clinic_id == clinic_id, Session.state.in_(HELD), named != "[]")
        .distinct()
    )
    words = _Words()
    found: dict[Any, frozenset[str]] = {}
    for course_id, text in db.connection().execute(told).all():
        found[course_id] = found.get(course_id, frozenset()) | words[text]
    return found


class _Words(dict[str, frozenset[str]]):
    """The words of a JSON text; the same few texts come again and again."""

    def __missing__(self, text: str) -> frozenset[str]:
        """Read one."""
        self[text] = frozenset(orjson.loads(text))
        return self[text]


class _Spelled(dict[str | None, frozenset[str]]):
    """The course's own treatment, as planned or as its file says: one, or several joined by +."""

    def __missing__(self, modality: str | None) -> frozenset[str]:
        """Part one."""
        self[modality] = frozenset(modality.split("+")) if modality else frozenset()
        return self[modality]


def reactions(db: Database, clinic_id: UUID) -> list[Any]:
    """Course, and whether it was serious, of every reaction after the clinic's sessions."""
    told = select(plain(Reaction.course_id).label("course_id"), Reaction.serious).where(Reaction.clinic_id == clinic_id)
    return list(db.connection().execute(told))


def held_by(db: Database, clinic_id: UUID, ids: Iterable[Any]) -> dict[Any, list[int]]:
    """Days on which sessions of these courses were held."""
    told = select(plain(Session.course_id), Session.held_on).where(
        Session.clinic_id == clinic_id, Session.state.in_(HELD)
    )
    found: defaultdict[Any, list[int]] = defaultdict(list)
    for part in columns.parts(sorted(map(identity, ids))):
        for course_id, day in db.connection().execute(told.where(Session.course_id.in_(part))):
            found[course_id].append(day.toordinal())
    return dict(found)
