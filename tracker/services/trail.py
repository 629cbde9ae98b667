"""Trail: who did what in this clinic, newest first, for its admin. Whoever reads it stands in it as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid, NotFound
from tracker.services.names import names
from tracker.services.transaction import writing
from tracker.storage import ApiToken, AuditEvent, Clinic, Membership, Patient, User

READERS = ("clinic_admin", "operator")
PAGE = 50
PIECE = 1000  # events read at once for a file
EVENT: Any = AuditEvent.__table__  # rows, not objects: a file may hold all of them
PATIENTS, OPERATOR = "patients", "operator"  # whoever is no member of staff and no program


@dataclass(frozen=True)
class Wanted:
    """What of the trail: of one patient, by one actor (an id, patients, operator), one action, one local day."""

    patient_id: UUID | None = None
    by: UUID | str | None = None
    action: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class EventView:
    """One event. `who`: a name, a patient's code, or None for the operator; `patient`: the code of whom it is about;
    `named`: what the colleague or program is called that it was done to.
    """

    id: UUID
    at: datetime
    kind: str
    who: str | None
    role: str
    action: str
    subject: str
    subject_id: UUID | None
    named: str | None
    patient_id: UUID | None
    patient: str | None
    detail: dict[str, Any]
    source: str | None


@dataclass(frozen=True)
class TrailPage:
    """Some events, and the key after which the next page begins; None = the last page."""

    events: tuple[EventView, ...]
    next: str | None


@dataclass(frozen=True)
class Doer:
    """Somebody by whom events may be filtered."""

    id: UUID
    name: str
    program: bool


def page(
    db: Database,
    *,
    actor: Actor,
    wanted: Wanted,
    after: str | None = None,
    size: int = PAGE,
    now: datetime | None = None,
) -> TrailPage:
    """One page; the reading is noted after it was read. NotFound for a patient of another clinic."""
    admit(actor, *READERS)
    with writing(db):
        chosen = _chosen(db, actor, wanted)
        rows = db.execute(_from(chosen, _key(after)).limit(size + 1)).all()
        events = tuple(_views(db, actor, rows[:size]))
        _note(db, actor, wanted, now or clock.now(), "look", rows=len(events))
    return TrailPage(events, _told(rows[size - 1]) if len(rows) > size else None)


def export(db: Database, *, actor: Actor, wanted: Wanted, now: datetime | None = None) -> Iterator[EventView]:
    """All of it up to now, the newest first, read in pieces; the export is noted before anything is handed out."""
    admit(actor, *READERS)
    now = now or clock.now()
    with writing(db):
        chosen = _chosen(db, actor, wanted).where(AuditEvent.at <= now)
        _note(db, actor, wanted, now, "export")
    return _all(db, actor, chosen)


def patient(db: Database, *, actor: Actor, code: str) -> UUID:
    """Whose code that is, so that an address holds an id instead; NotFound where it is nobody's here."""
    admit(actor, *READERS)
    found = db.scalar(select(Patient.id).where(Patient.clinic_id == actor.clinic, Patient.code == code))
    if found is None:
        raise NotFound("unknown_patient", "No patient of this clinic has that code.", "/code")
    return found


def doers(db: Database, *, actor: Actor) -> tuple[Doer, ...]:
    """Everybody who ever had a role here, then every program, by name."""
    admit(actor, *READERS)
    staff = select(User.id, User.name).join(Membership, Membership.user_id == User.id)
    people = db.execute(staff.where(Membership.clinic_id == actor.clinic).order_by(User.name, User.id))
    own = select(ApiToken.id, ApiToken.name).where(ApiToken.clinic_id == actor.clinic)
    programs = db.execute(own.order_by(ApiToken.name, ApiToken.id))
    return (*(Doer(*row, program=False) for row in people), *(Doer(*row, program=True) for row in programs))


def code_of(db: Database, *, actor: Actor, patient_id: UUID) -> str | None:
    """The code of a patient; None for one who was erased, NotFound for one who never was here."""
    admit(actor, *READERS)
    found = db.get(Patient, (actor.clinic, patient_id))
    if found is None and db.execute(_about(actor, patient_id).limit(1)).first() is None:
        raise NotFound
    return found.code if found else None


