"""Occasions: the days on which a patient is asked; before the course, weekly in it, on a schedule after it."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from tracker.services.demo.story import Plan

FOLLOW_UP_WEEKS = (1, 2, 4, 8, 13, 26, 39, 52)  # product.md, P3
AGAIN_FIRST, AGAIN_LAST = 7, 14  # a failing check-in is asked again after so many days
MOST_BASELINES, NO_BASELINE = 4, 0.04
PROMPT, LATEST_DAYS = 0.65, 4  # chance to answer on the day itself, then on the next; an answer comes within four days
END_GAP_DAYS = 28  # science's course end: no session for four weeks


@dataclass(frozen=True)
class Asked:
    """One check-in: the day it is due, the day of its answer if any, weeks after the end (None = in the course)."""

    tag: str
    due: date
    on: date
    week: int | None = None


def ended_on(plan: Plan) -> date:
    """The last session of the course itself; later ones are re-treatment."""
    days = [v.on for v in plan.held]
    gaps = [a for a, b in pairwise(days) if (b - a).days > END_GAP_DAYS]
    return gaps[0] if gaps else days[-1]


def baselines(plan: Plan, rng: np.random.Generator) -> tuple[date, ...]:
    """One to four of the days just before the first session; for a few none."""
    count = int(rng.integers(1, MOST_BASELINES + 1)) if rng.random() > NO_BASELINE else 0
    return tuple(plan.visits[0].on - timedelta(days=back) for back in range(count, 0, -1))


def weekly(plan: Plan, rng: np.random.Generator) -> tuple[Asked, ...]:
    """Once a week from the first session until the last one so far; nothing in the course is answered after it."""
    start, last = plan.visits[0].on, ended_on(plan)
    dues = [start + timedelta(days=7 * week) for week in range(1, (last - start).days // 7 + 1)]
    asked = (Asked(f"week-{i}", due, due + _lag(rng)) for i, due in enumerate(dues, 1))
    return tuple(a for a in asked if a.on < last)


def follow_ups(plan: Plan, rng: np.random.Generator) -> tuple[Asked, ...]:
    """The follow-up schedule of a course that is over; of a running one nothing."""
    dues = after(plan, FOLLOW_UP_WEEKS)
    return tuple(Asked(f"after-{week:g}", due, due + _lag(rng), int(week)) for week, due in dues)


def after(plan: Plan, weeks: tuple[int, ...]) -> list[tuple[float, date]]:
    """So many weeks after the last session, with the day; nothing while the course runs."""
    if plan.fate == "running":
        return []
    return [(float(week), ended_on(plan) + timedelta(days=7 * week)) for week in weeks]


def again(asked: Asked, rng: np.random.Generator) -> Asked:
    """The same follow-up once more, a week or two after a failing answer."""
    due = asked.on + timedelta(days=int(rng.integers(AGAIN_FIRST, AGAIN_LAST + 1)))
    return Asked(f"{asked.tag}-again", due, due, asked.week)


def _lag(rng: np.random.Generator) -> timedelta:
    """Days from the due day to the answer."""
    return timedelta(days=min(int(rng.geometric(PROMPT)) - 1, LATEST_DAYS))
