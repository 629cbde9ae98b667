"""Work words: why an item is on the work list, as a sentence of arithmetic. Staff's English."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.charts import phrases
from tracker.charts.places import body
from tracker.science.flags import EARLIER, HIGH, LATEST, USUAL
from tracker.science.scales import Instrument
from tracker.science.worklist import AGAIN, REVIEW, SILENT
from tracker.services.worklist import WorkView

REASON = {
    "worsened": "The mean rose",
    "top": "Twice near the end of the scale",
    "sudden": "Sudden rise",
    "call": "Call: no answer",
    "ended": "Course ended",
    "review_due": "Review due",
    "reaction": "Reaction",
}
RESOLUTION = {
    "spoke": "Spoke with the patient",
    "no_answer": "Called, not reached",
    "visit": "Visit arranged",
    "plan": "Plan changed",
    "referred": "Referred on",
    "answered": "Answer entered",
    "noted": "Seen, nothing changed",
    "mistake": "Score was a mistake",
}
SCORED = ("spoke", "visit", "plan", "referred", "noted", "mistake")
ONE_TAP = {
    "worsened": SCORED,
    "top": SCORED,
    "sudden": SCORED,
    "call": ("no_answer", "spoke", "noted"),
    "ended": ("spoke", "visit", "noted"),
    "review_due": ("plan", "spoke", "noted"),
    "reaction": ("spoke", "visit", "referred", "plan", "noted"),
}


@dataclass(frozen=True)
class Line:
    """One item as pages tell it."""

    item: WorkView
    reason: str
    why: str
    about: str
    ago: int
    taps: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]  # of a call: field, place


def told(item: WorkView, today: date) -> Line:
    """An item in words."""
    asked = tuple((f"value-{n}", body(item.condition, p.site, p.side)) for n, p in enumerate(item.places))
    return Line(
        item=item,
        reason=REASON[item.reason],
        why=why(item, today),
        about=about(item),
        ago=(today - item.opened_on).days,
        taps=tuple((code, RESOLUTION[code]) for code in ONE_TAP[item.reason]),
        asked=asked if item.asked else (),
    )


def on_paper(item: WorkView, today: date) -> str:
    """Sudden rise, since 12 May 2026. A score of 8 …"""
    return f"{REASON[item.reason]}, since {phrases.day(item.opened_on)}. {why(item, today)}"


def why(item: WorkView, today: date) -> str:
    """What was counted, in numbers."""
    return SENTENCES[item.reason](item, today)


def about(item: WorkView) -> str:
    """The scale and the place that were judged: pain in the past week, left knee."""
    place = body(item.condition, item.site, item.side) if item.site or item.side != "none" else ""
    scale = phrases.measure(item.scale).title if item.scale and item.reason != "call" else ""
    return ", ".join(part for part in (scale, place) if part)


def _worsened(item: WorkView, _: date) -> str:
    told = item.details
    against = (
        f"the mean of the {EARLIER} before" if told["against"] == "earlier" else "the value at the end of the course"
    )
    return (
        f"The mean of the last {LATEST} scores is {number(told['now'])}, {number(told['difference'])} "
        f"{_away(item)} {against} ({number(told['before'])}). {number(told['needed'])} or more is listed."
    )


def _top(item: WorkView, _: date) -> str:
    told, scale = item.details, _scale(item)
    lower = scale.better == "lower"
    top = scale.minimum + HIGH * scale.span if lower else scale.maximum - HIGH * scale.span
    usual = scale.minimum + USUAL * scale.span if lower else scale.maximum - USUAL * scale.span
    earlier = "the mean of all earlier ones" if told["against"] == "earlier" else "the baseline"
    more, most = ("or more", "up to") if lower else ("or less", "from")
    return (
        f"Two scores in a row are {number(top)} {more}; {earlier} is {number(told['before'])}, "
        f"and {most} {number(usual)} is listed."
    )


def _sudden(item: WorkView, _: date) -> str:
    told = item.details
    against = {0: "the baseline", 1: "the score before it"}.get(told["n"], f"the mean of the {told['n']} before it")
    return (
        f"A score of {number(told['now'])} on {phrases.short(date.fromisoformat(told['on']))} is "
        f"{number(told['difference'])} {_away(item)} {against} ({number(told['before'])}). "
        f"{number(told['needed'])} or more is listed."
    )


def _call(item: WorkView, today: date) -> str:
    asked, closes = (date.fromisoformat(item.details[name]) for name in ("asked", "closes"))
    window = "Its window closes" if closes >= today else "Its window closed"
    return (
        f"The check-in of month {item.month}, on {phrases.short(asked)}, stood unanswered for {SILENT} days. "
        f"{window} on {phrases.day(closes)}."
    )


def _ended(item: WorkView, _: date) -> str:
    held, last = phrases.count(item.details["held"], "session"), item.details["last"]
    if not item.details["held"] or last is None:
        return "The course was closed; no session was held."
    silent = (item.opened_on - date.fromisoformat(last)).days
    on = phrases.day(date.fromisoformat(last))
    if silent >= AGAIN:
        return f"No session in the {silent} days after the last of {held}, on {on}."
    return f"The course was closed after {held}, the last on {on}."


def _review(item: WorkView, _: date) -> str:
    held = phrases.count(item.details["held"], "session")
    began = phrases.day(date.fromisoformat(item.details["start"]))
    return f"{REVIEW} days have passed since the start or the last review. {held} held since {began}."


def _reaction(item: WorkView, _: date) -> str:
    n = len(item.reactions)
    return "A reaction was reported." if n == 1 else f"{n} reactions were reported."


def _away(item: WorkView) -> str:
    """Which way is worse on this scale."""
    return "above" if _scale(item).better == "lower" else "below"


def _scale(item: WorkView) -> Instrument:
    if item.scale is None:
        raise LookupError("a judged item names its scale")
    return item.scale


def number(value: Any) -> str:
    """At most one decimal; a limit is not rounded to what it is not."""
    return phrases.number(value) if round(value, 1) == round(value, 6) else f"{value:.2f}".rstrip("0")


SENTENCES: dict[str, Callable[[WorkView, date], str]] = {
    "worsened": _worsened,
    "top": _top,
    "sudden": _sudden,
    "call": _call,
    "ended": _ended,
    "review_due": _review,
    "reaction": _reaction,
}
