"""Review: looking at what was logged. Every look by staff at a patient's record leaves a note in the trail."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.progress import Progress
from tracker.services import audit, clock, consent, outcome, show
from tracker.services.actor import Actor, admit
from tracker.services.courses import Mine, find
from tracker.services.errors import Invalid
from tracker.services.home import home
from tracker.services.roster import roster
from tracker.services.transaction import writing
from tracker.services.views import (
    AssessmentView,
    ConsentView,
    CoTreatmentView,
    CourseView,
    Me,
    MilestoneView,
    OutcomeView,
    ReactionView,
    ReadingView,
)
from tracker.storage import (
    Assessment,
    Clinic,
    Consent,
    CoTreatment,
    Course,
    Milestone,
    Outcome,
    Patient,
    Place,
    Reaction,
    Reading,
    Session,
    columns,
)
from tracker.storage import progress as saved
from tracker.storage.effective import leaves, merged

__all__ = [
    "assessments",
    "co_treatments",
    "consents",
    "course",
    "courses",
    "home",
    "me",
    "milestones",
    "outcomes",
    "progress",
    "reactions",
    "readings",
    "roster",
]

VIEWERS = ("patient", "practitioner", "clinic_admin", "operator")


def me(db: Database, *, actor: Actor) -> Me:
    """The patient, their clinic, their courses."""
    admit(actor, "patient")
    clinic = db.get_one(Clinic, actor.clinic)
    patient = db.get_one(Patient, (actor.clinic, actor.patient_id))
    return Me(show.patient(patient, clinic.timezone), show.clinic(clinic), courses(db, actor=actor))


def courses(db: Database, *, actor: Actor, now: datetime | None = None) -> tuple[CourseView, ...]:
    """The courses this person may see, by when they were opened."""
    admit(actor, *VIEWERS)
    stands = (Course.clinic_id == actor.clinic, Course.taken_back_at.is_(None))
    chosen = select(Course).where(*stands).order_by(Course.created_at, Course.id)
    if actor.role == "patient":
        chosen = chosen.where(Course.patient_id == actor.patient_id)
        return tuple(map(show.to_patient, show.courses(db, db.scalars(chosen).all())))
    with writing(db):
        found = show.courses(db, db.scalars(chosen).all())
        audit.note(db, actor=actor, now=now or clock.now(), action="courses.look", subject="roster", rows=len(found))
    return found


def course(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> CourseView:
    """One course."""

    def seen(mine: Mine) -> CourseView:
        found = show.course(db, db.get_one(Course, (mine.clinic_id, course_id)))
        return show.to_patient(found) if actor.role == "patient" else found

    return _look(db, actor, course_id, "course", now, seen)


def readings(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> tuple[ReadingView, ...]:
    """Everything logged, corrected and taken-back ones too, by corrected moment; `effective` says what counts."""
    return _look(db, actor, course_id, "readings", now, lambda mine: _readings(db, mine))


def reactions(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> tuple[ReactionView, ...]:
    """The reactions of a course, by day, each with its latest assessment."""
    chosen = select(Reaction).where(Reaction.clinic_id == actor.clinic, Reaction.course_id == course_id)
    ordered = chosen.order_by(Reaction.occurred_on, Reaction.id)

    def seen(mine: Mine) -> tuple[ReactionView, ...]:
        latest = {one.reaction_id: _for(actor, one) for one in _assessments(db, mine)}
        same = _merged(db, mine)
        return tuple(
            replace(show.reaction(row), session_id=_kept(row, same), assessment=latest.get(row.id))
            for row in db.scalars(ordered)
        )

    return _look(db, actor, course_id, "reactions", now, seen)


def assessments(
    db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None
) -> tuple[AssessmentView, ...]:
    """Every assessment of the course's reactions, the latest last."""

    def seen(mine: Mine) -> tuple[AssessmentView, ...]:
        return tuple(_for(actor, one) for one in _assessments(db, mine))

    return _look(db, actor, course_id, "reactions", now, seen)


def co_treatments(
    db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None
) -> tuple[CoTreatmentView, ...]:
    """What else was taken or received beside a course, by its first day; `effective` says what counts."""
    chosen = select(CoTreatment).where(CoTreatment.clinic_id == actor.clinic, CoTreatment.course_id == course_id)
    ordered = chosen.order_by(CoTreatment.begun_on, CoTreatment.received_at, CoTreatment.id)

    def seen(_: Mine) -> tuple[CoTreatmentView, ...]:
        rows = db.scalars(ordered).all()
        count = {row.id for row in leaves(rows) if not row.retracted}
        return tuple(_for(actor, replace(show.co_treatment(row), effective=row.id in count)) for row in rows)

    return _look(db, actor, course_id, "co_treatments", now, seen)


