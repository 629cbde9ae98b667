"""Storage: what is remembered. Tables, the engine, and queries that give science values."""

from tracker.storage.access import AuditEvent, DeviceSession, SignInLink
from tracker.storage.base import Base
from tracker.storage.care import Course, ImportBatch, InstrumentRow, Place, Reaction, Session
from tracker.storage.outcome import Outcome
from tracker.storage.people import Clinic, Membership, Patient, User
from tracker.storage.readings import Reading

__all__ = [
    "AuditEvent",
    "Base",
    "Clinic",
    "Course",
    "DeviceSession",
    "ImportBatch",
    "InstrumentRow",
    "Membership",
    "Outcome",
    "Patient",
    "Place",
    "Reaction",
    "Reading",
    "Session",
    "SignInLink",
    "User",
]
