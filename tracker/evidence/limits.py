"""Limits: the thresholds behind a chart, in words, each with the source it comes from."""

from dataclasses import dataclass

from tracker.evidence.library import Library, library
from tracker.evidence.records import Threshold
from tracker.tongue import _, english

WORDS = {
    ("responder", "nrs"): english("At least {n} % less pain than at the start is called a response."),
    ("responder", "headache_days"): english("At least {n} % fewer days than at the start is called a response."),
    ("responder", "pgic"): english("{n} or more of 7, much improved, is called a response."),
    ("important", "nrs"): english("A change of {n} points of 10 is called important."),
    ("important", "peg"): english("On this score {n} of 10 is a change that people notice."),
    ("detectable", "nrs"): english("Two single scores can differ by up to {n} points by chance."),
}


@dataclass(frozen=True)
class Limit:
    """One limit in words; `source` is its heading, `url` where a reader finds it."""

    id: str
    words: str
    source: str
    year: int | None
    url: str | None


def limits(instrument: str, condition: str, source: Library | None = None) -> tuple[Limit, ...]:
    """What a chart of this instrument is judged by, and what one pair of scores cannot show, in reading order.

    Where two sources say the same, the one on this very condition is named.
    """
    lib = source or library()
    found = [t for t in lib.thresholds if (t.kind, t.instrument) in WORDS and _bears(t, instrument, condition)]
    told = [_limit(t, lib) for t in sorted(found, key=lambda t: bool(t.conditions))]
    own = {one.words: one for one in told}
    return tuple(sorted(own.values(), key=lambda one: [t.id for t in lib.thresholds].index(one.id)))


def _bears(t: Threshold, instrument: str, condition: str) -> bool:
    scale = {"nrs_now": "nrs", "nrs_week": "nrs"}.get(instrument, instrument)
    judged = bool(t.used) or t.kind == "detectable"  # what one pair cannot show is said though nothing is judged by it
    return t.instrument == scale and judged and (not t.conditions or condition in t.conditions)


def _limit(t: Threshold, lib: Library) -> Limit:
    record = lib.get(t.source)
    assert record is not None, t.source  # check() refuses a threshold without its record
    words = _(WORDS[t.kind, t.instrument], n=f"{t.value:g}")
    return Limit(t.id, words, _(record.title), record.year, record.url)
