"""Take back: within a day of an import everything that came of it counts no more; nothing is deleted.

Each score gets a row that retracts it, milestones too; sessions are cancelled, courses that hold nothing else are
courses no more, blanks that the file filled are blank again. What somebody has entered since stays, and so does what it
stands on. Importing the file again brings all of it back.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, insert, select, union, update
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, derive, log
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, NotFound
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import BatchView
from tracker.storage import Course, ImportBatch, Milestone, Place, Reaction, Reading, Session, columns
from tracker.storage.columns import rows_of

DAY = timedelta(days=1)
REASON = "import taken back"
LISTED = 20


def take_back(db: Database, *, actor: Actor, batch_id: UUID, now: datetime | None = None) -> BatchView:
    """Take one import back; once more is a replay. Conflict after a day."""
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    with writing(db):
        batch = _find(db, actor, batch_id)
        if batch.taken_back_at is not None:
            return view(batch, now)
        if now - batch.created_at >= DAY:
            raise Conflict(
                "too_late", "An import can be taken back for a day. This one is older; single scores can be corrected."
            )
        _take_back(db, actor, batch, now)
        return view(batch, now)


def latest(db: Database, *, actor: Actor, now: datetime | None = None) -> list[BatchView]:
    """The newest imports of the clinic."""
    admit(actor, "clinic_admin", "operator")
    chosen = select(ImportBatch).where(ImportBatch.clinic_id == actor.clinic)
    rows = db.scalars(chosen.order_by(ImportBatch.created_at.desc(), ImportBatch.id).limit(LISTED))
    return [view(row, now or clock.now()) for row in rows]


def one(db: Database, *, actor: Actor, batch_id: UUID, now: datetime | None = None) -> BatchView:
    """One import; NotFound where there is none."""
    admit(actor, "clinic_admin", "operator")
    return view(_find(db, actor, batch_id), now or clock.now())


def view(row: ImportBatch, now: datetime) -> BatchView:
    """A batch as it is shown."""
    open_ = row.taken_back_at is None and now - row.created_at < DAY
    until = row.created_at + DAY if open_ else None
    return BatchView(row.id, row.name, row.rows, dict(row.made or {}), row.created_at, row.taken_back_at, until)


def _find(db: Database, actor: Actor, batch_id: UUID) -> ImportBatch:
    row = db.get(ImportBatch, (actor.clinic, batch_id))
    if row is None:
        raise NotFound
    return row


def _take_back(db: Database, actor: Actor, batch: ImportBatch, now: datetime) -> None:
    """All of it, inside the caller's transaction."""
    ids = _touched(db, batch)
    derive.lock(db, batch.clinic_id, ids)
    count: Counter[str] = Counter()
    count["readings"] = _readings(db, actor, batch, ids, now)
    count["milestones"] = _milestones(db, batch, now)
    batch.taken_back_at, batch.taken_back_by = now, actor.id
    care = columns.care(db, batch.clinic_id, ids)
    count["sessions"] = _sessions(db, batch, {score.session_id for score in care.scores})
    _blanks(db, batch)
    _places(db, batch, {(score.course_id, score.site, score.side) for score in care.scores})
    db.flush()
    count["courses"] = _courses(db, batch, ids, now)
    derive.derive_courses(db, batch.clinic_id, ids)
    look.soon(db, batch.clinic_id, ids, now)
    told: dict[str, Any] = dict(count)
    audit.note(db, actor=actor, now=now, action="import.take_back", subject="import", subject_id=batch.id, **told)


def _touched(db: Database, batch: ImportBatch) -> list[UUID]:
    """Every course the file had a part in."""
    of = (
        select(table_id).where(table.clinic_id == batch.clinic_id, table.import_batch_id == batch.id)
        for table, table_id in ((Reading, Reading.course_id), (Session, Session.course_id), (Course, Course.id))
    )
    told = select(Milestone.course_id).where(*_of_file(batch))
    added = batch.added or {"filled": [], "places": []}
    named = {UUID(id) for id, *_ in (*added["filled"], *added["places"])}
    return sorted(named | set(db.scalars(union(*of, told))))


def _readings(db: Database, actor: Actor, batch: ImportBatch, ids: Sequence[UUID], now: datetime) -> int:
    """Retract every score of the file that still has the last word; what a person has corrected stays."""
    mine = (Reading.clinic_id == batch.clinic_id, Reading.import_batch_id == batch.id, Reading.retracted.is_(False))
    corrected = (Reading.supersedes.is_not(None), Reading.import_batch_id.is_(None))
    later = select(Reading.supersedes).where(Reading.clinic_id == batch.clinic_id, *corrected)
    chosen, count = select(*Reading.__table__.c).where(*mine, Reading.id.not_in(later)), 0
    for part in columns.parts(ids):
        items = [_retraction(row) for row in db.execute(chosen.where(Reading.course_id.in_(part)))]
        results = log.record(db, actor=actor, items=items, now=now, import_batch_id=batch.id)
        if any(result.error for result in results):
            raise LookupError("a score of an import could not be taken back")
        count += len(items)
    return count


