"""Access: links that sign in once, devices that stay signed in, the people on them, the trail of who did what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key, one_of
from tracker.storage.frozen import append_only

ACTORS = ("patient", "staff", "operator", "device", "token")


class SignInLink(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        CheckConstraint("(patient_id IS NULL) <> (user_id IS NULL)", name="one_person"),
        Index(None, "handle"),
        Index(None, "clinic_id", "patient_id"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the token; the token itself is nowhere."
    patient_id: Mapped[UUID | None]
    "The patient it signs in, or"
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    "the member of staff."
    carer: Mapped[bool] = mapped_column(default=False)
    "Whether it lets in somebody who helps the patient: what they enter is marked as assisted."
    handle: Mapped[str | None] = mapped_column(String(4))
    "The first four characters of the typed code, by which the link is found; nothing where no code was made."
    code_hash: Mapped[str | None] = mapped_column(String(64))
    "scrypt of the whole typed code, salted with the link's id."
    wrong: Mapped[int] = mapped_column(default=0)
    "How often its code was typed wrongly; after five tries the code is dead."
    expires_at: Mapped[datetime]
    "From when it is worth nothing."
    used_at: Mapped[datetime | None]
    "When it was redeemed; from then on it is worth nothing."
    created_by: Mapped[UUID | None]
    "Who asked for it; nothing = the operator."
    created_at: Mapped[datetime]
    "When."


class WrongCode(Base):
    """How many wrong codes came from one place lately; no patient data, and gone after an hour."""

    __tablename__ = "wrong_code"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    "The network address they came from."
    since: Mapped[datetime]
    "When the first of them came."
    count: Mapped[int]
    "How many since then."


class DeviceSession(Base):
    """A phone that stays signed in at one clinic; who is on it stands in device_person."""

    __tablename__ = "device_session"

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the cookie's token."
    label: Mapped[str | None] = mapped_column(String(200))
    "What kind of device it said it is: iPhone · Safari."
    created_at: Mapped[datetime]
    "When it joined."
    last_used_at: Mapped[datetime]
    "When it last asked for something, to the hour."
    expires_at: Mapped[datetime]
    "When it ends unless used."
    revoked_at: Mapped[datetime | None]
    "When it was ended."


class DevicePerson(Base):
    """One person on one phone."""

    __tablename__ = "device_person"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "device_id"], ["device_session.clinic_id", "device_session.id"]),
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index(None, "clinic_id", "patient_id"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    device_id: Mapped[Key]
    "Which phone."
    patient_id: Mapped[Key]
    "Whose record it opens."
    carer: Mapped[bool] = mapped_column(default=False)
    "Whether it is a helper's phone: what is entered there is marked as assisted."
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    "scrypt of the PIN, salted with both ids; nothing = no PIN."
    pin_wrong: Mapped[int] = mapped_column(default=0)
    "How often the PIN was wrong since it was last right; at five only a new code from the clinic helps."
    open_until: Mapped[datetime | None]
    "Until when the PIN need not be typed again."
    added_at: Mapped[datetime]
    "When the person was put on the phone, the last time."
    removed_at: Mapped[datetime | None]
    "When the person was taken off it."


class AuditEvent(Base):
    """One change, or one look at a patient's record by someone else."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "clinic_id", "at"),
        Index(None, "clinic_id", "subject_id"),
        Index(None, "clinic_id", "on_behalf_of"),
        one_of("actor_kind", ACTORS),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    at: Mapped[datetime]
    "When."
    actor_kind: Mapped[str] = mapped_column(String(16))
    "Patient, staff, operator, device, or a token: a program of the clinic."
    actor_id: Mapped[UUID | None]
    "Who; nothing = the operator."
    role: Mapped[str] = mapped_column(String(16))
    "In which role."
    on_behalf_of: Mapped[UUID | None]
    "For which patient, where not for themselves."
    action: Mapped[str] = mapped_column(String(64))
    "What was done, as noun.verb."
    subject: Mapped[str] = mapped_column(String(32))
    "The kind of thing it was done to."
    subject_id: Mapped[UUID | None]
    "Which one; nothing for a list."
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    "Counts, ids and words of the act; never a score."
    source: Mapped[str | None] = mapped_column(String(64))
    "The address it came from."


append_only(AuditEvent.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
