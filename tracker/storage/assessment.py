"""Assessment: what a practitioner made of a reaction. The report itself, whoever told it, stays as it was told."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key
from tracker.storage.frozen import append_only


class Assessment(Base):
    """One assessment of one reaction, written once; the latest counts, earlier ones stay in sight.

    Codes and words of causality are those of evidence/reactions.yaml; the service holds them to it.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "reaction_id"], ["reaction.clinic_id", "reaction.id"]),
        Index(None, "clinic_id", "course_id"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("grade < 4 OR serious", name="life_threatening_is_serious"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose reaction."
    course_id: Mapped[UUID]
    "In which course."
    reaction_id: Mapped[UUID]
    "Which reaction."
    kind: Mapped[str | None] = mapped_column(String(64))
    "What it was, in the taxonomy."
    grade: Mapped[int | None]
    "CTCAE, 1 to 5."
    causality: Mapped[str | None] = mapped_column(String(16))
    "WHO-UMC: how the link with the treatment is rated."
    serious: Mapped[bool] = mapped_column(default=False)
    "Death, danger to life, hospital or lasting disability."
    onset: Mapped[str | None] = mapped_column(String(16))
    "How long after the treatment it began."
    treated: Mapped[bool | None]
    "Whether it needed treatment; nothing = not known."
    resolved_on: Mapped[date | None]
    "The day it was over, where known."
    action: Mapped[str | None] = mapped_column(Text)
    "What was done."
    note: Mapped[str | None] = mapped_column(Text)
    "What else the practitioner wrote."
    assessed_by: Mapped[UUID | None]
    "The member of staff who assessed it; nothing = the operator."
    received_at: Mapped[datetime]
    "When."


append_only(Assessment.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
