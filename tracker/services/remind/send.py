"""Send: take one row, judge it again, mark it, hand it over, write down what came of it. Any number of workers may."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Database

from tracker.services import clock, proof
from tracker.services.remind import look, plan, post, texts, when, wish
from tracker.services.remind.post import Mail, Outcome, Phone, Post
from tracker.services.remind.when import Question, Reminder
from tracker.services.secret import fresh, hashed
from tracker.services.transaction import writing
from tracker.storage import AnswerLink, Clinic, Message, Patient, PushSubscription, ReminderChoice

log = logging.getLogger("tracker.reminders")

LEASE = timedelta(minutes=10)  # a row marked for longer belongs to a worker that was killed
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180))  # after the 1st, 2nd … failure; then it is given up
GIVEN_UP = 5  # pushes in a row that a phone did not take, for another reason than being gone


@dataclass(frozen=True)
class Parcel:
    """One marked row and what is handed over for it."""

    clinic_id: UUID
    id: UUID
    channel: str
    until: datetime
    words: str = ""
    phones: tuple[tuple[UUID, Phone], ...] = ()
    mail: Mail | None = None


def drain(db: Database, *, by: Post, now: datetime | None = None) -> dict[str, int]:
    """Send all that is due; how many rows ended in which state."""
    told: dict[str, int] = {}
    for clinic_id in db.scalars(select(Clinic.id).order_by(Clinic.id)).all():
        _recover(db, clinic_id, now or clock.now())
        while (state := _one(db, clinic_id, by, now)) is not None:
            told[state] = told.get(state, 0) + 1
    if told:
        log.info("reminders %s", " ".join(f"{state}={n}" for state, n in sorted(told.items())))
    return told


def _one(db: Database, clinic_id: UUID, by: Post, now: datetime | None) -> str | None:
    """The next row that is due, sent or settled; None when there is none."""
    taken = _take(db, clinic_id, by, now or clock.now())
    if not isinstance(taken, Parcel):
        return taken
    outcomes = _hand_over(by, taken, now or clock.now())
    return _settle(db, taken, outcomes, now or clock.now())


def _take(db: Database, clinic_id: UUID, by: Post, now: datetime) -> Parcel | str | None:
    """Mark the next row under the write lock, or say the state in which it ended without being sent."""
    with writing(db):
        due = (Message.clinic_id == clinic_id, Message.state == "queued", Message.try_at <= now)
        row = db.scalar(select(Message).where(*due).order_by(Message.try_at).limit(1).with_for_update(skip_locked=True))
        if row is None:
            return None
        found = _judge(db, row, by.offered, now)
        if isinstance(found, str):
            row.state, row.last_error = "skipped", found
        elif isinstance(found, datetime):
            row.due_at = row.try_at = found
        else:
            row.state, row.try_at, row.tries = "sending", now + LEASE, row.tries + 1
            return _pack(db, row, found, by, now)
        return "moved" if row.state == "queued" else row.state


def _judge(
    db: Database, row: Message, offered: Collection[str], now: datetime
) -> str | datetime | Reminder | ReminderChoice:
    """Why it is not needed, when it is due instead, or what it is about."""
    choice = db.get(ReminderChoice, (row.clinic_id, row.patient_id), populate_existing=True)
    if choice is None or _withdrawn(db, row):
        return "no longer wished"
    if row.about == wish.CODE:
        asked = choice.mail_address and choice.mail_confirmed_at is None and "mail" in offered and row.until > now
        return choice if asked else "no longer wished"
    if row.about == proof.ABOUT:
        asked = choice.mail_address and choice.mail_confirmed_at and "mail" in offered and row.until > now
        return choice if asked else "no longer wished"
    if row.channel not in plan.channels(db, choice, offered):
        return "no longer wished"
    ahead = when.upcoming(db, row.clinic_id, row.patient_id, now)
    one = next((r for r in ahead if (r.about, r.key) == (row.about, row.key)), None)
    if one is None:
        return "answered, paused or over"
    if one.due.at > now:
        return one.due.at
    return _open(one, db, row, now) or "answered, paused or over"


def _open(one: Reminder, db: Database, row: Message, now: datetime) -> Reminder | None:
    """The reminder with what can be answered at this moment; None when there is nothing."""
    open_ = when.open_now(db, row.clinic_id, row.patient_id, now)
    questions = tuple(q for q in one.questions if q in open_)
    return replace(one, questions=questions) if questions else None


def _withdrawn(db: Database, row: Message) -> bool:
    return db.get_one(Patient, (row.clinic_id, row.patient_id)).withdrawn_at is not None


def _pack(db: Database, row: Message, found: Reminder | ReminderChoice, by: Post, now: datetime) -> Parcel:
    """What is handed over."""
    language = db.get_one(Patient, (row.clinic_id, row.patient_id)).language
    parcel = Parcel(row.clinic_id, row.id, row.channel, row.until)
    if isinstance(found, ReminderChoice):
        letter = _code(db, row, found, language, now)
        return replace(parcel, mail=_addressed(found, letter, row, now))
    if row.channel == "mail":
        return replace(parcel, mail=_letter(db, row, found.questions[0], by, language, now))
    phones = tuple((p.id, Phone(p.endpoint, p.p256dh, p.auth)) for p in look.live(db, row.clinic_id, row.patient_id))
    return replace(parcel, words=texts.push(language), phones=phones)


def _code(db: Database, row: Message, choice: ReminderChoice, language: str, now: datetime) -> texts.Letter:
    """The mail with a code: for the address itself, or to share or erase."""
    if row.about == proof.ABOUT:
        made = proof.new_code(db, clinic_id=row.clinic_id, patient_id=row.patient_id, way="mail", now=now)
        return texts.proof(language, made)
    return texts.code(language, wish.fresh_code(choice, now))


def _letter(db: Database, row: Message, asked: Question, by: Post, language: str, now: datetime) -> Mail:
    """The mail about one question, with a fresh link to answer it and one to stop such mails."""
    choice = db.get_one(ReminderChoice, (row.clinic_id, row.patient_id))
    told = when.wishes(db, row.clinic_id, row.patient_id)
    assert told is not None  # judged in this transaction
    stop, answer = fresh(), _link(db, row, asked)
    row.stop_hash = hashed(stop)
    stop_url = f"{by.public_url}/stop-mail/{stop}"
    last = (asked.closes - timedelta(seconds=1)).astimezone(told.zone)
    letter = texts.check_in(language, answer_url=f"{by.public_url}/answer#{answer}", stop_url=stop_url, last=last)
    return replace(_addressed(choice, letter, row, now), stop_url=stop_url)


def _link(db: Database, row: Message, asked: Question) -> str:
    """A fresh token for this mail's question; one of an earlier try is worth nothing from now on."""
    old = (AnswerLink.clinic_id == row.clinic_id, AnswerLink.message_id == row.id, AnswerLink.used_at.is_(None))
    db.execute(update(AnswerLink).where(*old).values(expires_at=row.created_at))
    token = fresh()
    db.add(
        AnswerLink(
            clinic_id=row.clinic_id,
            id=uuid4(),
            message_id=row.id,
            patient_id=row.patient_id,
            course_id=asked.course_id,
            session_id=asked.session_id,
            instrument=asked.instrument,
            kind=asked.kind,
            token_hash=hashed(token),
            expires_at=asked.closes,
        )
    )
    return token


