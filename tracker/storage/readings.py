"""Readings: one score at one moment, never updated, never deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.scales import ENTERED_BY, INSTRUMENTS, KINDS, SIDES
from tracker.storage.base import Base, Key, one_of
from tracker.storage.frozen import append_only


def within_limits() -> CheckConstraint:
    """Each known instrument's scores stay within its range; the clinic's own are checked by the service."""
    rules = (
        f"(instrument <> '{i.code}' OR value BETWEEN {i.minimum:g} AND {i.maximum:g})" for i in INSTRUMENTS.values()
    )
    return CheckConstraint(" AND ".join(rules), name="value")


class Reading(Base):
    """One score at one moment, or the correction or taking back of one."""

    __tablename__ = "reading"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "session_id"], ["session.clinic_id", "session.id"]),
        ForeignKeyConstraint(["clinic_id", "supersedes"], ["reading.clinic_id", "reading.id"]),
        ForeignKeyConstraint(["clinic_id", "import_batch_id"], ["import_batch.clinic_id", "import_batch.id"]),
        Index(None, "clinic_id", "course_id"),
        one_of("kind", KINDS),
        one_of("side", SIDES),
        one_of("entered_by", ENTERED_BY),
        within_limits(),
        CheckConstraint("kind <> 'after' OR session_id IS NOT NULL", name="after_has_session"),
        CheckConstraint("retracted = (value IS NULL)", name="retracted_has_no_value"),
        CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name="retracted_supersedes"),
        CheckConstraint("supersedes <> id", name="supersedes_another"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    "Made by the phone (UUIDv7): the permanent key that makes a retry safe."
    patient_id: Mapped[UUID]
    "Whose score."
    course_id: Mapped[UUID]
    "In which course."
    session_id: Mapped[UUID | None]
    "The session it was given at; nothing for a check-in."
    kind: Mapped[str] = mapped_column(String(16))
    "Baseline, before, after, check_in."
    instrument: Mapped[str] = mapped_column(String(64))
    "What was scored."
    instrument_version: Mapped[str] = mapped_column(String(16))
    "The version of the questions."
    site: Mapped[str] = mapped_column(String(64), default="")
    "Where it hurts; '' = the course as a whole."
    side: Mapped[str] = mapped_column(String(8), default="none")
    "Which side of the body."
    value: Mapped[float | None]
    "The score; nothing only where an earlier one is taken back."
    items: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    "The answers to single questions, where the instrument has them."
    recorded_at: Mapped[datetime]
    "The pain's moment as the phone told it, uncorrected."
    recorded_offset: Mapped[int]
    "Minutes the phone's clock was ahead of UTC at that moment."
    recorded_zone: Mapped[str | None] = mapped_column(String(64))
    "The phone's zone name."
    entered_at: Mapped[datetime | None]
    "When it was saved on the phone, by the phone's clock."
    received_at: Mapped[datetime]
    "When the server took it."
    clock_offset: Mapped[float] = mapped_column(default=0.0)
    "Seconds, server minus phone at the first receipt; beyond 120 the time is read corrected."
    device_id: Mapped[UUID | None]
    "The device session it came through."
    device_seq: Mapped[int | None]
    "The phone's own running number."
    entered_by: Mapped[str] = mapped_column(String(16))
    "Patient, assisted, staff, import."
    supersedes: Mapped[UUID | None]
    "The reading this one corrects or takes back."
    reason: Mapped[str | None] = mapped_column(Text)
    "Why."
    retracted: Mapped[bool] = mapped_column(default=False)
    "The earlier one was logged by mistake."
    digest: Mapped[str] = mapped_column(String(64))
    "SHA-256 of what was frozen on save; a replay must give the same."
    import_batch_id: Mapped[UUID | None]
    "The file it came from."


append_only(Reading.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
