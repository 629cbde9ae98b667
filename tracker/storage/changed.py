"""Changed: whether anything that a clinic's summary rests on has changed since it was last looked at.

Every course has a number. Triggers draw it anew whenever the course, its sessions, its reactions or its outcome rows
are written, by whomever; a patient gets one when what the summary reads of the person is rewritten. Count and sum of a
clinic's numbers are then the same only while nothing changed, up to chance: one in 2⁴⁰. docs/adr/0021.
"""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Table, func, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from tracker.storage.base import Base, Key
from tracker.storage.care import Course, Reaction, Session
from tracker.storage.outcome import Outcome
from tracker.storage.people import Patient
from tracker.storage.sharing import Erasure
from tracker.storage.trigger import after

BITS = 40  # of a number: the sum of 10⁶ stays below 2⁶³
DRAWN = {
    "sqlite": {"drawn": f"abs(random() % {1 << BITS})"},
    "postgresql": {"drawn": f"CAST(floor(random() * {1 << BITS}) AS bigint)"},
}
PERSON = ("code", "birth_year", "sex")  # what a summary reads of a patient
AGAIN = "UPDATE changed SET mark = {drawn} WHERE clinic_id = {row}.clinic_id AND what = {row}.{key}"
FIRST = (
    "INSERT INTO changed (clinic_id, what, mark) VALUES (NEW.clinic_id, NEW.id, {drawn})"
    " ON CONFLICT (clinic_id, what) DO UPDATE SET mark = excluded.mark"
)
GONE = "DELETE FROM changed WHERE clinic_id = OLD.clinic_id AND what = OLD.id"


class Changed(Base):
    """A number for each course, drawn anew at every change; for a patient from the first change on."""

    __tablename__ = "changed"
    __table_args__ = (ForeignKeyConstraint(["clinic_id"], ["clinic.id"]), Index(None, "clinic_id", "mark"))

    clinic_id: Mapped[Key]
    what: Mapped[Key]
    "Which course, or which patient."
    mark: Mapped[int] = mapped_column(BigInteger)
    "The number; it means nothing."


class State(NamedTuple):
    """What a clinic's record is at one moment, in three numbers."""

    count: int
    total: int
    erased: int
    "How many people were erased: no answer that one of them is in may be given again."


def state(db: Database, clinic_id: UUID) -> State:
    """The same as before only where nothing changed."""
    erased = select(func.count()).where(Erasure.clinic_id == clinic_id).scalar_subquery()
    marks = func.count(), func.coalesce(func.sum(Changed.mark), 0)
    count, total, gone = db.execute(select(*marks, erased).where(Changed.clinic_id == clinic_id)).one()
    return State(count, int(total), gone)


def acts(table: str) -> list[tuple[str, str, str]]:
    """(name, when, what is done) of every trigger on a table."""
    if table == "patient":
        return [("update", f"UPDATE OF {', '.join(PERSON)}", FIRST), ("delete", "DELETE", GONE)]
    if table == "course":
        again = AGAIN.replace("{row}", "NEW").replace("{key}", "id")
        return [("insert", "INSERT", FIRST), ("update", "UPDATE", again), ("delete", "DELETE", GONE)]
    rows = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
    one = AGAIN.replace("{key}", "course_id")
    return [(verb, verb.upper(), "; ".join(one.replace("{row}", row) for row in of)) for verb, of in rows.items()]


def watched(table: Any) -> Table:
    """A table that is watched."""
    for verb, when, act in acts(table.name):
        after(table, f"{table.name}_marks_{verb}", when, act, DRAWN)
    return table


WATCHED = tuple(watched(one.__table__) for one in (Outcome, Course, Session, Reaction, Patient))
