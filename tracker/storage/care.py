"""Care: courses, where it hurts, sessions, the clinic's own instruments, reactions, imports."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.needling import MINUTES, PRODUCTS
from tracker.science.scales import CHRONICITIES, CONDITIONS, SIDES
from tracker.storage.base import Base, Key, one_of

STATES = ("planned", "reported", "held", "cancelled")
GRADES = ("mild", "moderate", "severe")


class ImportBatch(Base):
    """One file that was imported: where rows without a phone came from."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint("rows >= 0", name="rows"),)

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(255))
    "The file's name, without its folder."
    sha256: Mapped[str] = mapped_column(String(64))
    "Of the file's bytes."
    rows: Mapped[int]
    "Data rows in it."
    created_at: Mapped[datetime]
    "When it was imported."
    created_by: Mapped[UUID | None]
    "Who imported it; nothing = the operator."
    made: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    "How many patients, courses, sessions and readings were new; nothing = from before this was kept."
    added: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    "What courses that were there got from it: blanks that were filled (course, column, value), places."
    taken_back_at: Mapped[datetime | None]
    "When it was taken back: from then on nothing of it counts."
    taken_back_by: Mapped[UUID | None]
    "Who took it back; nothing = the operator, or nobody."


class Course(Base):
    """One course of care of one patient for one condition."""

    __tablename__ = "course"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "import_batch_id"], ["import_batch.clinic_id", "import_batch.id"]),
        Index(None, "clinic_id", "patient_id"),
        Index(None, "clinic_id", "condition"),
        one_of("condition", CONDITIONS),
        one_of("chronicity", CHRONICITIES),
        CheckConstraint("planned_sessions BETWEEN 1 AND 1000", name="planned_sessions"),
        CheckConstraint("planned_per_week > 0 AND planned_per_week <= 14", name="planned_per_week"),
        CheckConstraint("closed_on >= started_on", name="closed_on"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Whose course."
    code: Mapped[str | None] = mapped_column(String(64))
    "What the clinic or its file calls the course."
    condition: Mapped[str] = mapped_column(String(32))
    "What is treated."
    onset_on: Mapped[date | None]
    "When the pain began."
    chronicity: Mapped[str | None] = mapped_column(String(16))
    "Acute, subacute or chronic at the start, from the onset or as stated."
    practitioner: Mapped[str | None] = mapped_column(String(200))
    "Who treats, as the clinic writes it."
    started_on: Mapped[date | None]
    "The stated start; the first session's day stands for it where there is none."
    closed_on: Mapped[date | None]
    "The day staff closed the course."
    closed_reason: Mapped[str | None] = mapped_column(String(200))
    "Why it was closed."
    planned_sessions: Mapped[int | None]
    "How many sessions were planned."
    planned_per_week: Mapped[float | None]
    "How often."
    group_label: Mapped[str | None] = mapped_column(String(200))
    "A group the clinic compares by, such as a trial's arm."
    modality: Mapped[str | None] = mapped_column(String(200))
    "The main treatment, as planned or as the file says."
    import_batch_id: Mapped[UUID | None]
    "The file the course came from."
    taken_back_at: Mapped[datetime | None]
    "When that file was taken back: from then on it is no course, until somebody writes in it."
    created_at: Mapped[datetime]
    "When it was opened here."


class Place(Base):
    """One place that hurts: each has its own scores in the course."""

    __tablename__ = "place"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        one_of("side", SIDES),
    )

    clinic_id: Mapped[Key]
    course_id: Mapped[Key]
    site: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    "Where it hurts; '' = the course as a whole."
    side: Mapped[str] = mapped_column(String(8), primary_key=True, default="none")
    "Which side of the body."
    position: Mapped[int] = mapped_column(default=0)
    "The order in which the phone asks."


