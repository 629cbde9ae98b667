"""Scales: the instruments by which a clinic's readings are read, its own among them."""

from sqlalchemy.orm import Session as Database

from tracker.science.scales import Instrument
from tracker.services.actor import Actor, admit
from tracker.storage import columns


def scales(db: Database, *, actor: Actor) -> dict[str, Instrument]:
    """Every instrument of this clinic, by code; nobody's data, so that no note is left."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    return columns.instruments(db, actor.clinic)
