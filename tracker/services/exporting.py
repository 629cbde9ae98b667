"""Exporting: an export is asked for, made by a worker, fetched for a day; one whose worker died is begun again."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session as Database

from tracker.exports.manifest import sha256
from tracker.services import audit, clock, export
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, NotFound, Refused
from tracker.services.export import Asked
from tracker.services.transaction import writing
from tracker.storage import ExportJob

KEPT = timedelta(days=1)
STILL = timedelta(minutes=10)  # one that has not moved for so long lost its worker
OFTEN = timedelta(seconds=1)  # between two notes of how far it is
ENDING = {"fhir": "ndjson"}
LISTED = 20


@dataclass(frozen=True)
class ExportView:
    """One export as it is shown."""

    id: UUID
    asked: Asked
    state: str
    done: int
    steps: int
    rows: int | None
    sha256: str | None
    reason: str | None
    created_at: datetime

    @property
    def name(self) -> str:
        """The file's name; it tells of nobody."""
        kind = "-deidentified" if self.asked.deidentified else ""
        return f"{self.asked.what}{kind}.{ENDING.get(self.asked.format, self.asked.format)}"

    @property
    def until(self) -> datetime:
        """Until when it can be fetched."""
        return self.created_at + KEPT


def ask(db: Database, *, actor: Actor, id: UUID, asked: Asked, now: datetime | None = None) -> ExportView:
    """Queue an export; the same id with the same words is a replay."""
    admit(actor, "clinic_admin")
    export.check(asked)
    now = now or clock.now()
    with writing(db):
        row = db.get(ExportJob, (actor.clinic, id))
        if row is not None:
            if _asked(row) != asked:
                raise Conflict("other_body", "This id was used for another export.", "/id")
            return view(row)
        at = {"created_at": now, "moved_at": now, "created_by": actor.id}
        row = ExportJob(clinic_id=actor.clinic, id=id, state="queued", done=0, steps=0, **asked._asdict(), **at)
        db.add(row)
        db.flush()
        audit.note(db, actor=actor, now=now, action="export.ask", subject="export", subject_id=id, **asked._asdict())
        return view(row)


def one(db: Database, *, actor: Actor, id: UUID) -> ExportView:
    """How far one is."""
    admit(actor, "clinic_admin")
    return view(_find(db, actor, id))


def latest(db: Database, *, actor: Actor) -> list[ExportView]:
    """The newest of the clinic."""
    admit(actor, "clinic_admin")
    chosen = select(ExportJob).where(ExportJob.clinic_id == actor.clinic)
    return [view(row) for row in db.scalars(chosen.order_by(ExportJob.created_at.desc()).limit(LISTED))]


def fetch(
    db: Database, *, actor: Actor, id: UUID, part: str, folder: Path, now: datetime | None = None
) -> tuple[ExportView, Path]:
    """A file of one that is done; each fetching is noted. NotFound where there is none."""
    admit(actor, "clinic_admin")
    with writing(db):
        row = _find(db, actor, id)
        found = view(row)
        path = place(folder, row) / (found.name + ("" if part == "data" else f".{part}"))
        if row.state != "done" or not path.is_file():
            raise Conflict("not_ready", "It is not made yet, or its day is over.", "/state")
        audit.note(
            db, actor=actor, now=now or clock.now(), action="export.fetch", subject="export", subject_id=id, part=part
        )
    return found, path


def make_all(db: Database, *, folder: Path, now: datetime | None = None) -> int:
    """Make whatever is queued or stands still, one after the other; how many were done."""
    count = 0
    while (row := _take(db, now or clock.now())) is not None:
        count += _make(db, row, folder, now)
    return count


def sweep(db: Database, *, folder: Path, now: datetime | None = None) -> None:
    """Remove the files of exports older than a day."""
    now = now or clock.now()
    old = select(ExportJob).where(ExportJob.created_at <= now - KEPT, ExportJob.state != "gone")
    with writing(db):
        for row in db.scalars(old).all():
            shutil.rmtree(place(folder, row), ignore_errors=True)
            row.state = "gone"


def place(folder: Path, row: Any) -> Path:
    """Where one's files lie."""
    return folder / "exports" / row.id.hex


def view(row: ExportJob) -> ExportView:
    """A row as it is shown."""
    return ExportView(
        row.id, _asked(row), row.state, row.done, row.steps, row.rows, row.sha256, row.reason, row.created_at
    )


def _asked(row: ExportJob) -> Asked:
    return Asked(row.what, row.format, row.anchor, row.deidentified)


def _find(db: Database, actor: Actor, id: UUID) -> ExportJob:
    row = db.get(ExportJob, (actor.clinic, id))
    if row is None:
        raise NotFound
    return row


def _take(db: Database, now: datetime) -> ExportView | None:
    """The next one to be made, marked as running, so that no other worker takes it."""
    waits = or_(ExportJob.state == "queued", (ExportJob.state == "running") & (ExportJob.moved_at <= now - STILL))
    with writing(db):
        chosen = select(ExportJob).where(waits).order_by(ExportJob.created_at).limit(1)
        row = db.scalars(chosen.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.state, row.moved_at = "running", now
        return view(row)


def _make(db: Database, job: ExportView, folder: Path, now: datetime | None) -> int:
    """Make one; what goes wrong stands in its row."""
    with Database(db.get_bind()) as other:
        row = other.scalars(select(ExportJob).where(ExportJob.id == job.id)).one()
        actor = Actor("staff", row.created_by, row.clinic_id, "clinic_admin")
        out = place(folder, row) / job.name
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        steps = Steps(other, row.clinic_id, job.id)
        try:
            made = export.export(db, actor=actor, asked=job.asked, out=out, progress=steps, now=now)
            told: dict[str, Any] = {"state": "done", "rows": made.rows, "sha256": sha256(out)}
        except Refused as error:
            told = {"state": "failed", "reason": error.message[:200]}
        except Exception:
            steps.note(state="failed", reason="Something went wrong here; nothing was made.")
            raise
        steps.note(**told)
        return told["state"] == "done"


class Steps:
    """How far an export is, noted at most once a second in a transaction of its own."""

    def __init__(self, db: Database, clinic_id: UUID, id: UUID):
        self.db, self.key, self.last = db, (clinic_id, id), clock.now()
        self.seen = (0, 0)

    def __call__(self, done: int, steps: int) -> None:
        """One step further."""
        self.seen = (done, steps)
        if clock.now() - self.last >= OFTEN:
            self.note()

    def note(self, **more: Any) -> None:
        """Write it down."""
        self.last = clock.now()
        of = (ExportJob.clinic_id == self.key[0]) & (ExportJob.id == self.key[1])
        told = {"done": self.seen[0], "steps": self.seen[1], "moved_at": self.last} | more
        with writing(self.db):
            self.db.execute(update(ExportJob).where(of).values(**told))
