"""Audit: who did what, written in the transaction of the act itself. Never a score."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.services.actor import Actor
from tracker.storage import AuditEvent

WRITTEN = insert(AuditEvent.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table


def note(db: Session, *, actor: Actor, now: datetime, action: str, subject: str, **more: Any) -> None:
    """Record one act; `more` as `event` takes it."""
    db.connection().execute(WRITTEN, event(actor=actor, now=now, action=action, subject=subject, **more))


def notes(db: Session, events: Sequence[dict[str, Any]]) -> None:
    """Record these acts."""
    db.connection().execute(WRITTEN, events)


def event(
    *,
    actor: Actor,
    now: datetime,
    action: str,
    subject: str,
    subject_id: UUID | None = None,
    patient_id: UUID | None = None,
    clinic_id: UUID | None = None,
    **detail: Any,
) -> dict[str, Any]:
    """One act's columns. A patient acting for themselves acts on nobody's behalf; a carer is known by their phone."""
    own = patient_id == actor.patient_id and not actor.carer
    return {
        "clinic_id": clinic_id or actor.clinic,
        "id": uuid4(),
        "at": now,
        "actor_kind": "device" if actor.carer else actor.kind,
        "actor_id": actor.device_id if actor.carer else actor.id,
        "role": "carer" if actor.carer else actor.role,
        "on_behalf_of": None if own else patient_id,
        "action": action,
        "subject": subject,
        "subject_id": subject_id,
        "detail": detail,
        "source": actor.source,
    }