class Session(Base):
    """One treatment visit within a course. Its id is uuid5(course id, "YYYY-MM-DD/n"), fixed when it is made."""

    __tablename__ = "session"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "merged_into"], ["session.clinic_id", "session.id"]),
        ForeignKeyConstraint(["clinic_id", "import_batch_id"], ["import_batch.clinic_id", "import_batch.id"]),
        Index(None, "clinic_id", "course_id", "held_on"),
        Index(None, "clinic_id", "held_on"),
        one_of("state", STATES),
        CheckConstraint("number_that_day BETWEEN 1 AND 9", name="number_that_day"),
        CheckConstraint("minutes BETWEEN {} AND {}".format(*MINUTES), name="minutes"),
        one_of("product", PRODUCTS),
        CheckConstraint("merged_into IS NULL OR state = 'cancelled'", name="merged_into"),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    course_id: Mapped[UUID]
    "Which course."
    held_on: Mapped[date]
    "The clinic's local date; may be corrected, the id stays."
    number_that_day: Mapped[int] = mapped_column(default=1)
    "1 unless there are two that day."
    state: Mapped[str] = mapped_column(String(16))
    "Planned, reported by the phone, held, cancelled."
    modalities: Mapped[list[Any]] = mapped_column(JSON, default=list)
    "What was done."
    note: Mapped[str | None] = mapped_column(Text)
    "What staff wrote."
    minutes: Mapped[int | None]
    "How long it took."
    practitioner: Mapped[str | None] = mapped_column(String(200))
    "Who gave it, as the clinic writes it."
    needling: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    "Points, needles, depth and the like, in the shape of STRICTA (science/needling.py); nothing = not recorded."
    product: Mapped[str | None] = mapped_column(String(16))
    "What was injected, of pharmacopuncture."
    merged_into: Mapped[UUID | None]
    "The session this one was the same as: its scores and reactions are read as that one's."
    created_by: Mapped[UUID | None]
    "The member of staff who made it; nothing = a phone, a file or the operator."
    import_batch_id: Mapped[UUID | None]
    "The file it came from."
    created_at: Mapped[datetime]
    "When it came to be known here; a reported one counts as held 48 hours later."


class InstrumentRow(Base):
    """An instrument the clinic declared itself; the known ones stand in science/scales.py."""

    __tablename__ = "instrument"
    __table_args__ = (
        one_of("better", ("lower", "higher")),
        CheckConstraint("minimum < maximum", name="range"),
        CheckConstraint("responder > 0 AND responder <= 1", name="responder"),
    )

    clinic_id: Mapped[Key] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    "Its name in readings and files."
    version: Mapped[str] = mapped_column(String(16), default="1")
    "Changes when the questions change."
    minimum: Mapped[float]
    "Least score."
    maximum: Mapped[float]
    "Greatest score."
    better: Mapped[str] = mapped_column(String(8))
    "Which direction is better."
    whole: Mapped[bool] = mapped_column(default=False)
    "Whole scores only."
    recall: Mapped[str] = mapped_column(String(64), default="now")
    "The stretch of time asked about."
    min_baseline: Mapped[float | None]
    "The least baseline on which a percent is judged."
    points: Mapped[float | None]
    "An important change in its own points."
    worse_points: Mapped[float | None]
    "The points a worsening needs as well."
    responder: Mapped[float]
    "The share of the baseline that makes a responder."
    days: Mapped[bool] = mapped_column(default=False)
    "A count of days out of 28."
    name: Mapped[str | None] = mapped_column(String(200))
    "What the clinic calls it."
    source: Mapped[str | None] = mapped_column(Text)
    "Where its limits come from; there is one wherever it has limits of its own."


class Reaction(Base):
    """Something bad or odd after a treatment."""

    __tablename__ = "reaction"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "patient_id"], ["patient.clinic_id", "patient.id"]),
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        ForeignKeyConstraint(["clinic_id", "session_id"], ["session.clinic_id", "session.id"]),
        Index(None, "clinic_id", "course_id", "occurred_on"),
        one_of("grade", GRADES),
    )

    clinic_id: Mapped[Key]
    id: Mapped[Key]
    patient_id: Mapped[UUID]
    "Who had it."
    course_id: Mapped[UUID]
    "In which course."
    session_id: Mapped[UUID | None]
    "After which session, where known."
    occurred_on: Mapped[date]
    "The day it began, the clinic's date."
    code: Mapped[str] = mapped_column(String(64))
    "What it was, from the list on the phone."
    grade: Mapped[str | None] = mapped_column(String(16))
    "How strong."
    serious: Mapped[bool] = mapped_column(default=False)
    "Hospital, lasting harm or danger to life."
    words: Mapped[str | None] = mapped_column(Text)
    "What the person wrote."
    reported_by: Mapped[str] = mapped_column(String(16))
    "Patient or staff."
    received_at: Mapped[datetime]
    "When it reached the server."
