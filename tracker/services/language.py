"""Language: the one in which a person reads their pages, chosen by themselves."""

from datetime import datetime

from sqlalchemy.orm import Session as Database

from tracker import tongue
from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.storage import Patient


def choose(db: Database, *, actor: Actor, language: str, now: datetime | None = None) -> None:
    """From now on everything is said in this language; the same again changes nothing."""
    admit(actor, "patient")
    faults = Faults()
    faults.word("/language", language, tongue.LANGUAGES)
    faults.refuse()
    with writing(db):
        person = db.get_one(Patient, (actor.clinic, actor.patient_id))
        if person.language == language:
            return
        person.language = language
        about = {"subject": "patient", "subject_id": person.id, "patient_id": person.id}
        audit.note(db, actor=actor, now=now or clock.now(), action="patient.language", **about)
