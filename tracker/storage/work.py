"""Work: what a course put on the work list and what became of it; and how far a clinic's dates were looked at."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.scales import SIDES
from tracker.science.worklist import REASONS
from tracker.storage.base import Base, Key, one_of
from tracker.storage.outcome import MONTHS

RESOLUTIONS = ("spoke", "no_answer", "visit", "plan", "referred", "answered", "noted", "mistake")
OPEN = text("resolved_at IS NULL")


class WorkItem(Base):
    """One reason to look at one course. It opens once, is never deleted and is closed by somebody who says why."""

    __tablename__ = "work_item"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        Index(
            "uq_work_item_open",
            "clinic_id",
            "course_id",
            "reason",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_work_item_open", "clinic_id", "opened_on", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "clinic_id", "course_id", "reason"),
        Index(None, "clinic_id", "resolved_at"),
        one_of("reason", REASONS),
        one_of("side", SIDES),
        one_of("resolution", RESOLUTIONS),
        CheckConstraint(f"month IN ({', '.join(map(str, MONTHS))})", name="month"),
        CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolved"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose."
    course_id: Mapped[UUID]
    "In which course."
    reason: Mapped[str] = mapped_column(String(16))
    "Worsened, top, sudden, call, ended, review_due, reaction."
    month: Mapped[int | None]
    "The follow-up month that was not answered; of a call only."
    site: Mapped[str] = mapped_column(String(64), default="")
    "The place whose scores were judged; '' = the course as a whole."
    side: Mapped[str] = mapped_column(String(8), default="none")
    "Which side of the body."
    instrument: Mapped[str | None] = mapped_column(String(64))
    "Whose scores were judged; nothing where none were."
    subject_id: Mapped[UUID | None]
    "The reading or the reaction that opened it."
    opened_on: Mapped[date]
    "The day from which the rule holds, the clinic's date: the same whenever somebody looks."
    opened_at: Mapped[datetime]
    "When the row was written."
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    "The arithmetic in numbers, so that it can be told without judging again."
    resolved_at: Mapped[datetime | None]
    "When it was closed; nothing = open."
    resolved_by: Mapped[UUID | None]
    "The member of staff who closed it; nothing = the operator, or the patient's own answer."
    resolution: Mapped[str | None] = mapped_column(String(16))
    "What was done, in one word of a fixed list."
    note: Mapped[str | None] = mapped_column(Text)
    "What staff wrote beside it."


class WorkMark(Base):
    """How far one clinic was looked at: what opens by a date is looked for once a day, not at every look."""

    __tablename__ = "work_mark"

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    looked_on: Mapped[date | None]
    "Dates up to this day, the clinic's, were looked at."
    noise: Mapped[list[Any]] = mapped_column(JSON, default=list)
    "How far scores move by themselves, as estimated from time to time; a course takes what was known at its start."
