"""Home: what the patient's first page needs, for some days ahead too: a phone without signal has nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import milestones, schedule
from tracker.science.milestones import FINISHED, GO_ON
from tracker.science.scales import DIARY, HEADACHES, MEDICINE_CLASSES, NOW
from tracker.services import asks, clock, rising, show
from tracker.services.actor import Actor, admit
from tracker.services.epoch import epoch
from tracker.services.remind import seen as reminders
from tracker.services.views import CourseView, Home, HomeCourse, HomeSession, ReadingView
from tracker.storage import Clinic, Course, Outcome, Patient, Reading, columns
from tracker.storage.columns import HELD, Care
from tracker.storage.effective import Score, merged, one_a_session

SHOWN_BACK, SHOWN_AHEAD = timedelta(days=3), timedelta(days=60)  # sessions
ENTRIES = timedelta(days=60)
DIARY_DAYS = timedelta(days=35)  # more than the 28 that are counted: the phone may be away for a week
MOST_ASKS = 40
OWN = ("patient", "assisted")


def home(db: Database, *, actor: Actor, today: date | None = None, now: datetime | None = None) -> Home:
    """The patient's courses with their sessions of these days, what they are asked, and their own entries."""
    admit(actor, "patient")
    now = now or clock.now()
    clinic = db.get_one(Clinic, actor.clinic)
    patient = db.get_one(Patient, (actor.clinic, actor.patient_id))
    mine = (Course.clinic_id == actor.clinic, Course.patient_id == actor.patient_id, Course.taken_back_at.is_(None))
    rows = db.scalars(select(Course).where(*mine).order_by(Course.created_at, Course.id)).all()
    care = columns.care(db, actor.clinic, [row.id for row in rows])
    on = today or now.astimezone(care.zone).date()
    told = asks.asked(db, actor.clinic, rows, care, on)
    classes = _classes(db, actor) if rows else ()
    scores = _scores(db, actor, care, on)
    rises = rising.limits(db, actor.clinic, care)
    seen = [show.to_patient(one) for one in show.courses(db, rows)]
    courses = tuple(_course(one, told[one.id], care, scores, classes, rises.get(one.id, {}), on) for one in seen)
    return Home(
        epoch=epoch(db),
        patient=show.patient(patient, clinic.timezone),
        clinic=show.clinic(clinic),
        now=now,
        today=on,
        courses=courses,
        entries=tuple(sorted(_own(scores), key=lambda r: (r.at, r.id), reverse=True)),
        diary=_diary(courses, care, on),
        paired=any(_paired(one) for one in _occasions(care)),
        undecided=reminders.offered(db, actor=actor),
    )


def _course(
    one: CourseView,
    told: schedule.Asked,
    care: Care,
    scores: Sequence[ReadingView],
    classes: tuple[str, ...],
    rises: Mapping[tuple[str, str, str], float],
    today: date,
) -> HomeCourse:
    """One course."""
    said = [m for m in care.milestones if m.course_id == one.id]
    held = [s.held_on for s in one.sessions if s.state in HELD]
    spans: list[tuple[date, date]] = []
    if told.t0 and told.ends_on:
        answered = [m.received_at.astimezone(care.zone).date() for m in said if m.code not in (FINISHED, GO_ON)]
        spans = list(milestones.spans(told.t0, told.ends_on, answered, today))
    return HomeCourse(
        course=one,
        held=sum(day < today for day in held),
        t0=told.t0,
        ends_on=told.ends_on,
        ended=told.ends_on is not None and told.ends_on <= today,
        sessions=tuple(_sessions(one, scores, today)),
        asks=schedule.asks(told, today)[:MOST_ASKS],
        milestones=tuple(spans),
        finished_from=_finished_from(one, held, told, said, today),
        classes=classes,
        rises=rises,
    )


def _sessions(one: CourseView, scores: Sequence[ReadingView], today: date) -> list[HomeSession]:
    """Those of the last days whatever became of them, and the planned ones."""
    return [
        HomeSession(s, tuple(r for r in scores if r.session_id == s.id and r.kind in ("before", "after")))
        for s in one.sessions
        if today - SHOWN_BACK <= s.held_on <= (today + SHOWN_AHEAD if s.state == "planned" else today)
    ]


def _finished_from(one: CourseView, held: Sequence[date], told: Any, said: Sequence[Any], today: date) -> date | None:
    """When to ask whether the visits are finished; never while one is planned."""
    if one.closed_on or any(s.state == "planned" and s.held_on >= today for s in one.sessions):
        return None
    answers = [(m.happened_on, m.code) for m in said]
    return milestones.finished_from(max(held, default=None), told.ends_on, answers)


def _scores(db: Database, actor: Actor, care: Care, today: date) -> list[ReadingView]:
    """The readings of the last two months that count, whoever entered them."""
    since = today - ENTRIES
    ids = [s.id for s in care.scores if s.at.date() >= since]
    mine = select(Reading).where(Reading.clinic_id == actor.clinic)
    rows = [row for part in columns.parts(ids) for row in db.scalars(mine.where(Reading.id.in_(part)))]
    same: dict[Any, Any] = merged(care.sessions)
    shown = (replace(show.reading(row), session_id=same.get(row.session_id, row.session_id)) for row in rows)
    return sorted(shown, key=lambda r: (r.at, r.id))


def _own(scores: Sequence[ReadingView]) -> list[ReadingView]:
    """What the patient entered, alone or with help."""
    return [r for r in scores if r.entered_by in OWN]


def _classes(db: Database, actor: Actor) -> tuple[str, ...]:
    """The classes of medicine this clinic counts: those it has counts of."""
    chosen = select(Outcome.instrument).where(Outcome.clinic_id == actor.clinic).distinct()
    used = set(db.scalars(chosen.where(Outcome.instrument.in_(MEDICINE_CLASSES))))
    return tuple(code for code in MEDICINE_CLASSES if code in used)


def _diary(courses: Sequence[HomeCourse], care: Care, today: date) -> dict[date, int] | None:
    """Headache or not, by day, while a headache course asks anything; two answers of a day: yes if either says so."""
    if not any(one.course.condition in HEADACHES and one.asks for one in courses):
        return None
    days: dict[date, int] = {}
    for score in care.scores:
        day = score.at.date()
        if score.instrument == DIARY and today - DIARY_DAYS <= day <= today:
            days[day] = max(int(score.value), days.get(day, 0))
    return days


def _occasions(care: Care) -> list[list[Score]]:
    """The scores of each session."""
    found: dict[Any, list[Score]] = {}
    for score in one_a_session(s for s in care.scores if s.instrument == NOW and s.session_id):
        found.setdefault(score.session_id, []).append(score)
    return list(found.values())


def _paired(scores: Sequence[Score]) -> bool:
    """Whether a session has a score before and one after."""
    return {"before", "after"} <= {s.kind for s in scores}
