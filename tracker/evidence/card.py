"""Card: one answer of one source, in words, ready to stand beside a chart. Numbers stay as the source printed them."""

from dataclasses import dataclass
from datetime import date

from tracker.evidence.records import Comparison, Effect, Record

COMPARATOR_WORDS = {
    "sham": "against sham acupuncture",
    "usual_care": "against usual care",
    "no_acupuncture": "against no acupuncture",
    "drugs": "against medicines",
    "guideline": "guideline",
    "other_treatment": "against another treatment",
    "mixed": "against several comparisons pooled",
    "none": "no comparison group",
}
DIRECTION_WORDS = {
    "better": "better",
    "no_clear_difference": "no clear difference",
    "worse": "worse",
    "mixed": "mixed",
    "for": "in favour",
    "against": "against",
    "limited": "limited support",
    "association": "seen together; an association only",
    "uncertain": "uncertain",
    "none": "",  # says something else than which way: how often, how long, how pain goes by itself
}
TIME_ZERO_WORDS = {
    "randomisation": "months count from joining the trial, treatment weeks included",
    "end_of_treatment": "months count from the last session",
    "study_entry": "months count from joining the study",
    "pain_onset": "months count from the start of the pain",
    "unknown": "where the months start from was not seen",
}
REVIEW_DUE = "review due"


@dataclass(frozen=True)
class Card:
    """Everything a reader sees of one comparison. Words are empty where there is nothing to say; None = not known."""

    id: str
    group: str
    kind: str
    heading: str
    comparator: str
    direction: str
    direction_words: str
    n: int | None
    n_detail: str | None
    effect: str
    interval: str
    certainty: str
    limits: str
    at: str
    time_zero: str
    checked_on: date
    url: str | None
    seed_ref: int | None
    badge: str | None
    design: str
    year: int | None
    denominator: str | None
    note: str | None
    plain: str
    clinician: str
    durability: str


def card(r: Record, c: Comparison, group: str, today: date) -> Card:
    """The card of one comparison of a record, as of today."""
    return Card(
        id=r.id,
        group=group,
        kind=r.kind,
        heading=r.title,
        comparator=comparator_words(c),
        direction=c.direction,
        direction_words=direction_words(c),
        n=c.n or r.n,
        n_detail=r.n_detail,
        effect=c.effect.text,
        interval=interval_words(c.effect),
        certainty=certainty_words(r, c),
        limits=r.limits,
        at=c.at or "",
        time_zero=TIME_ZERO_WORDS[r.time_zero] if r.time_zero and c.months else "",
        checked_on=r.checked_on,
        url=r.url,
        seed_ref=r.seed_ref,
        badge=REVIEW_DUE if r.review_due(today) else None,
        design=r.design,
        year=r.year,
        denominator=r.denominator,
        note=c.note,
        plain=r.plain,
        clinician=r.clinician,
        durability=r.durability,
    )


def comparator_words(c: Comparison) -> str:
    """Against what; an addition to usual care is another question than a replacement of it."""
    added = c.comparator == "usual_care" and c.setting == "added"
    return "added to usual care, against usual care alone" if added else COMPARATOR_WORDS[c.comparator]


def direction_words(c: Comparison) -> str:
    """Which way; a gap below what people call important says so."""
    small = ", by less than most people call important" if c.important is False else ""
    return DIRECTION_WORDS[c.direction] + small


def interval_words(effect: Effect) -> str:
    """The interval as printed by the source; empty where there is no number at all."""
    if effect.value is None:
        return ""
    if effect.low is None or effect.high is None:
        return "interval not seen"
    return f"interval {_signed(effect.low)} to {_signed(effect.high)} {effect.unit}; {effect.better_is} is better"


def certainty_words(r: Record, c: Comparison) -> str:
    """The certainty of this comparison, else the record's own with what it rests on."""
    level = c.certainty or r.certainty
    shown = "certainty not graded" if level == "not graded" else f"{level} certainty"
    return f"{shown} ({r.certainty_note})" if r.certainty_note and not c.certainty else shown


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")
