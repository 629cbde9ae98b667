"""Items: the rows of the work list. One is open per course and reason; what opened stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.worklist import Item
from tracker.services import standing
from tracker.storage import Course, WorkItem, columns

WHOLE = ("", "none")  # the course as a whole


@dataclass(frozen=True)
class New:
    """An item to be opened."""

    course_id: UUID
    reason: str
    opened_on: date
    month: int | None = None
    place: tuple[str, str] = WHOLE
    instrument: str | None = None
    subject_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """The items of some courses so far."""

    zone: ZoneInfo
    rows: dict[tuple[UUID, str], list[WorkItem]]

    def of(self, course_id: UUID, reason: str) -> list[WorkItem]:
        """Those of one course and reason."""
        return self.rows.get((course_id, reason), [])

    def judged(self, course_id: UUID, reason: str) -> list[Item]:
        """The same as science takes them."""
        return [Item(row.opened_on.toordinal(), self._day(row.resolved_at)) for row in self.of(course_id, reason)]

    def add(self, row: WorkItem) -> None:
        """One that was opened just now."""
        self.rows.setdefault((row.course_id, row.reason), []).append(row)

    def _day(self, moment: datetime | None) -> float | None:
        return None if moment is None else float(moment.astimezone(self.zone).date().toordinal())


def known(db: Database, clinic_id: UUID, course_ids: Sequence[UUID], reasons: Collection[str]) -> Known:
    """The items of these courses for these reasons, oldest first."""
    made = Known(columns.zone(db, clinic_id), {})
    chosen = select(WorkItem).where(WorkItem.clinic_id == clinic_id, WorkItem.reason.in_(reasons))
    for part in columns.parts(list(course_ids)):
        for row in db.scalars(chosen.where(WorkItem.course_id.in_(part)).order_by(WorkItem.opened_on, WorkItem.id)):
            made.add(row)
    return made


def put(db: Database, clinic_id: UUID, new: New, so_far: Known, now: datetime) -> bool:
    """Open one, unless one is open for the same course and reason. The caller holds the course."""
    if any(row.resolved_at is None for row in so_far.of(new.course_id, new.reason)):
        return False
    site, side = new.place
    row = WorkItem(
        clinic_id=clinic_id,
        id=uuid4(),
        patient_id=db.scalars(
            select(Course.patient_id).where(Course.clinic_id == clinic_id, Course.id == new.course_id)
        ).one(),
        site=site,
        side=side,
        opened_at=now,
        **{name: value for name, value in vars(new).items() if name != "place"},
    )
    db.add(row)
    db.flush()
    so_far.add(row)
    standing.keep(db, clinic_id, [new.course_id])
    return True
