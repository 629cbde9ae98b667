"""Published: what the library holds on how often reactions were reported, each source on its own base.

Published rates count other things among other people: per treatment or per patient, asked or noted. They stand in a
table of their own and on no axis with the clinic's.
"""

from tracker.charts.figure import Table
from tracker.evidence.library import Library
from tracker.evidence.records import Record

APART = "Published rates count other things on other bases and are not compared with the clinic's."


def published(library: Library) -> tuple[Table, tuple[str, ...]]:
    """What the library holds with a rate and its base, and the ids of those records."""
    found = [record for record in library.rendering if _has_rate(record)]
    rows = tuple((one.title, _found(one), one.denominator, one.year) for one in found)
    return Table("Published, each on its own base", ("Source", "Found", "Counted per", "Year"), rows), _ids(found)


def _has_rate(record: Record) -> bool:
    """A safety record with a printed number and its denominator, of treatments in general."""
    rated = any(one.effect.value is not None for one in record.comparisons)
    return record.theme == "safety" and rated and record.denominator is not None and record.modality is None


def _found(record: Record) -> str:
    return " ".join(one.effect.text for one in record.comparisons)


def _ids(found: list[Record]) -> tuple[str, ...]:
    return tuple(record.id for record in found)
