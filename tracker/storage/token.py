"""Token: what a program of the clinic shows to be let in. Made by an admin, good for some things, until a day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base, Key


class ApiToken(Base):
    """One program's way in."""

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_at"),)

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    "Made by the form, so that sending it twice makes one; the actor's id in the trail."
    name: Mapped[str] = mapped_column(String(200))
    "What the clinic calls the program; the trail says it."
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    "SHA-256 of the token; the token itself is nowhere."
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    "What it is good for: area:read or area:write."
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    "The admin who made it, with whose role it ends; nothing = the operator."
    created_at: Mapped[datetime]
    "When."
    expires_at: Mapped[datetime]
    "From when it opens nothing."
    last_used_at: Mapped[datetime | None]
    "When it last opened something, to the hour."
    revoked_at: Mapped[datetime | None]
    "When it was taken back."
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    "By whom; nothing = the operator."