def _retraction(row: Any) -> dict[str, Any]:
    """The row that takes a score back, as log takes it."""
    wall = timezone(timedelta(minutes=row.recorded_offset))
    same = ("course_id", "kind", "instrument", "site", "side", "session_id", "recorded_zone", "entered_by")
    return {name: getattr(row, name) for name in same} | {
        "id": uuid5(row.id, REASON),
        "recorded_at": row.recorded_at.astimezone(wall),
        "supersedes": row.id,
        "reason": REASON,
        "retracted": True,
    }


def _of_file(batch: ImportBatch) -> tuple[Any, ...]:
    """Milestones of the file: those that came with it, to the moment, from staff."""
    came = (Milestone.received_at == batch.created_at, Milestone.reported_by == "staff")
    return (Milestone.clinic_id == batch.clinic_id, *came, Milestone.retracted.is_(False))


def _milestones(db: Database, batch: ImportBatch, now: datetime) -> int:
    """Retract what happened beside the treatment as the file told it, unless it was retracted since."""
    later = select(Milestone.supersedes).where(
        Milestone.clinic_id == batch.clinic_id, Milestone.supersedes.is_not(None)
    )
    rows = db.scalars(select(Milestone).where(*_of_file(batch), Milestone.id.not_in(later))).all()
    same = ("clinic_id", "patient_id", "course_id", "code", "happened_on", "reported_by")
    made = [
        {name: getattr(row, name) for name in same}
        | {"id": uuid5(row.id, REASON), "received_at": now, "supersedes": row.id, "retracted": True}
        for row in rows
    ]
    if made:
        db.execute(insert(Milestone), made)
    return len(made)


def _sessions(db: Database, batch: ImportBatch, scored: Collection[UUID | None]) -> int:
    """Cancel the file's sessions in which nobody else has entered anything."""
    mine = (Session.clinic_id == batch.clinic_id, Session.import_batch_id == batch.id, Session.state != "cancelled")
    reacted = select(Reaction.session_id).where(Reaction.clinic_id == batch.clinic_id, Reaction.session_id.is_not(None))
    ids = [id for id in db.scalars(select(Session.id).where(*mine, Session.id.not_in(reacted))) if id not in scored]
    for part in columns.parts(ids):
        here = (Session.clinic_id == batch.clinic_id, Session.id.in_(part))
        db.execute(update(Session).where(*here).values(state="cancelled"))
    return len(ids)


def _blanks(db: Database, batch: ImportBatch) -> None:
    """What the file filled in courses that were there is blank again, where it still says the same."""
    for id, name, value in (batch.added or {}).get("filled", ()):
        row = db.get_one(Course, (batch.clinic_id, UUID(id)))
        if str(getattr(row, name)) == value:
            setattr(row, name, None)


def _places(db: Database, batch: ImportBatch, scored: Collection[tuple[UUID, str, str]]) -> None:
    """Places the file added to courses that were there are asked no more, unless somebody has scored them."""
    for id, site, side in (batch.added or {}).get("places", ()):
        if (UUID(id), site, side) not in scored:
            here = (Place.clinic_id == batch.clinic_id, Place.course_id == UUID(id))
            db.execute(delete(Place).where(*here, Place.site == site, Place.side == side))


def _courses(db: Database, batch: ImportBatch, ids: Sequence[UUID], now: datetime) -> int:
    """The file's courses in which nothing stands any more are courses no more."""
    mine = (Course.clinic_id == batch.clinic_id, Course.import_batch_id == batch.id)
    made = list(db.scalars(select(Course.id).where(*mine)))
    empty = sorted(set(made) - _standing(db, batch.clinic_id, made))
    for part in columns.parts(empty):
        here = (Course.clinic_id == batch.clinic_id, Course.id.in_(part))
        db.execute(update(Course).where(*here).values(taken_back_at=now))
    return len(empty)


def _standing(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these courses in which anything counts."""
    care = columns.care(db, clinic_id, ids)
    reactions = rows_of(db, select(Reaction.course_id).where(Reaction.clinic_id == clinic_id), Reaction.course_id, ids)
    found: Iterable[Any] = (*care.scores, *care.milestones, *reactions)
    return {one.course_id for one in found} | {s.course_id for s in care.sessions if s.state != "cancelled"}
