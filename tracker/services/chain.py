"""Chain: rows that are written once, and how a later one corrects or takes back an earlier one of the same course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services.errors import Conflict
from tracker.services.faults import Faults, utc
from tracker.tongue import _


def refuse_other(row: Any, told: Mapping[str, Any]) -> None:
    """The same id with these very words is a replay; with others the id is taken."""
    if any(_plain(getattr(row, name)) != _plain(value) for name, value in told.items()):
        raise Conflict("other_body", _("This id was used for something else."), "/id")


def check_earlier(db: Database, faults: Faults, table: Any, clinic_id: UUID, id: UUID, told: Mapping[str, Any]) -> None:
    """What is corrected or taken back is another row of this very course."""
    if not isinstance(told["retracted"], bool):
        faults.add("/retracted", "not_a_flag", _("This must be true or false."))
    elif told["retracted"] and told["supersedes"] is None:
        faults.add("/supersedes", "blank", _("Say which one is taken back."))
    if told["supersedes"] is not None and not _stands(db, table, clinic_id, id, told):
        faults.add("/supersedes", "unknown_earlier", _("There is no such entry in this course."))


def _stands(db: Database, table: Any, clinic_id: UUID, id: UUID, told: Mapping[str, Any]) -> bool:
    here = (table.clinic_id == clinic_id, table.course_id == told["course_id"], table.id == told["supersedes"])
    return told["supersedes"] != id and bool(db.scalar(select(table.id).where(*here)))


def _plain(value: Any) -> Any:
    """Moments alike in any offset."""
    return utc(value) if isinstance(value, datetime) else value
