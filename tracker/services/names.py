"""Names: what members of staff and the clinic's programs are called, by the ids that rows and the trail hold."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.storage import ApiToken, User


def names(db: Database, *, clinic_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """Id → name, where there is one."""
    if not ids:
        return {}
    people = db.execute(select(User.id, User.name).where(User.id.in_(ids)))
    programs = select(ApiToken.id, ApiToken.name).where(ApiToken.clinic_id == clinic_id, ApiToken.id.in_(ids))
    return {row.id: row.name for row in (*people, *db.execute(programs))}
