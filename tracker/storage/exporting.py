"""Exporting: exports that were asked for, and how far each is. The files lie in the data folder, for a day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key, one_of

EXPORT_STATES = ("queued", "running", "done", "failed", "gone")


class ExportJob(Base):
    """One export that was asked for."""

    __tablename__ = "export_job"
    __table_args__ = (
        Index(None, "clinic_id", "state"),
        one_of("state", EXPORT_STATES),
        CheckConstraint("steps >= 0 AND done >= 0", name="steps"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    "Made by whoever asks: the same again is a replay."
    what: Mapped[str] = mapped_column(String(16))
    "Readings or summary."
    format: Mapped[str] = mapped_column(String(8))
    "The file's format."
    anchor: Mapped[str] = mapped_column(String(8))
    "Day 0 of the months."
    deidentified: Mapped[bool]
    "Whether nobody can be known from it."
    state: Mapped[str] = mapped_column(String(8))
    "Queued, running, done, failed; gone once its files are removed."
    done: Mapped[int] = mapped_column(default=0)
    "Steps taken."
    steps: Mapped[int] = mapped_column(default=0)
    "Steps in all; 0 until they are known."
    rows: Mapped[int | None]
    "Rows in the file."
    sha256: Mapped[str | None] = mapped_column(String(64))
    "Of the data file."
    reason: Mapped[str | None] = mapped_column(String(200))
    "Why it failed."
    created_by: Mapped[UUID]
    "Which member of staff asked."
    created_at: Mapped[datetime]
    "When."
    moved_at: Mapped[datetime]
    "When it last went on: one that stands still for long is begun again."
