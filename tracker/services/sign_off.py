"""Sign off: a clinic's admin signs the words of the evidence library that its patients read, or takes that back.

A signature is under one edition of the words in one language: where they have changed since, the record is unsigned
again, and in every other language it was never signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.evidence.edition import edition
from tracker.evidence.library import library
from tracker.evidence.records import Record
from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, NotFound
from tracker.services.transaction import writing
from tracker.storage import EvidenceSignOff, User
from tracker.tongue import LANGUAGES, SOURCE

CHANGED = "These words have changed since the page was opened. Read them again, then sign."


@dataclass(frozen=True)
class Signature:
    """Who signed which record in which language when; `stands` = the words are still the ones that were signed."""

    id: UUID
    record_id: str
    language: str
    by: str
    at: datetime
    stands: bool


def signed(db: Database, *, clinic_id: UUID, language: str = SOURCE) -> dict[str, Signature]:
    """A clinic's signatures under the words of one language that were not taken back, by record: the one under today's
    words, else the latest one.
    """
    rows = db.execute(
        select(EvidenceSignOff, User.name)
        .join(User, User.id == EvidenceSignOff.signed_by)
        .where(EvidenceSignOff.clinic_id == clinic_id, EvidenceSignOff.language == language)
        .where(EvidenceSignOff.withdrawn_at.is_(None))
        .order_by(EvidenceSignOff.signed_at, EvidenceSignOff.id)
    )
    known = {r.id: edition(r, language) for r in library().rendering}
    found: dict[str, Signature] = {}
    for row, name in rows:
        one = _view(row, name, known.get(row.record_id))
        if one.stands or not (one.record_id in found and found[one.record_id].stands):
            found[one.record_id] = one
    return found


def sign(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    texts: Mapping[str, str],
    language: str = SOURCE,
    now: datetime | None = None,
) -> int:
    """Sign these records in one language (record → edition that was read); how many were not signed before.

    The same id again is a replay and signs nothing. Raises Conflict, and signs nothing, where words have changed.
    """
    admit(actor, "clinic_admin")
    now = now or clock.now()
    if not texts:
        raise Invalid("blank", "Choose at least one source.")
    read = [Read(record_id, language, text) for record_id, text in texts.items()]
    for one in read:
        one.check()
    with writing(db):
        return sum(_sign(db, actor, uuid5(id, f"{one.language}/{one.record_id}"), one, now) for one in read)


def put(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    record_id: str,
    language: str,
    text: str,
    now: datetime | None = None,
) -> Signature:
    """Sign the words of one record in one language; the same again is a replay, also after it was taken back."""
    admit(actor, "clinic_admin")
    one = Read(record_id, language, text)
    with writing(db):
        row = db.get(EvidenceSignOff, (actor.clinic, id))
        if row is None:
            one.check()
            if not _sign(db, actor, id, one, now or clock.now()):
                raise Conflict("signed_already", "These words are signed at this clinic.", retry="never")
            row = db.get_one(EvidenceSignOff, (actor.clinic, id))
        elif (row.record_id, row.language, row.text_hash) != (record_id, language, text):
            raise Conflict("other_body", "This id was used for another signature.", "/id")
        return _view(row, db.get_one(User, row.signed_by).name, one.today)


def withdraw(db: Database, *, actor: Actor, id: UUID, now: datetime | None = None) -> None:
    """Take one signature back; taken back already, nothing changes."""
    admit(actor, "clinic_admin")
    now = now or clock.now()
    with writing(db):
        row = db.get(EvidenceSignOff, (actor.clinic, id), with_for_update=True)
        if row is None:
            raise NotFound
        if row.withdrawn_at is not None:
            return
        row.withdrawn_at, row.withdrawn_by = now, actor.id
        _note(db, actor, row, "evidence.withdraw", now)


@dataclass(frozen=True)
class Read:
    """Which edition of a record somebody has read, in which language."""

    record_id: str
    language: str
    text: str

    @property
    def today(self) -> str | None:
        """The edition of today's words; None where the record is not shown any more."""
        found = library().get(self.record_id)
        return edition(found, self.language) if found is not None and found.renders else None

    def check(self) -> None:
        """Refuse what is not there, and words that have changed since."""
        if self.language not in LANGUAGES:
            raise Invalid("not_one_of", f"One of: {', '.join(LANGUAGES)}.", "/language")
        if edition(_record(self.record_id), self.language) != self.text:
            raise Conflict("changed", CHANGED)


def _view(row: EvidenceSignOff, name: str, today: str | None) -> Signature:
    stands = row.withdrawn_at is None and row.text_hash == today
    return Signature(row.id, row.record_id, row.language, name, row.signed_at, stands)


def _record(record_id: str) -> Record:
    """A record that patients may see."""
    found = library().get(record_id)
    if found is None or not found.renders:
        raise NotFound
    return found


def _sign(db: Database, actor: Actor, id: UUID, one: Read, now: datetime) -> int:
    """1 where it was not signed before, nor this id used."""
    mine = select(EvidenceSignOff.id).where(EvidenceSignOff.clinic_id == actor.clinic)
    standing = mine.where(
        EvidenceSignOff.record_id == one.record_id,
        EvidenceSignOff.language == one.language,
        EvidenceSignOff.text_hash == one.text,
        EvidenceSignOff.withdrawn_at.is_(None),
    )
    if db.scalar(mine.where(EvidenceSignOff.id == id)) or db.scalar(standing):
        return 0
    said = {"record_id": one.record_id, "language": one.language, "text_hash": one.text}
    row = EvidenceSignOff(clinic_id=actor.clinic, id=id, **said, signed_by=actor.id, signed_at=now)
    db.add(row)
    db.flush()
    _note(db, actor, row, "evidence.sign", now)
    return 1


def _note(db: Database, actor: Actor, row: EvidenceSignOff, action: str, now: datetime) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action=action,
        subject="evidence",
        subject_id=row.id,
        record=row.record_id,
        language=row.language,
        text=row.text_hash,
    )
