"""Upload: a file somebody wants to import lies in the data folder for a day; nothing of it is in the store until then.

What would come of it is worked out once, in a transaction that is rolled back, and kept beside it. The upload's id
becomes the import's id: pressed twice, it is imported once.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session as Database

from tracker.exports import text
from tracker.exports.rows import COLUMNS, Refusal
from tracker.services import clock, import_
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, NotFound
from tracker.services.import_ import PARTS
from tracker.services.views import ImportReport

KEPT = timedelta(days=1)
LARGEST = 16 << 20  # bytes of a file
DATA, MAPPING, TOLD = "data", "mapping", "told.json"


@dataclass(frozen=True)
class Asked:
    """What somebody sent: a file, and what has to be known of it."""

    name: str
    data: bytes
    mapping: bytes | None = None
    day_zero: date | None = None
    instrument: str | None = None

    def id(self, form: UUID) -> UUID:
        """The same form with the same words is one upload; with another file it is another."""
        told = f"{self.name}\n{self.day_zero}\n{self.instrument}".encode()
        parts = (self.data, self.mapping or b"", told)
        return uuid5(form, "/".join(sha256(part).hexdigest() for part in parts))


@dataclass(frozen=True)
class Upload:
    """A file that waits. shown: the columns of the sample that say anything, and its rows by line."""

    id: UUID
    name: str
    counts: dict[str, int]
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    shown: tuple[str, ...]
    sample: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def whole(self) -> bool:
        """Whether every row would be taken."""
        return not self.refusals

    @property
    def any(self) -> bool:
        """Whether any row would be."""
        return bool(self.sample)

    @property
    def refused_lines(self) -> int:
        """How many lines of the file have something refused in them."""
        return len({refusal.line for refusal in self.refusals})


def keep(db: Database, *, actor: Actor, id: UUID, asked: Asked, folder: Path, now: datetime | None = None) -> Upload:
    """Look through a file and keep it for a day. Raises Invalid and Usage where it cannot be meant at all."""
    admit(actor, "clinic_admin")
    if len(asked.data) > LARGEST:
        raise Invalid("too_large", f"A file has at most {LARGEST >> 20} MiB here; larger ones go by the command line.")
    here = _place(folder, actor.clinic, id)
    if (here / TOLD).exists():
        return find(actor=actor, id=id, folder=folder)
    report = import_.import_file(db, actor=actor, dry_run=True, skip_bad=True, now=now, **_options(asked))
    here.mkdir(mode=0o700, parents=True, exist_ok=True)
    (here / DATA).write_bytes(asked.data)
    if asked.mapping is not None:
        (here / MAPPING).write_bytes(asked.mapping)
    (here / TOLD).write_text(json.dumps(_told(asked, report)), encoding="utf-8")  # last: with it the upload is whole
    return find(actor=actor, id=id, folder=folder)


def find(*, actor: Actor, id: UUID, folder: Path) -> Upload:
    """What would come of a file that waits; NotFound without one."""
    admit(actor, "clinic_admin")
    told = _read(_place(folder, actor.clinic, id))
    return Upload(
        id,
        told["name"],
        told["counts"],
        tuple(Refusal(*one) for one in told["refusals"]),
        tuple(told["warnings"]),
        tuple(told["shown"]),
        tuple((line, tuple(cells)) for line, cells in told["sample"]),
    )


def take(
    db: Database, *, actor: Actor, id: UUID, folder: Path, skip_bad: bool = False, now: datetime | None = None
) -> ImportReport:
    """Import a file that waits; once more is a replay. Conflict where rows are refused and not left out."""
    admit(actor, "clinic_admin")
    here = _place(folder, actor.clinic, id)
    told = _read(here)
    mapping = (here / MAPPING).read_bytes() if (here / MAPPING).exists() else None
    day = date.fromisoformat(told["day_zero"]) if told["day_zero"] else None
    asked = Asked(told["name"], (here / DATA).read_bytes(), mapping, day, told["instrument"])
    report = import_.import_file(db, actor=actor, batch_id=id, skip_bad=skip_bad, now=now, **_options(asked))
    if report.batch_id is None:
        raise Conflict("refused_rows", "Some rows are refused: leave them out, or correct the file.", "/skip_bad")
    return report


def listed(refusals: Iterable[Refusal]) -> Iterator[str]:
    """The refusals as CSV."""
    rows = ((one.line, one.column, one.code, one.message) for one in refusals)
    return text.lines(("line", "column", "code", "reason"), rows)


def sweep(*, folder: Path, now: datetime | None = None) -> None:
    """Remove files older than a day."""
    old = ((now or clock.now()) - KEPT).timestamp()
    for one in (folder / "imports").glob("*/*"):
        if one.stat().st_mtime <= old:
            shutil.rmtree(one, ignore_errors=True)


def _options(asked: Asked) -> dict[str, Any]:
    """An upload as import takes it."""
    told = {"mapping": asked.mapping, "day_zero": asked.day_zero, "instrument": asked.instrument}
    return {"path": asked.data, "name": asked.name} | told


def _told(asked: Asked, report: ImportReport) -> dict[str, Any]:
    """What is kept beside the file."""
    cells = [[text.AS_TEXT[type(value)](value) for value in row[:-1]] for row in report.sample]
    said = [n for n, _ in enumerate(COLUMNS) if any(row[n] for row in cells)]
    return {
        "name": asked.name,
        "day_zero": asked.day_zero.isoformat() if asked.day_zero else None,
        "instrument": asked.instrument,
        "counts": {part: getattr(report, part) for part in PARTS},
        "refusals": [(one.line, one.column, one.code, one.message) for one in report.refusals],
        "warnings": report.warnings,
        "shown": [COLUMNS[n] for n in said],
        "sample": [(row.line, [found[n] for n in said]) for row, found in zip(report.sample, cells, strict=True)],
    }


def _place(folder: Path, clinic_id: UUID, id: UUID) -> Path:
    """Where an upload lies: another clinic's is somewhere else."""
    return folder / "imports" / clinic_id.hex / id.hex


def _read(here: Path) -> dict[str, Any]:
    try:
        return json.loads((here / TOLD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound("unknown_upload", "This file waits no more: send it again.") from None
