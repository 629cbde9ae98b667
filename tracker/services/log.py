"""Log: scores, sessions and reactions come in. The phone makes the ids: the same again is a replay."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from tracker.science.scales import Instrument
from tracker.services import audit, chart, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.assessment import assessment
from tracker.services.chart import Chart, Receipt
from tracker.services.co_treatment import co_treatment
from tracker.services.consent import consent
from tracker.services.entry import Entry, entry, refuse_unknown
from tracker.services.errors import Conflict, NotAllowed, NotFound, Refused
from tracker.services.faults import Faults
from tracker.services.merge import merge
from tracker.services.milestone import milestone
from tracker.services.reaction import reaction
from tracker.services.remind import look
from tracker.services.session import session
from tracker.services.transaction import writing
from tracker.services.views import Logged, Result
from tracker.services.work import judge
from tracker.storage import Reading, columns
from tracker.tongue import _

__all__ = [
    "assessment",
    "batch",
    "co_treatment",
    "consent",
    "merge",
    "milestone",
    "missing",
    "reaction",
    "reading",
    "session",
]

WRITERS = ("patient", "practitioner", "clinic_admin", "operator")
READING: Any = Reading.__table__
SAVED = select(READING).where(READING.c.clinic_id == bindparam("clinic"), READING.c.id == bindparam("id"))
FIELDS = frozenset(Entry.__dataclass_fields__) | {"sent_at", "received_at"}


def reading(db: Database, *, actor: Actor, now: datetime | None = None, **body: Any) -> Logged:
    """Record one score; the same id with the same words again is a replay, with other words a Conflict."""
    admit(actor, *WRITERS)
    now = now or clock.now()
    try:
        with writing(db):
            made, created = _reading(db, actor, now, body)
            row = db.connection().execute(SAVED, {"clinic": actor.clinic, "id": made.id}).one()
            return Logged(show.reading(row), created)
    except IntegrityError as error:  # the id was taken in another course between the look and the write
        raise Conflict("other_body", _("This id was used for another reading."), "/id") from error


def batch(
    db: Database, *, actor: Actor, items: Sequence[Mapping[str, Any]], now: datetime | None = None
) -> list[Result]:
    """Record many scores at once; each is judged by itself, good ones are kept, one recompute a course."""
    admit(actor, *WRITERS)
    now = now or clock.now()
    with writing(db):
        return record(db, actor=actor, items=items, now=now)


def missing(db: Database, *, actor: Actor, ids: Iterable[UUID]) -> list[UUID]:
    """Those of these readings the store lacks; somebody else's count as lacking."""
    admit(actor, *WRITERS)
    asked = list(ids)
    here = select(Reading.id).where(Reading.clinic_id == actor.clinic)
    if actor.role == "patient":
        here = here.where(Reading.patient_id == actor.patient_id)
    found = {id for part in columns.parts(asked) for id in db.scalars(here.where(Reading.id.in_(part)))}
    return [id for id in asked if id not in found]


def record(
    db: Database,
    *,
    actor: Actor,
    items: Sequence[Mapping[str, Any]],
    now: datetime,
    import_batch_id: UUID | None = None,
) -> list[Result]:
    """The batch itself, inside the caller's transaction."""
    known = columns.instruments(db, actor.clinic)
    results: dict[int, Result] = {}
    entries: list[tuple[int, Entry, Receipt]] = []
    for i, item in enumerate(items):
        try:
            entries.append((i, *_read(actor, now, item, known, import_batch_id)))
        except Refused as error:
            results[i] = Result(_id(item), "refused", error)
    entries.sort(key=lambda e: e[1].supersedes is not None)  # a correction may travel ahead of what it corrects
    charts = _charts(db, actor, [e for _, e, _ in entries])
    owners = {id: saved.course_id for one in charts.values() for id, saved in one.saved.items()}
    for i, made, receipt in entries:
        results[i] = _take(db, charts.get(made.course_id), owners, made, receipt, known)
    _keep(db, actor, now, list(charts.values()))
    return [results[i] for i in range(len(items))]


