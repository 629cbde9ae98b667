"""Cohort: the outcome summary of groups of courses, in the JSON shape of design/domain.md. Unknown is None, never 0 or
NaN.

One course has one say: its main place, and of a patient's courses for one condition the first. Notes say what was left
out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tracker.science import (
    bands,
    carry_over,
    change,
    compare,
    durability,
    ecdf,
    follow_up,
    listed,
    moments,
    noise_loss,
    notes,
    places,
    regression_to_mean,
    threshold,
    trend,
    windows,
)
from tracker.science.carry_over import CarryOver
from tracker.science.change import Sessions
from tracker.science.compare import Compared
from tracker.science.confidence import mean_of
from tracker.science.durability import Durability
from tracker.science.fold import Partial
from tracker.science.follow_up import FollowUp, Seen
from tracker.science.listed import Named
from tracker.science.moments import Moments
from tracker.science.noise_loss import NoiseLoss
from tracker.science.notes import Aside
from tracker.science.places import Places
from tracker.science.record import Floats, Ints, Outcomes
from tracker.science.regression_to_mean import Expected, Untreated
from tracker.science.scales import Instrument
from tracker.science.trend import Slopes, Trends

DEFINITIONS = "1"  # raised when a definition changes, so that figures of two versions are never compared unawares
ANCHORS = ("end", "start")
Lines = tuple[Trends, Trends]  # in the course, and after it


@dataclass(frozen=True)
class Cohort:
    """Outcomes of one instrument with whose they are."""

    outcomes: Outcomes
    places: Places


@dataclass(frozen=True)
class Extras:
    """What other instruments add: scores right now around sessions, and the patients' own impression of change."""

    now: Cohort | None = None  # None = the cohort's own pairs
    impression: Cohort | None = None
    every_course: bool = False  # not only the first course per patient and condition
    names: Sequence[Named] = ()
    staff: Ints | None = None  # staff-entered scores per series, which are not in the outcomes


NOTHING_MORE = Extras()


@dataclass(frozen=True)
class Question:
    """What is asked of every piece alike."""

    instrument: Instrument
    phi: float  # the correlation of all pieces' courses: `trend.likeness` of each, added, gives it
    as_of: float | None = None  # a date's ordinal; None = every window is due
    anchor: str = "end"
    compared: bool = False  # whether groups are compared
    now: str | None = None  # the instrument asked around sessions; None = the same
    seed: int | None = None  # of the durability's bands; None = no bands

    @property
    def months(self) -> tuple[int, ...]:
        """The windows in order of time; 0 = the end of the course."""
        return windows.MONTHS if self.anchor == "start" else (0, *windows.MONTHS)


@dataclass(frozen=True)
class Group(Partial):
    """What one group's figures need of some patients."""

    courses: int
    baseline: Moments
    too_low: int
    staff_entered: int
    windows: tuple[FollowUp, ...]
    expected: tuple[Expected, ...]  # by each window's named untreated cohort
    sessions: Sessions
    carry_over: CarryOver
    trend: Slopes
    trend_after: Slopes
    durability: Durability
    noise_loss: NoiseLoss
    compared: Compared | None
    aside: Aside


def summary(
    outcomes: Outcomes,
    groups: Places,
    as_of: float | None = None,
    anchor: str = "end",
    *,
    reference: str | None = None,
    extras: Extras = NOTHING_MORE,
    seed: int | None = None,
) -> dict[str, Any]:
    """The whole JSON. as_of: a date's ordinal, None = every window is due; reference: the group others are compared
    with; seed: of the bands, None = no bands.
    """
    scale = outcomes.instrument
    phi = trend.likeness(outcomes.week_day, outcomes.week_value, scale).phi
    now = extras.now.outcomes.instrument.code if extras.now else None
    question = Question(scale, phi, as_of, anchor, reference is not None, now, seed)
    trends = _trends(outcomes, question)
    found = _partial(Cohort(outcomes, groups), trends, question, extras)
    courses = listed.courses(outcomes, trends[0], groups.condition, extras.names)
    return figures(found, question, reference) | {"courses": courses}


