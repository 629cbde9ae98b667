"""Role: an admin changes what a member of staff may do here, or ends it. A clinic always keeps one admin."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, NotFound
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.storage import Clinic, Membership, User
from tracker.storage.people import ROLES

ADMIN = "clinic_admin"
LAST = "This is the clinic's last admin. Make somebody else an admin first."
CHANGED = "Somebody changed this role meanwhile. Look at it again."


def change(
    db: Database, *, actor: Actor, user_id: UUID, role: str, seen: str | None = None, now: datetime | None = None
) -> None:
    """Give another role; the same again changes nothing. `seen`: the role that stood on the form."""
    admit(actor, ADMIN, "operator")
    with writing(db):
        row = _held(db, actor, user_id)
        faults = Faults()
        faults.word("/role", role, ROLES)
        faults.refuse()
        if row.role == role:
            return
        if seen is not None and seen != row.role:
            raise Conflict("changed_meanwhile", CHANGED, "/seen")
        keep_an_admin(db, row, role)
        was, row.role = row.role, role
        db.flush()
        at = now or clock.now()
        audit.note(
            db, actor=actor, now=at, action="staff.role", subject="user", subject_id=user_id, was=was, given=role
        )


def end(db: Database, *, actor: Actor, user_id: UUID, now: datetime | None = None) -> None:
    """No role here any more, from the next request on. Ended already, nothing changes."""
    admit(actor, ADMIN, "operator")
    at = now or clock.now()
    with writing(db):
        row = _held(db, actor, user_id, ended=True)
        if row.ended_at is not None:
            return
        keep_an_admin(db, row, None)
        row.ended_at = at
        db.flush()
        audit.note(db, actor=actor, now=at, action="staff.end", subject="user", subject_id=user_id, was=row.role)


def keep_an_admin(db: Database, row: Membership, role: str | None) -> None:
    """Refuse to take the admin's role from the last one, inside the caller's transaction."""
    if row.role != ADMIN or role == ADMIN or row.ended_at is not None:
        return
    db.get_one(Clinic, row.clinic_id, with_for_update=True)  # two admins who take it from each other come one by one
    others = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.clinic_id == row.clinic_id, Membership.user_id != row.user_id, User.active)
        .where(Membership.role == ADMIN, Membership.ended_at.is_(None))
    )
    if db.scalar(others.limit(1)) is None:
        raise Conflict("last_admin", LAST, "/role")


def _held(db: Database, actor: Actor, user_id: UUID, *, ended: bool = False) -> Membership:
    """Somebody's membership here; NotFound for people of other clinics and, unless `ended`, for those who left."""
    row = db.get(Membership, (actor.clinic, user_id), with_for_update=True, populate_existing=True)
    if row is None or (row.ended_at is not None and not ended):
        raise NotFound
    return row