def _reading(db: Database, actor: Actor, now: datetime, body: Mapping[str, Any]) -> tuple[Entry, bool]:
    """One entry, taken or found already there."""
    known = columns.instruments(db, actor.clinic)
    made, receipt = _read(actor, now, body, known, None)
    mine = courses.find(db, actor, made.course_id, locked=True)
    here = chart.chart(db, mine, _ids([made]))
    created = chart.add(db, here, made, receipt, known)
    if created:
        _keep(db, actor, now, [here])
    return made, created


def _read(
    actor: Actor, now: datetime, item: Mapping[str, Any], known: Mapping[str, Instrument], import_batch_id: UUID | None
) -> tuple[Entry, Receipt]:
    """An item as an entry and its receipt."""
    refuse_unknown(item, FIELDS)
    told = {name: value for name, value in item.items() if name not in ("sent_at", "received_at")}
    made = entry(actor=actor, known=known, imported=import_batch_id is not None, **told)
    return made, Receipt(actor, _received(actor, item, now), _sent(item), import_batch_id)


def _received(actor: Actor, item: Mapping[str, Any], now: datetime) -> datetime:
    """Now; only the operator, who loads what was received elsewhere or invented, may say otherwise."""
    told = item.get("received_at")
    if told is not None and actor.role != "operator":
        raise NotAllowed
    return told or now


def _sent(item: Mapping[str, Any]) -> datetime | None:
    """The phone's clock when it sent this."""
    faults = Faults()
    faults.moment("/sent_at", item.get("sent_at"))
    faults.refuse()
    return item.get("sent_at")


def _charts(db: Database, actor: Actor, entries: Sequence[Entry]) -> dict[UUID, Chart]:
    """The charts of these entries' courses, locked in one order; none where there is no such course for this person."""
    by_course: dict[UUID, list[Entry]] = {}
    for made in entries:
        by_course.setdefault(made.course_id, []).append(made)
    mine = courses.find_all(db, actor, list(by_course))
    return chart.charts(db, mine, {id: _ids(of) for id, of in by_course.items()})


def _ids(entries: Sequence[Entry]) -> set[UUID]:
    """The readings to look up: these, and what they supersede."""
    return {e.id for e in entries} | {e.supersedes for e in entries if e.supersedes}


def _take(
    db: Database,
    here: Chart | None,
    owners: dict[UUID, UUID],
    made: Entry,
    receipt: Receipt,
    known: Mapping[str, Instrument],
) -> Result:
    """What becomes of one entry. owners: the course of every reading that is known, or came before in this batch."""
    try:
        if here is None:
            raise NotFound
        if owners.get(made.id, made.course_id) != made.course_id:
            raise Conflict("other_body", _("This id was used for another reading."), "/id")
        created = chart.add(db, here, made, receipt, known)
        owners[made.id] = made.course_id
        return Result(made.id, "created" if created else "replay")
    except Refused as error:
        return Result(made.id, "refused", error)


def _keep(db: Database, actor: Actor, now: datetime, charts: Sequence[Chart]) -> None:
    """Write all, derive once a course, note each course in the trail."""
    changed = [c for c in charts if c.new_readings]
    chart.write(db, changed)
    courses.bring_back(db, actor.clinic, [c.mine.course_id for c in changed if c.mine.taken_back])
    if changed:
        audit.notes(db, [audit.event(actor=actor, now=now, **_added(here)) for here in changed])
        new = {c.mine.course_id: c.new_readings for c in changed}
        for derived in derive.each(db, actor.clinic, list(new)):
            judge.arrived(db, actor, derived, new, now)
        look.soon(db, actor.clinic, list(new), now)


def _added(here: Chart) -> dict[str, Any]:
    """What the trail says of one course."""
    return {
        "action": "reading.add",
        "subject": "course",
        "subject_id": here.mine.course_id,
        "patient_id": here.mine.patient_id,
        "readings": [str(row["id"]) for row in here.new_readings],
        "sessions": [str(row["id"]) for row in here.new_sessions] + [str(id) for id in here.begun],
    }


def _id(item: Any) -> UUID | None:
    """An item's id, if it has one."""
    id = item.get("id") if isinstance(item, Mapping) else None
    return id if isinstance(id, UUID) else None
