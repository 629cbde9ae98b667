"""History: what was corrected or taken back in a course, by whom, when and why. Nothing of it is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.services.actor import Actor, admit
from tracker.services.courses import find
from tracker.services.views import ReadingView
from tracker.storage import ApiToken, AuditEvent, User
from tracker.storage.effective import leaves

Fate = Literal["counts", "taken_back", "corrected_again", "another_counts"]


@dataclass(frozen=True)
class Correction:
    """One step: the reading that was there and the one that names it. `by`: the member of staff, where it was one."""

    old: ReadingView
    new: ReadingView
    by: str | None
    fate: Fate


def corrections(
    db: Database, *, actor: Actor, course_id: UUID, readings: Sequence[ReadingView]
) -> tuple[Correction, ...]:
    """Every correction among a course's readings, the newest first; those that were corrected again too."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    find(db, actor, course_id)
    known = {r.id: r for r in readings}
    steps = [(known[r.supersedes], r) for r in readings if r.supersedes and r.supersedes in known]
    names = _names(db, actor, course_id) if any(new.entered_by != "patient" for _, new in steps) else {}
    last, replaced = {r.id for r in leaves(readings)}, {r.supersedes for r in readings}
    found = [Correction(old, new, names.get(new.id), _fate(new, last, replaced)) for old, new in steps]
    return tuple(sorted(found, key=lambda c: (c.new.received_at, c.new.id), reverse=True))


def _fate(new: ReadingView, last: set[UUID], replaced: set[UUID | None]) -> Fate:
    """What became of it: the last word, corrected once more, or outdone by a later correction of the same entry."""
    if new.id in last:
        return "taken_back" if new.retracted else "counts"
    return "corrected_again" if new.id in replaced else "another_counts"


def _names(db: Database, actor: Actor, course_id: UUID) -> dict[UUID, str]:
    """Who of the staff wrote which reading, as the trail has it."""
    program = (ApiToken.clinic_id == AuditEvent.clinic_id) & (ApiToken.id == AuditEvent.actor_id)
    written = select(AuditEvent.detail, func.coalesce(User.name, ApiToken.name)).outerjoin_from(
        AuditEvent, User, User.id == AuditEvent.actor_id
    )
    mine = written.outerjoin(ApiToken, program).where(
        AuditEvent.clinic_id == actor.clinic,
        AuditEvent.subject_id == course_id,
        AuditEvent.action == "reading.add",
        AuditEvent.actor_kind.in_(("staff", "token")),
    )
    return {UUID(id): name for detail, name in db.execute(mine) for id in detail.get("readings", ())}
