"""Home: what the patient's first page needs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import NOW
from tracker.services import clock, show
from tracker.services.actor import Actor, admit
from tracker.services.views import CourseView, Home, HomeCourse, SessionView, Waiting
from tracker.storage import Clinic, Course, Patient, columns
from tracker.storage.columns import HELD, Care
from tracker.storage.effective import Score, one_a_session

WAITS = timedelta(hours=48)  # after that nobody remembers the number: the late card goes


def home(db: Database, *, actor: Actor, today: date | None = None, now: datetime | None = None) -> Home:
    """The patient's courses, today's sessions, and the before-scores that wait for their after."""
    admit(actor, "patient")
    now = now or clock.now()
    clinic = db.get_one(Clinic, actor.clinic)
    patient = db.get_one(Patient, (actor.clinic, actor.patient_id))
    mine = (Course.clinic_id == actor.clinic, Course.patient_id == actor.patient_id)
    rows = db.scalars(select(Course).where(*mine).order_by(Course.created_at, Course.id)).all()
    care = columns.care(db, actor.clinic, [row.id for row in rows])
    on = today or now.astimezone(care.zone).date()
    return Home(
        patient=show.patient(patient, clinic.timezone),
        clinic=show.clinic(clinic),
        today=on,
        courses=tuple(_course(one, care, on, now) for one in show.courses(db, rows)),
    )


def _course(one: CourseView, care: Care, today: date, now: datetime) -> HomeCourse:
    """One course."""
    held = [s for s in one.sessions if s.state in HELD]
    scores = [s for s in care.scores if s.course_id == one.id and s.instrument == NOW]
    return HomeCourse(
        course=one,
        today=tuple(s for s in one.sessions if s.held_on == today),
        waiting=tuple(_waiting(held, one_a_session(scores), now)),
        session_number=_number(held, today),
    )


def _number(held: list[SessionView], today: date) -> int:
    """Which session of the course today's is, or the next one."""
    earlier = sum(s.held_on < today for s in held)
    return earlier + max(1, sum(s.held_on == today for s in held))


def _waiting(held: list[SessionView], scores: list[Score], now: datetime) -> Iterable[Waiting]:
    """Before-scores of the last two days whose place has no after-score yet."""
    sessions = {s.id: s for s in held}
    answered = {(s.session_id, s.site, s.side) for s in scores if s.kind == "after"}
    for score in scores:
        session = sessions.get(score.session_id) if score.session_id else None
        open_ = score.kind == "before" and (score.session_id, score.site, score.side) not in answered
        if session and open_ and now - score.at.astimezone(UTC) < WAITS:
            yield Waiting(session, score.site or None, score.side, score.value, score.at)
