"""Mapping: a small YAML file that says what the columns of somebody's own table are (docs/import.md).

Every word in it is text, as the cells of the table are: -99 is the cell "-99", no is the cell "no".
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

import yaml

from tracker.exports.rows import COLUMNS

LARGEST = 64 * 1024  # bytes
TOLD_ONCE = ("sheet", "day_zero", "decimal", "dates", "event")
TOP = ("columns", "fixed", "words", "missing", "scores", "events", "instruments", *TOLD_ONCE)
PLACED = ("instrument", "kind", "session", "site", "side", "day", "at")  # what a score and an event may say
OF_SCORE = ("column", "missing", "only_with", "zero", *PLACED)
DECIMALS = ("point", "comma")
DATES = {  # how the file writes dates → year, month, day among the parts
    "YYYY-MM-DD": (0, 1, 2),
    "DD/MM/YYYY": (2, 1, 0),
    "MM/DD/YYYY": (2, 0, 1),
    "DD.MM.YYYY": (2, 1, 0),
    "DD-MM-YYYY": (2, 1, 0),
    "YYYY/MM/DD": (0, 1, 2),
    "YYYY.MM.DD": (0, 1, 2),
}
ZERO = ("counts",)
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # keeps every word as it is written


class Wrong(ValueError):
    """A mapping that cannot be meant; one line of words."""


@dataclass(frozen=True)
class Cell:
    """Where something stands: the same text in every line, or a column."""

    text: str
    column: bool = False


@dataclass(frozen=True)
class Score:
    """One column of scores, and what is said of it: tidy names → cells."""

    column: str
    told: Map[str, Cell]
    missing: frozenset[str] = frozenset()
    only_with: str | None = None  # counts only where this column is filled
    zero_counts: bool = False  # a 0 that stands alone in its day is a score


@dataclass(frozen=True)
class Mapping:
    """What the columns of a table are. `told`: tidy names → cells, of every line."""

    told: Map[str, Cell]
    scores: tuple[Score, ...]
    words: Map[str, Map[str, str]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    event: str | None = None
    events: Map[str, Map[str, Cell]] = field(default_factory=dict)
    instruments: tuple[str, ...] = ()
    sheet: str | None = None
    day_zero: str | None = None
    decimal_comma: bool = False
    dates: str = "YYYY-MM-DD"

    def columns(self) -> list[str]:
        """Every column it names."""
        layers = [self.told, *self.events.values(), *(score.told for score in self.scores)]
        named = [cell.text for layer in layers for cell in layer.values() if cell.column]
        named += [score.column for score in self.scores]
        named += [score.only_with for score in self.scores if score.only_with]
        return list(dict.fromkeys([*named, *([self.event] if self.event else [])]))


class _Strict(LOADER):
    """Refuses a name that stands twice, where YAML keeps the last one in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        if len({str(name) for name in names}) != len(names):
            raise Wrong(f"line {node.start_mark.line + 1} and after: a name stands twice")
        return super().construct_mapping(node, deep)


def read(data: bytes) -> Mapping:
    """The mapping in a file's bytes; raises Wrong."""
    if len(data) > LARGEST:
        raise Wrong(f"the mapping is larger than {LARGEST >> 10} KiB")
    try:
        told = yaml.load(data.decode("utf-8-sig"), _Strict)
    except UnicodeDecodeError:
        raise Wrong("the mapping is not UTF-8") from None
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        raise Wrong(f"the mapping is not YAML{f' in line {mark.line + 1}' if mark else ''}") from None
    return _mapping(_fields(told, "the mapping", TOP))


