"""Wording: codes as people read them on pages; what a patient reads is marked for translation."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint

from tracker import tongue
from tracker.charts import phrases
from tracker.charts.places import body
from tracker.evidence.card import bare
from tracker.science.scales import Instrument
from tracker.services.views import CoTreatmentView, ReadingView
from tracker.tongue import _, english
from tracker.web import cards, reactions

CONDITION = {
    "low_back": english("low back pain"),
    "neck": english("neck pain"),
    "knee_oa": english("knee osteoarthritis"),
    "headache": english("headache"),
    "migraine": english("migraine"),
    "tension_headache": english("tension headache"),
    "other_msk": english("other muscle or joint pain"),
}
INSTRUMENT = {
    "nrs_now": english("pain right now"),
    "nrs_week": english("pain in the past week"),
    "peg": english("PEG"),
    "pgic": english("change since the start"),
    "headache_days": english("headache days in 28 days"),
    "medicine_days": english("days with medicine in 28 days"),
    "medicine_days_simple": english("days with a simple painkiller in 28 days"),
    "medicine_days_combination": english("days with a combined painkiller in 28 days"),
    "medicine_days_triptan": english("days with a triptan in 28 days"),
    "medicine_days_opioid": english("days with an opioid in 28 days"),
    "medicine_days_ergot": english("days with ergotamine in 28 days"),
}
KIND = {"baseline": english("at the start"), "before": english("before treatment"), "after": english("after treatment")}
STATE = {"planned": "planned", "reported": "told by the patient", "held": "held", "cancelled": "cancelled"}
MILESTONE = {  # on staff pages; a patient's own list stands in web/own.py
    "surgery": "Surgery",
    "injection": "An injection",
    "opioid_start": "An opioid, from here on",
    "new_medicine": "A new medicine",
    "other_treatment": "Another treatment",
    "none": "No surgery, injection, new medicine or other treatment since the visits ended",
    "visits_finished": "The visits are finished",
    "visits_go_on": "The visits go on",
}
MEDICINE = {
    "simple": english("simple painkiller"),
    "combination": english("combined painkiller"),
    "triptan": english("triptan"),
    "opioid": english("opioid"),
    "ergot": english("ergotamine"),
    "anti_inflammatory": english("anti-inflammatory medicine"),
    "nerve_pain": english("medicine for nerve pain"),
    "muscle_relaxant": english("muscle relaxant"),
    "steroid": english("steroid"),
    "preventive": english("preventive medicine for headache"),
    "other_medicine": english("another medicine"),
}
ENTERED = {
    "patient": "",
    "assisted": english("entered with help"),
    "staff": english("entered by staff"),
    "import": english("imported"),
}
CHRONICITY = {
    "acute": english("less than 6 weeks"),
    "subacute": english("6 to 12 weeks"),
    "chronic": english("more than 12 weeks"),
}
ROLE = {"front_desk": "front desk", "practitioner": "practitioner", "clinic_admin": "clinic admin"}
TREND = {
    "improving": "going down",
    "worsening": "going up",
    "no_clear_change": "no clear change",
    "uncertain": "uncertain",
    "not_enough": "not enough scores yet",
    "at_the_end_of_the_scale": "at the end of the scale",
}


def plain(code: str | None) -> str:
    """A code nobody has worded yet: its letters, without the underscores."""
    return (code or "").replace("_", " ")


def condition(code: str) -> str:
    """low back pain."""
    return _(CONDITION.get(code, plain(code)))


def site(words: str | None) -> str | None:
    """The code of a place somebody typed: lower case, underscores."""
    return "_".join(words.lower().split()) if words else None


def change(improvement: float | None, scale: Instrument) -> str:
    """3 points lower than at the start; an improvement is lower where lower is better."""
    if improvement is None:
        return ""
    step = phrases.change(0, -improvement if scale.better == "lower" else improvement, scale.days)
    return f"{step} from the start" if step == "no change" else f"{step} than at the start"


def listed(words: Sequence[str], last: str = "and") -> str:
    """one, two and three."""
    *first, end = words or ("",)
    return f"{', '.join(first)} {last} {end}" if first else end


def cell(value: Any, part_of_one: bool = False) -> str:
    """A table's cell: scores and percentages with one decimal at most; nothing stays nothing."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value or "")
    return _("{n} %", n=phrases.number(100 * value)) if part_of_one else phrases.number(value)


def upper(words: str) -> str:
    """The first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def thousands(n: int) -> str:
    """14,161 as the reader writes it."""
    return format_decimal(n, locale=tongue.locale())


def reading_day(reading: ReadingView) -> str:
    """The day of a reading where it was taken."""
    return day_of(reading.at, reading.recorded_at.tzinfo)


def day_of(at: datetime, zone: tzinfo | None) -> str:
    """The day of a moment in a zone."""
    return phrases.day(at.astimezone(zone).date())


def score(value: float | None) -> str:
    """A score as it stands in a sentence; a dash where there is none."""
    return "–" if value is None else phrases.number(value)


def named(table: dict[str, str]) -> Any:
    """A filter that words the codes of one table; those of staff pages stand there in English."""
    return lambda code: _(table.get(code, plain(code)))


def co_treatment(one: CoTreatmentView) -> str:
    """opioid: tramadol; what it is, and its name where staff wrote one."""
    words = MEDICINE if one.kind == "medicine" else {}
    return ": ".join(filter(None, (words.get(one.code or "", plain(one.code)), one.label)))


FILTERS = {
    "condition": condition,
    "instrument": named(INSTRUMENT),
    "kind": named(KIND),
    "state": named(STATE),
    "modality": plain,
    "entered": named(ENTERED),
    "role": named(ROLE),
    "trend": named(TREND),
    "chronicity": named(CHRONICITY),
    "reaction": named(reactions.WORDS),
    "rated": reactions.rated,
    "co_treatment": co_treatment,
    "milestone": lambda code: MILESTONE.get(code, plain(code)),
    "plain": plain,
    "change": change,
    "day": phrases.day,
    "short_day": phrases.short,
    "number": phrases.number,
    "cell": cell,
    "by_source": cards.by_source,
    "reading_day": reading_day,
    "upper_first": upper,
    "bare": bare,
    "thousands": thousands,
    "listed": listed,
}


def teach(blp: Blueprint) -> None:
    """Give every template these filters, through any blueprint."""
    for name, worded in FILTERS.items():
        blp.add_app_template_filter(worded, name)
    blp.add_app_template_global(body, "body")
