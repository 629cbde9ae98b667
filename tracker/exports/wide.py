"""Wide: a table with a line for each patient or visit, read as tidy rows through a mapping.

Each score column of a line becomes a row of its own, so that one bad cell refuses one score. What a mapping cannot
know is refused: a 0 where everything else of that day is blank may be a score or a missing one.
"""

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import itemgetter

from tracker.exports import cells, tidy
from tracker.exports.body import Body
from tracker.exports.mapping import DATES, Cell, Mapping, Score
from tracker.exports.rows import COLUMNS, Refusal, TidyFile
from tracker.exports.table import WIDEST_MAPPED, Table, Unreadable, table
from tracker.science.scales import INSTRUMENTS, Instrument

OF_COURSE = (  # what one line of a patient says holds for all of them, where lines are events
    *("condition", "course_start", "course_end", "planned_gap"),
    *("chronicity", "practitioner", "modality", "group"),
)
DAYS = ("course_start", "course_end", "recorded_at", "entered_at")
ZERO_ALONE = (
    "is 0 where everything else of that day is blank: say in the mapping what 0 means here (only_with, missing, or "
    "zero: counts)"
)
FEW = 5  # zeros of a column before they are told of
_COURSE = [COLUMNS.index(name) for name in ("patient", "condition", "course", "course_start")]
_PLACE = [COLUMNS.index(name) for name in ("site", "side")]
_VALUE = COLUMNS.index("value")
SHARE, TIMES = 0.05, 4  # its share of zeros, and how many times that of the baseline
_NOUGHT = re.compile(r"[+-]?0+(\.0*)?", re.ASCII)
_PARTS = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})(.*)", re.ASCII | re.DOTALL)


@dataclass
class Line:
    """One line of the table: tidy names → text, of what all its scores share."""

    number: int
    row: list[str]
    told: dict[str, str]
    event: Map[str, Cell]


@dataclass
class Told:
    """The tidy lines made so far, each with its line and column in the table."""

    places: list[tuple[int, Map[str, str]]] = field(default_factory=list)
    made: list[list[str]] = field(default_factory=list)
    asked: set[tuple[str, ...]] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    zeros: dict[str, list[int]] = field(default_factory=dict)  # score column → zeros, scores


def read(data: bytes, mapping: Mapping, *, instruments: Map[str, Instrument] | None = None) -> TidyFile:
    """The rows of a file's bytes and its refusals, each at its line and column of the file."""
    try:
        found = table(data, mapping.columns(), sheet=mapping.sheet, widest=WIDEST_MAPPED)
        return _read(found, mapping, {**INSTRUMENTS, **(instruments or {})})
    except Unreadable as refused:
        return TidyFile((), (refused.refusal,), (), False)


def _read(found: Table, mapping: Mapping, instruments: Map[str, Instrument]) -> TidyFile:
    """The same from its lines."""
    at = _places(found, mapping)
    reader, told = _Reader(mapping, at), Told()
    lines = list(reader.lines(found, told))
    if mapping.event:
        _carry(lines)
    silent = sum(not reader.scores(line, told) for line in lines)
    _settle(told)
    body = Body({name: n for n, name in enumerate(COLUMNS)}, list(COLUMNS), instruments)
    rows = [row for n, made in enumerate(told.made) if (row := body.row(made, n))]
    said = [*found.notes, *([f"{silent} lines hold no score"] if silent else []), *_zeros(mapping, told)]
    where = [number for number, _ in told.places]
    file = tidy.judged(rows, list(body.refusals), said, body, instruments, where)
    more = [_placed(refusal, told) for refusal in file.refusals]
    refusals = sorted(dict.fromkeys([*told.refusals, *more]), key=lambda r: r.line)
    return replace(file, refusals=tuple(refusals), places=tuple(where))


