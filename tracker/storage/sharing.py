"""Sharing: links with which a patient lets somebody read along, the codes that prove who asks, and what was erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key, one_of
from tracker.storage.frozen import append_only

WAYS = ("desk", "mail")


class ShareLink(Base):
    """A link behind which anybody who has it reads one patient's progress, until it ends."""

    __tablename__ = "share_link"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index(None, "clinic_id", "patient_id"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose progress it shows."
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the token; the token itself is nowhere."
    created_at: Mapped[datetime]
    "When it was made."
    expires_at: Mapped[datetime]
    "From when it shows nothing."
    ended_at: Mapped[datetime | None]
    "When it was taken back, before its time."


class Proof(Base):
    """A short code that shows who holds the phone: needed to share or to erase."""

    __tablename__ = "proof"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index(None, "clinic_id", "patient_id"),
        one_of("way", WAYS),
        CheckConstraint("tries >= 0", name="tries"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Who may use it."
    way: Mapped[str] = mapped_column(String(8))
    "How it reached the person: shown at the desk, or mailed."
    code_hash: Mapped[str] = mapped_column(String(64))
    "scrypt of the code, salted with the patient's id."
    tries: Mapped[int] = mapped_column(default=0)
    "Wrong codes typed while it was open; at five it is worth nothing."
    created_by: Mapped[UUID | None]
    "The member of staff who showed it; nothing = it was mailed."
    created_at: Mapped[datetime]
    "When."
    expires_at: Mapped[datetime]
    "From when it cannot be typed any more."
    used_at: Mapped[datetime | None]
    "When it was typed; the phone may share and erase for some minutes from then."
    device_id: Mapped[UUID | None]
    "The device session on which it was typed."


class Erasure(Base):
    """Somebody's data were erased. The row opens the append-only tables for that person, and stays as the proof."""

    __tablename__ = "erasure"

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    patient_id: Mapped[Key]
    "Whose; the id, which now stands for nobody."
    asked_at: Mapped[datetime]
    "When it was asked for and done."


append_only(Erasure.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
