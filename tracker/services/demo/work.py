"""Work: the demo's work list as a clinic that keeps it has it: what is older than a week was closed by somebody."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import worklist
from tracker.services.actor import Actor
from tracker.services.work import dates
from tracker.storage import WorkItem

OLD, SOON = timedelta(days=7), timedelta(days=2)
DONE = {"reaction": "spoke", "call": "no_answer", "review_due": "plan"}  # all else: seen, nothing changed


def close(db: Database, *, who: Actor, clinic_id: UUID, at: datetime) -> None:
    """Look at today's dates, then close what is old, each two days after it came."""
    dates.refresh(db, clinic_id=clinic_id, estimating=True, now=at)
    until = (at - OLD).date()
    old = (WorkItem.clinic_id == clinic_id, WorkItem.resolved_at.is_(None), WorkItem.opened_on < until)
    told = (
        select(WorkItem.id, WorkItem.reason, WorkItem.opened_on).where(*old).order_by(WorkItem.opened_on, WorkItem.id)
    )
    for id, reason, on in db.execute(told).all():
        when = at - timedelta(days=(at.date() - on).days) + SOON
        worklist.resolve(db, actor=who, id=id, resolution=DONE.get(reason, "noted"), now=when)
