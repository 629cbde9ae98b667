"""Looked: who did what with a person's record, for that person. Looks of one visit to a page stand as one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session as Database

from tracker.services import clock
from tracker.services.actor import Actor, admit
from tracker.services.views import Look
from tracker.storage import AuditEvent, Clinic, Patient, User

# Pages and files of many patients: who stood in them is not kept.
FILES = {"export.make": "scores", "export.fetch": "scores", "trail.export": "trail"}  # and what is in them
LISTS = ("roster.look", "courses.look", "today.look", "worklist.look", "trail.look", *FILES)
LINK = "link"  # the role in which somebody with a shared link looks
MOST = 1000  # events read at once
LISTED_FOR = timedelta(days=30)  # how far back pages of many patients are told
TOGETHER = timedelta(minutes=1)  # opening one page leaves several notes


class Looks(NamedTuple):
    """Newest first. `more`: older events are there that are not told."""

    others: tuple[Look, ...]
    own: tuple[Look, ...]
    lists: tuple[Look, ...]
    more: bool


def looks(db: Database, *, actor: Actor, now: datetime | None = None) -> Looks:
    """Who looked at this person's record or changed it, and apart from that the person's own acts."""
    admit(actor, "patient")
    now = now or clock.now()
    zone = _zone(db, actor)
    events = list(db.execute(_about(actor)))
    listed = list(db.execute(_lists(actor, now - LISTED_FOR)))
    names = _names(db, {e.actor_id for e in (*events, *listed) if e.actor_kind == "staff"})
    told = list(_visits(events[:MOST], names, actor))
    told.sort(key=lambda look: look.at, reverse=True)
    others = tuple(look for look in told if look.who != "you")
    own = tuple(look for look in told if look.who == "you")
    return Looks(others, own, tuple(_days(listed, names, zone)), len(events) > MOST)


_COLUMNS = (AuditEvent.at, AuditEvent.actor_kind, AuditEvent.actor_id, AuditEvent.role, AuditEvent.action)


def _about(actor: Actor) -> Any:
    """The events about this person: what others did on their behalf, what they did themselves."""
    mine = and_(AuditEvent.actor_kind == "patient", AuditEvent.actor_id == actor.patient_id)
    about = or_(AuditEvent.on_behalf_of == actor.patient_id, mine)
    chosen = select(*_COLUMNS).where(AuditEvent.clinic_id == actor.clinic, about)
    return chosen.order_by(AuditEvent.at.desc(), AuditEvent.id).limit(MOST + 1)


def _lists(actor: Actor, since: datetime) -> Any:
    """Pages of many patients that staff opened and files they took: this person may have stood in them."""
    enrolled = select(Patient.created_at).where(Patient.clinic_id == actor.clinic, Patient.id == actor.patient_id)
    chosen = select(*_COLUMNS).where(
        AuditEvent.clinic_id == actor.clinic,
        AuditEvent.action.in_(LISTS),
        AuditEvent.at >= since,
        AuditEvent.at >= enrolled.scalar_subquery(),
    )
    return chosen.order_by(AuditEvent.at.desc(), AuditEvent.id).limit(MOST)


def _zone(db: Database, actor: Actor) -> ZoneInfo:
    """The person's own zone, else the clinic's."""
    own = select(Patient.timezone).where(Patient.clinic_id == actor.clinic, Patient.id == actor.patient_id)
    return ZoneInfo(db.scalar(own) or db.scalars(select(Clinic.timezone).where(Clinic.id == actor.clinic)).one())


def _names(db: Database, ids: set[UUID]) -> dict[UUID, str]:
    return {row.id: row.name for row in db.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _visits(events: Iterable[Any], names: Mapping[UUID, str], actor: Actor) -> Iterator[Look]:
    """Events of one person within a minute, as one look; `events` come newest first."""
    visits: list[list[Any]] = []
    open_: dict[Any, list[Any]] = {}
    for event in events:
        together = open_.get(_who(event))
        if together is None or together[0].at - event.at > TOGETHER:
            together = open_[_who(event)] = []
            visits.append(together)
        together.append(event)
    for together in visits:
        yield _look(together, names, actor)


def _look(together: list[Any], names: Mapping[UUID, str], actor: Actor) -> Look:
    first = together[-1]
    actions = tuple(dict.fromkeys(event.action for event in reversed(together)))
    return Look(first.at, _kind(first, actor), first.role, names.get(first.actor_id), actions)


def _days(events: Iterable[Any], names: Mapping[UUID, str], zone: ZoneInfo) -> Iterator[Look]:
    """Pages of many patients, one line a person and day; files apart from pages."""
    count: Counter[tuple[Any, date, str | None]] = Counter()
    latest: dict[tuple[Any, date, str | None], Any] = {}
    for event in events:
        day = _who(event), event.at.astimezone(zone).date(), FILES.get(event.action)
        count[day] += 1
        latest.setdefault(day, event)
    for day, event in latest.items():
        kind = event.actor_kind if event.actor_kind in ("operator", "token") else "staff"
        yield Look(event.at, kind, event.role, names.get(event.actor_id), (event.action,), count[day])


def _kind(event: Any, actor: Actor) -> str:
    if event.actor_kind == "patient" and event.actor_id == actor.patient_id:
        return "you"
    return LINK if event.role == LINK else str(event.actor_kind)


def _who(event: Any) -> tuple[Any, ...]:
    return event.actor_kind, event.actor_id, event.role
