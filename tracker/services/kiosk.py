"""Kiosk: the desk hands the clinic's tablet to a patient, who scores one visit, and gets it back by a code.

The tablet's key is a token in a cookie. It writes the scores of that one visit, for ten minutes, and tells whose visit
it is and where it hurts; it opens nothing of the record. Whoever handed it over is signed in again by the code chosen
then.
Decided in docs/adr/0014.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import NOW
from tracker.services import access, audit, clock, log, today
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, Locked, NotFound
from tracker.services.pin import PIN, TRIES
from tracker.services.secret import fresh, hashed, slowly_hashed
from tracker.services.today import Pair
from tracker.services.transaction import writing
from tracker.services.views import PlaceView, SignedIn
from tracker.storage import Course, Kiosk, Patient, Reading
from tracker.tongue import _

STAFF = ("front_desk", "practitioner", "clinic_admin")
ASKS_FOR = timedelta(minutes=10)
CHANGES_FOR = timedelta(minutes=2)  # after saving, on the server; the tablet itself forgets after fifteen seconds
BACK_FOR = timedelta(hours=12)  # a working day
ONCE = frozenset({"id", "site", "side", "value", "supersedes", "reason"})  # of one score
SHARED = frozenset({"recorded_at", "recorded_zone", "entered_at", "sent_at"})


@dataclass(frozen=True)
class KioskAsk:
    """Scores of one kind, and the places that have none yet."""

    kind: str
    places: tuple[PlaceView, ...]


@dataclass(frozen=True)
class KioskQuestion:
    """What the tablet asks, and whom."""

    initials: str
    language: str
    condition: str
    asks: tuple[KioskAsk, ...]


def hand_over(
    db: Database, *, actor: Actor, course_id: UUID, session_id: UUID, code: str, now: datetime | None = None
) -> str:
    """The token of a tablet that asks this patient for the scores of this visit; `code` brings the staff back."""
    admit(actor, *STAFF)
    now = now or clock.now()
    if not isinstance(code, str) or not PIN.fullmatch(code):
        raise Invalid("not_a_pin", "Choose a code of 4 to 6 digits.", "/code")
    if not open_asks(db, actor=actor, course_id=course_id, session_id=session_id, now=now):
        raise Conflict("nothing_to_ask", "The scores of this visit are there, or it was cancelled.")
    with writing(db):
        token, id = fresh(), uuid4()
        patient_id = db.get_one(Course, (actor.clinic, course_id)).patient_id
        row = Kiosk(
            clinic_id=actor.clinic,
            id=id,
            token_hash=hashed(token),
            patient_id=patient_id,
            course_id=course_id,
            session_id=session_id,
            handed_by=actor.id,
            code_hash=slowly_hashed(code, id.bytes),
            handed_at=now,
            asks_until=now + ASKS_FOR,
            back_until=now + BACK_FOR,
        )
        db.add(row)
        db.flush()
        _note(db, actor, now, "kiosk.open", row, patient_id)
    return token


def open_asks(
    db: Database, *, actor: Actor, course_id: UUID, session_id: UUID, now: datetime | None = None
) -> tuple[KioskAsk, ...]:
    """What a tablet would ask about this visit; nothing on another day. NotFound for what is another clinic's."""
    today.need(db, actor=actor, course_id=course_id, session_id=session_id)
    listed = today.listed(db, actor.clinic, now or clock.now())
    return next((_asks(one.state, one.pairs) for one in listed if one.session_id == session_id), ())


def question(db: Database, *, token: str | None, now: datetime | None = None) -> KioskQuestion:
    """What the tablet asks; Closed when its time is over, it was forgotten, or the scores are there."""
    now = now or clock.now()
    row = _asking(db, token, now)
    asks = _open(db, row, now) if row.saved_at is None else ()
    if not asks:
        raise closed()
    person = db.get_one(Patient, (row.clinic_id, row.patient_id))
    course = db.get_one(Course, (row.clinic_id, row.course_id))
    return KioskQuestion(person.initials, person.language, course.condition, asks)


def language(db: Database, *, token: str | None) -> str | None:
    """Whose words the tablet speaks; None where it asks nobody any more."""
    row = _row(db, token)
    return db.get_one(Patient, (row.clinic_id, row.patient_id)).language if row and not row.forgotten_at else None


def answer(
    db: Database,
    *,
    token: str | None,
    kind: str,
    answers: Sequence[Mapping[str, Any]],
    source: str | None = None,
    now: datetime | None = None,
    **shared: Any,
) -> None:
    """Take the scores of one kind, each place once. The same ids again are a replay; saved ones can be changed."""
    now = now or clock.now()
    with writing(db):
        row = _asking(db, token, now, locked=True)
        if row.saved_at is None:
            _complete(kind, answers, _open(db, row, now))
        else:
            _only_own(db, row, answers)
        who = Actor("patient", row.patient_id, row.clinic_id, "patient", row.patient_id, source, device_id=row.id)
        items = [_reading(row, kind, one, shared) for one in answers]
        for result in log.record(db, actor=who, items=items, now=now):
            if result.error is not None:
                raise result.error
        if row.saved_at is None:
            row.saved_at, row.asks_until = now, now + CHANGES_FOR