def partial(cohort: Cohort, question: Question, extras: Extras = NOTHING_MORE) -> dict[str, Group]:
    """What the figures need of these patients, by group. The sums of two pieces' are `fold.merged`."""
    return _partial(cohort, _trends(cohort.outcomes, question), question, extras)


def figures(groups: Mapping[str, Group], question: Question, reference: str | None = None) -> dict[str, Any]:
    """The JSON without its list of courses."""
    scale = question.instrument
    compared = {name: group.compared for name, group in groups.items() if group.compared}
    return {
        "definitions": DEFINITIONS,
        "as_of": None if question.as_of is None else date.fromordinal(int(question.as_of)).isoformat(),
        "anchor": question.anchor,
        "instrument": _instrument(scale),
        "groups": {name: _figures(group, question) for name, group in groups.items()},
        "comparison": reference and compare.figures(compared, reference, question.months, scale),
    }


def chosen_rows(groups: Places, start: Floats, every_course: bool = False) -> Ints:
    """The rows that count: the main place of each course, and of the first course per patient and condition unless
    all are asked.
    """
    rows = places.main(groups)
    return rows if every_course else places.first_courses(groups, start, rows)


def _instrument(scale: Instrument) -> dict[str, Any]:
    """The instrument as the JSON names it."""
    told = {"code": scale.code, "min": scale.minimum, "max": scale.maximum, "better": scale.better}
    return told | {"responder": scale.responder, "source": scale.source}


def _trends(outcomes: Outcomes, question: Question) -> Lines:
    """The lines in the course and after it."""
    weeks = ((outcomes.week_day, outcomes.week_value), (outcomes.later_day, outcomes.later_value))
    in_course, after = (trend.fit(*one, question.instrument, question.phi) for one in weeks)
    return in_course, after


def _partial(cohort: Cohort, trends: Lines, question: Question, extras: Extras) -> dict[str, Group]:
    """Every group's."""
    chosen = chosen_rows(cohort.places, cohort.outcomes.start, extras.every_course)
    of_group = places.by_group(cohort.places, chosen)
    return {name: _group(cohort, rows, trends, question, extras) for name, rows in of_group.items()}


def _group(cohort: Cohort, rows: Ints, trends: Lines, question: Question, extras: Extras) -> Group:
    """One group's."""
    outcomes, scale = cohort.outcomes, question.instrument
    seen = [follow_up.at(outcomes, rows, month, question.anchor, question.as_of) for month in question.months]
    asked = [_asked(cohort, rows, extras.impression, month, question.anchor) for month in question.months]
    found = tuple(follow_up.partial(*one, scale) for one in zip(seen, asked, strict=True))
    ended = rows[durability.has_ended(outcomes, question.as_of)[rows]]
    sessions, carried = _sessions(cohort, rows, extras.now)
    return Group(
        courses=len(rows),
        baseline=moments.moments(outcomes.baseline[rows]),
        too_low=int(threshold.too_low(outcomes.baseline[rows], scale).sum()),
        staff_entered=0 if extras.staff is None else int(extras.staff[rows].sum()),
        windows=found,
        expected=tuple(_expected(one, question) for one in seen),
        sessions=sessions,
        carry_over=carried,
        trend=trend.partial(trends[0], rows),
        trend_after=trend.partial(trends[1], ended),
        durability=durability.partial(outcomes, question.as_of, rows),
        noise_loss=noise_loss.partial(outcomes, ended, rows[np.isfinite(trends[0].slope[rows])], question.phi),
        compared=compare.partial(seen, [one.responders for one in found]) if question.compared else None,
        aside=notes.partial(outcomes, cohort.places, rows, extras.every_course),
    )


