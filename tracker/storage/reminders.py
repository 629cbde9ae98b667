"""Reminders: what a person wishes, the phones that take pushes, the outbox, and links that answer one check-in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.reminders import HOUR, QUIET_FROM, QUIET_UNTIL
from tracker.science.scales import KINDS
from tracker.storage.base import Base, Key, one_of

CHANNELS = ("push", "mail")
ABOUT = ("check_in", "after", "code", "proof")
STATES = ("queued", "sending", "sent", "skipped", "failed")


def an_hour(column: str) -> CheckConstraint:
    """A whole hour of the wall clock."""
    return CheckConstraint(f"{column} BETWEEN 0 AND 23", name=column)


class ReminderChoice(Base):
    """How one person wishes to be reminded; without a row there are no reminders."""

    __tablename__ = "reminder_choice"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index(None, "clinic_id", "look_at"),
        *(an_hour(column) for column in ("hour", "quiet_from", "quiet_until")),
    )

    clinic_id: Mapped[Key]
    patient_id: Mapped[Key]
    "Whose."
    mail_address: Mapped[str | None] = mapped_column(String(255))
    "Where to write; worth nothing until it is confirmed."
    mail_confirmed_at: Mapped[datetime | None]
    "When the code that was mailed there came back."
    code_hash: Mapped[str | None] = mapped_column(String(64))
    "scrypt of the latest code mailed there, salted with the patient's id."
    code_expires_at: Mapped[datetime | None]
    "From when that code is worth nothing."
    code_tries: Mapped[int] = mapped_column(default=0)
    "How often a wrong one was typed since."
    hour: Mapped[int] = mapped_column(default=HOUR)
    "The hour of the day at which a check-in is recalled."
    quiet_from: Mapped[int] = mapped_column(default=QUIET_FROM)
    "From this hour on nothing is sent,"
    quiet_until: Mapped[int] = mapped_column(default=QUIET_UNTIL)
    "until this one."
    paused_until: Mapped[date | None]
    "Nothing is sent before this day."
    since: Mapped[datetime]
    "When anything here last changed: what was due before is not made up for."
    declined_at: Mapped[datetime | None]
    "When the person said *not now*: they are not asked again."
    look_at: Mapped[datetime | None]
    "When to look next what this person is to be reminded of; nothing = no way to reach them."


class PushSubscription(Base):
    """One phone's browser that takes pushes for one person."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        Index(None, "clinic_id", "patient_id"),
        Index(None, "clinic_id", "device_id"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "For whom."
    device_id: Mapped[UUID]
    "The device session it was turned on in: with that it ends."
    endpoint: Mapped[str] = mapped_column(Text)
    "The push service's address of this browser."
    p256dh: Mapped[str] = mapped_column(String(128))
    "The browser's public key."
    auth: Mapped[str] = mapped_column(String(64))
    "The secret shared with the browser."
    failures: Mapped[int] = mapped_column(default=0)
    "How many pushes in a row it did not take."
    created_at: Mapped[datetime]
    "Since when."
    gone_at: Mapped[datetime | None]
    "When it was turned off, or the push service said that it is no more."


class Message(Base):
    """One message to one person, once: the outbox of reminders."""

    __tablename__ = "message"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        UniqueConstraint("clinic_id", "patient_id", "about", "key", "channel"),
        Index(None, "clinic_id", "state", "try_at"),
        one_of("about", ABOUT),
        one_of("channel", CHANNELS),
        one_of("state", STATES),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "To whom."
    about: Mapped[str] = mapped_column(String(16))
    "A check-in, a missing after-score, the code for a mail address, or one to share or erase (proof)."
    key: Mapped[str] = mapped_column(String(64))
    "Which: the day of the reminder (one a day, whatever is asked), the session, or an id of its own."
    channel: Mapped[str] = mapped_column(String(8))
    "Push or mail."
    due_at: Mapped[datetime]
    "When it is to go."
    until: Mapped[datetime]
    "From when it is worth nothing."
    state: Mapped[str] = mapped_column(String(8))
    "Queued, being sent, sent, skipped (no longer needed), failed."
    try_at: Mapped[datetime]
    "When to try next: `due_at`, or later after a failure."
    tries: Mapped[int] = mapped_column(default=0)
    "How often it was handed over."
    last_error: Mapped[str | None] = mapped_column(String(64))
    "Why it was not sent, in our own words: nothing that a server answered."
    created_at: Mapped[datetime]
    "When it was queued."
    sent_at: Mapped[datetime | None]
    "When the push service or the mail server took it."
    stop_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    "SHA-256 of the token in a mail's *stop these mails* link."


class AnswerLink(Base):
    """A mail's link that answers one check-in, once, in any browser."""

    __tablename__ = "answer_link"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "session_id"], ["session.clinic_id", "session.id"]),
        ForeignKeyConstraint(["clinic_id", "message_id"], ["message.clinic_id", "message.id"]),
        Index(None, "clinic_id", "patient_id"),
        one_of("kind", KINDS),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    message_id: Mapped[UUID]
    "The mail it stands in."
    patient_id: Mapped[UUID]
    "Whose answer it takes."
    course_id: Mapped[UUID]
    "In which course."
    session_id: Mapped[UUID | None]
    "The session whose after-score is missing; nothing for a check-in."
    instrument: Mapped[str] = mapped_column(String(64))
    "What it asks."
    kind: Mapped[str] = mapped_column(String(16))
    "The kind of the reading that it writes."
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the token; the token itself is nowhere."
    expires_at: Mapped[datetime]
    "From when it is worth nothing."
    used_at: Mapped[datetime | None]
    "When it was answered; from then on it is worth nothing."
