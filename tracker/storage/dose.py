"""Dose: what a person agreed to before it was injected, and what else they took or received; both written once."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.exposures import ALL_CODES, KINDS
from tracker.science.needling import ANSWERS, PRODUCTS
from tracker.storage.base import Base, Key, one_of
from tracker.storage.frozen import append_only


class Consent(Base):
    """One answer to being asked whether something may be injected: given, refused, withdrawn; the latest day counts."""

    __tablename__ = "consent"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "supersedes"], ["consent.clinic_id", "consent.id"]),
        Index(None, "clinic_id", "course_id"),
        one_of("product", PRODUCTS),
        one_of("answer", ANSWERS),
        CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name="retracted_supersedes"),
        CheckConstraint("supersedes <> id", name="supersedes_another"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Who was asked."
    course_id: Mapped[UUID]
    "For which course."
    product: Mapped[str] = mapped_column(String(16))
    "What would be injected: bee venom is asked for apart."
    answer: Mapped[str] = mapped_column(String(16))
    "What the person said."
    answered_on: Mapped[date]
    "The day they said it, the clinic's date."
    recorded_by: Mapped[UUID | None]
    "The member of staff who wrote it down; nothing = the operator."
    received_at: Mapped[datetime]
    "When it was written down."
    supersedes: Mapped[UUID | None]
    "The one it corrects or takes back."
    retracted: Mapped[bool] = mapped_column(default=False)
    "The earlier one was written down by mistake."


class CoTreatment(Base):
    """Another treatment or medicine during a course, from one day to another; a later row may correct or end it."""

    __tablename__ = "co_treatment"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "supersedes"], ["co_treatment.clinic_id", "co_treatment.id"]),
        Index(None, "clinic_id", "course_id"),
        one_of("kind", KINDS),
        one_of("code", ALL_CODES),
        CheckConstraint("kind = 'other' OR code IS NOT NULL", name="what"),
        CheckConstraint("kind <> 'other' OR (code IS NULL AND label IS NOT NULL)", name="other_has_a_label"),
        CheckConstraint("ended_on >= begun_on", name="ended_on"),
        CheckConstraint("NOT retracted OR supersedes IS NOT NULL", name="retracted_supersedes"),
        CheckConstraint("supersedes <> id", name="supersedes_another"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose."
    course_id: Mapped[UUID]
    "Beside which course."
    kind: Mapped[str] = mapped_column(String(16))
    "A modality, a medicine, or something else."
    code: Mapped[str | None] = mapped_column(String(32))
    "Which modality or class of medicines."
    label: Mapped[str | None] = mapped_column(String(200))
    "Its name, as staff write it."
    begun_on: Mapped[date]
    "The first day, the clinic's date."
    ended_on: Mapped[date | None]
    "The last day; nothing while it goes on."
    note: Mapped[str | None] = mapped_column(Text)
    "What staff wrote beside it."
    entered_by: Mapped[UUID | None]
    "The member of staff who entered it; nothing = the operator."
    received_at: Mapped[datetime]
    "When it was entered."
    supersedes: Mapped[UUID | None]
    "The one it corrects, ends or takes back."
    retracted: Mapped[bool] = mapped_column(default=False)
    "The earlier one was entered by mistake."


append_only(Consent.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
append_only(CoTreatment.__table__)  # pyright: ignore[reportArgumentType] — the same
