"""People: clinics, their staff and their patients."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.reminders import HOUR, QUIET_FROM, QUIET_UNTIL
from tracker.storage.base import Base, Key, one_of

ROLES = ("front_desk", "practitioner", "clinic_admin")
SEXES = ("female", "male", "other")


class Clinic(Base):
    """A tenant: everything a patient ever enters belongs to exactly one."""

    __tablename__ = "clinic"
    __table_args__ = (
        *(CheckConstraint(f"{hour} BETWEEN 0 AND 23", name=hour) for hour in ("hour", "quiet_from", "quiet_until")),
        CheckConstraint("keep_years BETWEEN 1 AND 100", name="keep_years"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    "The name commands use: lower case, digits, hyphens."
    name: Mapped[str] = mapped_column(String(200))
    "The name people read."
    timezone: Mapped[str] = mapped_column(String(64))
    "IANA zone; every local date of the clinic is a date in it."
    emergency_number: Mapped[str] = mapped_column(String(32))
    "The number shown when a red flag is reported."
    synthetic: Mapped[bool] = mapped_column(default=False)
    "Invented people only: charts and exports say so."
    counts_visits: Mapped[bool] = mapped_column(default=False)
    "Whether pages count visits in 90 days, for a payer that covers twelve of them."
    languages: Mapped[list[Any]] = mapped_column(JSON, default=lambda: ["en", "ko", "zh", "es"])
    "The languages the desk offers at enrolment, the usual one first."
    hour: Mapped[int] = mapped_column(default=HOUR)
    "The hour at which check-ins are recalled, until the person chooses another."
    quiet_from: Mapped[int] = mapped_column(default=QUIET_FROM)
    "From this hour on nothing is sent, until the person chooses otherwise,"
    quiet_until: Mapped[int] = mapped_column(default=QUIET_UNTIL)
    "until this one."
    keep_years: Mapped[int | None]
    "How many years after its last entry a record is kept before the clinic may erase it; nothing = for good."
    created_at: Mapped[datetime]
    "When the clinic was set up."


class User(Base):
    """A member of staff; what they may do stands in their memberships."""

    __tablename__ = "user"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    "Where to write, lower case; the sign-in name."
    name: Mapped[str] = mapped_column(String(200))
    "The name colleagues and patients read."
    password: Mapped[str | None] = mapped_column(String(255))
    "Hash of the password; nothing until one is set."
    active: Mapped[bool] = mapped_column(default=True)
    "False bars sign-in everywhere."
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    "What a session cookie names; a new one ends every session of the person."
    confirmed_at: Mapped[datetime | None]
    "When the address was shown to be theirs: the first link opened."
    created_at: Mapped[datetime]
    "When the person was added."


class Membership(Base):
    """One person's role in one clinic."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", ROLES),)

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True, index=True)
    "Who."
    role: Mapped[str] = mapped_column(String(16))
    "What they may do here."
    created_at: Mapped[datetime]
    "Since when."
    ended_at: Mapped[datetime | None]
    "Until when; nothing while it holds."


class Patient(Base):
    """A person in care at one clinic, known by a code; the name stays with the clinic."""

    __tablename__ = "patient"
    __table_args__ = (
        UniqueConstraint("clinic_id", "code"),
        one_of("sex", SEXES),
        CheckConstraint("birth_year BETWEEN 1900 AND 2200", name="birth_year"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(64))
    "The clinic's own number for the person."
    initials: Mapped[str] = mapped_column(String(16), default="")
    "What the roster shows beside the code."
    birth_year: Mapped[int | None]
    "For case mix; optional."
    sex: Mapped[str | None] = mapped_column(String(8))
    "For case mix; optional."
    timezone: Mapped[str | None] = mapped_column(String(64))
    "The person's own zone for reminders; nothing = the clinic's."
    language: Mapped[str] = mapped_column(String(8), default="en")
    "The language of their pages."
    created_at: Mapped[datetime]
    "When enrolled."
    withdrawn_at: Mapped[datetime | None]
    "When the person withdrew: no sign-in and no new entries from then on."
