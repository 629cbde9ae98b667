"""Token: a program of the clinic is let in by what it shows. Good for the scopes it was made with, until its day.

It dies with the role of the admin who made it: whoever leaves takes no way in along. The operator's own lives on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, NotFound
from tracker.services.faults import Faults
from tracker.services.secret import fresh, hashed
from tracker.services.transaction import writing
from tracker.storage import ApiToken, Membership, User

SCOPES = (  # area:read never changes anything
    *("courses:read", "courses:write", "worklist:read", "worklist:write", "summary:read"),
    *("exports:read", "exports:write"),
)
ROLES = {  # what a token of the command line's --role is good for
    "practitioner": tuple(scope for scope in SCOPES if not scope.startswith("exports:")),
    "exporter": ("summary:read", "exports:read", "exports:write"),
    "clinic_admin": SCOPES,
}
SIGN = "ot_"  # so that a token in a file is known for one
LONGEST_DAYS = 365
NOTED_AFTER = timedelta(hours=1)  # a write at each request would cost an fsync
ONCE = "This token was made already and was shown then. Take it back and make another if it is lost."


@dataclass(frozen=True)
class TokenView:
    """One token as the clinic sees it. `state`: open, revoked, expired, or orphaned: its maker is no admin any more."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    by: str | None  # the admin who made it; None = the operator
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: str


def make(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    name: str,
    scopes: Collection[str],
    days: int,
    now: datetime | None = None,
) -> str:
    """A new token, told this once. Raises Conflict for an id that was used: what was told cannot be told again."""
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    _check(name, scopes, days)
    with writing(db):
        if db.get(ApiToken, (actor.clinic, id)):
            raise Conflict("made_already", ONCE, "/id")
        token = SIGN + fresh()
        kept = {"name": name.strip(), "scopes": [scope for scope in SCOPES if scope in scopes]}
        until = now + timedelta(days=days)
        by = actor.id if actor.kind == "staff" else None
        row = ApiToken(clinic_id=actor.clinic, id=id, token_hash=hashed(token), created_by=by, created_at=now, **kept)
        row.expires_at = until
        db.add(row)
        db.flush()
        _note(db, actor, row, now, action="token.make", **kept, until=f"{until:%Y-%m-%d}")
    return token


def revoke(db: Database, *, actor: Actor, id: UUID, now: datetime | None = None) -> None:
    """Take it back: dead at its next request. Taken back already, nothing changes."""
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    with writing(db):
        row = db.get(ApiToken, (actor.clinic, id), with_for_update=True)
        if row is None:
            raise NotFound
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = now, actor.id if actor.kind == "staff" else None
            _note(db, actor, row, now, action="token.revoke", name=row.name)


def listed(db: Database, *, actor: Actor, now: datetime | None = None) -> tuple[TokenView, ...]:
    """Every token the clinic ever made, the newest first."""
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    chosen = (
        select(ApiToken, User.name, User.id.is_(None) | Membership.user_id.is_not(None))
        .outerjoin(User, User.id == ApiToken.created_by)
        .outerjoin(Membership, and_(Membership.user_id == ApiToken.created_by, *_admin()))
        .where(ApiToken.clinic_id == actor.clinic)
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    )
    return tuple(_view(row, by, bool(holds), now) for row, by, holds in db.execute(chosen))


def bearer(db: Database, *, token: str, now: datetime | None = None) -> Actor | None:
    """Whom a token lets in; None when it is unknown, revoked, expired, or its maker is no admin any more."""
    now = now or clock.now()
    chosen = (
        select(ApiToken.clinic_id, ApiToken.id, ApiToken.scopes, ApiToken.last_used_at)
        .outerjoin(User, User.id == ApiToken.created_by)
        .outerjoin(Membership, and_(Membership.user_id == ApiToken.created_by, *_admin()))
        .where(ApiToken.token_hash == hashed(token), ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .where(or_(ApiToken.created_by.is_(None), Membership.user_id.is_not(None)))
    )
    row = db.execute(chosen).one_or_none()
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= NOTED_AFTER:
        _used(db, row, now)
    scopes = frozenset(row.scopes)
    return Actor("token", row.id, row.clinic_id, role(scopes), scopes=scopes)


def role(scopes: Collection[str]) -> str:
    """The least role whose doors these scopes need."""
    return "clinic_admin" if any(scope.startswith("exports:") for scope in scopes) else "practitioner"


def _admin() -> tuple[Any, ...]:
    """The maker's membership, while it is an admin's."""
    return (
        Membership.clinic_id == ApiToken.clinic_id,
        Membership.role == "clinic_admin",
        Membership.ended_at.is_(None),
        User.active,
    )


def _used(db: Database, row: Any, now: datetime) -> None:
    """Note the use. The token may be revoked by now: then the next request knows."""
    with writing(db):
        mine = (ApiToken.clinic_id == row.clinic_id, ApiToken.id == row.id)
        db.execute(update(ApiToken).where(*mine).values(last_used_at=now))


def _view(row: ApiToken, by: str | None, holds: bool, now: datetime) -> TokenView:
    ended = "revoked" if row.revoked_at else "expired" if row.expires_at <= now else "open" if holds else "orphaned"
    at = (row.created_at, row.expires_at, row.last_used_at, row.revoked_at)
    return TokenView(row.id, row.name, tuple(row.scopes), by, *at, ended)


def _check(name: str, scopes: Collection[str], days: int) -> None:
    """All that can be wrong with a token."""
    faults = Faults()
    faults.text("/name", name, 200, needed=True)
    faults.number("/days", days, 1, LONGEST_DAYS, whole=True, needed=True)
    for i, scope in enumerate(scopes):
        faults.word(f"/scopes/{i}", scope, SCOPES)
    if not scopes:
        faults.add("/scopes", "blank", "Choose what it is good for.")
    faults.refuse()


def _note(db: Database, actor: Actor, row: ApiToken, now: datetime, **detail: Any) -> None:
    audit.note(db, actor=actor, now=now, subject="token", subject_id=row.id, **detail)
