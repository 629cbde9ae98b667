"""Roster: a page of courses, each place a row, in the order kept by `standing`.

A row is kept whole with its standing, as the API has it, by the first page that shows it (docs/adr/0013): every write
that changes what it shows takes it away again. So a page is one range of one index, whatever the size of the clinic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, standing
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid
from tracker.services.roster_row import OF_COURSE, OF_PATIENT, tell
from tracker.services.transaction import writing
from tracker.services.views import RosterPage
from tracker.services.work import dates
from tracker.storage import Clinic, Course, Patient, Standing, WorkMark
from tracker.storage.standing import STATES

LARGEST = 200
STANDING, COURSE, PATIENT = (table.__table__.c for table in (Standing, Course, Patient))
_CLINIC, _MARK = Clinic.__table__.c, WorkMark.__table__.c
KEYS = {  # what each order goes by, from first to last; the last two tell rows apart
    "attention": (STANDING.turn, STANDING.day, STANDING.course_id, STANDING.position),
    "entry": (STANDING.heard, STANDING.course_id, STANDING.position),
    "code": (PATIENT.code, STANDING.course_id, STANDING.position),
}
SORTS = tuple(KEYS)
FILTERS = {"condition": COURSE.condition, "practitioner": COURSE.practitioner, "state": STANDING.state}
PLACED = ("course_id", "site", "side", "position", "turn", "day", "heard", "shown")
NAMED = {"condition", "practitioner"}  # filters that ask the course itself
CLINIC = (  # what is asked before any page: the clinic's day, how far its dates were looked at, the first end to come
    select(_CLINIC.timezone, _MARK.looked_on, standing.FIRST_END.label("first_end"))
    .outerjoin(WorkMark.__table__, _MARK.clinic_id == _CLINIC.id)
    .where(_CLINIC.id == bindparam("clinic"))
)


def roster(
    db: Database,
    *,
    actor: Actor,
    search: str = "",
    condition: str | None = None,
    practitioner: str | None = None,
    state: str | None = None,
    sort: str = "attention",
    after: str | None = None,
    size: int = 50,
    as_of: date | None = None,
    now: datetime | None = None,
) -> RosterPage:
    """A page of courses, those that need attention first unless sorted otherwise; `after` is the `next` of the page
    before.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    _check(size, sort, state)
    now = now or clock.now()
    filters = {"condition": condition, "practitioner": practitioner, "state": state}
    told = {name: value for name, value in filters.items() if value is not None}
    asked = Asked(search.strip(), told, sort, _read(sort, after) if after else (), size, as_of)
    while (page := _look(db, actor, asked, now)) is None:  # once a day
        dates.refresh(db, clinic_id=actor.clinic, now=now)
    return page


@dataclass(frozen=True)
class Asked:
    """What a page is asked for, checked; `key` is the place in the order that it begins after."""

    search: str
    filters: Mapping[str, str]
    sort: str
    key: tuple[Any, ...]
    size: int
    as_of: date | None


def _look(db: Database, actor: Actor, asked: Asked, now: datetime) -> RosterPage | None:
    """The page and its note in the trail, in one transaction; None where the clinic has to be brought up to today."""
    with writing(db):
        here = db.connection()
        clinic = here.execute(CLINIC, {"clinic": actor.clinic}).one()
        today = now.astimezone(ZoneInfo(clinic.timezone)).date()
        if not dates.reached(clinic.looked_on, today):
            return None
        on = asked.as_of or today
        if clinic.first_end is not None and clinic.first_end <= on.toordinal():
            standing.move_on(db, actor.clinic, on)
        found = here.execute(_chosen(asked), _values(asked, actor.clinic)).all()
        shown = found[: asked.size]
        audit.note(db, actor=actor, now=now, action="roster.look", subject="roster", rows=len(shown))
        told = _texts(db, actor.clinic, shown, now)
    return RosterPage(told, _cursor(asked.sort, shown[-1]) if len(found) > asked.size else None)


