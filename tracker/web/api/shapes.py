"""Shapes: what leaves the API about people, courses and outcomes; each mirrors a view of tracker/services/views.py."""

from marshmallow import fields

from tracker.web.api.blueprint import Shape
from tracker.web.api.fields import Moment


class FaultShape(Shape):
    """One thing wrong, and where."""

    pointer = fields.String(required=True, metadata={"description": "JSON pointer into the body, or the query's name"})
    code = fields.String(required=True)
    message = fields.String(required=True)


class ProblemShape(Shape):
    """Every refusal (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True, metadata={"description": "The same as in the header X-Request-ID"})
    errors = fields.List(fields.Nested(FaultShape), required=True)
    retry = fields.String(required=True, metadata={"enum": ["fix", "later", "sign-in", "never"]})


class ClinicShape(Shape):
    """A clinic."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.String()
    timezone = fields.String()
    emergency_number = fields.String()
    synthetic = fields.Boolean()


class PatientShape(Shape):
    """A patient, known by the clinic's code."""

    id = fields.UUID()
    code = fields.String()
    initials = fields.String()
    birth_year = fields.Integer(allow_none=True)
    sex = fields.String(allow_none=True)
    timezone = fields.String()
    language = fields.String()
    withdrawn = fields.Boolean()


class PlaceShape(Shape):
    """Where it hurts."""

    site = fields.String(allow_none=True)
    side = fields.String()


class SessionShape(Shape):
    """One treatment visit."""

    id = fields.UUID()
    course_id = fields.UUID()
    held_on = fields.Date()
    number = fields.Integer()
    state = fields.String()
    modalities = fields.List(fields.String())
    note = fields.String(allow_none=True)
    minutes = fields.Integer(allow_none=True)
    practitioner = fields.String(allow_none=True)
    needling = fields.Dict(allow_none=True)
    product = fields.String(allow_none=True)
    merged_into = fields.UUID(allow_none=True, metadata={"description": "The session this one was the same as"})
    version = fields.String(metadata={"description": "Changes with every change; goes back as `seen`"})


class CourseShape(Shape):
    """One course of care with its places and sessions."""

    id = fields.UUID()
    patient_id = fields.UUID()
    code = fields.String(allow_none=True)
    condition = fields.String()
    primary = fields.String()
    onset_on = fields.Date(allow_none=True)
    chronicity = fields.String(allow_none=True)
    practitioner = fields.String(allow_none=True)
    started_on = fields.Date(allow_none=True)
    closed_on = fields.Date(allow_none=True)
    closed_reason = fields.String(allow_none=True)
    planned_sessions = fields.Integer(allow_none=True)
    planned_per_week = fields.Float(allow_none=True)
    group_label = fields.String(allow_none=True)
    modality = fields.String(allow_none=True)
    planned_modalities = fields.List(fields.String())
    plan_version = fields.String(metadata={"description": "Changes with the plan; goes back as `seen`"})
    places = fields.List(fields.Nested(PlaceShape))
    sessions = fields.List(fields.Nested(SessionShape))


class CoursesShape(Shape):
    """Some courses, and where the next page begins; null = the last page."""

    courses = fields.List(fields.Nested(CourseShape))
    next = fields.String(allow_none=True)


class PersonShape(Shape):
    """One of the people on a phone; header X-Person names one by this id."""

    id = fields.UUID()
    initials = fields.String()
    carer = fields.Boolean(metadata={"description": "Whether this phone is a helper's: entries are marked assisted"})
    pin = fields.Boolean(metadata={"description": "Whether a PIN is set on this phone"})


class MeShape(Shape):
    """Who is signed in; `patient` is null for staff, `people` are those on the phone that asks."""

    role = fields.String()
    epoch = fields.UUID(metadata={"description": "Which life of the database this is; another one after a restore"})
    clinic = fields.Nested(ClinicShape)
    patient = fields.Nested(PatientShape, allow_none=True)
    courses = fields.List(fields.Nested(CourseShape))
    carer = fields.Boolean()
    people = fields.List(fields.Nested(PersonShape))
    scopes = fields.List(fields.String(), metadata={"description": "Of a token: what it is good for; empty for people"})


class WeekShape(Shape):
    """One value a week, in the course or after it."""

    day = fields.Float(metadata={"description": "Days from the start of the course"})
    value = fields.Float()


