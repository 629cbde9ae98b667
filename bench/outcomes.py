"""Outcomes: B5, what follows from one course or from many recomputed; the floor stands below it.

The floor is the outcome of one course as an analyst would write it in pandas. It leaves out what would only slow it
down: when the course ended (the sessions are weekly, so t0 is the last one), times of receipt, mirrored scales, weekly
values. What it returns, `derive.outcomes` returns to 1e-9.
"""

import numpy as np
import pandas as pd

from bench import made
from bench.results import Result, Sizes, equal, interleaved, times
from tracker.science import derive, windows
from tracker.science.record import Outcomes
from tracker.science.scales import AFTER, BASELINE, BEFORE, CHECK_IN
from tracker.science.windows import MONTHS

ONE, RECOMPUTE = 1.0, 50  # goals: ms, times
READINGS = 200  # a course
COLUMNS = ("baseline", "end", "change", "loss_left", "loss_right", "unconfirmed", "last_seen")
MONTHLY = ("after_end", "after_start")


def one_course(sizes: Sizes) -> Result:
    """One course of 200 readings recomputed after a write; floor: the same columns in pandas. The goal is in ms."""
    record = made.courses(1, READINGS)
    frame = made.frame(record, 1)
    same_outcomes(derive.outcomes(record), in_pandas(frame))
    mine, floor = interleaved(lambda: derive.outcomes(record), lambda: outcome(frame), rounds=20 * sizes.rounds)
    what = f"outcome of one course of {READINGS} readings recomputed, against the same in pandas"
    seen = f"ours {1e3 * mine:.2f} ms, floor {1e3 * floor:.1f} ms"
    return Result("B5-one", what, floor / mine, f"≤ {ONE:g} ms", 1e3 * mine <= ONE, seen)


def recompute(sizes: Sizes) -> Result:
    """Every outcome of many courses; floor: a pandas groupby-apply of the same."""
    count = sizes.readings // READINGS
    record = made.courses(count, READINGS)
    frame = made.frame(record, sizes.courses_sample)
    same_outcomes(derive.outcomes(record), in_pandas(frame))
    mine, floor = interleaved(lambda: derive.outcomes(record), lambda: in_pandas(frame), rounds=sizes.rounds)
    what = f"outcomes recomputed from {sizes.readings:,} readings, against pandas groupby-apply"
    return times("B5", what, mine, floor, count / sizes.courses_sample, RECOMPUTE)


def same_outcomes(ours: Outcomes, theirs: pd.DataFrame) -> None:
    """Every column of the reference equals ours on the sample."""
    for name in COLUMNS:
        equal(getattr(ours, name)[: len(theirs)], theirs[name].to_numpy())
    for name in MONTHLY:
        equal(getattr(ours, name)[: len(theirs)], theirs[[f"{name}_{month}" for month in MONTHS]].to_numpy())


def in_pandas(frame: pd.DataFrame) -> pd.DataFrame:
    """Floor: the outcome columns, course by course."""
    return frame.groupby("series")[["day", "value", "kind", "session"]].apply(outcome)


def outcome(course: pd.DataFrame) -> pd.Series:
    """One course's readings (day, value, kind, session; day 0 = first session), in time, to its outcome columns."""
    t0 = course.loc[course["session"] >= 0, "day"].max() // 1
    base = course[(course["kind"] == BASELINE) | ((course["kind"] == BEFORE) & (course["session"] == 0))]
    later = course[course["kind"].isin((BEFORE, CHECK_IN)) & (course["day"] >= 1)]
    from_end, from_start = later.assign(day=later["day"] // 1 - t0), later.assign(day=later["day"] // 1)
    baseline, end = base["value"].mean(), window(from_end, windows.END)
    found = {"baseline": baseline, "end": end, "change": change(course)} | losses(from_end, baseline, end)
    for w in windows.FOLLOW_UP:
        found[f"after_end_{w.month}"] = window(from_end, w)
        found[f"after_start_{w.month}"] = window(from_start, w)
    return pd.Series(found)


def window(later: pd.DataFrame, w: windows.Window) -> float:
    """Mean of the scores within 7 days of the one nearest to the target, inside the window."""
    inside = later[later["day"].between(w.first, w.last)]
    if inside.empty:
        return np.nan
    chosen = inside["day"].loc[(inside["day"] - w.target).abs().idxmin()]
    return inside.loc[(inside["day"] - chosen).abs() <= windows.NEAR, "value"].mean()


def change(course: pd.DataFrame) -> float:
    """Mean of before − after over the sessions with both."""
    before = course[course["kind"] == BEFORE].set_index("session")["value"]
    return (before - course[course["kind"] == AFTER].set_index("session")["value"]).mean()


def losses(from_end: pd.DataFrame, baseline: float, end: float) -> dict[str, float]:
    """The first failing run of ≥ 7 days of a responder, or its single last failing score."""
    days = from_end[from_end["day"] >= 0].groupby("day")["value"].mean()
    found = dict.fromkeys(("loss_left", "loss_right", "unconfirmed"), np.nan) | {"last_seen": days.index.max()}
    if not 10 * (baseline - end) >= 3 * baseline - 1e-9 or baseline < 3:
        return found
    good = 10 * (baseline - days) >= 3 * baseline - 1e-9
    runs = days.index.to_series().groupby((good != good.shift()).cumsum()).agg(["first", "last"])
    runs["good"] = good.groupby((good != good.shift()).cumsum()).first()
    runs["before"] = runs["last"].shift().fillna(runs["first"].clip(upper=0) - (runs["first"] <= 0))
    lost = runs[~runs["good"] & (runs["last"] - runs["first"] >= 7)]
    if len(lost):
        return found | {"loss_left": lost["before"].iloc[0], "loss_right": lost["first"].iloc[0]}
    return found if runs["good"].iloc[-1] else found | {"unconfirmed": runs["first"].iloc[-1]}