def forget(db: Database, *, token: str | None, now: datetime | None = None) -> None:
    """The tablet has forgotten the patient: from now on it takes and tells nothing. Forgetting twice is forgetting."""
    with writing(db):
        row = _row(db, token, locked=True)
        if row is not None and row.forgotten_at is None:
            row.forgotten_at = now or clock.now()


def take_back(
    db: Database, *, token: str | None, code: str, source: str | None = None, now: datetime | None = None
) -> SignedIn:
    """Sign in again whoever handed the tablet over; raises Locked, and counts, when the code is wrong."""
    now = now or clock.now()
    with writing(db):
        row = _row(db, token, locked=True)
        if row is None or row.back_until <= now or row.wrong >= TRIES:
            raise _no_way_back()
        staff = access.staff_actor(db, user_id=row.handed_by, clinic_id=row.clinic_id)
        right = staff is not None and row.code_hash == slowly_hashed(code, row.id.bytes)
        if right:
            row.back_at, row.forgotten_at = now, row.forgotten_at or now
        else:
            row.wrong += 1
        who = staff or Actor("staff", row.handed_by, row.clinic_id, "front_desk")
        _note(db, _from(who, source), now, "kiosk.back" if right else "kiosk.wrong", row)
        left, signed = TRIES - row.wrong, SignedIn("staff", row.clinic_id, user_id=row.handed_by)
    if not right:
        raise Locked("wrong_code", "This code is not right.", "/code") if left else _no_way_back()
    return signed


def closed() -> NotFound:
    """The tablet asks nothing any more."""
    return NotFound("kiosk_closed", _("This is finished. Please give the tablet back."))


def _no_way_back() -> Locked:
    return Locked("sign_in_again", "The code cannot be used any more. Sign in with a link.", "/code", retry="never")


def _row(db: Database, token: str | None, locked: bool = False) -> Kiosk | None:
    """The handing over of a tablet's token, unless it is back."""
    chosen = select(Kiosk).where(Kiosk.token_hash == hashed(token or ""), Kiosk.back_at.is_(None))
    return db.scalar(chosen.with_for_update() if locked else chosen)


def _asking(db: Database, token: str | None, now: datetime, locked: bool = False) -> Kiosk:
    """The same while it may write."""
    row = _row(db, token, locked)
    if row is None or row.forgotten_at is not None or row.asks_until <= now:
        raise closed()
    if db.get_one(Patient, (row.clinic_id, row.patient_id)).withdrawn_at is not None:
        raise closed()
    return row


def _open(db: Database, row: Kiosk, now: datetime) -> tuple[KioskAsk, ...]:
    """What is still asked about its visit."""
    listed = today.listed(db, row.clinic_id, now)
    return next((_asks(one.state, one.pairs) for one in listed if one.session_id == row.session_id), ())


def _asks(state: str, pairs: Sequence[Pair]) -> tuple[KioskAsk, ...]:
    """Before or after where nothing is there yet; once something is, only the scores after that are missing."""
    begun = any(pair.before or pair.after for pair in pairs)
    missing = tuple(pair.place for pair in pairs if not pair.after)
    if state == "cancelled" or not missing:
        return ()
    before = () if begun else (KioskAsk("before", tuple(pair.place for pair in pairs)),)
    return (*before, KioskAsk("after", missing))


def _complete(kind: str, answers: Sequence[Mapping[str, Any]], asks: Sequence[KioskAsk]) -> None:
    """One score for each place that is asked and none beside, and nothing that replaces another."""
    wanted = next((ask.places for ask in asks if ask.kind == kind), ())
    told = [(one.get("site") or None, one.get("side") or "none") for one in answers]
    if not wanted:
        raise closed()
    if sorted(map(str, told)) != sorted(str((place.site, place.side)) for place in wanted):
        raise Invalid("places", "Answer once for each place.", "/answers")
    if any(one.get("supersedes") for one in answers):
        raise Invalid("unknown_reading", "There is nothing to change yet.", "/answers")


def _only_own(db: Database, row: Kiosk, answers: Sequence[Mapping[str, Any]]) -> None:
    """After saving: the same once more, or another number in the place of one that came from this tablet."""
    named = {one.get("supersedes") or one["id"] for one in answers}
    own = select(Reading.id).where(Reading.clinic_id == row.clinic_id, Reading.device_id == row.id)
    if named - set(db.scalars(own)):
        raise closed()


def _reading(row: Kiosk, kind: str, told: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """One score as the log takes it: what it is about comes from the handing over, never from the tablet."""
    about = {"course_id": row.course_id, "session_id": row.session_id, "kind": kind, "instrument": NOW}
    once = {name: value for name, value in told.items() if name in ONCE and value is not None}
    return {**once, **{name: value for name, value in shared.items() if name in SHARED}, **about}


def _from(actor: Actor, source: str | None) -> Actor:
    return Actor(actor.kind, actor.id, actor.clinic_id, actor.role, source=source)


def _note(db: Database, actor: Actor, now: datetime, action: str, row: Kiosk, patient_id: UUID | None = None) -> None:
    audit.note(db, actor=actor, now=now, action=action, subject="kiosk", subject_id=row.id, patient_id=patient_id)
