"""Setting: what an admin sets for the whole clinic. The same again changes nothing; two admins at once are told."""

from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session as Database

from tracker import tongue
from tracker.services import audit, clock, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict
from tracker.services.faults import Faults
from tracker.services.transaction import writing
from tracker.services.views import ClinicView, version
from tracker.storage import Clinic

KEPT_YEARS = (1, 100)
CHANGED = "Somebody changed these settings meanwhile. Look at them again."


@dataclass(frozen=True)
class Settings:
    """What can be set. `languages`: offered at enrolment, the usual one first; `keep_years`: None = for good."""

    name: str
    emergency_number: str
    languages: tuple[str, ...]
    hour: int
    quiet_from: int
    quiet_until: int
    keep_years: int | None

    @property
    def version(self) -> str:
        """Stands for all of it: whoever changes it says which version they saw."""
        return version(*astuple(self))


def clinic(db: Database, *, actor: Actor) -> ClinicView:
    """The clinic a credential is for."""
    return show.clinic(db.get_one(Clinic, actor.clinic))


def settings(db: Database, *, actor: Actor) -> Settings:
    """What is set today."""
    admit(actor, "clinic_admin", "operator")
    return _view(db.get_one(Clinic, actor.clinic))


def languages(db: Database, *, actor: Actor) -> tuple[str, ...]:
    """The languages offered at enrolment, the usual one first."""
    admit(actor, "front_desk", "clinic_admin", "operator")
    return _view(db.get_one(Clinic, actor.clinic)).languages


def change(
    db: Database, *, actor: Actor, told: Settings, seen: str | None = None, now: datetime | None = None
) -> Settings:
    """Set it; `seen`: the version on the form, so that of two admins who change it at once the second is told."""
    admit(actor, "clinic_admin", "operator")
    _check(told)
    new = asdict(told) | {"name": told.name.strip(), "emergency_number": told.emergency_number.strip()}
    new |= {"languages": list(told.languages)}
    with writing(db):
        row = db.get_one(Clinic, actor.clinic, with_for_update=True, populate_existing=True)
        old = _view(row)
        changed = {name: value for name, value in new.items() if getattr(row, name) != value}
        if changed and seen is not None and seen != old.version:
            raise Conflict("changed_meanwhile", CHANGED, "/seen")
        _set(db, actor, row, changed, now or clock.now())
        return _view(row)


def _set(db: Database, actor: Actor, row: Clinic, changed: dict[str, Any], now: datetime) -> None:
    """Write and note what is another."""
    for name, value in changed.items():
        setattr(row, name, value)
    db.flush()
    if changed:
        audit.note(db, actor=actor, now=now, action="clinic.set", subject="clinic", subject_id=row.id, set=changed)


def _view(row: Clinic) -> Settings:
    known = tuple(code for code in row.languages if code in tongue.LANGUAGES) or (tongue.SOURCE,)
    hours = (row.hour, row.quiet_from, row.quiet_until)
    return Settings(row.name, row.emergency_number, known, *hours, row.keep_years)


def _check(told: Settings) -> None:
    """All that can be wrong with it."""
    faults = Faults()
    faults.text("/name", told.name, 200, needed=True)
    faults.text("/emergency_number", told.emergency_number, 32, needed=True)
    for hour in ("hour", "quiet_from", "quiet_until"):
        faults.number(f"/{hour}", getattr(told, hour), 0, 23, whole=True, needed=True)
    faults.number("/keep_years", told.keep_years, *KEPT_YEARS, whole=True)
    for i, code in enumerate(told.languages):
        faults.word(f"/languages/{i}", code, tongue.LANGUAGES)
    if len(set(told.languages)) < max(1, len(told.languages)):
        faults.add("/languages", "blank", "Choose at least one language, each once.")
    faults.refuse()
