"""Fields: what a field of the YAML files may hold, and the error that names file, record and field when it does not."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
D = TypeVar("D")

SHAPES = {
    "doi": r"10\.\d{4,9}/\S+",
    "pmcid": r"PMC\d{3,9}",
    "id": r"[a-z0-9][a-z0-9_-]*",
}


class EvidenceError(ValueError):
    """A file of the library is malformed: says which file, which record, which field, and why."""

    def __init__(self, file: str, record: str, field: str, reason: str):
        self.file, self.record, self.field, self.reason = file, record, field, reason
        super().__init__(f"{file}: {record}: {field}: {reason}")


class Entry:
    """One mapping of a file: every field is taken once, and what is left over is unknown."""

    def __init__(self, file: str, record: str, data: object, path: str = ""):
        self.file, self.record, self.path = file, record, path
        if not isinstance(data, Mapping):
            raise self.error("", f"expected fields, found {data!r}")
        self.left: dict[Any, object] = dict(data)

    def error(self, field: str, reason: str) -> EvidenceError:
        """The error for one field of this entry."""
        return EvidenceError(self.file, self.record, f"{self.path}{field}" or "(whole)", reason)

    def need(self, field: str, kind: Callable[[object], T]) -> T:
        """The value of a field that must be there."""
        if self.left.get(field) is None:
            raise self.error(field, "missing")
        return self._read(field, kind)

    def may(self, field: str, kind: Callable[[object], T], default: D = None) -> T | D:
        """The value of a field that may be absent or null."""
        if self.left.get(field) is None:
            self.left.pop(field, None)
            return default
        return self._read(field, kind)

    def parts(self, field: str) -> list["Entry"]:
        """The entries of a list of mappings."""
        items = self.may(field, listed, [])
        return [Entry(self.file, self.record, x, f"{self.path}{field}[{i}].") for i, x in enumerate(items)]

    def part(self, field: str) -> "Entry":
        """The entry of one nested mapping that must be there."""
        return Entry(self.file, self.record, self.need(field, anything), f"{self.path}{field}.")

    def done(self) -> None:
        """Refuse what nobody asked for: a misspelt field would otherwise be lost in silence."""
        if self.left:
            raise self.error(str(next(iter(self.left))), "unknown field")

    def _read(self, field: str, kind: Callable[[object], T]) -> T:
        try:
            return kind(self.left.pop(field))
        except ValueError as problem:
            raise self.error(field, str(problem)) from None


def anything(value: object) -> object:
    """Any value, to be read further by an Entry of its own."""
    return value


def listed(value: object) -> list[object]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError(f"expected a list, found {value!r}")
    return value


def text(value: object) -> str:
    """Words, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected text, found {value!r}")
    return value.strip()


def number(value: object) -> float:
    """A number, not a truth value and not text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number, found {value!r}")
    return float(value)


def whole(value: object) -> int:
    """A whole number above 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"expected a whole number above 0, found {value!r}")
    return value


def pubmed(value: object) -> int:
    """A PubMed number: at most 8 digits."""
    if whole(value) > 99_999_999:
        raise ValueError(f"{value!r} is not a well-formed pmid")
    return whole(value)


def flag(value: object) -> bool:
    """true or false, written as such: "yes" in quotes would count as true elsewhere."""
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, found {value!r}")
    return value


def day(value: object) -> date:
    """A date, YYYY-MM-DD without quotes."""
    if type(value) is not date:
        raise ValueError(f"expected a date as YYYY-MM-DD, found {value!r}")
    return value


def one_of(allowed: tuple[str, ...]) -> Callable[[object], str]:
    """A kind: one word of a list."""

    def kind(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not one of {', '.join(allowed)}")
        return str(value)

    return kind


def many(kind: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    """A kind: a list of another kind, each item once."""

    def read(value: object) -> tuple[T, ...]:
        items = tuple(kind(item) for item in listed(value))
        if len(set(items)) < len(items):
            raise ValueError(f"the same item twice in {value!r}")
        return items

    return read


def shaped(name: str) -> Callable[[object], str]:
    """A kind: text of one of the SHAPES."""

    def kind(value: object) -> str:
        if not re.fullmatch(SHAPES[name], text(value)):
            raise ValueError(f"{value!r} is not a well-formed {name}")
        return str(value)

    return kind
