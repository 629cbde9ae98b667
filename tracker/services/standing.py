"""Standing: where each place of a course comes in the roster, kept in the transaction of whatever moves it.

Attention first, in this order (docs/adr/0013): the most pressing open work item of the course, the one open longest
first; then running courses, those longest without an entry first; then courses that have not begun; then ended ones,
those heard of last first. Nothing here looks at today but `move_on`, which a roster calls before it is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import serious
from tracker.storage import Course, Outcome, Place, Standing, WorkItem, columns
from tracker.storage.columns import CLINIC, COURSES

URGENCY = (  # the order of reasons; a serious reaction goes before all others
    "serious",
    "sudden",
    "worsened",
    "top",
    "reaction",
    "call",
    "ended",
    "review_due",
)
RUNNING, NOT_STARTED, ENDED = 100, 101, 102  # turns of courses without an open item; reasons come before them
TABLE: Any = Standing.__table__
STANDING = TABLE.c
WRITTEN = insert(TABLE)
GONE = delete(TABLE).where(STANDING.clinic_id == CLINIC, STANDING.course_id.in_(COURSES))
OVER = (
    update(TABLE)
    .where(STANDING.clinic_id == CLINIC, STANDING.state == "running")
    .where(STANDING.ends_on <= bindparam("today"))
    .values(
        state="ended",
        turn=case((STANDING.turn != RUNNING, STANDING.turn), else_=ENDED),
        day=case((STANDING.turn != RUNNING, STANDING.day), else_=STANDING.heard),
        shown=None,
    )
)
FIRST_END = (  # of the clinic's running courses, over or not
    select(func.min(STANDING.ends_on))
    .where(STANDING.clinic_id == CLINIC, STANDING.state == "running")
    .scalar_subquery()
)
TURN = {"running": RUNNING, "not_started": NOT_STARTED, "ended": ENDED}


def keep(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> None:
    """Write these courses' standing anew, inside the caller's transaction."""
    here = db.connection()
    for part in columns.parts(course_ids):
        asked = {"clinic": clinic_id, "courses": list(part)}
        rows = list(_rows(here, asked))
        here.execute(GONE, asked)
        if rows:
            here.execute(WRITTEN, rows)


def move_on(db: Database, clinic_id: UUID, today: date) -> None:
    """Running courses whose end is known by today go among the ended ones."""
    db.connection().execute(OVER, {"clinic": clinic_id, "today": today.toordinal()})


def _rows(db: Connection, asked: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One row a place."""
    days = {row.course_id: row for row in db.execute(_days(), asked)}
    open_ = _open(db, asked)
    number: dict[UUID, int] = {}
    for place in db.execute(_places(), asked):
        at = number[place.course_id] = number.get(place.course_id, -1) + 1
        key = {"clinic_id": asked["clinic"], "course_id": place.course_id, "site": place.site, "side": place.side}
        yield key | {"position": at} | _standing(place, days.get(place.course_id), open_.get(place.course_id))


@cache
def _places() -> Any:
    """The places of these courses, in the order in which they are numbered."""
    return (
        select(Place.course_id, Place.site, Place.side, Course.created_at)
        .join(Course, (Course.clinic_id == Place.clinic_id) & (Course.id == Place.course_id))
        .where(Place.clinic_id == CLINIC, Place.course_id.in_(COURSES), Course.taken_back_at.is_(None))
        .order_by(Place.course_id, Place.position, Place.site, Place.side)
    )


@cache
def _days() -> Any:
    """The days of each course, which are the same in all its outcome rows, and the latest entry of any."""
    return (
        select(
            Outcome.course_id,
            func.max(Outcome.start).label("start"),
            func.max(Outcome.ended_on).label("ended_on"),
            func.max(Outcome.last_on).label("last_on"),
        )
        .where(Outcome.clinic_id == CLINIC, Outcome.course_id.in_(COURSES))
        .group_by(Outcome.course_id)
    )


def _open(db: Connection, asked: Mapping[str, Any]) -> dict[UUID, tuple[int, int, str]]:
    """The most pressing open reason of each course, the one open longest of two: its turn, its day, its name."""
    found: dict[UUID, tuple[int, int, str]] = {}
    for item in db.execute(_items(), asked):
        reason = "serious" if item.serious else item.reason
        told = (URGENCY.index(reason), item.opened_on.toordinal(), reason)
        found[item.course_id] = min(told, found.get(item.course_id, told))
    return found


@cache
def _items() -> Any:
    """Open work items, and whether one is about a serious reaction."""
    grave = serious.of_item().label("serious")
    chosen = select(WorkItem.course_id, WorkItem.reason, WorkItem.opened_on, grave)
    open_ = (WorkItem.clinic_id == CLINIC, WorkItem.resolved_at.is_(None))
    return chosen.where(*open_, WorkItem.course_id.in_(COURSES))


def _standing(place: Any, days: Any, item: tuple[int, int, str] | None) -> dict[str, Any]:
    """What places a row among the others."""
    start = days.start if days else None
    ends_on = days.ended_on if days else None
    heard = -days.last_on.toordinal() if days and days.last_on else 0
    state = "not_started" if start is None else "running"
    waiting = -heard or int(start or place.created_at.date().toordinal())
    turn, day, reason = item or (TURN[state], waiting, None)
    told = {"state": state, "ends_on": None if ends_on is None else int(ends_on), "heard": heard}
    return told | {"turn": turn, "day": day, "reason": reason, "shown": None}
