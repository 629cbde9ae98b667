"""Standing: where each place of a course comes in the roster, and what its row shows once a page has told it.

Rebuilt from outcome rows and open work items. Whatever else a row shows, triggers watch: it is told anew after that.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.scales import SIDES
from tracker.storage.base import Base, Key, one_of
from tracker.storage.care import Course
from tracker.storage.people import Patient
from tracker.storage.trigger import after

STATES = ("not_started", "running", "ended")


class Standing(Base):
    """One row of the roster, by what it is sorted and filtered (docs/adr/0013). Days are ordinals of local dates."""

    __tablename__ = "standing"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        Index(None, "clinic_id", "turn", "day", "course_id", "position"),
        Index(None, "clinic_id", "heard", "course_id", "position"),
        Index(None, "clinic_id", "state", "ends_on"),
        one_of("side", SIDES),
        one_of("state", STATES),
    )

    clinic_id: Mapped[Key]
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    "Which course."
    site: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    "Where it hurts; '' = the course as a whole."
    side: Mapped[str] = mapped_column(String(8), primary_key=True, default="none")
    "Which side of the body."
    position: Mapped[int]
    "Which of the course's places."
    state: Mapped[str] = mapped_column(String(16))
    "Not started, running, ended; written without a look at today, and moved on when a roster is opened on a later day."
    ends_on: Mapped[int | None]
    "The day from which the end is known, unless something follows."
    turn: Mapped[int]
    "Its group in the order of attention: the most pressing open reason, else the state."
    day: Mapped[int]
    "Its place in that group, least first: since when it waits; of ended courses the last entry, counted backwards."
    heard: Mapped[int]
    "The day of the latest entry in the course, counted backwards so that the newest comes first; 0 = none yet."
    reason: Mapped[str | None] = mapped_column(String(16))
    "The most pressing open reason."
    shown: Mapped[str | None] = mapped_column(Text)
    "The row as the API has it, JSON, told by the first page that shows it; nothing = to be told anew."


SHOWN = {  # what a row shows of a course and of its patient
    "course": ("condition", "chronicity", "practitioner", "planned_sessions"),
    "patient": ("code", "initials"),
}
WHOSE = {
    "course": "course_id = NEW.id",
    "patient": (
        "course_id IN (SELECT course.id FROM course"
        " WHERE course.clinic_id = NEW.clinic_id AND course.patient_id = NEW.id)"
    ),
}
FORGOTTEN = "UPDATE standing SET shown = NULL WHERE clinic_id = NEW.clinic_id AND shown IS NOT NULL AND "


def watched(table: Any) -> None:
    """After a change of what a row shows of this table, the rows concerned are told anew."""
    name = table.name
    after(table, f"{name}_is_told_anew", f"UPDATE OF {', '.join(SHOWN[name])}", FORGOTTEN + WHOSE[name])


for one in (Course, Patient):
    watched(one.__table__)
