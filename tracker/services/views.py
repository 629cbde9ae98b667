"""Views: what services hand upward. Plain frozen values; no row leaves this floor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tracker.exports.rows import Refusal
from tracker.science.scales import Instrument
from tracker.services.errors import Refused


@dataclass(frozen=True)
class ClinicView:
    """A clinic."""

    id: UUID
    slug: str
    name: str
    timezone: str
    emergency_number: str
    synthetic: bool


@dataclass(frozen=True)
class UserView:
    """A member of staff, in one clinic."""

    id: UUID
    email: str
    name: str
    role: str


@dataclass(frozen=True)
class MembershipView:
    """One role of one person in one clinic."""

    clinic: ClinicView
    role: str


@dataclass(frozen=True)
class PatientView:
    """A patient. `timezone` is the person's own, else the clinic's."""

    id: UUID
    code: str
    initials: str
    birth_year: int | None
    sex: str | None
    timezone: str
    language: str
    withdrawn: bool


@dataclass(frozen=True)
class PlaceView:
    """Where it hurts; None = the course as a whole."""

    site: str | None
    side: str


@dataclass(frozen=True)
class SessionView:
    """One treatment visit."""

    id: UUID
    course_id: UUID
    held_on: date
    number: int
    state: str
    modalities: tuple[str, ...]
    note: str | None


@dataclass(frozen=True)
class CourseView:
    """One course of care with its places and sessions. `primary` is the instrument its outcome is judged on."""

    id: UUID
    patient_id: UUID
    patient_code: str
    patient_initials: str
    code: str | None
    condition: str
    primary: str
    onset_on: date | None
    chronicity: str | None
    practitioner: str | None
    started_on: date | None
    closed_on: date | None
    closed_reason: str | None
    planned_sessions: int | None
    planned_per_week: float | None
    group_label: str | None
    modality: str | None
    places: tuple[PlaceView, ...]
    sessions: tuple[SessionView, ...]


@dataclass(frozen=True)
class ReadingView:
    """One reading as it was saved, and how it is read: `at` is its corrected moment, `effective` whether it counts."""

    id: UUID
    course_id: UUID
    session_id: UUID | None
    kind: str
    instrument: str
    instrument_version: str
    site: str | None
    side: str
    value: float | None
    items: Mapping[str, Any] | None
    recorded_at: datetime  # in the phone's own offset
    recorded_zone: str | None
    entered_at: datetime | None
    received_at: datetime
    clock_offset: float
    device_seq: int | None
    entered_by: str
    supersedes: UUID | None
    reason: str | None
    retracted: bool
    at: datetime  # corrected, UTC
    clock_corrected: bool
    late: bool
    effective: bool = True
    order_unclear: bool = False


@dataclass(frozen=True)
class Logged:
    """What came of one reading."""

    reading: ReadingView
    created: bool


@dataclass(frozen=True)
class Result:
    """What came of one item of a batch."""

    id: UUID | None
    status: Literal["created", "replay", "refused"]
    error: Refused | None = None


@dataclass(frozen=True)
class ReactionView:
    """One reaction after treatment."""

    id: UUID
    course_id: UUID
    session_id: UUID | None
    occurred_on: date
    code: str
    grade: str | None
    serious: bool
    words: str | None
    reported_by: str


@dataclass(frozen=True)
class SignedIn:
    """Who a link signed in. Only a patient gets a device token."""

    kind: Literal["patient", "staff"]
    clinic_id: UUID
    patient_id: UUID | None = None
    user_id: UUID | None = None
    device_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Me:
    """The patient, their clinic, their courses."""

    patient: PatientView
    clinic: ClinicView
    courses: tuple[CourseView, ...]


@dataclass(frozen=True)
class Waiting:
    """A before-score whose after is still to come."""

    session: SessionView
    site: str | None
    side: str
    value: float
    at: datetime


@dataclass(frozen=True)
class HomeCourse:
    """One course as the patient's first page needs it."""

    course: CourseView
    today: tuple[SessionView, ...]
    waiting: tuple[Waiting, ...]
    session_number: int  # which session of the course today's is, or the next one


@dataclass(frozen=True)
class Home:
    """What the patient's first page needs."""

    patient: PatientView
    clinic: ClinicView
    today: date
    courses: tuple[HomeCourse, ...]


@dataclass(frozen=True)
class OutcomeView:
    """One outcome row with dates for its days. Window values by month; None = no reading there."""

    course_id: UUID
    instrument: str
    site: str | None
    side: str
    start: date | None
    t0: date | None
    ended_on: date | None
    retreated_on: date | None
    baseline: float | None
    baseline_n: int
    end: float | None
    end_before: bool
    after_end: Mapping[int, float | None]
    after_start: Mapping[int, float | None]
    held: int
    pairs: int
    change: float | None
    loss_left: float | None
    loss_right: float | None
    unconfirmed: float | None
    unconfirmed_left: float | None
    last_seen: float | None
    weeks: tuple[tuple[float, float], ...]  # days from the start and scores, in the course
    weeks_after: tuple[tuple[float, float], ...]  # and after it
    readings: int
    last_on: date | None
    last_value: float | None


@dataclass(frozen=True)
class RosterRow:
    """One course at one place. `change` is improvement from baseline; positive = better. `label` is the trend's."""

    course_id: UUID
    patient_code: str
    initials: str
    condition: str
    chronicity: str | None
    practitioner: str | None
    site: str | None
    side: str
    scale: Instrument
    last_value: float | None
    last_on: date | None
    entry_on: date | None  # the latest entry on any instrument
    baseline: float | None
    change: float | None
    spark: tuple[float, ...]
    held: int
    planned: int | None
    state: str
    label: str

    @property
    def instrument(self) -> str:
        """The code of the scale that the scores are on."""
        return self.scale.code


@dataclass(frozen=True)
class RosterPage:
    """Some rows, and where the next page begins; None = the last page."""

    rows: tuple[RosterRow, ...]
    next: str | None


@dataclass(frozen=True)
class ImportReport:
    """What is new from a file, or would be. Any refusal without skip_bad: nothing was taken."""

    rows: int
    patients: int
    courses: int
    sessions: int
    readings: int
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    batch_id: UUID | None = None
