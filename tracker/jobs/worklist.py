"""Worklist: what a date puts on the work list, found by the first turn of each clinic's day."""

from tracker.services.work import dates
from tracker.web.database import session


def tick() -> None:
    """All clinics; one that was looked at today costs a single row."""
    dates.every(session())