def _chosen(asked: Asked) -> Select[Any]:
    """The page's query."""
    named = bool(asked.search) or asked.sort == "code" or not NAMED.isdisjoint(asked.filters)
    chosen = _page(asked.sort, tuple(asked.filters), bool(asked.key), named)
    return chosen.where(_sought(asked.search)) if asked.search else chosen


def _values(asked: Asked, clinic_id: UUID) -> dict[str, Any]:
    """What the query is asked with; one row more than are shown tells whether there is a next page."""
    key = {f"key_{n}": part for n, part in enumerate(asked.key)}
    return {**asked.filters, **key, "clinic": clinic_id, "rows": asked.size + 1}


def _check(size: int, sort: str, state: str | None) -> None:
    """What a page can be asked for."""
    if not 1 <= size <= LARGEST:
        raise Invalid("out_of_range", f"A page holds from 1 to {LARGEST} rows.", "/size")
    if sort not in SORTS:
        raise Invalid("unknown_word", f"This must be one of {', '.join(SORTS)}.", "/sort")
    if state is not None and state not in STATES:
        raise Invalid("unknown_word", f"This must be one of {', '.join(STATES)}.", "/state")


@cache
def _page(sort: str, filters: tuple[str, ...], further: bool, named: bool) -> Select[Any]:
    """Places in this order; `further`: from a key on; `named`: where course or patient say which. Built once."""
    code = (PATIENT.code,) if sort == "code" else ()
    chosen = (
        select(*(STANDING[name] for name in PLACED), *code)
        .where(STANDING.clinic_id == bindparam("clinic"), *(FILTERS[name] == bindparam(name) for name in filters))
        .order_by(*KEYS[sort])
        .limit(bindparam("rows"))
    )
    chosen = chosen.join(Course.__table__, OF_COURSE).join(Patient.__table__, OF_PATIENT) if named else chosen
    keys = [bindparam(f"key_{n}", type_=column.type) for n, column in enumerate(KEYS[sort])]
    return chosen.where(tuple_(*KEYS[sort]) > tuple_(*keys)) if further else chosen


def _sought(words: str) -> ColumnElement[bool]:
    """The words stand in the code or the initials; % and _ are characters like any other."""
    return or_(PATIENT.code.icontains(words, autoescape=True), PATIENT.initials.icontains(words, autoescape=True))


def _cursor(sort: str, row: Any) -> str:
    """Where a page ends, as it stood when it was read: a row that moves meanwhile takes no other rows with it."""
    key = {
        "attention": (row.turn, row.day, row.course_id.hex, row.position),
        "entry": (row.heard, row.course_id.hex, row.position),
        "code": (row.course_id.hex, row.position, row.code if sort == "code" else ""),
    }
    return " ".join(map(str, (sort, *key[sort])))


def _read(sort: str, after: str) -> tuple[Any, ...]:
    """A cursor's place in the order."""
    told, _, rest = after.partition(" ")
    try:
        if told != sort:
            raise ValueError
        if sort == "code":
            course, position, code = rest.split(" ", 2)
            return code, UUID(hex=course), int(position)
        *days, course, position = rest.split(" ")
        key = (*map(int, days), UUID(hex=course), int(position))
    except ValueError:
        raise Invalid("unknown_page", "There is no such page.", "/after") from None
    if len(key) != len(KEYS[sort]) or not all(abs(n) < 2**31 for n in key if isinstance(n, int)):
        raise Invalid("unknown_page", "There is no such page.", "/after")
    return key


def _texts(db: Database, clinic_id: UUID, shown: Sequence[Any], now: datetime) -> tuple[str, ...]:
    """The rows of a page as they are kept; those that nobody has looked at since they changed are told anew."""
    stale = [row.course_id for row in shown if row.shown is None]
    anew = tell(db, clinic_id, stale, now) if stale else {}
    found = (row.shown or anew.get((row.course_id, row.site, row.side)) for row in shown)
    return tuple(filter(None, found))  # a place that somebody took away just now is none