def _chosen(db: Database, actor: Actor, wanted: Wanted) -> Any:
    """The events that are wanted, in no order."""
    chosen = select(EVENT).where(AuditEvent.clinic_id == actor.clinic)
    if wanted.patient_id is not None:
        code_of(db, actor=actor, patient_id=wanted.patient_id)
        chosen = _about(actor, wanted.patient_id)
    if isinstance(wanted.by, UUID):
        chosen = chosen.where(AuditEvent.actor_id == wanted.by, AuditEvent.actor_kind.in_(("staff", "token")))
    elif wanted.by is not None:
        kinds = ("patient", "device") if wanted.by == PATIENTS else ("operator",)
        chosen = chosen.where(AuditEvent.actor_kind.in_(kinds))
    if wanted.action is not None:
        chosen = chosen.where(AuditEvent.action == wanted.action)
    return chosen if wanted.day is None else chosen.where(*_on(db, actor, wanted.day))


def _about(actor: Actor, patient_id: UUID) -> Any:
    """What was done for, to or by one patient."""
    own = and_(AuditEvent.actor_kind == "patient", AuditEvent.actor_id == patient_id)
    named = and_(AuditEvent.subject == "patient", AuditEvent.subject_id == patient_id)
    about = or_(AuditEvent.on_behalf_of == patient_id, own, named)
    return select(EVENT).where(AuditEvent.clinic_id == actor.clinic, about)


def _on(db: Database, actor: Actor, day: date) -> tuple[Any, Any]:
    """A day of the clinic's clock, which may have 23 or 25 hours."""
    zone = ZoneInfo(db.get_one(Clinic, actor.clinic).timezone)
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return AuditEvent.at >= begins, AuditEvent.at < ends


def _from(chosen: Any, key: tuple[datetime, UUID] | None) -> Any:
    """Newest first, from after a place on."""
    ordered = chosen.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    if key is None:
        return ordered
    at, id = key
    here = and_(AuditEvent.at == at, AuditEvent.id < id)
    return ordered.where(AuditEvent.at <= at, or_(AuditEvent.at < at, here))  # the first for the index


def _all(db: Database, actor: Actor, chosen: Any) -> Iterator[EventView]:
    """Every event, a piece at a time, so that memory stays flat."""
    key = None
    while rows := db.execute(_from(chosen, key).limit(PIECE)).all():
        yield from _views(db, actor, rows)
        key = rows[-1].at, rows[-1].id


def _views(db: Database, actor: Actor, rows: Sequence[Any]) -> Iterator[EventView]:
    """Rows with the names and codes that stand for their ids."""
    people = {id for row in rows if (id := _patient(row))}
    known = select(Patient.id, Patient.code).where(Patient.clinic_id == actor.clinic, Patient.id.in_(people))
    codes = {row.id: row.code for row in db.execute(known)} if people else {}
    doers = {row.actor_id for row in rows if row.actor_id and row.actor_kind in ("staff", "token")}
    done_to = {row.subject_id for row in rows if row.subject_id and row.subject in ("user", "token")}
    called = names(db, clinic_id=actor.clinic, ids=doers | done_to)
    known_as = called | codes
    for row in rows:
        about = _patient(row)
        yield EventView(
            id=row.id,
            at=row.at,
            kind=row.actor_kind,
            who=known_as.get(row.actor_id) if row.actor_id else None,
            role=row.role,
            action=row.action,
            subject=row.subject,
            subject_id=row.subject_id,
            named=called.get(row.subject_id) if row.subject_id else None,
            patient_id=about,
            patient=codes.get(about) if about else None,
            detail=row.detail,
            source=row.source,
        )


def _patient(row: Any) -> UUID | None:
    """Whom an event is about."""
    if row.on_behalf_of is not None:
        return row.on_behalf_of
    if row.actor_kind == "patient":
        return row.actor_id
    return row.subject_id if row.subject == "patient" else None


def _key(after: str | None) -> tuple[datetime, UUID] | None:
    """A place in the trail, as `_told` wrote it."""
    if not after:
        return None
    at, _bar, id = after.partition("|")
    try:
        return datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise Invalid("unknown_page", "There is no such page.", "/after") from None


def _told(row: Any) -> str:
    return f"{row.at.isoformat()}|{row.id}"


def _note(db: Database, actor: Actor, wanted: Wanted, now: datetime, how: str, **detail: Any) -> None:
    """A look at one patient's events is a look at that patient's record; any other is one at a list of patients."""
    kept = {"by": str(wanted.by) if wanted.by else None, "only": wanted.action, "day": wanted.day and str(wanted.day)}
    told: dict[str, Any] = {name: value for name, value in kept.items() if value} | detail
    one = wanted.patient_id
    action = f"trail.{how}" if one is None else f"trail.{how}_person"
    audit.note(db, actor=actor, now=now, action=action, subject="trail", patient_id=one, **told)
