"""Declare: an instrument that is not in the house list becomes one of the clinic's own."""

from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.scales import Instrument
from tracker.services.instrument import spelled
from tracker.storage import InstrumentRow, columns


def declare(db: Database, clinic_id: UUID, spec: str | None) -> dict[str, Instrument]:
    """All instruments of the clinic, the one of this spec among them; raises Usage as `spelled` does."""
    known = columns.instruments(db, clinic_id)
    if spec is None:
        return known
    meant = spelled(spec, known)
    if meant.code not in known:
        _add(db, clinic_id, meant)
    return {meant.code: meant} | known


def _add(db: Database, clinic_id: UUID, new: Instrument) -> None:
    """Keep it for the clinic."""
    names = {c.key for c in InstrumentRow.__table__.c}
    db.add(InstrumentRow(clinic_id=clinic_id, **{name: value for name, value in vars(new).items() if name in names}))
    db.flush()
