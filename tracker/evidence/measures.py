"""Measures: thresholds.yaml, the limits the product uses, its instruments, and their codes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tracker.evidence import records
from tracker.evidence.fields import Entry, anything, many, number, one_of, shaped, text
from tracker.evidence.files import entries, read
from tracker.evidence.records import Asked, Choice, Icd10, Loinc, Threshold
from tracker.science import scales

T = TypeVar("T")


@dataclass(frozen=True)
class Measures:
    """Thresholds, our own choices, instruments by code, and codes by condition (icd10) and by instrument (loinc)."""

    thresholds: tuple[Threshold, ...]
    choices: tuple[Choice, ...]
    instruments: dict[str, Asked]
    icd10: dict[str, Icd10]
    loinc: dict[str, Loinc]


def load_measures(path: Path) -> Measures:
    """The whole of thresholds.yaml."""
    top = Entry(path.name, "(whole file)", read(path))
    rows = entries(path.name, top.need("thresholds", anything))
    codes = top.part("codes")
    made = Measures(
        tuple(_threshold(e) for e in rows),
        tuple(_choice(e) for e in entries(path.name, top.need("choices", anything))),
        _coded(top, "instruments", _asked),
        _coded(codes, "icd10", _icd10),
        _coded(codes, "loinc", _loinc),
    )
    codes.done()
    top.done()
    return made


def _coded(codes: Entry, field: str, make: Callable[[Entry], T]) -> dict[str, T]:
    """One table of codes, each row named by its condition or instrument."""
    table = codes.part(field)
    return {name: make(Entry(codes.file, name, row)) for name, row in table.left.items()}


def _threshold(e: Entry) -> Threshold:
    made = Threshold(
        id=e.need("id", shaped("id")),
        kind=e.need("kind", one_of(records.THRESHOLDS)),
        instrument=e.need("instrument", shaped("id")),
        value=e.need("value", number),
        high=e.may("high", number),
        unit=e.need("unit", text),
        source=e.need("source", shaped("id")),
        conditions=e.may("conditions", many(one_of(scales.CONDITIONS)), ()),
        medicine=e.may("medicine", shaped("id")),
        note=e.may("note", text),
        used=e.may("used", many(text), ()),
    )
    e.done()
    return made


def _choice(e: Entry) -> Choice:
    made = Choice(
        id=e.need("id", shaped("id")),
        value=e.need("value", number),
        unit=e.need("unit", text),
        why=e.need("why", text),
        used=e.need("used", many(text)),
    )
    e.done()
    return made


def _asked(e: Entry) -> Asked:
    made = Asked(
        minimum=e.need("minimum", number),
        maximum=e.need("maximum", number),
        better=e.need("better", one_of(("lower", "higher"))),
        text=e.need("text", text),
        source=e.need("source", shaped("id")),
    )
    e.done()
    return made


def _icd10(e: Entry) -> Icd10:
    made = Icd10(
        who=e.need("who", text),
        source=e.need("source", text),
        cm=e.may("cm", many(text), ()),
        note=e.may("note", text),
    )
    e.done()
    return made


def _loinc(e: Entry) -> Loinc:
    answers = Entry(e.file, e.record, e.may("answers", anything, {}), "answers.")
    made = Loinc(
        code=e.need("code", text),
        source=e.need("source", text),
        display=e.may("display", text),
        panel=e.may("panel", text),
        items=e.may("items", many(text), ()),
        also=e.may("also", many(text), ()),
        answers={int(score): answers.need(score, text) for score in list(answers.left)},
        note=e.may("note", text),
    )
    e.done()
    return made
