"""Standing: where each place of a course comes in the roster, kept in the transaction of whatever moves it.

Attention first, in this order (docs/adr/0013): the most pressing open work item of the course, the one open longest
first; then running courses, those longest without an entry first; then courses that have not begun; then ended ones,
those heard of last first. Nothing here looks at today but `move_on`, which a roster calls before it is read.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import Session as Database

from tracker.services import serious
from tracker.storage import Course, Outcome, Place, Standing, WorkItem, columns

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
STANDING = Standing.__table__.c
OVER = (
    update(Standing.__table__)  # pyright: ignore[reportArgumentType] — declared a FromClause, is a Table
    .where(STANDING.clinic_id == bindparam("clinic"), STANDING.state == "running")
    .where(STANDING.ends_on <= bindparam("today"))
    .values(
        state="ended",
        turn=case((STANDING.turn != RUNNING, STANDING.turn), else_=ENDED),
        day=case((STANDING.turn != RUNNING, STANDING.day), else_=STANDING.heard),
    )
)
FIRST_END = (  # of the clinic's running courses, over or not
    select(func.min(STANDING.ends_on))
    .where(STANDING.clinic_id == bindparam("clinic"), STANDING.state == "running")
    .scalar_subquery()
)
TURN = {"running": RUNNING, "not_started": NOT_STARTED, "ended": ENDED}


def keep(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> None:
    """Write these courses' standing anew, inside the caller's transaction."""
    for part in columns.parts(course_ids):
        rows = list(_rows(db, clinic_id, part))
        db.execute(delete(Standing).where(Standing.clinic_id == clinic_id, Standing.course_id.in_(part)))
        if rows:
            db.execute(insert(Standing), rows)


def move_on(db: Database, clinic_id: UUID, today: date) -> None:
    """Running courses whose end is known by today go among the ended ones."""
    db.execute(OVER, {"clinic": clinic_id, "today": today.toordinal()})


def _rows(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """One row a place."""
    days = {row.course_id: row for row in db.execute(_days(clinic_id, course_ids))}
    open_ = _open(db, clinic_id, course_ids)
    number: dict[UUID, int] = {}
    for place in db.execute(_places(clinic_id, course_ids)):
        at = number[place.course_id] = number.get(place.course_id, -1) + 1
        key = {"clinic_id": clinic_id, "course_id": place.course_id, "site": place.site, "side": place.side}
        yield key | {"position": at} | _standing(place, days.get(place.course_id), open_.get(place.course_id))


def _places(clinic_id: UUID, course_ids: Sequence[UUID]) -> Any:
    """The places of these courses, in the order in which they are numbered."""
    return (
        select(Place.course_id, Place.site, Place.side, Course.created_at)
        .join(Course, (Course.clinic_id == Place.clinic_id) & (Course.id == Place.course_id))
        .where(Place.clinic_id == clinic_id, Place.course_id.in_(course_ids))
        .order_by(Place.course_id, Place.position, Place.site, Place.side)
    )


def _days(clinic_id: UUID, course_ids: Sequence[UUID]) -> Any:
    """The days of each course, which are the same in all its outcome rows, and the latest entry of any."""
    return (
        select(
            Outcome.course_id,
            func.max(Outcome.start).label("start"),
            func.max(Outcome.ended_on).label("ended_on"),
            func.max(Outcome.last_on).label("last_on"),
        )
        .where(Outcome.clinic_id == clinic_id, Outcome.course_id.in_(course_ids))
        .group_by(Outcome.course_id)
    )


def _open(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int, str]]:
    """The most pressing open reason of each course, the one open longest of two: its turn, its day, its name."""
    found: dict[UUID, tuple[int, int, str]] = {}
    for item in db.execute(_items(clinic_id, course_ids)):
        reason = "serious" if item.serious else item.reason
        told = (URGENCY.index(reason), item.opened_on.toordinal(), reason)
        found[item.course_id] = min(told, found.get(item.course_id, told))
    return found


def _items(clinic_id: UUID, course_ids: Sequence[UUID]) -> Any:
    """Open work items, and whether one is about a serious reaction."""
    grave = serious.of_item().label("serious")
    chosen = select(WorkItem.course_id, WorkItem.reason, WorkItem.opened_on, grave)
    open_ = (WorkItem.clinic_id == clinic_id, WorkItem.resolved_at.is_(None))
    return chosen.where(*open_, WorkItem.course_id.in_(course_ids))


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
