"""Storage: what is remembered. Tables, the engine, and queries that give science values."""

from tracker.storage.access import AuditEvent, DevicePerson, DeviceSession, SignInLink, WrongCode
from tracker.storage.base import Base
from tracker.storage.care import Course, ImportBatch, InstrumentRow, Place, Reaction, Session
from tracker.storage.exporting import ExportJob
from tracker.storage.milestone import Milestone
from tracker.storage.outcome import Outcome
from tracker.storage.people import Clinic, Membership, Patient, User
from tracker.storage.readings import Reading
from tracker.storage.reminders import AnswerLink, Message, PushSubscription, ReminderChoice
from tracker.storage.sharing import Erasure, Proof, ShareLink
from tracker.storage.store import Store

__all__ = [
    "AnswerLink",
    "AuditEvent",
    "Base",
    "Clinic",
    "Course",
    "DevicePerson",
    "DeviceSession",
    "Erasure",
    "ExportJob",
    "ImportBatch",
    "InstrumentRow",
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
    "Store",
    "User",
    "WrongCode",
]
