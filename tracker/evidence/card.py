"""Card: one answer of one source, in the words of whoever reads. Numbers stay as the source printed them."""

from dataclasses import dataclass
from datetime import date

from tracker import tongue
from tracker.evidence.records import Comparison, Effect, Record
from tracker.tongue import _, english

COMPARATOR_WORDS = {
    "sham": english("against sham acupuncture"),
    "usual_care": english("against usual care"),
    "no_acupuncture": english("against no acupuncture"),
    "drugs": english("against medicines"),
    "guideline": english("guideline"),
    "other_treatment": english("against another treatment"),
    "mixed": english("against several comparisons pooled"),
    "none": english("no comparison group"),
}
ADDED = english("added to usual care, against usual care alone")
DIRECTION_WORDS = {
    "better": english("better"),
    "no_clear_difference": english("no clear difference"),
    "worse": english("worse"),
    "mixed": english("mixed"),
    "for": english("in favour"),
    "against": english("against it"),
    "limited": english("limited support"),
    "association": english("seen together; an association only"),
    "uncertain": english("uncertain"),
    "none": "",  # says something else than which way: how often, how long, how pain goes by itself
}
SMALL = english("{direction}, by less than most people call important")
TIME_ZERO_WORDS = {
    "randomisation": english("months count from joining the trial, treatment weeks included"),
    "end_of_treatment": english("months count from the last session"),
    "study_entry": english("months count from joining the study"),
    "pain_onset": english("months count from the start of the pain"),
    "unknown": english("where the months start from was not seen"),
}
CERTAINTY_WORDS = {
    "high": english("high certainty"),
    "moderate": english("moderate certainty"),
    "low": english("low certainty"),
    "very low": english("very low certainty"),
    "not graded": english("certainty not graded"),
}
KIND_WORDS = {
    "trial": english("a trial"),
    "review": english("a review of earlier studies"),
    "pooled": english("several studies pooled"),
    "guideline": english("a guideline"),
    "cohort": english("records followed over time"),
    "survey": english("a survey of unwanted effects"),
    "course": english("studies that followed people"),
    "measurement": english("a study of how change is measured"),
    "coverage": english("a rule of payment"),
}
OUTCOME_WORDS = {
    "pain": english("pain"),
    "function": english("moving and everyday tasks"),
    "headache": english("how often or how badly the head hurts"),
    "response": english("how many people got better by a set amount"),
    "surgery": english("operations"),
    "harm": english("unwanted effects"),
    "advice": english("advice to clinicians"),
    "payment": english("what is paid for"),
    "scale": english("what a change in a score means"),
    "answers": english("how many people answer"),
    "certainty": english("how sure reviews are"),
}
INTERVAL = {
    "lower": english("interval {low} to {high} {unit}; lower is better"),
    "higher": english("interval {low} to {high} {unit}; higher is better"),
}
REVIEW_DUE = english("review due")


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
    certainty_note: str
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
    kind_words: str
    outcomes: tuple[str, ...]


def card(r: Record, c: Comparison, group: str, today: date) -> Card:
    """The card of one comparison of a record, as of today, in the language of the moment."""
    return Card(
        id=r.id,
        group=group,
        kind=r.kind,
        heading=_(r.title),
        comparator=comparator_words(c),
        direction=c.direction,
        direction_words=direction_words(c),
        n=c.n or r.n,
        n_detail=_(r.n_detail) if r.n_detail else None,
        effect=_(c.effect.text),
        interval=interval_words(c.effect),
        certainty=_(CERTAINTY_WORDS[c.certainty or r.certainty]),
        certainty_note=r.certainty_note if r.certainty_note and not c.certainty else "",
        limits=_(r.limits),
        at=_(c.at) if c.at else "",
        time_zero=_(TIME_ZERO_WORDS[r.time_zero]) if r.time_zero and c.months else "",
        checked_on=r.checked_on,
        url=r.url,
        seed_ref=r.seed_ref,
        badge=_(REVIEW_DUE) if r.review_due(today) else None,
        design=_(r.design),
        year=r.year,
        denominator=_(r.denominator) if r.denominator else None,
        note=_(c.note) if c.note else None,
        plain=_(r.plain),
        clinician=_(r.clinician),
        durability=_(r.durability),
        kind_words=_(KIND_WORDS[r.kind]),
        outcomes=tuple(_(OUTCOME_WORDS[code]) for code in r.outcomes),
    )


def comparator_words(c: Comparison) -> str:
    """Against what; an addition to usual care is another question than a replacement of it."""
    added = c.comparator == "usual_care" and c.setting == "added"
    return _(ADDED if added else COMPARATOR_WORDS[c.comparator])


def direction_words(c: Comparison) -> str:
    """Which way; a gap below what people call important says so."""
    said = _(DIRECTION_WORDS[c.direction])
    return _(SMALL, direction=said) if c.important is False else said


def interval_words(effect: Effect) -> str:
    """The interval as printed by the source; empty where there is no number at all."""
    if effect.value is None:
        return ""
    if effect.low is None or effect.high is None:
        return _("interval not seen")
    sentence, unit = INTERVAL[str(effect.better_is)], str(effect.unit)  # both stand beside every number
    return _(sentence, low=printed(effect.low), high=printed(effect.high), unit=_(unit))


def printed(value: float) -> str:
    """A number as a source prints it, with a true minus sign and the reader's decimal mark."""
    return f"{value:g}".replace("-", "−").replace(".", tongue.here().decimal)


def bare(text: str) -> str:
    """A sentence without its full stop, so that it can stand in brackets."""
    return text.rstrip(".。")