def _figures(group: Group, question: Question) -> dict[str, Any]:
    """One group's JSON."""
    base, scale, months = mean_of(group.baseline), question.instrument, question.months
    carried, carry_said = carry_over.figures(group.carry_over)
    told = zip(group.windows, months, strict=True)
    entries = [follow_up.entry(one, windows.of(month), scale) for one, month in told]
    for entry, beside in zip(entries, group.expected, strict=True):
        entry["regression_to_mean"] = regression_to_mean.figure(_untreated(question, entry["month"]), beside)
    curves = {month: ecdf.figures(one.curve) for one, month in zip(group.windows, months, strict=True)}
    latest = max((month for month, points in curves.items() if points), default=None)
    lasting, said = _durability(group, question)
    found = {
        "courses": group.courses,
        "with_baseline": base.n,
        "baseline": {"mean": base.mean, "sd": base.sd},
        "too_low": group.too_low,
        "windows": [entry for entry in entries if entry["due"]],
        "sessions": {
            **change.figures(group.sessions),
            "carry_over": carried,
            "instrument": question.now or scale.code,
        },
        "trend": {**trend.figures(group.trend), "phi": question.phi},
        "trend_after": {**trend.figures(group.trend_after), "phi": question.phi},
        "durability": lasting,
        "ecdf": None if latest is None else curves[latest],
        "ecdf_month": latest,
        "staff_entered": group.staff_entered,
    }
    carry = [carry_said] if group.sessions.pairs else []
    return found | {"notes": [*notes.of(found, entries, group.aside, scale), *carry, *said]}


def _durability(group: Group, question: Question) -> tuple[dict[str, Any], list[str]]:
    """The durability object, the loss expected from noise alone beside its survival, its bands if they are asked for,
    and its notes.
    """
    found, said = durability.figures(group.durability)
    rows, noisy = noise_loss.beside(found["survival"], group.noise_loss, question.phi, question.instrument)
    found, said = found | {"survival": rows}, said + noisy
    if question.seed is None:
        return found, said
    drawn, words = bands.figures(group.durability.lasting, question.seed)
    return found | {"bands": drawn}, said + words


def _untreated(question: Question, month: int) -> Untreated | None:
    """The named cohort that a window's change may stand beside."""
    return regression_to_mean.fitting(question.instrument.code, question.anchor, month)


def _expected(seen: Seen, question: Question) -> Expected:
    """What those who answered would have been expected to change by there."""
    return regression_to_mean.partial(_untreated(question, seen.window.month), seen.baseline[seen.answered])


def _asked(cohort: Cohort, rows: Ints, impression: Cohort | None, month: int, anchor: str) -> Floats | None:
    """The impression of change of the rows' courses in one window, NaN where there is none."""
    if impression is None:
        return None
    main = places.main(impression.places)
    given = follow_up.value(impression.outcomes, month, anchor)[main]
    return _matched(cohort.places.course[rows], impression.places.course[main], given)


def _matched(wanted: Ints, course: Ints, given: Floats) -> Floats:
    """The value given for each wanted course, NaN where none is. course: each once, in any order."""
    table = np.full(int(max(wanted.max(initial=-1), course.max(initial=-1))) + 1, np.nan)
    table[course] = given
    return table[wanted]


def _sessions(cohort: Cohort, rows: Ints, now: Cohort | None) -> tuple[Sessions, CarryOver]:
    """Change in a session and what is left of it before the next, from the instrument that was asked around sessions,
    in the same courses.
    """
    held = int(cohort.outcomes.held[rows].sum())
    if now is not None:
        mine = cohort.places.course[rows]
        rows = places.main(now.places)
        rows, cohort = rows[np.isin(now.places.course[rows], mine)], now
    person = cohort.places.patient[rows]
    return change.partial(cohort.outcomes, rows, person, held), carry_over.partial(cohort.outcomes, rows, person)
