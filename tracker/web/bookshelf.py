"""Bookshelf: everything on the evidence page, for what its address asks: a condition, a comparison, a phase of pain."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from tracker import tongue
from tracker.charts import forest as charts
from tracker.charts import icons, persistence, rows, theme
from tracker.charts.figure import Figure, Table
from tracker.charts.icons import Array
from tracker.charts.svg_forest import forest_svg
from tracker.evidence import codes
from tracker.evidence.beside import beside, group_of
from tracker.evidence.card import Card, card
from tracker.evidence.codes import Coded
from tracker.evidence.forest import GROUPS, Axis, Row, forest
from tracker.evidence.library import library
from tracker.evidence.panel import HEADINGS, Group, Panel
from tracker.evidence.records import Record
from tracker.science.scales import CHRONICITIES, CONDITIONS
from tracker.services import clock
from tracker.tongue import _, english

ASKED_GROUPS = (*GROUPS, "guideline")
SYMBOLS = {key: theme.SYMBOLS[shape] for key, (_color, shape) in rows.LOOK.items()}
POSITIONS = {"for": english("In favour"), "limited": english("In between"), "against": english("Against")}


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything unknown falls back on all."""

    condition: str | None = None
    comparator: str | None = None
    chronicity: str | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Asked":
        """From the address."""
        known = {"condition": CONDITIONS, "comparator": ASKED_GROUPS, "chronicity": CHRONICITIES}
        return cls(**{name: args[name] for name, allowed in known.items() if args.get(name) in allowed})

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions to show, in their order."""
        return (self.condition,) if self.condition else tuple(CONDITIONS)

    def shows(self, *groups: str) -> bool:
        """Whether one of these comparisons is asked for."""
        return self.comparator is None or self.comparator in groups


@dataclass(frozen=True)
class Drawn:
    """One axis as the page shows it: drawing, where Plotly's data come from, words, table."""

    key: str
    svg: Markup
    address: str
    figure: Figure
    legend: tuple[tuple[str, str, str], ...]
    open_marks: bool


@dataclass(frozen=True)
class Counted:
    """Absolute numbers of one source: its row, the sentence, the arrays."""

    row: Row
    sentence: str
    arrays: tuple[Array, ...]


@dataclass(frozen=True)
class Shelf:
    """All that was found on one condition."""

    condition: str
    panel: Panel
    groups: tuple[Group, ...]
    axes: tuple[Drawn, ...]
    undrawn: Table | None
    counted: tuple[Counted, ...]
    codes: tuple[Coded, ...]


@dataclass(frozen=True)
class Position:
    """One side of the guidelines on one condition."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Entry:
    """One source with its answers."""

    record: Record
    cards: tuple[Card, ...]
    due: bool


def page(args: Mapping[str, str]) -> dict[str, Any]:
    """Everything on the page."""
    asked, today = Asked.of(args), clock.now().date()
    found = list(entries(asked, today))
    answers = asked.comparator != "guideline"
    return {
        "asked": asked,
        "lang": args["lang"] if args.get("lang") in tongue.LANGUAGES else None,
        "conditions": CONDITIONS,
        "chronicities": CHRONICITIES,
        "comparators": [(key, _(HEADINGS[key])) for key in ASKED_GROUPS],
        "shelves": [shelf(condition, asked, today) for condition in asked.conditions] if answers else [],
        "guidelines": list(guidelines(asked, today)) if asked.shows("guideline") else [],
        "persistence": list(lasting(asked)) if asked.shows("sham", "usual") else [],
        "courses": [e for e in found if e.record.kind == "course"],
        "no_course": no_course(asked, today),
        "safety": [e for e in found if e.record.theme == "safety"],
        "claims": sorted((e.record for e in found if e.record.seed_ref), key=lambda r: r.seed_ref or 0),
        "sources": found,
    }


def shelf(condition: str, asked: Asked, today: date) -> Shelf:
    """One condition: axes, absolute numbers, every answer by comparison, and its codes."""
    found = forest(condition, group=asked.comparator, chronicity=asked.chronicity, today=today)
    told = beside(condition, chronicity=asked.chronicity, today=today)
    groups = tuple(g for g in told.groups if g.key in GROUPS and asked.shows(g.key))
    axes = tuple(drawn(axis, condition, asked) for axis in found.axes)
    counted = tuple(of_100(row) for row in found.rows if row.effect.shares)
    return Shelf(condition, told, groups, axes, charts.undrawn(found), counted, codes.of_condition(condition))


def drawn(axis: Axis, condition: str, asked: Asked) -> Drawn:
    """One axis."""
    address = url_for(
        "forest.get_forest",
        condition=condition,
        comparator=asked.comparator,
        chronicity=asked.chronicity,
        lang=tongue.language(),
    )
    legend = tuple((group, SYMBOLS[group], _(HEADINGS[group])) for group in axis.groups)
    open_marks = any(row.effect.low is None for row in axis.rows)
    return Drawn(axis.key, Markup(forest_svg(axis)), address, charts.forest(axis), legend, open_marks)


def of_100(row: Row) -> Counted:
    """The icon arrays of one answer."""
    assert row.effect.shares is not None
    made = tuple(Array(one.who, one.told, Markup(one.svg)) for one in icons.arrays(row.effect.shares))
    return Counted(row, icons.sentence(row.effect.shares), made)


def lasting(asked: Asked) -> Iterator[dict[str, Any]]:
    """The persistence panel's pictures, where its source is about what is asked."""
    source = library().get(persistence.SOURCE)
    if source is None or not source.renders or not _fits(source, asked):
        return
    for c in persistence.shown(source):
        if asked.shows(group_of(source, c) or ""):
            svg = Markup(persistence.persistence_svg(c))
            yield {"svg": svg, "words": persistence.words(c), "table": persistence.table(c), "record": source}


def no_course(asked: Asked, today: date) -> str | None:
    """That nobody was seen who followed this pain by itself, where one condition is asked for."""
    if asked.condition is None or asked.comparator:
        return None
    told = beside(asked.condition, chronicity=asked.chronicity, today=today)
    return next(g.none_seen for g in told.groups if g.key == "course")


def guidelines(asked: Asked, today: date) -> Iterator[tuple[str, tuple[Position, ...]]]:
    """Positions on each condition, side by side; a side that nobody takes says so."""
    for condition in asked.conditions:
        told = beside(condition, chronicity=asked.chronicity, today=today)
        cards = next(g.cards for g in told.groups if g.key == "guideline")
        found = [(way, tuple(c for c in cards if c.direction == way)) for way in POSITIONS]
        yield condition, tuple(Position(_(POSITIONS[way]), own) for way, own in found if own or way != "limited")


def entries(asked: Asked, today: date) -> Iterator[Entry]:
    """The sources on what is asked."""
    return (e for e in every(today) if _fits(e.record, asked))


def every(today: date) -> Iterator[Entry]:
    """Every source that may be shown, once."""
    for r in library().rendering:
        cards = tuple(card(r, c, group_of(r, c) or "", today) for c in r.comparisons)
        yield Entry(r, cards, r.review_due(today))


def _fits(r: Record, asked: Asked) -> bool:
    groups = {group_of(r, c) for c in r.comparisons}
    condition = asked.condition is None or asked.condition in r.conditions
    phase = asked.chronicity is None or not r.chronicity or asked.chronicity in r.chronicity
    return condition and phase and (asked.comparator is None or asked.comparator in groups)