def consents(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> tuple[ConsentView, ...]:
    """What the person answered when asked whether something may be injected, by day."""
    chosen = select(Consent).where(Consent.clinic_id == actor.clinic, Consent.course_id == course_id)
    return _look(db, actor, course_id, "consents", now, lambda _: consent.marked(db.scalars(chosen).all()))


def milestones(
    db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None
) -> tuple[MilestoneView, ...]:
    """What happened beside a course and what was answered about it, by day; `effective` says what counts."""
    chosen = select(Milestone).where(Milestone.clinic_id == actor.clinic, Milestone.course_id == course_id)

    def seen(_: Mine) -> tuple[MilestoneView, ...]:
        rows = db.scalars(chosen.order_by(Milestone.happened_on, Milestone.received_at, Milestone.id)).all()
        count = {row.id for row in leaves(rows) if not row.retracted}
        return tuple(replace(show.milestone(row), effective=row.id in count) for row in rows)

    return _look(db, actor, course_id, "milestones", now, seen)


def outcomes(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> tuple[OutcomeView, ...]:
    """What came of a course: one for each instrument, site and side."""
    return _look(db, actor, course_id, "outcomes", now, lambda mine: tuple(map(outcome.view, _rows(db, mine))))


def progress(
    db: Database,
    *,
    actor: Actor,
    course_id: UUID,
    instrument: str | None = None,
    site: str | None = None,
    side: str | None = None,
    as_of: date | None = None,
    now: datetime | None = None,
) -> Progress:
    """One place of a course, the first unless named, on the instrument it is judged on unless named."""
    now = now or clock.now()

    def seen(mine: Mine) -> Progress:
        at = _place(db, mine, site, side)
        known = columns.instruments(db, mine.clinic_id)
        code = instrument or _judged(db, mine, *at)
        if code not in known:
            raise Invalid("unknown_instrument", "This instrument is not known here.", "/instrument")
        on = as_of or now.astimezone(mine.zone).date()
        return saved.progress(db, mine.clinic_id, course_id, known[code], *at, on)

    return _look(db, actor, course_id, "progress", now, seen)


def _look(db: Database, actor: Actor, course_id: UUID, what: str, now: datetime | None, seen: Any) -> Any:
    """What somebody may see of a course; a look by anybody but the patient is noted in the same transaction."""
    admit(actor, *VIEWERS)
    if actor.role == "patient":
        return seen(find(db, actor, course_id))
    with writing(db):
        mine = find(db, actor, course_id)
        audit.note(
            db,
            actor=actor,
            now=now or clock.now(),
            action=f"{what}.look",
            subject="course",
            subject_id=course_id,
            patient_id=mine.patient_id,
        )
        return seen(mine)


def _readings(db: Database, mine: Mine) -> tuple[ReadingView, ...]:
    """All readings with their marks."""
    chosen = select(Reading).where(Reading.clinic_id == mine.clinic_id, Reading.course_id == mine.course_id)
    rows = db.scalars(chosen).all()
    count = {row.id for row in leaves(rows) if not row.retracted}
    same = _merged(db, mine)
    shown = (replace(show.reading(row), session_id=_kept(row, same), effective=row.id in count) for row in rows)
    views = sorted(shown, key=lambda r: (r.at, r.id))
    befores = {_occasion(v): v.at for v in reversed(views) if v.effective and v.kind == "before"}
    return tuple(replace(v, order_unclear=_unclear(v, befores)) for v in views)


def _assessments(db: Database, mine: Mine) -> tuple[AssessmentView, ...]:
    """By when they were made."""
    chosen = select(Assessment).where(Assessment.clinic_id == mine.clinic_id, Assessment.course_id == mine.course_id)
    return tuple(map(show.assessment, db.scalars(chosen.order_by(Assessment.received_at, Assessment.id))))


def _for(actor: Actor, view: Any) -> Any:
    """What staff noted beside it stays with the clinic, as the notes of sessions do."""
    return replace(view, note=None) if actor.role == "patient" else view


def _merged(db: Database, mine: Mine) -> dict[UUID, UUID]:
    """The course's sessions that turned out to be another one."""
    chosen = select(Session.id, Session.merged_into).where(Session.merged_into.is_not(None))
    here = (Session.clinic_id == mine.clinic_id, Session.course_id == mine.course_id)
    return merged(db.execute(chosen.where(*here)))


def _kept(row: Any, same: dict[UUID, UUID]) -> UUID | None:
    """The session a row speaks of, as it stands now."""
    return same.get(row.session_id, row.session_id)


def _unclear(view: ReadingView, befores: dict[Any, datetime]) -> bool:
    """Whether an after-score is earlier than its before-score."""
    before = befores.get(_occasion(view)) if view.kind == "after" and view.effective else None
    return before is not None and view.at < before


def _occasion(view: ReadingView) -> Any:
    return view.session_id, view.instrument, view.site, view.side


def _rows(db: Database, mine: Mine) -> list[Any]:
    """A course's outcome rows, in one order."""
    chosen = select(*Outcome.__table__.c).where(
        Outcome.clinic_id == mine.clinic_id, Outcome.course_id == mine.course_id
    )
    return list(db.execute(chosen.order_by(Outcome.instrument, Outcome.site, Outcome.side)))


def _place(db: Database, mine: Mine, site: str | None, side: str | None) -> tuple[str, str]:
    """The place asked for; the course's first where none is named."""
    if site is not None or side is not None:
        return site or "", side or "none"
    chosen = select(Place.site, Place.side).where(Place.clinic_id == mine.clinic_id, Place.course_id == mine.course_id)
    first = db.execute(chosen.order_by(Place.position, Place.site, Place.side).limit(1)).one_or_none()
    return (first.site, first.side) if first else ("", "none")


def _judged(db: Database, mine: Mine, site: str, side: str) -> str:
    """The instrument this place is judged on."""
    condition = db.scalars(
        select(Course.condition).where(Course.clinic_id == mine.clinic_id, Course.id == mine.course_id)
    ).one()
    return outcome.judged(
        condition, {row.instrument: row for row in _rows(db, mine) if (row.site, row.side) == (site, side)}
    )
