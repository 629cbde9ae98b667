"""Kiosk: the clinic's tablet in one patient's hands, for the scores of one visit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key


class Kiosk(Base):
    """One handing over: what the tablet may write while it lasts, and who gets it back by which code."""

    __tablename__ = "kiosk"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "session_id"], ["session.clinic_id", "session.id"]),
        CheckConstraint("wrong BETWEEN 0 AND 5", name="wrong"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the tablet's cookie."
    patient_id: Mapped[UUID]
    "Whose scores."
    course_id: Mapped[UUID]
    "In which course."
    session_id: Mapped[UUID]
    "Of which visit: nothing else can be written."
    handed_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    "The member of staff who handed it over, and is signed in again by the code."
    code_hash: Mapped[str] = mapped_column(String(64))
    "scrypt of the code, salted with the id."
    wrong: Mapped[int] = mapped_column(default=0)
    "How often the code was wrong; at five only a new link signs in."
    handed_at: Mapped[datetime]
    "When."
    asks_until: Mapped[datetime]
    "Until when it takes scores."
    saved_at: Mapped[datetime | None]
    "When the first scores came; from then on only they can be changed."
    forgotten_at: Mapped[datetime | None]
    "When the tablet forgot the patient: it takes nothing any more."
    back_until: Mapped[datetime]
    "Until when the code brings the member of staff back."
    back_at: Mapped[datetime | None]
    "When it did; from then on it is worth nothing."
