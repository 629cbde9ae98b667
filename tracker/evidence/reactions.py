"""Reactions: reactions.yaml, what may be reported after a treatment and how a practitioner rates it. Every floor asks
here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.evidence.fields import Entry, EvidenceError, flag, listed, shaped, text, whole
from tracker.evidence.files import entries, read

FILE = Path(__file__).parent / "reactions.yaml"
LISTS = ("phone", "kinds", "grades", "causality", "onsets")
LIFE_THREATENING = 4  # CTCAE: from this grade on a reaction is serious by definition


@dataclass(frozen=True)
class Problem:
    """One line of the list on the phone. `advice` is shown as soon as it is picked."""

    code: str
    words: str
    urgent: bool = False
    advice: str = ""
    kind: str | None = None  # of the taxonomy, where the words leave no doubt


@dataclass(frozen=True)
class Kind:
    """One kind of the taxonomy. `grade`: where nothing else is known; `rate`: of whom, found in the record `source`."""

    code: str
    words: str
    grade: int | None = None
    rate: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Reactions:
    """The whole file. grades, causality and onsets: code → words, in their order; sources: list → where it is from."""

    problems: tuple[Problem, ...]
    kinds: tuple[Kind, ...]
    grades: dict[int, str]
    causality: dict[str, str]
    onsets: dict[str, str]
    sources: dict[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be reported."""
        return tuple(one.code for one in self.problems)

    @property
    def kind_codes(self) -> tuple[str, ...]:
        """What it may turn out to be."""
        return tuple(one.code for one in self.kinds)

    def problem(self, code: str) -> Problem | None:
        """The line of that code; None for a code of an older file."""
        return next((one for one in self.problems if one.code == code), None)


@cache
def reactions() -> Reactions:
    """The list this house ships, read once per process."""
    return load(FILE)


def load(path: Path) -> Reactions:
    """A list from a file; EvidenceError names what is wrong with it."""
    e = Entry(path.name, "(whole file)", read(path))
    problems = tuple(map(_problem, entries(path.name, e.need("phone", listed))))
    kinds = tuple(map(_kind, entries(path.name, e.need("kinds", listed))))
    scales = {name: _scale(entries(path.name, e.need(name, listed))) for name in ("grades", "causality", "onsets")}
    sources = _sources(e.part("sources"))
    e.done()
    for part in (problems, kinds):
        _once(path.name, [one.code for one in part])
    known = {one.code for one in kinds}
    for one in problems:
        if one.kind not in {None, *known}:
            raise EvidenceError(path.name, one.code, "kind", "no such kind")
    grades = {int(code): words for code, words in scales["grades"].items()}
    return Reactions(problems, kinds, grades, scales["causality"], scales["onsets"], sources)


def _sources(e: Entry) -> dict[str, str]:
    """Every list says where it comes from."""
    found = {name: e.need(name, text) for name in LISTS}
    e.done()
    return found


def _problem(e: Entry) -> Problem:
    made = Problem(
        code=e.need("id", shaped("id")),
        words=e.need("words", text),
        urgent=e.may("urgent", flag, False),
        advice=e.may("advice", text, ""),
        kind=e.may("kind", shaped("id")),
    )
    e.done()
    return made


def _kind(e: Entry) -> Kind:
    made = Kind(
        code=e.need("id", shaped("id")),
        words=e.need("words", text),
        grade=e.may("grade", whole),
        rate=e.may("rate", text),
        source=e.may("source", shaped("id")),
    )
    e.done()
    if bool(made.rate) != bool(made.source):
        raise e.error("source", "a rate and the record it comes from go together")
    return made


def _scale(found: Iterable[Entry]) -> dict[str, str]:
    scale = {e.need("id", shaped("id")): e.need("words", text) for e in found}
    for e in found:
        e.done()
    return scale


def _once(file: str, codes: list[str]) -> None:
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise EvidenceError(file, twice, "id", "twice")