def _mapping(told: Map[str, Any]) -> Mapping:
    """The same from its fields."""
    scores = told.get("scores")
    if not isinstance(scores, list) or not scores:
        raise Wrong("scores: a list of score columns is needed")
    once = {name: _text(told[name], name) for name in TOLD_ONCE if name in told}
    decimal, dates = once.pop("decimal", "point"), once.pop("dates", "YYYY-MM-DD")
    if decimal not in DECIMALS or dates not in DATES:
        raise Wrong(f"decimal is one of {', '.join(DECIMALS)}; dates is one of {', '.join(DATES)}")
    events = _fields(told.get("events", {}), "events")
    if bool(events) != ("event" in once):
        raise Wrong("event names the column of the events, and events says what each is: one needs the other")
    made = Mapping(
        told=_cells(told.get("columns", {}), "columns", True) | _cells(told.get("fixed", {}), "fixed", False),
        scores=tuple(_score(one, f"scores, number {n}") for n, one in enumerate(scores, 1)),
        words={name: _words(given, f"words, {name}") for name, given in _tidy(told.get("words", {}), "words").items()},
        missing=_texts(told.get("missing", []), "missing"),
        events={name: _placed(_fields(one, "events", PLACED), "events") for name, one in events.items()},
        instruments=tuple(sorted(_texts(told.get("instruments", []), "instruments"))),
        decimal_comma=decimal == "comma",
        dates=dates,
        **once,
    )
    return _whole(made)


def _whole(made: Mapping) -> Mapping:
    """Every line must come to know its patient, condition and moment."""
    both = set(made.told)
    needed = [name for name in ("patient", "condition") if name not in both]
    if needed:
        raise Wrong(f"columns or fixed must say {' and '.join(needed)}")
    for n, score in enumerate(made.scores, 1):
        layers = [both | set(score.told) | set(event) for event in made.events.values() or [{}]]
        lacking = [name for name in ("instrument", "kind", "recorded_at") if any(name not in one for one in layers)]
        if lacking:
            words = {"recorded_at": "day or at"}
            raise Wrong(f"scores, number {n}: {', '.join(words.get(name, name) for name in lacking)} is not said")
    return made


def _score(told: Any, where: str) -> Score:
    given = _fields(told, where, OF_SCORE)
    if "column" not in given:
        raise Wrong(f"{where}: column is needed")
    if given.get("zero", "counts") not in ZERO:
        raise Wrong(f"{where}: zero can only be: counts")
    return Score(
        column=_text(given["column"], where),
        told=_placed({name: value for name, value in given.items() if name in PLACED}, where),
        missing=_texts(given.get("missing", []), where),
        only_with=_text(given["only_with"], where) if "only_with" in given else None,
        zero_counts="zero" in given,
    )


def _placed(given: Map[str, Any], where: str) -> dict[str, Cell]:
    """What, when and where; `day` and `at` both say when."""
    if "day" in given and "at" in given:
        raise Wrong(f"{where}: day or at, not both")
    cells = {name: Cell(_text(value, where)) for name, value in given.items() if name not in ("day", "at")}
    if "day" in given:
        cells["recorded_at"] = Cell(_text(given["day"], where))
    if "at" in given:
        cells["recorded_at"] = Cell(_text(given["at"], where), column=True)
    return cells


def _cells(told: Any, where: str, column: bool) -> dict[str, Cell]:
    return {name: Cell(_text(value, where), column) for name, value in _tidy(told, where).items() if name != "value"}


def _tidy(told: Any, where: str) -> Map[str, Any]:
    """Fields under the names of the tidy CSV."""
    return _fields(told, where, COLUMNS)


def _fields(told: Any, where: str, known: tuple[str, ...] = ()) -> Map[str, Any]:
    """Names → values; all of them known."""
    if told == "":
        return {}
    if not isinstance(told, dict):
        raise Wrong(f"{where}: names with values are needed")
    if known and set(told) - set(known):
        raise Wrong(f"{where}: a name is not known; it may say {', '.join(known)}")
    return told


def _words(told: Any, where: str) -> dict[str, str]:
    return {cell: _text(word, where) for cell, word in _fields(told, where).items()}


def _texts(told: Any, where: str) -> frozenset[str]:
    """One text, or a list of them."""
    given = told if isinstance(told, list) else [told]
    return frozenset(_text(one, where) for one in given)


def _text(told: Any, where: str) -> str:
    if not isinstance(told, str):
        raise Wrong(f"{where}: one word is needed, not a list")
    return told.strip()
