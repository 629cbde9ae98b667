"""Storage: what is remembered. Tables, the engine, and queries that give science values."""

from tracker.storage.access import AuditEvent, DevicePerson, DeviceSession, SignInLink, WrongCode
from tracker.storage.assessment import Assessment
from tracker.storage.base import Base
from tracker.storage.care import Course, ImportBatch, InstrumentRow, Place, Reaction, Session
from tracker.storage.changed import Changed
from tracker.storage.dose import Consent, CoTreatment
from tracker.storage.exporting import ExportJob
from tracker.storage.kiosk import Kiosk
from tracker.storage.milestone import Milestone
from tracker.storage.outcome import Outcome
from tracker.storage.people import Clinic, Membership, Patient, User
from tracker.storage.readings import Reading
from tracker.storage.reminders import AnswerLink, Message, PushSubscription, ReminderChoice
from tracker.storage.sharing import Erasure, Proof, ShareLink
from tracker.storage.sign_off import EvidenceSignOff
from tracker.storage.standing import Standing
from tracker.storage.store import Store
from tracker.storage.token import ApiToken
from tracker.storage.work import WorkItem, WorkMark

__all__ = [
    "AnswerLink",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "Base",
    "Changed",
    "Clinic",
    "CoTreatment",
    "Consent",
    "Course",
    "DevicePerson",
    "DeviceSession",
    "Erasure",
    "EvidenceSignOff",
    "ExportJob",
    "ImportBatch",
    "InstrumentRow",
    "Kiosk",
    "Membership",
    "Message",
    "Milestone",
    "Outcome",
    "Patient",
    "Place",
    "Proof",
    "PushSubscription",
    "Reaction",
    "Reading",
    "ReminderChoice",
    "Session",
    "ShareLink",
    "SignInLink",
    "Standing",
    "Store",
    "User",
    "WorkItem",
    "WorkMark",
    "WrongCode",
]
