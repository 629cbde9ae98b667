"""Codes: what other systems call a condition and what is asked in it, each code with where it was seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.evidence.library import Library, library
from tracker.evidence.records import Icd10, Loinc
from tracker.science.schedule import instruments
from tracker.tongue import _


@dataclass(frozen=True)
class Coded:
    """The codes of one condition or one instrument (`of`) in one system; `source`: where they were seen."""

    of: str
    system: str
    codes: tuple[str, ...]
    source: str
    note: str = ""


def of_condition(condition: str, source: Library | None = None) -> tuple[Coded, ...]:
    """A condition's own codes, and those of what is asked in it; where the library has none, none."""
    known = (source or library()).measures
    own = known.icd10.get(condition)
    return (*(_icd10(condition, own) if own else ()), *of_instruments(instruments(condition), source))


def of_instruments(names: Sequence[str], source: Library | None = None) -> tuple[Coded, ...]:
    """The codes of what is asked."""
    known = (source or library()).measures.loinc
    return tuple(_loinc(name, known[name]) for name in names if name in known)


def _icd10(condition: str, one: Icd10) -> Iterator[Coded]:
    """The American edition's stand apart, where the library has them; a remark stands once, at the end."""
    told, note = _(one.source), _(one.note) if one.note else ""
    yield Coded(condition, "ICD-10", (one.who,), told, "" if one.cm else note)
    if one.cm:
        yield Coded(condition, "ICD-10-CM", one.cm, told, note)


def _loinc(instrument: str, one: Loinc) -> Coded:
    """The score's own code first, then wider ones, the panel and its single questions."""
    panel = (one.panel,) if one.panel else ()
    return Coded(
        instrument, "LOINC", (one.code, *one.also, *panel, *one.items), _(one.source), _(one.note) if one.note else ""
    )
