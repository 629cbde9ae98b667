"""Session: a treatment visit is planned, reported, held or cancelled, with what was done in it and how.

Whoever changes a session may say which state of it they saw (`seen`, a view's `version`): if somebody else was faster,
nothing is overwritten and the refusal says so. The same words again are a replay whatever was seen.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.needling import MINUTES, PHARMACOPUNCTURE, PRODUCTS
from tracker.science.scales import MODALITIES
from tracker.services import audit, clock, consent, courses, derive, needling, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, NotAllowed, NotFound
from tracker.services.faults import Faults
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import SessionView
from tracker.services.visit import MOST_A_DAY, session_id
from tracker.services.work import dates
from tracker.storage import Session
from tracker.storage.care import STATES
from tracker.tongue import _

COUNTS_AFTER = timedelta(hours=48)  # a reported session counts as held from then on
DONE = ("reported", "held")
DETAILS = ("minutes", "practitioner", "needling", "product")  # of these what is not named stays as it was
WRITE_DETAILS = ("practitioner", "clinic_admin", "operator")
CALLS_FOR_CONSENT = {"state", "held_on", "modalities", "product"}


def session(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    course_id: UUID,
    held_on: date,
    number: int = 1,
    state: str = "held",
    modalities: Sequence[str] = (),
    note: str | None = None,
    seen: str | None = None,
    now: datetime | None = None,
    **details: Any,
) -> SessionView:
    """Record or correct a visit. A patient reports one, or that it did not take place; what staff confirmed stays."""
    admit(actor, "patient", "front_desk", "practitioner", "clinic_admin", "operator")
    _admit_details(actor, details)
    now = now or clock.now()
    told = {"held_on": held_on, "state": state, "modalities": list(modalities), "note": note, **details}
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        _check(told, number, now.astimezone(mine.zone).date())
        told |= _clean(details)
        row = db.get(Session, (actor.clinic, id))
        if row is None:
            row, changed = _make(actor, now, id, course_id, number, told), set(told)
            db.add(row)
        elif row.course_id != course_id:
            raise NotFound
        else:
            changed = _change(row, actor, told, seen)
        if not changed:
            return show.session(row)
        _allow_injection(db, actor, row, changed)
        db.flush()
        derive.derive_course(db, actor.clinic, course_id)
        look.soon(db, actor.clinic, [course_id], now)
        dates.changed(db, actor.clinic, [course_id], now)
        _note(db, actor, now, row, mine.patient_id)
        return show.session(row)


def counts(state: str, known_since: datetime, at: datetime) -> bool:
    """Whether a session is taken as held at this moment."""
    return state == "held" or (state == "reported" and at - known_since >= COUNTS_AFTER)


def _admit_details(actor: Actor, details: dict[str, Any]) -> None:
    """What was done to somebody is written down by those who treat."""
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"a session has no {', '.join(sorted(unknown))}")
    if details and actor.role not in WRITE_DETAILS:
        raise NotAllowed


def _clean(details: dict[str, Any]) -> dict[str, Any]:
    """The details as they are kept: blank is nothing."""
    kept = {name: value or None for name, value in details.items()}
    return kept | ({"needling": needling.clean(details["needling"])} if "needling" in details else {})


def _make(actor: Actor, now: datetime, id: UUID, course_id: UUID, number: int, told: dict[str, Any]) -> Session:
    """A new one; its id must be the one both sides would make."""
    if session_id(course_id, told["held_on"], number) != id:
        raise Invalid("other_id", _("This id is not the one of that course, day and number."), "/id")
    return Session(
        clinic_id=actor.clinic,
        id=id,
        course_id=course_id,
        number_that_day=number,
        created_by=actor.id if actor.kind == "staff" else None,
        created_at=now,
        **(told | {"state": _said(actor, told["state"])}),
    )


def _change(row: Session, actor: Actor, told: dict[str, Any], seen: str | None) -> set[str]:
    """Take over what is new, and say what that was."""
    if actor.role == "patient":
        if row.state == "held" or row.merged_into is not None:
            return set()
        told = {"state": _said(actor, told["state"])}
    changed = {name: value for name, value in told.items() if getattr(row, name) != value}
    if changed and row.merged_into is not None:
        raise Conflict("merged", _("This session was merged with another one."), "/id")
    if changed and seen is not None and seen != show.session(row).version:
        raise Conflict("changed_meanwhile", _("Somebody changed this session meanwhile. Look at it again."), "/seen")
    for name, value in changed.items():
        setattr(row, name, value)
    return set(changed)


def _said(actor: Actor, state: str) -> str:
    """A patient's *held* is a report until staff confirm it."""
    if actor.role != "patient":
        return state
    if state == "planned":
        raise Invalid("unknown_word", _("A visit is planned by the clinic."), "/state")
    return "reported" if state == "held" else state


def _check(told: dict[str, Any], number: int, today: date) -> None:
    """All that can be wrong with a visit."""
    faults = Faults()
    faults.word("/state", told["state"], STATES)
    faults.day("/held_on", told["held_on"], last=today if told["state"] in DONE else None, needed=True)
    faults.number("/number", number, 1, MOST_A_DAY, whole=True, needed=True)
    faults.text("/note", told["note"], lines=True)
    for i, modality in enumerate(told["modalities"]):
        faults.word(f"/modalities/{i}", modality, MODALITIES)
    faults.number("/minutes", told.get("minutes"), *MINUTES, whole=True)
    faults.text("/practitioner", told.get("practitioner"), 200)
    faults.word("/product", told.get("product"), PRODUCTS, needed=False)
    needling.check(faults, told.get("needling"))
    faults.refuse()


def _allow_injection(db: Database, actor: Actor, row: Session, changed: set[str]) -> None:
    """Nothing that is written down as injected lacks its name and the person's consent; a patient's report may."""
    injected = PHARMACOPUNCTURE in row.modalities
    if row.product is not None and not injected:
        raise Invalid("no_injection", _("Only pharmacopuncture names what was injected."), "/product")
    if actor.role == "patient" or row.state not in DONE or not injected or not changed & CALLS_FOR_CONSENT:
        return
    if row.product is None:
        raise Invalid("blank", _("Pharmacopuncture: say what was injected."), "/product")
    consent.need(db, clinic_id=actor.clinic, course_id=row.course_id, product=row.product, on=row.held_on)


def _note(db: Database, actor: Actor, now: datetime, row: Session, patient_id: UUID) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action="session.put",
        subject="session",
        subject_id=row.id,
        patient_id=patient_id,
        state=row.state,
    )