def _places(found: Table, mapping: Mapping) -> dict[str, int]:
    """Column → position; every one that the mapping names must be there, once."""
    for name in mapping.columns():
        if name not in found.header:
            raise Unreadable(found.header_line, "missing_column", "is in the mapping and not in the first line", name)
        if found.header.count(name) > 1:
            raise Unreadable(found.header_line, "column_twice", "stands twice in the first line", name)
    return {name: found.header.index(name) for name in mapping.columns()}


def _placed(refusal: Refusal, told: Told) -> Refusal:
    """A refusal where the file's own person finds it."""
    number, columns = told.places[refusal.line]
    return replace(refusal, line=number, column=columns.get(refusal.column or "", refusal.column))


class _Reader:
    """Reads lines through one mapping. at: where each column stands."""

    def __init__(self, mapping: Mapping, at: Map[str, int]):
        self.mapping, self.at = mapping, at

    def lines(self, found: Table, told: Told) -> Iterator[Line]:
        """The lines with what all their scores share."""
        for number, row in found.lines:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(found.header):
                words = f"has {len(row)} cells where the first line has {len(found.header)}"
                told.refusals.append(Refusal(number, None, "cells", words))
                continue
            event = self._event(row, number, told)
            if event is not None:
                yield Line(number, row, self._texts(row, {**self.mapping.told, **event}), event)

    def scores(self, line: Line, told: Told) -> bool:
        """Add the line's scores; whether there was any."""
        given = [(score, self._said(line, score)) for score in self.mapping.scores]
        asked = Counter(said["recorded_at"] for _, said in given)
        answered = Counter(said["recorded_at"] for _, said in given if said["value"])
        for score, said in given:
            at, value = said["recorded_at"], said["value"]
            self._count(score, value, told)
            if _zero(value) and not score.zero_counts and asked[at] > 1 and answered[at] == 1:
                told.refusals.append(Refusal(line.number, score.column, "zero_alone", ZERO_ALONE))
            else:
                self._add(line, score, said, told)
        return bool(answered)

    def _said(self, line: Line, score: Score) -> dict[str, str]:
        """One score of a line as the tidy file says it; days count from the course start."""
        said = {"recorded_at": "", "course_start": "0"} | line.told | self._texts(line.row, score.told)
        for name in ("recorded_at", "course_end"):
            said[name] = _from_start(said.get(name, ""), said["course_start"])
        return said | {"value": self._value(line, score)}

    def _add(self, line: Line, score: Score, said: dict[str, str], told: Told) -> None:
        """One tidy line; one that was not answered is said once, and only where its day is known."""
        if not said["value"]:
            name = tuple(said.get(column, "") for column in COLUMNS)
            if not said["recorded_at"] or not said.get("patient") or name in told.asked:
                return
            told.asked.add(name)
        layers = {**self.mapping.told, **line.event, **score.told}
        own = {name: cell.text for name, cell in layers.items() if cell.column}
        told.places.append((line.number, {**own, "value": score.column}))
        told.made.append([said.get(column, "") for column in COLUMNS])

    def _event(self, row: list[str], number: int, told: Told) -> Map[str, Cell] | None:
        """What the line's event says; an event that the mapping does not know is refused."""
        if self.mapping.event is None:
            return {}
        found = self.mapping.events.get(row[self.at[self.mapping.event]].strip())
        if found is None:
            told.refusals.append(
                Refusal(number, self.mapping.event, "unknown_event", "is an event that the mapping does not name")
            )
        return found

    def _texts(self, row: list[str], layer: Map[str, Cell]) -> dict[str, str]:
        """Tidy names → text of one line."""
        return {name: self._text(row, name, cell) for name, cell in layer.items()}

    def _text(self, row: list[str], name: str, cell: Cell) -> str:
        if not cell.column:
            return cell.text
        found = row[self.at[cell.text]]
        if found.strip() in self.mapping.missing:
            return ""
        if name in self.mapping.words:
            return self.mapping.words[name].get(found.strip(), found)
        return _iso(found.strip(), self.mapping.dates) if name in DAYS else found

    def _value(self, line: Line, score: Score) -> str:
        """The score's cell; blank where the mapping says that it is missing."""
        found = line.row[self.at[score.column]].strip()
        missing = self.mapping.missing | score.missing
        if found in missing or _same_number(found, missing):
            return ""
        beside = line.row[self.at[score.only_with]].strip() if score.only_with else found
        if not beside or beside in self.mapping.missing:
            return ""
        return found.replace(",", ".", 1) if self.mapping.decimal_comma and found.count(",") == 1 else found

    def _count(self, score: Score, value: str, told: Told) -> None:
        """How many of a column's scores are 0."""
        count = told.zeros.setdefault(score.column, [0, 0])
        count[0] += _zero(value)
        count[1] += bool(value)


