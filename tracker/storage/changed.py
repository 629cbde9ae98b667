"""Changed: whether anything that a clinic's summary rests on has changed since it was last looked at.

Every course has a number. Triggers draw it anew whenever the course, its sessions, its reactions or its outcome rows
are written, by whomever; a patient gets one when what the summary reads of the person is rewritten. Count and sum of a
clinic's numbers are then the same only while nothing changed, up to chance: one in 2⁴⁰. docs/adr/0021.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, ForeignKeyConstraint, Index, Table, event, func, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import Session as Database

from tracker.storage.base import Base, Key
from tracker.storage.care import Course, Reaction, Session
from tracker.storage.outcome import Outcome
from tracker.storage.people import Patient

BITS = 40  # of a number: the sum of 10⁶ stays below 2⁶³
DRAWN = {
    "sqlite": f"abs(random() % {1 << BITS})",
    "postgresql": f"CAST(floor(random() * {1 << BITS}) AS bigint)",
}
PERSON = ("code", "birth_year", "sex")  # what a summary reads of a patient
SQLITE = """CREATE TRIGGER {table}_marks_{verb} AFTER {when} ON {table}
BEGIN {act}; END"""
POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_marks_{verb}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN {act}; RETURN NULL; END $$"""
POSTGRESQL = """CREATE TRIGGER {table}_marks_{verb} AFTER {when} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_marks_{verb}()"""
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


def state(db: Database, clinic_id: UUID) -> tuple[int, int]:
    """The same as before only where nothing changed."""
    told = select(func.count(), func.coalesce(func.sum(Changed.mark), 0)).where(Changed.clinic_id == clinic_id)
    count, total = db.execute(told).one()
    return count, int(total)


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


def triggers(table: str, dialect: str) -> list[str]:
    """The statements that watch a table."""
    forms = (SQLITE,) if dialect == "sqlite" else (POSTGRESQL_FUNCTION, POSTGRESQL)
    return [
        form.format(table=table, verb=verb, when=when, act=act.format(drawn=DRAWN[dialect]))
        for verb, when, act in acts(table)
        for form in forms
    ]


def watched(table: Any) -> Table:
    """Create the triggers whenever the models create the table."""
    for dialect in DRAWN:
        for statement in triggers(table.name, dialect):
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
    return table


WATCHED = tuple(watched(one.__table__) for one in (Outcome, Course, Session, Reaction, Patient))
