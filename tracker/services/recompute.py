"""Recompute: outcome rows rebuilt from the readings; the same rows must come out."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import derive, standing
from tracker.services.errors import NotFound
from tracker.services.transaction import writing
from tracker.storage import Clinic, Course, Outcome, columns

KEY = ("course_id", "instrument", "site", "side")


def recompute(db: Database, *, clinic_slug: str | None = None, check: bool = False) -> list[str]:
    """Rebuild the rows of one clinic or all; a line for each row that differed. `check` writes nothing."""
    chosen = select(Clinic.id, Clinic.slug).order_by(Clinic.slug)
    clinics = db.execute(chosen.where(Clinic.slug == clinic_slug) if clinic_slug else chosen).all()
    if clinic_slug and not clinics:
        raise NotFound("unknown_clinic", "There is no such clinic.")
    found: list[str] = []
    for clinic_id, slug in clinics:
        ids = db.scalars(select(Course.id).where(Course.clinic_id == clinic_id).order_by(Course.id)).all()
        for part in columns.parts(ids):
            with writing(db):
                found += [f"{slug} {line}" for line in _rebuild(db, clinic_id, part, check)]
    return found


def _rebuild(db: Database, clinic_id: UUID, ids: Sequence[UUID], check: bool) -> list[str]:
    """Some courses, locked."""
    derive.lock(db, clinic_id, ids)
    rows = db.execute(
        select(*Outcome.__table__.c).where(Outcome.clinic_id == clinic_id, Outcome.course_id.in_(ids))
    ).mappings()
    stood = {_key(row): dict(row) for row in rows}
    due = {_key(row): row for row in derive.expected(db, clinic_id, ids)}
    found = sorted(_differences(stood, due))
    if found and not check:
        derive.derive_courses(db, clinic_id, ids)
    elif not check:
        standing.keep(db, clinic_id, ids)
    return found


def _differences(stood: dict[Any, dict[str, Any]], due: dict[Any, dict[str, Any]]) -> Iterator[str]:
    """Rows too many, rows missing, columns that differ; which, never their values."""
    for key in stood.keys() - due.keys():
        yield f"{_name(key)}: row too many"
    for key in due.keys() - stood.keys():
        yield f"{_name(key)}: row missing"
    for key in due.keys() & stood.keys():
        other = [name for name, value in due[key].items() if stood[key][name] != value]
        if other:
            yield f"{_name(key)}: {', '.join(other)}"


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _name(key: tuple[Any, ...]) -> str:
    course, instrument, site, side = key
    return f"{course} {instrument} {site or '-'} {side}"
