"""When: what one person is to be reminded of, and at which moments, as things stand now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science import reminders
from tracker.science.reminders import Due, Wishes
from tracker.science.scales import AFTER, BEFORE, KINDS, NOW
from tracker.science.schedule import ORDER
from tracker.services import asks
from tracker.services.asks import CourseAsk
from tracker.storage import Clinic, Course, Patient, ReminderChoice, columns
from tracker.storage.columns import HELD, Care
from tracker.storage.effective import Score, one_a_session

CHECK_IN, MISSING = "check_in", "after"


@dataclass(frozen=True)
class Question:
    """What a reminder speaks of, and a mail's link asks: one instrument of one course. `closes` is a moment."""

    course_id: UUID
    instrument: str
    kind: str
    closes: datetime
    session_id: UUID | None = None


@dataclass(frozen=True)
class Reminder:
    """One reminder: `key` is what it is called among those `about` the same; `questions` the most important first."""

    about: str
    key: str
    due: Due
    questions: tuple[Question, ...]


def upcoming(db: Database, clinic_id: UUID, patient_id: UUID, now: datetime) -> list[Reminder]:
    """All reminders of a person that are still worth something, by moment; none without wishes or once withdrawn."""
    told = wishes(db, clinic_id, patient_id)
    if told is None:
        return []
    here = columns.zone(db, clinic_id)
    found = [*_missing(db, clinic_id, patient_id, now, told), *_check_ins(db, clinic_id, patient_id, now, told, here)]
    return sorted((one for one in found if one.due.until > now), key=lambda one: one.due.at)


def wishes(db: Database, clinic_id: UUID, patient_id: UUID) -> Wishes | None:
    """When this person may be reminded; None for somebody who never chose anything, or withdrew."""
    row = db.get(ReminderChoice, (clinic_id, patient_id))
    patient = db.get(Patient, (clinic_id, patient_id))
    if row is None or patient is None or patient.withdrawn_at is not None:
        return None
    return replace(
        usual(db, clinic_id, patient_id),
        hour=row.hour,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        paused_until=row.paused_until,
    )


def usual(db: Database, clinic_id: UUID, patient_id: UUID) -> Wishes:
    """What holds until somebody chooses otherwise, in their own zone or the clinic's."""
    own = db.get_one(Patient, (clinic_id, patient_id)).timezone
    return Wishes(ZoneInfo(own or db.get_one(Clinic, clinic_id).timezone))


def hour_of(day: date, told: Wishes) -> datetime:
    """When a day's check-in is recalled, quiet hours set aside."""
    return reminders.wall(day, told.hour, told.zone)


def _check_ins(
    db: Database, clinic_id: UUID, patient_id: UUID, now: datetime, told: Wishes, here: ZoneInfo
) -> Iterator[Reminder]:
    """One a day, whatever is asked that day."""
    by_day: dict[date, list[CourseAsk]] = defaultdict(list)
    for ask in asks.asks(db, clinic_id=clinic_id, patient_id=patient_id, now=now):
        for day in reminders.days(ask.due, ask.closes):
            by_day[day].append(ask)
    for day, found in by_day.items():
        due = _merged(_due(day, ask, told, here) for ask in found)
        if due is not None:
            yield Reminder(CHECK_IN, day.isoformat(), due, tuple(_question(ask, here) for ask in _ordered(found)))


def _due(day: date, ask: CourseAsk, told: Wishes, here: ZoneInfo) -> Due | None:
    """The window's days are the clinic's, the hour is the person's."""
    return reminders.check_in(day, midnight(ask.opens, here), _closing(ask, here), told)


def _merged(found: Iterable[Due | None]) -> Due | None:
    """From the first of them on, until the last is worth nothing."""
    some = [due for due in found if due is not None]
    return Due(min(due.at for due in some), max(due.until for due in some)) if some else None


def _ordered(found: list[CourseAsk]) -> list[CourseAsk]:
    return sorted(found, key=lambda ask: ORDER.index(ask.instrument))


def _question(ask: CourseAsk, here: ZoneInfo) -> Question:
    return Question(ask.course_id, ask.instrument, ask.kind, _closing(ask, here))


def _closing(ask: CourseAsk, here: ZoneInfo) -> datetime:
    return midnight(ask.closes + timedelta(days=1), here)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day of that zone begins."""
    return reminders.wall(day, 0, zone)


def _missing(db: Database, clinic_id: UUID, patient_id: UUID, now: datetime, told: Wishes) -> Iterator[Reminder]:
    """Before-scores of the last hours whose after is missing, one reminder a session."""
    for session_id, scores in lone(db, clinic_id, patient_id, now).items():
        due = reminders.lone_before(_latest(scores), told)
        if due is not None:
            yield Reminder(MISSING, str(session_id), due, (_after(session_id, scores),))


def _latest(scores: list[Score]) -> datetime:
    return max(score.at for score in scores).astimezone(UTC)  # sums on a local clock go wrong in some nights


def _after(session_id: UUID, scores: list[Score]) -> Question:
    return Question(scores[0].course_id, NOW, KINDS[AFTER], _latest(scores) + reminders.AFTER_ENDS, session_id)


def lone(db: Database, clinic_id: UUID, patient_id: UUID, now: datetime) -> dict[UUID, list[Score]]:
    """Sessions with before-scores of the last hours whose place has no after-score, and those scores."""
    ids = db.scalars(select(Course.id).where(Course.clinic_id == clinic_id, Course.patient_id == patient_id)).all()
    care = columns.care(db, clinic_id, ids)
    found: dict[UUID, list[Score]] = defaultdict(list)
    for score in _lone(care):
        if now - score.at < reminders.AFTER_ENDS and score.session_id:
            found[score.session_id].append(score)
    return found


def _lone(care: Care) -> Iterator[Score]:
    held = {s.id for s in care.sessions if s.state in HELD}
    scores = [s for s in one_a_session(care.scores) if s.session_id in held and s.instrument == NOW]
    answered = {(s.session_id, s.site, s.side) for s in scores if s.kind == KINDS[AFTER]}
    yield from (s for s in scores if s.kind == KINDS[BEFORE] and (s.session_id, s.site, s.side) not in answered)


def open_now(db: Database, clinic_id: UUID, patient_id: UUID, now: datetime) -> list[Question]:
    """What this person can answer at this moment."""
    here = columns.zone(db, clinic_id)
    today = now.astimezone(here).date()
    found = asks.asks(db, clinic_id=clinic_id, patient_id=patient_id, now=now)
    missing = lone(db, clinic_id, patient_id, now)
    return [*(_question(ask, here) for ask in found if ask.holds(today)), *(_after(*one) for one in missing.items())]
