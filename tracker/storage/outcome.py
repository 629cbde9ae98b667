"""Outcome: everything derived for one course, instrument, site and side; rebuilt from the readings at any time."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.science.scales import SIDES
from tracker.storage.base import Base, Key, one_of

MONTHS = (1, 3, 6, 9, 12)


class Outcome(Base):
    """One row of science's Outcomes. Days are ordinals of local dates, or days after t0; nothing depends on today."""

    __tablename__ = "outcome"
    __table_args__ = (
        ForeignKeyConstraint(["clinic_id", "course_id"], ["course.clinic_id", "course.id"]),
        Index(None, "clinic_id", "instrument"),
        one_of("side", SIDES),
    )

    clinic_id: Mapped[Key]
    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    "Which course."
    instrument: Mapped[str] = mapped_column(String(64), primary_key=True)
    "What was scored."
    site: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    "Where; '' = the course as a whole."
    side: Mapped[str] = mapped_column(String(8), primary_key=True, default="none")
    "Which side."
    start: Mapped[float | None]
    "Day ordinal of the start."
    t0: Mapped[float | None]
    "Day ordinal of the last session before the end."
    ended_on: Mapped[float | None]
    "Day ordinal from which the end is known."
    retreated: Mapped[float | None]
    "Days after t0 of the first session after the end."
    milestone: Mapped[float | None]
    "Days after t0 of the first surgery, injection or opioid start after it."
    baseline: Mapped[float | None]
    "Mean of the readings that make the baseline."
    baseline_n: Mapped[int]
    "How many those are."
    end: Mapped[float | None]
    "The value at the end of the course."
    end_before: Mapped[bool]
    "That value was taken before t0."
    after_end_1: Mapped[float | None]
    "Value 1 month after t0."
    after_end_3: Mapped[float | None]
    "Value 3 months after t0."
    after_end_6: Mapped[float | None]
    "Value 6 months after t0."
    after_end_9: Mapped[float | None]
    "Value 9 months after t0."
    after_end_12: Mapped[float | None]
    "Value 12 months after t0."
    after_start_1: Mapped[float | None]
    "Value 1 month after the start."
    after_start_3: Mapped[float | None]
    "Value 3 months after the start."
    after_start_6: Mapped[float | None]
    "Value 6 months after the start."
    after_start_9: Mapped[float | None]
    "Value 9 months after the start."
    after_start_12: Mapped[float | None]
    "Value 12 months after the start."
    held: Mapped[int]
    "Sessions held; reported ones count from the start."
    pairs: Mapped[int]
    "Sessions with a usable before/after pair."
    change: Mapped[float | None]
    "Mean change in those sessions; positive = better."
    steps: Mapped[int]
    "Times a session with a usable pair was followed by one with a score before it."
    steps_eased: Mapped[float]
    "Sum of the change in those sessions; positive = better."
    steps_kept: Mapped[float]
    "Sum of the change from before them to before the next."
    loss_left: Mapped[float | None]
    "Days after t0 of the last responding assessment before a confirmed loss."
    loss_right: Mapped[float | None]
    "Days after t0 of the first failing assessment of it."
    unconfirmed: Mapped[float | None]
    "Days after t0 of a single last failing assessment."
    unconfirmed_left: Mapped[float | None]
    "Days after t0 of the last responding assessment before it."
    last_seen: Mapped[float | None]
    "Days after t0 of the last assessment."
    weeks: Mapped[list[Any]] = mapped_column(JSON)
    "At most one in-course value a week: [[days from the start, value], …]."
    weeks_after: Mapped[list[Any]] = mapped_column(JSON)
    "The same later than 14 days after t0, days still from the start."
    readings: Mapped[int]
    "Readings that count here; 0 for a place that nobody has scored yet."
    staff: Mapped[int]
    "Scores that staff entered: counted apart, in no figure."
    last_on: Mapped[date | None]
    "Local date of the latest."
    last_value: Mapped[float | None]
    "The latest score."
