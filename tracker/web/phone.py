"""Phone: what the shell's home needs, as JSON values. Which screen comes first static/js/screens.js decides."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tracker.science.schedule import RHYTHM, WEEK, Ask
from tracker.services.views import Home, HomeCourse, HomeSession, PersonView, PlaceView, ReadingView
from tracker.web import places, wording


def home(seen: Home, people: Sequence[PersonView]) -> dict[str, Any]:
    """Everything the phone shows and asks, for some days ahead; days are the clinic's. `people`: all on this phone."""
    listed = {one.id: person(one) for one in people}
    return {
        "epoch": str(seen.epoch),
        "now": seen.now.isoformat(),
        "zone": seen.clinic.timezone,
        "language": seen.patient.language,
        "person": listed[seen.patient.id],
        "people": list(listed.values()),
        "clinic": {
            "name": seen.clinic.name,
            "emergency_number": seen.clinic.emergency_number,
            "synthetic": seen.clinic.synthetic,
        },
        "courses": [course(one, seen.today) for one in seen.courses],
        "diary": diary(seen),
        "entries": [entry(one) for one in seen.entries],
        "reminders": {"offer": seen.paired and seen.undecided, "decided": not seen.undecided},
    }


def person(one: PersonView) -> dict[str, Any]:
    """Somebody on the phone."""
    return {"id": str(one.id), "initials": one.initials, "carer": one.carer, "pin": one.pin}


def course(one: HomeCourse, today: date) -> dict[str, Any]:
    """One course: its places in words, its sessions of these days, what it asks and when."""
    return {
        "id": str(one.course.id),
        "condition": one.course.condition,
        "words": wording.condition(one.course.condition),
        "planned": one.course.planned_sessions,
        "held": one.held,
        "last_on": _day(one.t0),
        "ended_on": _day(one.ends_on) if one.ended else None,
        "ends_on": _day(one.ends_on),
        "places": [place(one, where) for where in places.of(one.course)],
        "sessions": [session(x) for x in one.sessions],
        "asks": [ask(x) for x in one.asks],
        "weekly_every": RHYTHM[WEEK],
        "classes": list(one.classes),
        "milestones": [{"opens": _day(first), "closes": _day(last)} for first, last in one.milestones],
        "milestone_due": any(first <= today <= last for first, last in one.milestones),
        "finished_from": _day(one.finished_from),
        "ask_finished": not one.ended and one.finished_from is not None and one.finished_from <= today,
    }


def place(one: HomeCourse, where: PlaceView) -> dict[str, Any]:
    """One place with the words that stand after "your", and per question the score from which it is a sudden rise."""
    rises = {code: limit for (*at, code), limit in one.rises.items() if at == [where.site or "", where.side]}
    words = wording.body(one.course.condition, where.site, where.side)
    return {"site": where.site, "side": where.side, "words": words, "rises_from": rises}


def session(one: HomeSession) -> dict[str, Any]:
    """One visit and its scores; `number` tells visits of one day apart."""
    told = one.session
    return {
        "id": str(told.id),
        "held_on": _day(told.held_on),
        "number": told.number,
        "state": told.state,
        "scores": [score(x) for x in one.scores],
    }


def score(one: ReadingView) -> dict[str, Any]:
    """One score that counts; `at` is its moment by the corrected clock."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "instrument": one.instrument,
        "site": one.site,
        "side": one.side,
        "value": one.value,
        "at": one.at.isoformat(),
    }


def entry(one: ReadingView) -> dict[str, Any]:
    """One own entry, as the phone lists and corrects it."""
    more = {"course_id": str(one.course_id), "session_id": _text(one.session_id), "items": one.items, "late": one.late}
    return {**score(one), **more}


def ask(one: Ask) -> dict[str, Any]:
    """One question and the days on which it is open, both inside."""
    days = {name: _day(getattr(one, name)) for name in ("due", "opens", "closes")}
    return {
        "key": one.key,
        "instrument": one.instrument,
        "kind": one.kind,
        **days,
        "weekly": one.instrument == WEEK,
    }


def diary(seen: Home) -> dict[str, Any]:
    """Headache or not, by day."""
    return {"asked": seen.diary is not None, "days": {_day(day): yes for day, yes in (seen.diary or {}).items()}}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(id: UUID | None) -> str | None:
    return str(id) if id else None
