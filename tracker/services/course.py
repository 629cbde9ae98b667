"""Course: a course of care opens and closes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.science.scales import CHRONICITIES, CONDITIONS, MODALITIES, SIDES
from tracker.services import audit, clock, courses, derive, show
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, NotFound
from tracker.services.faults import Faults
from tracker.services.remind import look
from tracker.services.transaction import writing
from tracker.services.views import CourseView
from tracker.services.work import dates
from tracker.storage import Course, Patient, Place, columns

STAFF = ("front_desk", "practitioner", "clinic_admin", "operator")
WEEK = 7
ACUTE, CHRONIC = 6 * WEEK, 12 * WEEK  # days from the onset: below 6 weeks, above 12
MOST_PLACES = 20
WHOLE = ("", "none")  # the course as a whole, where no place is named


def chronicity_of(onset_on: date | None, at: date) -> str | None:
    """Acute below 6 weeks, chronic above 12, subacute between; None without an onset."""
    if onset_on is None:
        return None
    days = (at - onset_on).days
    return "acute" if days < ACUTE else "chronic" if days > CHRONIC else "subacute"


def open_course(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    patient_id: UUID,
    condition: str,
    onset_on: date | None = None,
    chronicity: str | None = None,
    practitioner: str | None = None,
    started_on: date | None = None,
    planned_sessions: int | None = None,
    planned_per_week: float | None = None,
    modality: str | None = None,
    places: Sequence[tuple[str | None, str]] = (),
    group_label: str | None = None,
    now: datetime | None = None,
) -> CourseView:
    """Open a course; the same id with the same words again is a replay."""
    admit(actor, *STAFF)
    now = now or clock.now()
    told = {
        "patient_id": patient_id,
        "condition": condition,
        "onset_on": onset_on,
        "chronicity": chronicity,
        "practitioner": practitioner,
        "started_on": started_on,
        "planned_sessions": planned_sessions,
        "planned_per_week": planned_per_week,
        "modality": modality,
        "group_label": group_label,
    }
    with writing(db):
        today = now.astimezone(columns.zone(db, actor.clinic)).date()
        at = [(site or "", side) for site, side in places] or [WHOLE]
        _check(told, at, today)
        if chronicity is None:
            told["chronicity"] = chronicity_of(onset_on, started_on or today)
        row = db.get(Course, (actor.clinic, id))
        if row is not None:
            return _replay(db, row, told, at, chronicity is None)
        row = add_course(db, actor=actor, now=now, id=id, places=at, **told)
        derive.derive_course(db, actor.clinic, id)
        look.soon(db, actor.clinic, [id], now)
        return show.course(db, row)


def add_course(db: Database, *, actor: Actor, now: datetime, places: Sequence[tuple[str, str]], **told: Any) -> Course:
    """The rows themselves, inside the caller's transaction."""
    if db.get(Patient, (actor.clinic, told["patient_id"])) is None:
        raise NotFound
    row = Course(clinic_id=actor.clinic, created_at=now, **told)
    db.add(row)
    db.flush()
    for position, (site, side) in enumerate(places):
        db.add(Place(clinic_id=actor.clinic, course_id=row.id, site=site, side=side, position=position))
    audit.note(
        db, actor=actor, now=now, action="course.open", subject="course", subject_id=row.id, patient_id=row.patient_id
    )
    db.flush()
    return row


def close_course(
    db: Database, *, actor: Actor, course_id: UUID, on: date, reason: str, now: datetime | None = None
) -> CourseView:
    """Close a course on a day; closing it again moves the day, and the trail keeps both."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    now = now or clock.now()
    with writing(db):
        mine = courses.find(db, actor, course_id, locked=True)
        row = db.get_one(Course, (actor.clinic, course_id))
        faults = Faults()
        faults.day("/on", on, first=row.started_on, last=now.astimezone(mine.zone).date(), needed=True)
        faults.text("/reason", reason, 200, needed=True)
        faults.refuse()
        if (row.closed_on, row.closed_reason) != (on, reason):
            row.closed_on, row.closed_reason = on, reason
            db.flush()
            derive.derive_course(db, actor.clinic, course_id)
            look.soon(db, actor.clinic, [course_id], now)
            dates.changed(db, actor.clinic, [course_id], now)
            audit.note(
                db,
                actor=actor,
                now=now,
                action="course.close",
                subject="course",
                subject_id=course_id,
                patient_id=row.patient_id,
                on=on.isoformat(),
            )
        return show.course(db, row)


def _replay(
    db: Database, row: Course, told: dict[str, Any], places: list[tuple[str, str]], derived: bool
) -> CourseView:
    """The course as it stands, if it was opened with these very words."""
    view = show.course(db, row)
    same = all(getattr(row, name) == value for name, value in told.items() if not (derived and name == "chronicity"))
    if not same or [(place.site or "", place.side) for place in view.places] != places:
        raise Conflict("other_body", "This id belongs to another course.", "/id")
    return view


def _check(told: dict[str, Any], places: list[tuple[str, str]], today: date) -> None:
    """All that can be wrong with a new course."""
    faults = Faults()
    faults.word("/condition", told["condition"], CONDITIONS)
    faults.day("/onset_on", told["onset_on"], last=min(told["started_on"] or today, today))
    faults.word("/chronicity", told["chronicity"], CHRONICITIES, needed=False)
    faults.text("/practitioner", told["practitioner"], 200)
    faults.day("/started_on", told["started_on"])
    faults.number("/planned_sessions", told["planned_sessions"], 1, 1000, whole=True)
    faults.number("/planned_per_week", told["planned_per_week"], 0.01, 14)
    faults.text("/group_label", told["group_label"], 200)
    for part in (told["modality"] or "").split("+") if told["modality"] else ():
        faults.word("/modality", part, MODALITIES)
    _check_places(faults, places)
    faults.refuse()


def _check_places(faults: Faults, places: list[tuple[str, str]]) -> None:
    """Few enough places, none twice."""
    if len(places) > MOST_PLACES or len(set(places)) < len(places):
        faults.add("/places", "places", f"A course has at most {MOST_PLACES} places, none of them twice.")
    for i, (site, side) in enumerate(places):
        faults.text(f"/places/{i}/site", site, 64)
        faults.word(f"/places/{i}/side", side, SIDES)
