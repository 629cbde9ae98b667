"""Sign-off: a clinic's signature under one version of a source's words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key

STANDS = text("withdrawn_at IS NULL")


class EvidenceSignOff(Base):
    """One signature of one clinic; what the record says now may be other words than those signed."""

    __tablename__ = "evidence_sign_off"
    __table_args__ = (
        Index(
            None,
            "clinic_id",
            "record_id",
            "language",
            "text_hash",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    record_id: Mapped[str] = mapped_column(String(64))
    "The record of the library that was read."
    language: Mapped[str] = mapped_column(String(8))
    "In which language its words were read."
    text_hash: Mapped[str] = mapped_column(String(64))
    "Which words were read: SHA-256 of its plain summary and its clinician's line."
    signed_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    "Which member of staff signed."
    signed_at: Mapped[datetime]
    "When."
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    "Who took it back; nothing = it stands."
    withdrawn_at: Mapped[datetime | None]
    "When."
