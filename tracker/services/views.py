"""Views: what services hand upward. Plain frozen values; no row leaves this floor."""

import hashlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from tracker.exports.rows import Refusal, Row
from tracker.science.progress import Progress
from tracker.science.schedule import Ask
from tracker.services.errors import Refused


def version(*values: Any) -> str:
    """A short word that another value would not have."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class ClinicView:
    """A clinic."""

    id: UUID
    slug: str
    name: str
    timezone: str
    emergency_number: str
    synthetic: bool
    counts_visits: bool = False


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
    minutes: int | None = None
    practitioner: str | None = None
    needling: Mapping[str, Any] | None = None
    product: str | None = None
    merged_into: UUID | None = None

    @property
    def version(self) -> str:
        """Stands for all of this: whoever changes a session says which version they saw."""
        return version(*astuple(self))


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

    @property
    def planned_modalities(self) -> tuple[str, ...]:
        """What is planned to be done, one word each."""
        return tuple(self.modality.split("+")) if self.modality else ()

    @property
    def plan_version(self) -> str:
        """Stands for the plan: whoever changes it says which version they saw."""
        per_week = None if self.planned_per_week is None else float(self.planned_per_week)
        return version(self.planned_sessions, per_week, self.modality)


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
    assessment: "AssessmentView | None" = None  # the latest

    @property
    def counts_serious(self) -> bool:
        """As staff rated it last; as it was reported while nobody did."""
        return self.serious if self.assessment is None else self.assessment.serious


@dataclass(frozen=True)
class AssessmentView:
    """What a practitioner made of a reaction."""

    id: UUID
    reaction_id: UUID
    kind: str | None
    grade: int | None
    causality: str | None
    serious: bool
    onset: str | None
    treated: bool | None
    resolved_on: date | None
    action: str | None
    note: str | None
    assessed_by: UUID | None
    received_at: datetime


@dataclass(frozen=True)
class ConsentView:
    """One answer to being asked whether something may be injected."""

    id: UUID
    course_id: UUID
    product: str
    answer: str
    answered_on: date
    recorded_by: UUID | None
    received_at: datetime
    supersedes: UUID | None
    retracted: bool
    effective: bool = True


@dataclass(frozen=True)
class CoTreatmentView:
    """Another treatment or medicine beside a course; `ended_on` None = it goes on."""

    id: UUID
    course_id: UUID
    kind: str
    code: str | None
    label: str | None
    begun_on: date
    ended_on: date | None
    note: str | None
    entered_by: UUID | None
    received_at: datetime
    supersedes: UUID | None
    retracted: bool
    effective: bool = True


@dataclass(frozen=True)
class MilestoneView:
    """What happened beside the treatment, or what was answered about it."""

    id: UUID
    course_id: UUID
    code: str
    happened_on: date
    received_at: datetime
    reported_by: str
    supersedes: UUID | None
    retracted: bool
    effective: bool = True


@dataclass(frozen=True)
class SignedIn:
    """Who a link signed in. Only a patient gets a device token."""

    kind: Literal["patient", "staff"]
    clinic_id: UUID
    patient_id: UUID | None = None
    user_id: UUID | None = None
    device_token: str | None = field(default=None, repr=False)
    carer: bool = False
    already: bool = False  # the patient was on this phone before


@dataclass(frozen=True)
class PersonView:
    """One of the people on a phone. `pin`: whether one is set."""

    id: UUID
    initials: str
    carer: bool
    pin: bool


@dataclass(frozen=True)
class PhoneView:
    """A phone that is signed in for a patient."""

    id: UUID
    label: str | None  # None where its browser did not say what it is
    carer: bool
    added_at: datetime
    last_used_at: datetime
    this: bool  # the very phone that asks


@dataclass(frozen=True)
class Invitation:
    """What lets one phone in: the token goes behind the # of a link, the code is typed. Both stand here alone."""

    id: UUID
    token: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Unjoined:
    """A patient who has joined with no phone yet."""

    id: UUID
    code: str
    initials: str
    enrolled_at: datetime
    invited: bool


@dataclass(frozen=True)
class Me:
    """The patient, their clinic, their courses."""

    patient: PatientView
    clinic: ClinicView
    courses: tuple[CourseView, ...]


@dataclass(frozen=True)
class HomeSession:
    """A session of these days with its scores, or a planned one."""

    session: SessionView
    scores: tuple[ReadingView, ...]