def _addressed(choice: ReminderChoice, letter: texts.Letter, row: Message, now: datetime) -> Mail:
    assert choice.mail_address is not None  # the row was judged to have one
    return Mail(choice.mail_address, letter.subject, letter.text, str(row.id), now)


def _hand_over(by: Post, parcel: Parcel, now: datetime) -> dict[UUID | None, Outcome]:
    """To the mail server, or to every phone."""
    if parcel.mail is not None:
        return {None: post.mail(by, parcel.mail)}
    return {id: post.push(by, phone, parcel.words, parcel.until - now) for id, phone in parcel.phones}


def _settle(db: Database, parcel: Parcel, outcomes: dict[UUID | None, Outcome], now: datetime) -> str:
    """Write down what came of it; a row may be handed over again later, unless anybody has taken it."""
    with writing(db):
        row = db.get(Message, (parcel.clinic_id, parcel.id), with_for_update=True, populate_existing=True)
        if row is None:
            return "erased"  # with the person, while it was on its way
        for id, outcome in outcomes.items():
            if id is not None:
                _mark_phone(db, parcel.clinic_id, id, outcome, now)
        came = [one.came for one in outcomes.values()]
        row.last_error = next((one.error for one in outcomes.values() if one.error), None)
        if "sent" in came:
            row.state, row.sent_at = "sent", now
        elif "later" in came and row.tries <= len(PAUSES) and now + PAUSES[row.tries - 1] < row.until:
            longest = max(PAUSES[row.tries - 1], *(one.wait for one in outcomes.values()))
            row.state, row.try_at = "queued", now + longest
        else:
            row.state = "failed"
        return row.state if row.state != "queued" else "later"


def _mark_phone(db: Database, clinic_id: UUID, id: UUID, outcome: Outcome, now: datetime) -> None:
    """A phone that is gone gets no more; one that takes a push again starts afresh."""
    phone = db.get(PushSubscription, (clinic_id, id), populate_existing=True)
    if phone is None:
        return
    phone.failures = 0 if outcome.came == "sent" else phone.failures + (outcome.came == "failed")
    if outcome.came == "gone" or phone.failures >= GIVEN_UP:
        phone.gone_at = phone.gone_at or now


def _recover(db: Database, clinic_id: UUID, now: datetime) -> None:
    """Rows of killed workers: a push goes out again, a mail does not (see the head of this package)."""
    left = (Message.clinic_id == clinic_id, Message.state == "sending", Message.try_at <= now)
    if not db.scalar(select(Message.id).where(*left).limit(1)):
        return
    changes: dict[str, dict[str, Any]] = {
        "push": {"state": "queued", "last_error": "interrupted"},
        "mail": {"state": "failed", "last_error": "interrupted"},
    }
    with writing(db):
        for channel, values in changes.items():
            db.execute(update(Message).where(*left, Message.channel == channel).values(**values))
