"""De-identified: rows of the tidy file with days instead of dates and pseudonyms instead of names, for classes of at
least eleven patients alike (trust.md 10, statistics.md 2.6).

The key of the pseudonyms is made anew for every file and kept nowhere, so that two files cannot be joined by them.
What a person or a clinic typed freely is left out; what stays of it (place, group) stays because eleven share it.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from tracker.exports.columns import day_of
from tracker.exports.rows import Row

K = 11  # patients at least who share every quasi-identifier (CMS: cells of 1 to 10 stay inside)
SHARE = 10  # one patient in so many is held back,
LEAST = 11  # and never fewer than these: what is counted over all cannot be counted again in the file
QUASI_IDENTIFIERS = ("condition", "chronicity", "places", "modality", "group")


class Alike(NamedTuple):
    """What somebody could know of a person beforehand: people with the same stand in one class."""

    condition: str
    chronicity: str | None
    places: tuple[tuple[str, str], ...]
    modality: str | None
    group: str | None


@dataclass(frozen=True)
class Veil:
    """Pseudonyms of one file."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def name(self, letter: str, what: Any) -> str:
        """The same for the same, in this file alone."""
        return letter + hmac.digest(self.key, f"{letter}{what}".encode(), sha256).hex()[:16]


def held_back(patients: Iterable[Any]) -> set[Any]:
    """The patients of whom no file tells: always the same ones, which nobody outside can know."""
    ranked = sorted(set(patients), key=lambda id: sha256(f"held back {id}".encode()).digest())
    return set(ranked[: max(-(-len(ranked) // SHARE), LEAST)])


def released(classes: Mapping[Any, tuple[Any, Alike]]) -> set[Any]:
    """Of courses with their patient and class those in classes of at least K patients, held-back people aside."""
    back = held_back(patient for patient, _ in classes.values())
    of: dict[Alike, set[Any]] = {}
    for patient, alike in classes.values():
        if patient not in back:
            of.setdefault(alike, set()).add(patient)
    return {course for course, (patient, alike) in classes.items() if patient not in back and len(of[alike]) >= K}


def rows(told: Sequence[Row], course: Any, patient: Any, modality: str | None, until: date, veil: Veil) -> list[Row]:
    """One course's rows up to a day: whole days from its start, no names, no words, no time of day."""
    if not told:
        return []
    start, last = day_of(told[0].course_start), day_of(until) + 1
    named = {"patient": veil.name("P", patient), "course": veil.name("C", course), "modality": modality}
    return list(dict.fromkeys(_row(row, start, named, veil) for row in told if day_of(row.recorded_at) < last))


def _row(row: Row, start: float, named: Mapping[str, Any], veil: Veil) -> Row:
    """One row."""

    def since(value: Any) -> float | None:
        return None if value is None else float(day_of(value) // 1 - start)

    return row._replace(
        course_start=0.0,
        recorded_at=since(row.recorded_at),
        course_end=since(row.course_end),
        entered_at=None,
        clinic=None,
        session=_session(row, start),
        practitioner=None,
        group=row.group and veil.name("G", row.group),
        **named,
    )


def _session(row: Row, start: float) -> str | None:
    """A session by its day from the start, and which of that day."""
    if row.session is None:
        return None
    on, number = row.session.split("/")
    return f"{int(day_of(date.fromisoformat(on)) - start)}/{number}"
