"""Edition: which version of a record's words a clinician's signature is under. Other words are another edition, and so
is another language: who signed the English words has not signed the Korean ones.
"""

import hashlib

from tracker import tongue
from tracker.evidence.records import Record
from tracker.tongue import _


def words(record: Record, language: str = tongue.SOURCE) -> tuple[str, str]:
    """What is signed: the plain summary and the clinician's line, as that language says them."""
    with tongue.speaking(language):
        return _(record.plain), _(record.clinician)


def edition(record: Record, language: str = tongue.SOURCE) -> str:
    """Sixty-four hexadecimal digits of those words; the language is part of them, but for the library's own."""
    named = () if language == tongue.SOURCE else (language,)
    return hashlib.sha256("\n\n".join((*named, *words(record, language))).encode()).hexdigest()
