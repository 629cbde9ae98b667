"""Milestone: what happened to a person beside the treatment, as they or the clinic tell it; written once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.milestones import MILESTONES, STATEMENTS
from tracker.storage.base import Base, Key, one_of
from tracker.storage.frozen import append_only


class Milestone(Base):
    """One dated event of a course, the answer that there was none, or that an earlier one was told by mistake."""

    __tablename__ = "milestone"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "supersedes"], ["milestone.clinic_id", "milestone.id"]),
        Index(None, "clinic_id", "course_id"),
        one_of("code", (*MILESTONES, *STATEMENTS)),
        CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name="retracted_supersedes"),
        CheckConstraint("supersedes <> id", name="supersedes_another"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose."
    course_id: Mapped[UUID]
    "In which course."
    code: Mapped[str] = mapped_column(String(32))
    "What happened, or what was answered."
    happened_on: Mapped[date]
    "The day it happened, the clinic's date; of an answer the day it was given."
    entered_at: Mapped[datetime | None]
    "When it was saved on the phone, by the phone's clock."
    received_at: Mapped[datetime]
    "When it reached the server."
    reported_by: Mapped[str] = mapped_column(String(16))
    "Patient, assisted or staff."
    supersedes: Mapped[UUID | None]
    "The one it corrects or takes back."
    retracted: Mapped[bool] = mapped_column(default=False)
    "The earlier one was told by mistake."


append_only(Milestone.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
