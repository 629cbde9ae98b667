"""Notes: what a reader of a group's figures needs in words. What was missing, what could not be computed, and why."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science.change import FEWEST_PATIENTS
from tracker.science.ecdf import FEWEST
from tracker.science.fold import Partial
from tracker.science.places import Places
from tracker.science.record import Ints, Outcomes
from tracker.science.scales import Instrument


@dataclass(frozen=True)
class Aside(Partial):
    """Counts that stand in the notes alone."""

    single: int  # baselines that are one reading
    end_before: int  # values at the end of the course taken before its last session
    other_places: int  # other sites or sides of the same courses
    later: int  # later courses of the same patients and conditions


def partial(outcomes: Outcomes, places: Places, rows: Ints, every_course: bool) -> Aside:
    """Of some rows, which are the main places of courses, the first of each patient and condition or all."""
    mine = np.isin(places.course, places.course[rows])
    people = np.isin(places.patient, places.patient[rows])
    others = people & ~mine & np.isin(places.group, places.group[rows])
    return Aside(
        single=int((outcomes.baseline_n[rows] == 1).sum()),
        end_before=int(outcomes.end_before[rows].sum()),
        other_places=int(mine.sum()) - len(rows),
        later=0 if every_course else len(np.unique(places.course[others])),
    )


def of(found: dict[str, Any], entries: list[dict[str, Any]], aside: Aside, instrument: Instrument) -> list[str]:
    """All notes of one group but durability's. entries: every window, also those of which nothing is due."""
    return [
        *_left_out(aside),
        *_baseline(found, aside, instrument),
        *_primary(entries, instrument),
        *(note for entry in entries for note in _window(entry)),
        *_silent(entries),
        *_some(
            aside.end_before,
            f"{aside.end_before} values at the end of the course are from the week before the last session: none stood "
            "after it.",
        ),
        *_sessions(found["sessions"]),
        *_trend(found["trend"], found["courses"]),
        *_some(found["ecdf"] is None, f"No curve of improvements: no window has {FEWEST} answered courses."),
        *_some(
            found["staff_entered"],
            f"{found['staff_entered']} scores that staff entered are counted here and in no figure.",
        ),
    ]


def _left_out(aside: Aside) -> list[str]:
    """What the choice of rows left out."""
    return [
        *_some(
            aside.other_places,
            f"{aside.other_places} other sites or sides are not counted: a course's main place has the most readings.",
        ),
        *_some(
            aside.later,
            f"{aside.later} later courses of the same patients and conditions are not counted.",
        ),
    ]


def month(number: int) -> str:
    """A window in words."""
    return {0: "At the end of the course", 1: "At 1 month"}.get(number, f"At {number} months")


def _some(count: object, sentence: str) -> list[str]:
    """The sentence, if there is anything to say."""
    return [sentence] if count else []


def _baseline(found: dict[str, Any], aside: Aside, instrument: Instrument) -> list[str]:
    """Courses without a baseline, with a single reading as baseline, or too low to judge."""
    courses, without = found["courses"], found["courses"] - found["with_baseline"]
    floor = instrument.min_baseline
    below = f"start below {floor:g}" if floor else "start at 0"
    return [
        *_some(courses == 0, "No course is in this group."),
        *_some(
            without,
            f"{without} of {courses} courses have no baseline: they are in no improvement and no responder figure.",
        ),
        *_some(aside.single, f"{aside.single} of {found['with_baseline']} baselines are a single reading."),
        *_some(
            found["too_low"],
            f"{found['too_low']} courses {below}, too low to judge: outside responders, inside means and worsening.",
        ),
    ]


def _primary(entries: list[dict[str, Any]], instrument: Instrument) -> list[str]:
    """Which yardstick of response was chosen beforehand: with four side by side one looks good by chance."""
    return _some(
        any(entry["n"] for entry in entries),
        f"Primary: improved by {100 * instrument.responder:g} % of the baseline; every other yardstick of response is "
        "exploratory.",
    )


def _window(entry: dict[str, Any]) -> list[str]:
    """Who is not due, who did not answer, and what that does to the headline."""
    due, n, when = entry["due"], entry["n"], month(entry["month"])
    rate = f"{when} {n} of {due} due courses answered"
    return [
        *_some(
            entry["not_yet_due"],
            f"{when} {entry['not_yet_due']} of {due + entry['not_yet_due']} courses are not yet due: in no figure.",
        ),
        *_some(
            due and entry["headline"] == "bounds",
            f"{rate}: read the bounds (missing = not improved, best case), not one figure.",
        ),
        *_some(n and entry["headline"] == "none", f"{rate}: fewer than half, so no figure of it is a headline."),
        *_some(n == 1, f"{when} one course answered: no spread and no interval."),
    ]


def _silent(entries: list[dict[str, Any]]) -> list[str]:
    """The windows that are due and that nobody answered."""
    names = [month(entry["month"]).lower() for entry in entries if entry["due"] and not entry["n"]]
    return _some(names, f"Nobody answered {', '.join(names)}: no figure there.")


def _sessions(found: dict[str, Any]) -> list[str]:
    """What the change in a session is, and when it has no interval."""
    if not found["held"]:
        return ["No sessions are recorded: no change in a session."]
    people = found["change"]["patients"]
    few = f"{people} patients have a pair of scores around a session: an interval needs {FEWEST_PATIENTS}."
    meaning = f"The change in a session ({found['instrument']}, minutes after treatment) is not the outcome."
    return [meaning] if people >= FEWEST_PATIENTS else [few, meaning]


def _trend(found: dict[str, Any], courses: int) -> list[str]:
    """How many courses have no line."""
    without = courses - found["courses"]
    ends = found["labels"]["at_the_end_of_the_scale"]
    return [
        *_some(
            without - ends,
            f"{without - ends} of {courses} courses have too few weekly scores for a slope (5 over 21 days).",
        ),
        *_some(ends, f"{ends} courses stand at an end of the scale in most scores: no slope."),
    ]