@dataclass(frozen=True)
class HomeCourse:
    """One course as the patient's first page needs it."""

    course: CourseView
    held: int  # sessions held before today
    t0: date | None  # the last session so far
    ends_on: date | None  # the first day on which the course is over, if nothing more is held
    ended: bool
    sessions: tuple[HomeSession, ...]
    asks: tuple[Ask, ...]
    milestones: tuple[tuple[date, date], ...]  # when it is asked what happened since the visits ended
    finished_from: date | None  # from when on it is asked whether the visits are finished
    classes: tuple[str, ...]  # of medicines, that this clinic counts
    rises: Mapping[tuple[str, str, str], float]  # site, side, instrument → the score from which it is a sudden rise


@dataclass(frozen=True)
class Home:
    """What the patient's first page needs."""

    epoch: UUID
    patient: PatientView
    clinic: ClinicView
    now: datetime
    today: date
    courses: tuple[HomeCourse, ...]
    entries: tuple[ReadingView, ...]  # own ones of the last two months that count, newest first
    diary: Mapping[date, int] | None  # headache or not, by day; None = not asked
    paired: bool  # a session has both its scores: reminders can be offered,
    undecided: bool  # unless the person chose or declined them already


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
    instrument: str
    last_value: float | None
    last_on: date | None
    entry_on: date | None  # the latest entry in the course, on any instrument
    baseline: float | None
    change: float | None
    spark: tuple[float, ...]
    held: int
    planned: int | None
    state: str
    label: str
    number: int  # of the place among those of its course
    reason: str | None  # the most pressing open item of the course

    @classmethod
    def read(cls, text: str) -> "RosterRow":
        """A row as it is kept."""
        told = orjson.loads(text)
        days = {name: date.fromisoformat(told[name]) if told[name] else None for name in ("last_on", "entry_on")}
        return cls(**told | days | {"course_id": UUID(told["course_id"]), "spark": tuple(told["spark"])})


@dataclass(frozen=True)
class RosterPage:
    """Some rows, each as JSON with the names of `RosterRow`, and where the next page begins; None = the last page."""

    told: tuple[str, ...]
    next: str | None

    @property
    def rows(self) -> tuple[RosterRow, ...]:
        """The same, read."""
        return tuple(map(RosterRow.read, self.told))


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
    sample: tuple[Row, ...] = ()  # the first good rows as they are read


@dataclass(frozen=True)
class BatchView:
    """One import. made: how many patients, courses, sessions, readings were new. until: it can be taken back."""

    id: UUID
    name: str
    rows: int
    made: dict[str, int]
    created_at: datetime
    taken_back_at: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class OwnCourse:
    """One course with everything in it."""

    course: CourseView
    readings: tuple[ReadingView, ...]
    reactions: tuple[ReactionView, ...]
    milestones: tuple[MilestoneView, ...]
    co_treatments: tuple[CoTreatmentView, ...]
    consents: tuple[ConsentView, ...]
    work: tuple["OwnWork", ...]


@dataclass(frozen=True)
class OwnWork:
    """What a course put on the clinic's work list, as the person may know it: without notes and names of staff."""

    reason: str
    opened_on: date
    month: int | None
    site: str | None
    side: str
    instrument: str | None
    details: Mapping[str, Any]
    resolved_at: datetime | None
    resolution: str | None


@dataclass(frozen=True)
class OwnReminders:
    """How a person chose to be reminded. `phones`: how many take pushes."""

    hour: int
    quiet_from: int
    quiet_until: int
    paused_until: date | None
    declined_at: datetime | None
    mail_address: str | None
    mail_confirmed_at: datetime | None
    phones: int


@dataclass(frozen=True)
class Own:
    """Everything the store holds about one person, as that person may take it along."""

    made_at: datetime
    patient: PatientView
    clinic: ClinicView
    courses: tuple[OwnCourse, ...]
    reminders: OwnReminders | None


@dataclass(frozen=True)
class Look:
    """Something somebody did with a patient's record. `actions`: what was done at that moment, noun.verb."""

    at: datetime
    who: str  # you | staff | operator | link
    role: str
    name: str | None  # of staff
    actions: tuple[str, ...]
    times: int = 1  # a list of patients may be opened often in a day


@dataclass(frozen=True)
class ShareView:
    """A link that lets somebody read along."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    opened: int
    last_opened_at: datetime | None

    def live(self, now: datetime) -> bool:
        """Whether it still shows something."""
        return self.ended_at is None and now < self.expires_at


@dataclass(frozen=True)
class SharedPlace:
    """One place of a course, as somebody with the link sees it."""

    course: CourseView
    place: PlaceView
    progress: Progress


@dataclass(frozen=True)
class Shared:
    """What a link shows."""

    initials: str
    clinic: ClinicView
    expires_at: datetime
    places: tuple[SharedPlace, ...]
