"""Declare: an instrument that is not in the house list becomes one of the clinic's own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import INSTRUMENTS, Instrument
from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict
from tracker.services.instrument import check, spelled
from tracker.services.transaction import writing
from tracker.storage import InstrumentRow, Reading, columns


def declare(db: Database, *, actor: Actor, instrument: Instrument, now: datetime | None = None) -> Instrument:
    """Make it one of the clinic's own; the same again is a replay, and one without readings may be replaced.

    Raises Usage with every fault of it, Conflict where readings were given under another range or other limits.
    """
    admit(actor, "clinic_admin", "operator")
    new = replace(instrument, name=_text(instrument.name), source=_text(instrument.source))
    check(new)
    with writing(db):
        if columns.instruments(db, actor.clinic).get(new.code) != new:
            _refuse_answered(db, actor, new.code)
            _keep(db, actor, now or clock.now(), new)
    return new


def known(db: Database, *, actor: Actor) -> list[Instrument]:
    """Every instrument of this clinic: the house list, then its own by code."""
    admit(actor, "clinic_admin", "operator")
    found = columns.instruments(db, actor.clinic)
    return [found[code] for code in (*INSTRUMENTS, *sorted(set(found) - set(INSTRUMENTS)))]


def of_file(db: Database, *, actor: Actor, specs: Sequence[str]) -> dict[str, Instrument]:
    """All instruments of the clinic and those that come with a file; raises Usage as `spelled` does."""
    found = columns.instruments(db, actor.clinic)
    for spec in specs:
        meant = spelled(spec, found)
        found = {meant.code: meant} | found
    return found


def keep_all(db: Database, *, actor: Actor, instruments: Mapping[str, Instrument], now: datetime) -> None:
    """Those of these that the clinic lacks become its own; inside the caller's transaction."""
    had = columns.instruments(db, actor.clinic)
    for code in sorted(set(instruments) - set(had)):
        _keep(db, actor, now, instruments[code])


def _refuse_answered(db: Database, actor: Actor, code: str) -> None:
    """Scores keep the range and the limits they were given under."""
    given = select(Reading.id).where(Reading.clinic_id == actor.clinic, Reading.instrument == code)
    if db.scalar(given.limit(1)):
        raise Conflict(
            "answered", "This instrument has readings and stays as it is: declare the change under a new code.", "/code"
        )


def _keep(db: Database, actor: Actor, now: datetime, new: Instrument) -> None:
    """Write it and note it."""
    db.merge(InstrumentRow(clinic_id=actor.clinic, **vars(new)))
    db.flush()
    audit.note(db, actor=actor, now=now, action="instrument.declare", subject="instrument", code=new.code)


def _text(words: str | None) -> str | None:
    """Without spaces around it; nothing for a blank."""
    return (words or "").strip() or None
