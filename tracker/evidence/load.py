"""Load: the entries of records/*.yaml, field by field, into records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.evidence import records
from tracker.evidence.fields import Entry, EvidenceError, day, flag, many, number, one_of, pubmed, shaped, text, whole
from tracker.evidence.files import entries, read
from tracker.evidence.records import Comparison, Effect, Record, Share, Shares
from tracker.science import scales

CONDITIONS = many(one_of(scales.CONDITIONS))
CHRONICITY = many(one_of(scales.CHRONICITIES))
OUTCOMES = many(one_of(records.OUTCOMES))
CERTAINTY = one_of(records.CERTAINTIES)


def load_records(path: Path) -> list[Record]:
    """All records of one file; the file's stem becomes their theme."""
    return [_record(entry, path.stem) for entry in entries(path.name, read(path))]


def malformed(path: Path) -> Iterator[str]:
    """What keeps the records of one file from loading, each record's first fault; nothing where all of them load."""
    try:
        found = entries(path.name, read(path))
    except EvidenceError as fault:
        yield str(fault)
        return
    for entry in found:
        try:
            _record(entry, path.stem)
        except EvidenceError as fault:
            yield str(fault)


def _record(e: Entry, theme: str) -> Record:
    made = Record(
        theme=theme,
        id=e.need("id", shaped("id")),
        seed_ref=e.may("seed_ref", whole),
        comparisons=tuple(_comparison(part) for part in e.parts("comparisons")),
        **_source(e),
        **_scope(e),
        **_weight(e),
        **_words(e),
    )
    e.done()
    return made


def _source(e: Entry) -> dict[str, Any]:
    """Where it was published."""
    return {
        "citation": e.need("citation", text),
        "doi": e.may("doi", shaped("doi")),
        "pmid": e.may("pmid", pubmed),
        "pmcid": e.may("pmcid", shaped("pmcid")),
        "year": e.may("year", whole),
        "design": e.need("design", text),
        "kind": e.need("kind", one_of(records.KINDS)),
        "seen": e.need("seen", one_of(records.SEEN)),
    }


def _scope(e: Entry) -> dict[str, Any]:
    """Whom and which months it speaks of."""
    return {
        "conditions": e.need("conditions", CONDITIONS),
        "outcomes": e.need("outcomes", OUTCOMES),
        "chronicity": e.may("chronicity", CHRONICITY, ()),
        "modality": e.may("modality", one_of(scales.MODALITIES)),
        "n": e.may("n", whole),
        "n_detail": e.may("n_detail", text),
        "denominator": e.may("denominator", text),
        "time_points_months": e.may("time_points_months", many(number), ()),
        "time_zero": e.may("time_zero", one_of(records.TIME_ZEROS)),
    }


def _weight(e: Entry) -> dict[str, Any]:
    """How far it can be trusted, and until when."""
    return {
        "certainty": e.need("certainty", CERTAINTY),
        "certainty_note": e.may("certainty_note", text),
        "conflicts": e.may("conflicts", many(shaped("id")), ()),
        "superseded_by": e.may("superseded_by", shaped("id")),
        "checked_on": e.need("checked_on", day),
        "valid_until": e.may("valid_until", day),
        "verified": e.need("verified", flag),
    }


def _words(e: Entry) -> dict[str, Any]:
    """What it says, in our words."""
    needed = ("title", "durability", "limits", "plain", "clinician")
    optional = ("seed_claim", "seed_faithful")
    return {name: e.need(name, text) for name in needed} | {name: e.may(name, text) for name in optional}


def _comparison(e: Entry) -> Comparison:
    made = Comparison(
        comparator=e.need("comparator", one_of(records.COMPARATORS)),
        direction=e.need("direction", one_of(records.DIRECTIONS)),
        effect=_effect(e.part("effect")),
        important=e.may("important", flag),
        setting=e.may("setting", one_of(records.SETTINGS)),
        conditions=e.may("conditions", CONDITIONS, ()),
        chronicity=e.may("chronicity", CHRONICITY, ()),
        certainty=e.may("certainty", CERTAINTY),
        n=e.may("n", whole),
        at=e.may("at", text),
        months=e.may("months", many(number), ()),
        note=e.may("note", text),
    )
    e.done()
    return made


def _effect(e: Entry) -> Effect:
    made = Effect(
        text=e.need("text", text),
        value=e.may("value", number),
        low=e.may("low", number),
        high=e.may("high", number),
        unit=e.may("unit", text),
        better_is=e.may("better_is", one_of(("lower", "higher"))),
        alike=e.may("alike", _alike),
        shares=_shares(e.part("shares")) if e.left.get("shares") is not None else None,
    )
    e.done()
    _whole_effect(e, made)
    return made


def _alike(value: object) -> float:
    """A gap is 0 and a ratio 1 where both groups are alike."""
    if number(value) not in (0, 1):
        raise ValueError(f"expected 0 or 1, found {value!r}")
    return number(value)


def _shares(e: Entry) -> Shares:
    made = Shares(what=e.need("what", text), groups=tuple(_share(part) for part in e.parts("groups")))
    e.done()
    if len(made.groups) not in (2, 3):
        raise e.error("groups", "absolute numbers are compared: two groups or three")
    return made


def _share(e: Entry) -> Share:
    made = Share(who=e.need("who", text), per_100=e.need("per_100", number))
    e.done()
    if not 0 <= made.per_100 <= 100:
        raise e.error("per_100", f"{made.per_100:g} is not a number of 100")
    return made


def _whole_effect(e: Entry, made: Effect) -> None:
    """A number needs its unit and its good direction; an interval needs both ends around the number."""
    if made.alike is not None and made.value is None:
        raise e.error("alike", "missing the value it stands beside")
    if made.value is not None and not (made.unit and made.better_is):
        raise e.error("unit" if not made.unit else "better_is", "missing beside a value")
    if (made.low is None) != (made.high is None):
        raise e.error("low" if made.low is None else "high", "an interval has two ends")
    if made.low is None or made.high is None:
        return
    if made.value is None or not made.low <= made.value <= made.high:
        raise e.error("low", f"{made.low:g} to {made.high:g} does not hold the value {made.value}")
    if made.alike == 1 and made.low <= 0:
        raise e.error("alike", "a ratio is above 0")
