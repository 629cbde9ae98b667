"""Problems: what can be wrong with well-formed records taken together. Each problem is a sentence naming its record."""

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.evidence.card import card
from tracker.evidence.records import Effect, Record, Threshold
from tracker.evidence.words import banned, sentences, tradition
from tracker.science.scales import CONDITIONS

SEED_REFS = list(range(1, 9))
MUST_HAVE = {"sham": ("sham",), "usual care or no acupuncture": ("usual_care", "no_acupuncture")}
NONE_SEEN: frozenset[tuple[str, str]] = frozenset()  # (condition, MUST_HAVE name) pairs that were looked for in vain


def problems(records: Sequence[Record], thresholds: Sequence[Threshold], today: date | None = None) -> list[str]:
    """All problems of a library, as of a day where one is named."""
    known = {r.id: r for r in records}
    own = [f"{r.theme}.yaml: {r.id}: {p}" for r in records for p in (*_of_one(r, known), *_of_today(r, today))]
    return [*own, *_seeds(records), *_comparisons(records), *_sources(records, thresholds)]


def said(r: Record) -> str:
    """Everything a record says in our own words, a paragraph each; the seed's claim is the seed's."""
    own = (r.title, r.design, r.n_detail, r.denominator, r.durability, r.certainty_note, r.limits)
    found = [t for c in r.comparisons for t in (c.effect.text, c.effect.unit, c.note, c.at, *_shared(c.effect))]
    return "\n\n".join(t for t in (*own, r.citation, r.plain, r.clinician, r.seed_faithful, *found) if t)


def _shared(effect: Effect) -> Iterator[str]:
    """Its absolute numbers as they are said."""
    if effect.shares:
        yield effect.shares.what
        yield from (f"{one.per_100:g} {one.who}" for one in effect.shares.groups)


def _of_one(r: Record, known: dict[str, Record]) -> Iterator[str]:
    yield from (f"{field}: no such record {id}" for field, id in _references(r) if id not in known)
    yield from (f"conflicts: {id} does not name it back" for id in r.conflicts if not _names_back(r, known.get(id)))
    yield from (f"says {word!r}" for word in banned(said(r)))
    yield from (f"traditional term {word!r}" for word in tradition(said(r).replace(r.citation, "")))
    yield from (why for wrong, why in _rules(r) if wrong)


def _of_today(r: Record, today: date | None) -> Iterator[str]:
    """A source past its date stays, but never without its badge."""
    if today is None or not r.review_due(today):
        return
    yield from ("valid_until: past, and no badge says so" for c in r.comparisons if card(r, c, "", today).badge is None)


def _references(r: Record) -> list[tuple[str, str]]:
    newer = [("superseded_by", r.superseded_by)] if r.superseded_by else []
    return [("conflicts", id) for id in r.conflicts] + newer


def _names_back(r: Record, other: Record | None) -> bool:
    return other is None or r.id in other.conflicts


def _rules(r: Record) -> list[tuple[bool, str]]:
    months = bool(r.time_points_months or any(c.months for c in r.comparisons))
    rated = r.theme == "safety" and any(c.effect.value is not None for c in r.comparisons)
    strays = any(set(c.conditions) - set(r.conditions) for c in r.comparisons)
    return [
        (months and r.time_zero is None, "time_zero: missing beside months"),
        (rated and r.denominator is None, "denominator: missing beside a rate"),
        (r.kind in ("guideline", "coverage") and r.valid_until is None, "valid_until: a rule needs a date"),
        (r.seed_ref is not None and not (r.seed_claim and r.seed_faithful), "seed_claim, seed_faithful: missing"),
        (len(sentences(r.plain)) > 2, "plain: more than two sentences"),
        (not r.verified, "verified: not yet; nobody sees it until every figure was looked at twice"),
        (not r.comparisons and r.kind != "review", "comparisons: none"),
        (not r.conditions and r.kind != "measurement", "conditions: none named"),
        (strays, "comparisons: a condition the record does not name"),
    ]


def _seeds(records: Sequence[Record]) -> list[str]:
    have = sorted(r.seed_ref for r in records if r.seed_ref and r.renders)
    return [] if have == SEED_REFS else [f"seed references: found {have}, expected 1 to 8, each once"]


def _comparisons(records: Sequence[Record]) -> list[str]:
    return [
        f"{condition}: no record against {name}, and NONE_SEEN does not say so"
        for condition in CONDITIONS
        for name, comparators in MUST_HAVE.items()
        if (condition, name) not in NONE_SEEN and not _compared(records, condition, comparators)
    ]


def _compared(records: Sequence[Record], condition: str, comparators: tuple[str, ...]) -> bool:
    pairs = ((r, c) for r in records if r.renders for c in r.comparisons)
    return any(c.comparator in comparators and condition in r.about(c) for r, c in pairs)


def _sources(records: Sequence[Record], thresholds: Sequence[Threshold]) -> list[str]:
    ids = {r.id for r in records if r.renders}
    return [f"thresholds.yaml: {t.id}: source: no such record {t.source}" for t in thresholds if t.source not in ids]
