"""Answer: what a mail's link can do: tell its one question, take its one answer, and nothing else.

The token is all there is: nobody is signed in by it, and nothing of the record goes out but the places asked about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import Instrument
from tracker.services import audit, clock, log
from tracker.services.actor import Actor
from tracker.services.errors import Invalid, NotFound
from tracker.services.remind import when
from tracker.services.secret import hashed
from tracker.services.transaction import writing
from tracker.services.views import PlaceView, Result
from tracker.storage import AnswerLink, Course, Patient, Place, columns
from tracker.tongue import _

ONCE = frozenset({"id", "site", "side", "value", "items"})  # of one answer
SHARED = frozenset({"recorded_at", "recorded_zone", "entered_at", "sent_at"})  # of all answers of one page
WHOLE = ("peg", "pgic", "headache_days", "medicine_days")  # asked about the course, not place by place


@dataclass(frozen=True)
class LinkQuestion:
    """What the page behind a link asks."""

    scale: Instrument
    kind: str
    condition: str
    places: tuple[PlaceView, ...]
    language: str


def question(db: Database, *, token: str, now: datetime | None = None) -> LinkQuestion:
    """The question of a link; a used or old one, and one answered elsewhere meanwhile, say so."""
    now = now or clock.now()
    link = _link(db, token)
    _refuse(db, link, now)
    course = db.get_one(Course, (link.clinic_id, link.course_id))
    return LinkQuestion(
        scale=columns.instruments(db, link.clinic_id)[link.instrument],
        kind=link.kind,
        condition=course.condition,
        places=_places(db, link, now),
        language=db.get_one(Patient, (link.clinic_id, link.patient_id)).language,
    )


def language(db: Database, *, token: str) -> str | None:
    """Of whose link it is, also of one that is used or old; None where it is nobody's."""
    link = db.scalar(select(AnswerLink).where(AnswerLink.token_hash == hashed(token)))
    return db.get_one(Patient, (link.clinic_id, link.patient_id)).language if link else None


def answer(
    db: Database,
    *,
    token: str,
    answers: Sequence[Mapping[str, Any]],
    source: str | None = None,
    now: datetime | None = None,
    **shared: Any,
) -> None:
    """Take the answer, one reading a place, and use the link up. The same ids again are a replay."""
    now = now or clock.now()
    with writing(db):
        link = _link(db, token, locked=True)
        if link.used_at is None:
            _refuse(db, link, now)
            _complete(answers, _places(db, link, now))
        items = [_reading(link, one, shared) for one in answers]
        who = Actor("patient", link.patient_id, link.clinic_id, "patient", link.patient_id, source)
        results = log.record(db, actor=who, items=items, now=now)
        _all_taken(link, results)
        if link.used_at is None:
            link.used_at = now
            said = {"subject": "course", "subject_id": link.course_id, "patient_id": link.patient_id}
            audit.note(db, actor=who, now=now, action="answer_link.use", **said)


def _link(db: Database, token: str, locked: bool = False) -> AnswerLink:
    """The link of a token. One that never was looks like one that was closed long ago."""
    chosen = select(AnswerLink).where(AnswerLink.token_hash == hashed(token))
    link = db.scalar(chosen.with_for_update() if locked else chosen)
    if link is None:
        raise _old()
    return link


def _refuse(db: Database, link: AnswerLink, now: datetime) -> None:
    """Raise unless the link's question can be answered now."""
    patient = db.get_one(Patient, (link.clinic_id, link.patient_id))
    if link.used_at is not None:
        raise NotFound("link_used", _("Thank you. This link is used up."))
    if link.expires_at <= now or patient.withdrawn_at is not None:
        raise _old()
    if not any(_same(link, one) for one in when.open_now(db, link.clinic_id, link.patient_id, now)):
        raise NotFound("link_answered", _("Thank you. You have answered this already."))


def _same(link: AnswerLink, one: when.Question) -> bool:
    names = ("course_id", "instrument", "session_id")
    return all(getattr(link, name) == getattr(one, name) for name in names)


def _old() -> NotFound:
    return NotFound("link_not_usable", _("We cannot use this link. It may be old or mistyped."))


def _places(db: Database, link: AnswerLink, now: datetime) -> tuple[PlaceView, ...]:
    """Where it asks: every place of the course, or those whose after-score is missing."""
    if link.session_id is not None:
        scores = when.lone(db, link.clinic_id, link.patient_id, now).get(link.session_id, [])
        return tuple(PlaceView(score.site or None, score.side) for score in scores)
    here = (Place.clinic_id == link.clinic_id, Place.course_id == link.course_id)
    found = [] if link.instrument in WHOLE else db.scalars(select(Place).where(*here).order_by(Place.position)).all()
    return tuple(PlaceView(row.site or None, row.side) for row in found) or (PlaceView(None, "none"),)


def _complete(answers: Sequence[Mapping[str, Any]], places: Sequence[PlaceView]) -> None:
    """One answer for each place and none beside: half an answer would use the link up."""
    told = sorted((one.get("site") or "", one.get("side", "none")) for one in answers)
    if told != sorted((one.site or "", one.side) for one in places):
        raise Invalid("not_the_question", _("Answer each question of the page once."), "/answers")


def _reading(link: AnswerLink, one: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as log takes it; course, session, instrument and kind are the link's."""
    told = {name: value for name, value in (*shared.items(), *one.items()) if name in ONCE | SHARED}
    asked = {"course_id": link.course_id, "session_id": link.session_id, "instrument": link.instrument}
    return {**told, **asked, "kind": link.kind}


def _all_taken(link: AnswerLink, results: Sequence[Result]) -> None:
    """Raise, and so take nothing, where one was refused; a used link takes what it has taken before."""
    refused = next((one.error for one in results if one.error), None)
    if link.used_at is not None and any(one.status != "replay" for one in results):
        raise NotFound("link_used", _("Thank you. This link is used up."))
    if refused is not None:
        raise refused
