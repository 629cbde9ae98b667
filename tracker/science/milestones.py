"""Milestones: what may happen to a person beside the treatment, which of it ends a benefit, and when it is asked.

Surgery, an injection or the start of an opioid: from that day on scores no longer tell of the course, so the composite
counts it as a loss (statistics.md 2.4). A new medicine or another treatment is shown beside the chart and counts as
neither: nobody can say from its name whether it relieves pain. docs/science/durability.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tracker.science import schedule

RESCUES = ("surgery", "injection", "opioid_start")
MILESTONES = (*RESCUES, "new_medicine", "other_treatment")
NONE_OF_THESE, FINISHED, GO_ON = "none", "visits_finished", "visits_go_on"
STATEMENTS = (NONE_OF_THESE, FINISHED, GO_ON)
ASKED_AT = ("peg", 13)  # in the follow-ups of PEG from week 13 on: 13, 26, 39, 52
QUIET = 21  # days without a session after which the phone asks whether the visits are finished


def spans(t0: date, ends_on: date, answered: Sequence[date], today: date) -> Iterator[tuple[date, date]]:
    """First and last day of each time the phone asks what happened since the visits ended, answered ones left out."""
    instrument, week = ASKED_AT
    for opens, due, closes in schedule.spans(instrument):
        first, last = max(t0 + timedelta(days=opens), ends_on), t0 + timedelta(days=closes)
        if due >= 7 * week and last >= max(today, first) and not any(first <= day <= last for day in answered):
            yield first, last


def finished_from(last: date | None, ends_on: date | None, said: Sequence[tuple[date, str]]) -> date | None:
    """From which day on the phone asks "Are your visits finished?"; None = not at all.

    last: the latest session held; said: what was answered and when. Yes is asked no more until another session; No is
    asked again after 21 days. Once the end is known there is nothing to ask.
    """
    if last is None or ends_on is None:
        return None
    since = [(day, code) for day, code in said if day >= last and code in (FINISHED, GO_ON)]
    if any(code == FINISHED for _, code in since):
        return None
    first = max([last, *(day for day, _ in since)]) + timedelta(days=QUIET)
    return first if first < ends_on else None
