"""Forest: the answers of one condition as rows on shared axes. Every number is its source's own; nothing is pooled.

Rows share an axis only where unit, good direction and the point of no difference are the same: never a standard
deviation beside a point of 10. An answer without such a number is not left out: it stands in `undrawn`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.numbers import format_decimal

from tracker import tongue
from tracker.evidence.beside import group_of
from tracker.evidence.card import Card, card, printed
from tracker.evidence.library import Library, library
from tracker.evidence.records import CERTAINTIES, Comparison, Effect, Record
from tracker.tongue import _, english

GROUPS = ("sham", "usual", "drugs", "other")  # what acupuncture was compared with, in reading order
COUNTED = {
    "randomisation": english("counted from joining the trial"),
    "end_of_treatment": english("counted from the last session"),
    "study_entry": english("counted from joining the study"),
    "pain_onset": english("counted from the start of the pain"),
    "unknown": english("where the count starts was not seen"),
}


@dataclass(frozen=True)
class Row:
    """One answer: its card, its number, from when its months count."""

    card: Card
    effect: Effect
    time_zero: str | None

    @property
    def source(self) -> str:
        """German trial with three groups, 2007."""
        return f"{self.card.heading}, {self.card.year}" if self.card.year else self.card.heading

    @property
    def when(self) -> str:
        """12 weeks (counted from joining the trial)."""
        counted = _(COUNTED[self.time_zero]) if self.time_zero and self.card.time_zero else ""
        return f"{self.card.at} ({counted})" if self.card.at and counted else self.card.at

    @property
    def people(self) -> str:
        """1,162 people."""
        if not self.card.n:
            return _("number of people not given")
        return _("{n} people", n=format_decimal(self.card.n, locale=tongue.locale()))

    @property
    def printed(self) -> str:
        """The number as the source prints it."""
        return "" if self.effect.value is None else printed(self.effect.value)

    @property
    def interval(self) -> str:
        """Its interval as the source prints it, or that none was seen."""
        low, high = self.effect.low, self.effect.high
        if low is None or high is None:
            return _("not seen")
        return _("{low} to {high}", low=printed(low), high=printed(high))

    @property
    def at_odds(self) -> bool:
        """Whether the source calls unclear what its own interval puts on one side: its note must stand beside it."""
        e = self.effect
        if e.low is None or e.high is None or e.alike is None:
            return False
        return self.card.direction == "no_clear_difference" and not e.low <= e.alike <= e.high


@dataclass(frozen=True)
class Axis:
    """Rows whose numbers may stand on one axis."""

    key: str
    unit: str
    better_is: str
    alike: float
    rows: tuple[Row, ...]

    @property
    def told(self) -> str:
        """What the numbers count, in the language of the moment."""
        return _(self.unit)

    @property
    def ratio(self) -> bool:
        """Whether half and double are the same distance from no difference."""
        return self.alike == 1

    @property
    def association(self) -> bool:
        """Whether its rows are no trials: seen together in records, nothing more."""
        return all(row.card.direction == "association" for row in self.rows)

    @property
    def groups(self) -> tuple[str, ...]:
        """What its rows were compared with, in reading order."""
        return tuple(g for g in GROUPS if any(row.card.group == g for row in self.rows))


@dataclass(frozen=True)
class Forest:
    """All answers of one condition: on axes, and those without a number that can be drawn."""

    condition: str
    axes: tuple[Axis, ...]
    undrawn: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every answer."""
        return tuple(row for axis in self.axes for row in axis.rows) + self.undrawn


def forest(
    condition: str,
    *,
    group: str | None = None,
    chronicity: str | None = None,
    today: date,
    source: Library | None = None,
) -> Forest:
    """The answers on one condition, of one comparison (`group`) or of all; `chronicity` leaves out other phases."""
    pairs = (_Pair(r, c) for r in (source or library()).rendering for c in r.comparisons)
    chosen = sorted((p for p in pairs if p.fits(condition, group, chronicity)), key=_Pair.order)
    rows = [(p, Row(card(p.record, p.comparison, p.group, today), p.effect, p.record.time_zero)) for p in chosen]
    drawn = sorted(((_shared(p.effect), row) for p, row in rows if p.drawn), key=lambda pair: pair[0])
    axes = [_axis(*key, [row for _, row in same]) for key, same in groupby(drawn, key=lambda pair: pair[0])]
    axes.sort(key=lambda axis: (axis.association, GROUPS.index(axis.groups[0]), -len(axis.rows), axis.key))
    return Forest(condition, tuple(axes), tuple(row for p, row in rows if not p.drawn))


@dataclass(frozen=True)
class _Pair:
    record: Record
    comparison: Comparison

    @property
    def effect(self) -> Effect:
        return self.comparison.effect

    @property
    def drawn(self) -> bool:
        return self.effect.alike is not None and self.effect.value is not None

    @property
    def group(self) -> str:
        return group_of(self.record, self.comparison) or ""

    def fits(self, condition: str, group: str | None, chronicity: str | None) -> bool:
        phases = self.comparison.chronicity or self.record.chronicity
        asked = self.group in GROUPS and group in (None, self.group)
        phase = chronicity is None or not phases or chronicity in phases
        return asked and phase and self.record.modality is None and condition in self.record.about(self.comparison)

    def order(self) -> tuple[object, ...]:
        """By comparison; own condition before the broad ones, then certainty, then the newest."""
        certainty = CERTAINTIES.index(self.comparison.certainty or self.record.certainty)
        broad, year = len(self.record.conditions) > 3, -(self.record.year or 0)
        return GROUPS.index(self.group), broad, certainty, year, self.record.id, self.comparison.months


def _shared(effect: Effect) -> tuple[str, str, float]:
    """What rows on one axis have in common."""
    return effect.unit or "", effect.better_is or "", effect.alike or 0.0


def _axis(unit: str, better_is: str, alike: float, rows: Sequence[Row]) -> Axis:
    key = "-".join([*_words(unit), better_is])
    return Axis(key, unit, better_is, alike, tuple(rows))


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"[a-z0-9]+", text.lower()))
