"""Staff: roles are looked up at each request, so what was taken away is gone at the next one."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session as Database

from tracker.services import show
from tracker.services.actor import Actor, admit
from tracker.services.views import MembershipView, UserView
from tracker.storage import Clinic, Membership, User


def staff_actor(db: Database, *, user_id: UUID, clinic_id: UUID | None = None) -> Actor | None:
    """A member of staff at one clinic, the one joined first unless named; None without a membership that holds."""
    chosen = _roles(clinic_id is not None)
    found = db.execute(chosen, {"user": user_id, "clinic": clinic_id}).one_or_none()
    return Actor(kind="staff", id=user_id, clinic_id=found.clinic_id, role=found.role) if found else None


def signed_in(db: Database, *, key: str, clinic_id: UUID) -> Actor | None:
    """Whoever a session's key names, in the role they hold at this clinic; None once any of it was taken away."""
    found = db.connection().execute(_NAMED, {"key": key, "clinic": clinic_id}).one_or_none()
    return Actor(kind="staff", id=found.user_id, clinic_id=clinic_id, role=found.role) if found else None


_USER, _MEMBERSHIP = User.__table__.c, Membership.__table__.c
_NAMED = (  # asked at every request
    select(_MEMBERSHIP.user_id, _MEMBERSHIP.role)
    .join(User.__table__, _USER.id == _MEMBERSHIP.user_id)
    .where(_USER.fs_uniquifier == bindparam("key"), _USER.active)
    .where(_MEMBERSHIP.clinic_id == bindparam("clinic"), _MEMBERSHIP.ended_at.is_(None))
)


@cache
def _roles(named: bool) -> Select[Any, Any]:
    """The role that somebody holds, at one clinic or at the one joined first."""
    membership, user = Membership.__table__.c, User.__table__.c
    chosen = (
        select(membership.clinic_id, membership.role)
        .join(User.__table__, user.id == membership.user_id)
        .where(membership.user_id == bindparam("user"), membership.ended_at.is_(None), user.active)
        .order_by(membership.created_at, membership.clinic_id)
        .limit(1)
    )
    return chosen.where(membership.clinic_id == bindparam("clinic")) if named else chosen


def memberships(db: Database, user_id: UUID | None) -> tuple[MembershipView, ...]:
    """The clinics of a member of staff and the role in each."""
    rows = db.execute(_holding(user_id).order_by(Clinic.name, Clinic.id))
    return tuple(MembershipView(show.clinic(row.Clinic), row.Membership.role) for row in rows)


def team(db: Database, *, actor: Actor) -> tuple[UserView, ...]:
    """Everybody with a role in this clinic, by name."""
    admit(actor, "clinic_admin", "operator")
    chosen = (
        select(User.id, User.email, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.clinic_id == actor.clinic, Membership.ended_at.is_(None), User.active)
        .order_by(User.name, User.email)
    )
    return tuple(UserView(*row) for row in db.execute(chosen))


def _holding(user_id: UUID | None) -> Any:
    """Memberships that hold today, of somebody who may sign in."""
    return (
        select(Membership, Clinic)
        .join(Clinic, Clinic.id == Membership.clinic_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None), User.active)
    )
