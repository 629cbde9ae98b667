"""Phone: what the shell's home needs, as JSON values. Which screen comes first static/js/screens.js decides."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tracker.science.progress import Progress
from tracker.services.views import CourseView, Home, HomeCourse, PlaceView, Waiting
from tracker.web import places, wording

WEEK = timedelta(days=7)
FOLLOW_UP_WEEKS = (1, 2, 4, 8, 13, 26, 39, 52)  # after the last session (product.md P3)
HELD = ("held", "reported")
CLOSE = timedelta(days=4)  # an answer this close to a follow-up date already serves it


def home(seen: Home, weekly: Mapping[UUID, Progress], now: datetime) -> dict[str, Any]:
    """`weekly` holds each course's weekly scores at its first place."""
    return {
        "initials": seen.patient.initials or seen.patient.code,
        "synthetic": seen.clinic.synthetic,
        "zone": seen.clinic.timezone,
        "now": now.isoformat(),
        "courses": [course(one, weekly[one.course.id], seen.today) for one in seen.courses],
    }


def course(one: HomeCourse, p: Progress, today: date) -> dict[str, Any]:
    """One course: its places in words, today's session, what waits for its after, when the weekly question comes."""
    due = next_weekly(p, today)
    return {
        "id": str(one.course.id),
        "words": wording.condition(one.course.condition),
        "planned": one.course.planned_sessions,
        "number": one.session_number,
        "ended": p.ended is not None,
        "places": [place(one.course, where) for where in places.of(one.course)],
        "session": _session(one, p, today),
        "next_that_day": max((x.number for x in one.today), default=0) + 1,
        "waiting": _waiting(one),
        "weekly_due": due is not None and due <= today,
        "weekly_next": due.isoformat() if due else None,
        "weekly_kind": "check_in" if _begun(p, today) else "baseline",
    }


def place(course: CourseView, where: PlaceView) -> dict[str, Any]:
    """One place with the words that stand after "your"."""
    return {"site": where.site, "side": where.side, "words": wording.body(course.condition, where.site, where.side)}


def next_weekly(p: Progress, today: date) -> date | None:
    """When the weekly question comes next: each week in the course, then in the follow-up's weeks; None = no more."""
    last = max((x.at.date() for x in p.scores), default=None)
    if p.ended is None:
        return last + WEEK if last else today
    answered = last or p.ended
    return next((on for on in (p.ended + n * WEEK for n in FOLLOW_UP_WEEKS) if on - CLOSE > answered), None)


def _begun(p: Progress, today: date) -> bool:
    """Whether a treatment lies behind: from then on a weekly score is no longer one of the start."""
    return any(x.state in HELD and (x.on < today or x.after is not None) for x in p.pairs if x.on <= today)


def _session(one: HomeCourse, p: Progress, today: date) -> dict[str, Any] | None:
    """Today's last session that was not cancelled, and which of its scores are there."""
    shown = [x for x in one.today if x.state != "cancelled"]
    if not shown:
        return None
    held = [x for x in shown if x.state in HELD]
    pairs = sorted((x for x in p.pairs if x.on == today), key=lambda x: x.number)
    pair = pairs[-1] if pairs and held and held[-1] is shown[-1] else None
    return {
        "id": str(shown[-1].id),
        "held_on": shown[-1].held_on.isoformat(),
        "state": shown[-1].state,
        "before": pair is not None and pair.before is not None,
        "after": pair is not None and pair.after is not None,
    }


def _waiting(one: HomeCourse) -> dict[str, Any] | None:
    """The latest session with a before-score and no after-score, and the places it waits for."""
    if not one.waiting:
        return None
    latest = max(one.waiting, key=lambda x: x.at).session
    mine = [x for x in one.waiting if x.session.id == latest.id]
    return {
        "session_id": str(latest.id),
        "held_on": latest.held_on.isoformat(),
        "before_at": max(x.at for x in mine).isoformat(),
        "scores": [_score(one.course, x) for x in mine],
    }


def _score(course: CourseView, one: Waiting) -> dict[str, Any]:
    return {"place": place(course, PlaceView(one.site, one.side)), "value": one.value}
