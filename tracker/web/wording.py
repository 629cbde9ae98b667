"""Wording: codes as people read them on pages. Staff pages are in English; a translation replaces this table."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from tracker.charts import phrases
from tracker.science.scales import Instrument
from tracker.services.views import ReadingView
from tracker.web import cards, reactions

CONDITION = {
    "low_back": "low back pain",
    "neck": "neck pain",
    "knee_oa": "knee osteoarthritis",
    "headache": "headache",
    "migraine": "migraine",
    "tension_headache": "tension headache",
    "other_msk": "other muscle or joint pain",
}
BODY = {
    "low_back": "lower back",
    "neck": "neck",
    "knee_oa": "knee",
    "headache": "head",
    "migraine": "head",
    "tension_headache": "head",
    "other_msk": "sore area",
}
PAIRED = {"foot": "feet"} | {one: f"{one}s" for one in ("ankle", "elbow", "hand", "hip", "knee", "shoulder", "wrist")}
INSTRUMENT = {
    "nrs_now": "pain right now",
    "nrs_week": "pain in the past week",
    "peg": "PEG",
    "pgic": "change since the start",
    "headache_days": "headache days in 28 days",
    "medicine_days": "days with medicine in 28 days",
    "medicine_days_simple": "days with a simple painkiller in 28 days",
    "medicine_days_combination": "days with a combined painkiller in 28 days",
    "medicine_days_triptan": "days with a triptan in 28 days",
    "medicine_days_opioid": "days with an opioid in 28 days",
    "medicine_days_ergot": "days with ergotamine in 28 days",
}
KIND = {"baseline": "at the start", "before": "before treatment", "after": "after treatment"}
STATE = {"planned": "planned", "reported": "told by the patient", "held": "held", "cancelled": "cancelled"}
ENTERED = {"patient": "", "assisted": "entered with help", "staff": "entered by staff", "import": "imported"}
CHRONICITY = {"acute": "less than 6 weeks", "subacute": "6 to 12 weeks", "chronic": "more than 12 weeks"}
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
    return CONDITION.get(code, plain(code))


def body(condition: str, site: str | None, side: str) -> str:
    """left knee, both knees, lower back: as it stands after "your"."""
    part = plain(site) or BODY.get(condition, "sore area")
    if side == "both":
        return PAIRED.get(part, f"{part} (both sides)")
    return f"{side} {part}" if side in ("left", "right") else part


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
    return f"{phrases.number(100 * value)} %" if part_of_one else phrases.number(value)


def upper(words: str) -> str:
    """The first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def reading_day(reading: ReadingView) -> str:
    """The day of a reading where it was taken."""
    return phrases.day(reading.at.astimezone(reading.recorded_at.tzinfo).date())


def named(table: dict[str, str]) -> Any:
    """A filter that words the codes of one table."""
    return lambda code: table.get(code, plain(code))


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
    "plain": plain,
    "change": change,
    "day": phrases.day,
    "short_day": phrases.short,
    "number": phrases.number,
    "cell": cell,
    "by_source": cards.by_source,
    "reading_day": reading_day,
    "upper_first": upper,
    "thousands": "{:,}".format,
    "listed": listed,
}


def teach(blp: Blueprint) -> None:
    """Give every template these filters, through any blueprint."""
    for name, worded in FILTERS.items():
        blp.add_app_template_filter(worded, name)
    blp.add_app_template_global(body, "body")
