"""Edition: which version of a record's words a clinician's signature is under. Other words are another edition."""

import hashlib

from tracker.evidence.records import Record


def edition(record: Record) -> str:
    """Sixty-four hexadecimal digits of the plain summary and the clinician's line, in the language of the library."""
    return hashlib.sha256(f"{record.plain}\n\n{record.clinician}".encode()).hexdigest()