def _carry(lines: list[Line]) -> None:
    """Where lines are events, what is said of a course in one line of a patient holds in the others."""
    first: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        known = first.setdefault((line.told.get("patient", ""), line.told.get("course", "")), {})
        for name in OF_COURSE:
            if line.told.get(name):
                known.setdefault(name, line.told[name])
    for line in lines:
        known = first[line.told.get("patient", ""), line.told.get("course", "")]
        line.told |= {name: value for name, value in known.items() if not line.told.get(name)}


def _settle(told: Told) -> None:
    """Leave out what was never asked: a place without any score is no place of that course, though it has a column.

    A course without any score keeps one line, so that nobody leaves the denominators by being silent.
    """
    course, place = itemgetter(*_COURSE), itemgetter(*_PLACE)
    given = [made for made in told.made if made[_VALUE]]
    scored, spoken = {(course(made), place(made)) for made in given}, {course(made) for made in given}
    kept = []
    for n, made in enumerate(told.made):
        first = course(made) not in spoken
        if made[_VALUE] or first or (course(made), place(made)) in scored:
            kept.append(n)
            spoken.add(course(made))
    told.made, told.places = [told.made[n] for n in kept], [told.places[n] for n in kept]


def _from_start(day: str, start: str) -> str:
    """A day number as a date, where the course start is one; anything else as it is."""
    if not cells.is_day_number(day) or cells.is_day_number(start):
        return day
    try:
        return (date.fromisoformat(start) + timedelta(days=float(day) // 1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _iso(cell: str, form: str) -> str:
    """A date as the mapping says it is written, in ISO order; anything else as it is."""
    parts = _PARTS.fullmatch(cell)
    if form == "YYYY-MM-DD" or not parts:
        return cell
    year, month, day = (parts[n + 1] for n in DATES[form])
    separator = next(mark for mark in form if not mark.isalpha())
    if len(year) != 4 or cell[len(parts[1])] != separator:
        return cell
    return f"{year}-{month:0>2}-{day:0>2}{parts[4]}"


def _zero(value: str) -> bool:
    return bool(_NOUGHT.fullmatch(value))


def _same_number(cell: str, missing: frozenset[str]) -> bool:
    """-99 and -99.0 are one code."""
    try:
        return any(float(cell) == float(code) for code in missing if cells.is_day_number(code))
    except ValueError:
        return False


def _zeros(mapping: Mapping, told: Told) -> Iterator[str]:
    """Columns with many zeros where the baseline of the same instrument has few: what a missing score may hide in."""
    of = {score.column: score.told.get("instrument", Cell("")).text for score in mapping.scores}
    first = {}
    for score in mapping.scores:
        if score.told.get("kind", Cell("")).text == "baseline":
            first.setdefault(of[score.column], score.column)
    for column, (zeros, count) in told.zeros.items():
        before = told.zeros.get(first.get(of[column], column), [0, 0])
        usual = before[0] / before[1] if before[1] else 0.0
        if zeros >= FEW and zeros / count >= SHARE and zeros / count > TIMES * usual:
            yield f"{column}: {zeros} of {count} scores are 0, far more than at the start: is 0 a missing score there?"
