"""Visit sheet: one course on paper for one visit, as a tagged A4 file (PDF/UA-1); an ordinary course fits one page.

The words travel as data beside a fixed template (visit_sheet.typ), as in pdf.py, whose fonts it shares.
"""

import json
from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

from tracker.exports import pdf

TEMPLATE = Path(__file__).with_name("visit_sheet.typ")
ROWS = 8  # of a narrow table before it goes on beside itself,
STRETCH = 1.5  # or so much more than the table beside it has


@dataclass(frozen=True)
class Sheet:
    """A table; every cell is text. `wide`: the column that takes what room is left; None = as narrow as its cells."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int | None = None


@dataclass(frozen=True)
class Lines:
    """A small heading with what stands under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PlaceSheet:
    """One place of the course: the sentence that leads, the drawing, its words, its numbers."""

    title: str
    lead: str
    picture: str
    alt: str
    words: tuple[str, ...]
    numbers: tuple[tuple[Sheet, ...], ...]  # rows of tables that stand beside each other
    key: str  # what the letters beside scores mean; empty where there are none


@dataclass(frozen=True)
class VisitSheet:
    """The whole sheet. `who` stands on every page."""

    title: str
    who: str
    about: str
    clinic: str
    language: str
    plan: tuple[str, ...]
    places: tuple[PlaceSheet, ...]
    short: tuple[Lines, ...]  # beside each other
    long: tuple[Lines, ...]  # under each other
    footer: str

    def words(self) -> str:
        """Every letter on it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def visit_sheet(sheet: VisitSheet) -> bytes:
    """The file."""
    families = pdf.families(sheet.language)
    told: dict[str, Any] = asdict(sheet)
    for place in told["places"]:
        place["picture"] = pdf.with_font(place["picture"], families)
    return pdf.compiled(TEMPLATE, told, families)


def beside(sheet: Sheet, high: int, most: int) -> tuple[Sheet, ...]:
    """A long narrow table as up to `most` beside each other, equally long, none much higher than `high` rows."""
    parts = min(max(1, ceil(len(sheet.rows) / (STRETCH * max(high, ROWS)))), most)
    each = ceil(len(sheet.rows) / parts) or 1
    chunks = [sheet.rows[n : n + each] for n in range(0, len(sheet.rows), each)] or [()]
    captions = [sheet.caption] + ["continued"] * (len(chunks) - 1)
    return tuple(replace(sheet, caption=name, rows=rows) for name, rows in zip(captions, chunks, strict=True))