class OutcomeShape(Shape):
    """Everything derived for one course, instrument, site and side. `change` and improvement: positive = better."""

    course_id = fields.UUID()
    instrument = fields.String()
    site = fields.String(allow_none=True)
    side = fields.String()
    start = fields.Date(allow_none=True)
    t0 = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    retreated_on = fields.Date(allow_none=True)
    baseline = fields.Float(allow_none=True)
    baseline_n = fields.Integer()
    end = fields.Float(allow_none=True)
    end_before = fields.Boolean()
    after_end = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True))
    after_start = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True))
    held = fields.Integer()
    pairs = fields.Integer()
    change = fields.Float(allow_none=True)
    loss_left = fields.Float(allow_none=True)
    loss_right = fields.Float(allow_none=True)
    unconfirmed = fields.Float(allow_none=True)
    unconfirmed_left = fields.Float(allow_none=True)
    last_seen = fields.Float(allow_none=True)
    weeks = fields.Function(lambda o: [{"day": day, "value": value} for day, value in o.weeks])
    weeks_after = fields.Function(lambda o: [{"day": day, "value": value} for day, value in o.weeks_after])
    readings = fields.Integer()
    last_on = fields.Date(allow_none=True)
    last_value = fields.Float(allow_none=True)


class OutcomesShape(Shape):
    """The outcomes of one course."""

    outcomes = fields.List(fields.Nested(OutcomeShape))


class ReadingShape(Shape):
    """One reading as it was saved, and how it is read."""

    id = fields.UUID()
    course_id = fields.UUID()
    session_id = fields.UUID(allow_none=True)
    kind = fields.String()
    instrument = fields.String()
    instrument_version = fields.String()
    site = fields.String(allow_none=True)
    side = fields.String()
    value = fields.Float(allow_none=True)
    items = fields.Dict(allow_none=True)
    recorded_at = Moment(metadata={"format": "date-time"})
    recorded_zone = fields.String(allow_none=True)
    entered_at = Moment(allow_none=True, metadata={"format": "date-time"})
    received_at = Moment(metadata={"format": "date-time"})
    clock_offset = fields.Float(metadata={"description": "Seconds the server's clock was ahead of the phone's"})
    device_seq = fields.Integer(allow_none=True)
    entered_by = fields.String()
    supersedes = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True)
    retracted = fields.Boolean()
    at = Moment(metadata={"format": "date-time", "description": "The pain's moment by the corrected clock"})
    clock_corrected = fields.Boolean()
    late = fields.Boolean()
    effective = fields.Boolean(metadata={"description": "Whether it counts: the last of its chain of corrections"})
    order_unclear = fields.Boolean()


class ReadingsShape(Shape):
    """The readings of one course, corrected and retracted ones included."""

    readings = fields.List(fields.Nested(ReadingShape))


class AssessmentShape(Shape):
    """What a practitioner made of a reaction."""

    id = fields.UUID()
    reaction_id = fields.UUID()
    kind = fields.String(allow_none=True)
    grade = fields.Integer(allow_none=True, metadata={"description": "CTCAE"})
    causality = fields.String(allow_none=True, metadata={"description": "WHO-UMC"})
    serious = fields.Boolean()
    onset = fields.String(allow_none=True)
    treated = fields.Boolean(allow_none=True)
    resolved_on = fields.Date(allow_none=True)
    action = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    received_at = Moment(metadata={"format": "date-time"})


class ReactionShape(Shape):
    """One reaction after treatment; what was told stays beside its latest assessment."""

    id = fields.UUID()
    course_id = fields.UUID()
    session_id = fields.UUID(allow_none=True)
    occurred_on = fields.Date()
    code = fields.String()
    grade = fields.String(allow_none=True)
    serious = fields.Boolean()
    words = fields.String(allow_none=True)
    reported_by = fields.String()
    assessment = fields.Nested(AssessmentShape, allow_none=True)


class ConsentShape(Shape):
    """One answer to being asked whether something may be injected."""

    id = fields.UUID()
    course_id = fields.UUID()
    product = fields.String()
    answer = fields.String()
    answered_on = fields.Date()
    received_at = Moment(metadata={"format": "date-time"})
    supersedes = fields.UUID(allow_none=True)
    retracted = fields.Boolean()
    effective = fields.Boolean()


class CoTreatmentShape(Shape):
    """Another treatment or medicine beside a course; `ended_on` null = it goes on."""

    id = fields.UUID()
    course_id = fields.UUID()
    kind = fields.String()
    code = fields.String(allow_none=True)
    label = fields.String(allow_none=True)
    begun_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    received_at = Moment(metadata={"format": "date-time"})
    supersedes = fields.UUID(allow_none=True)
    retracted = fields.Boolean()
    effective = fields.Boolean()


class MilestoneShape(Shape):
    """What happened beside the treatment, or what was answered about it."""

    id = fields.UUID()
    course_id = fields.UUID()
    code = fields.String()
    happened_on = fields.Date()
    received_at = Moment(metadata={"format": "date-time"})
    reported_by = fields.String()
    supersedes = fields.UUID(allow_none=True)
    retracted = fields.Boolean()
