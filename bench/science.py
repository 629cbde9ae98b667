"""Science: B5 and the ratios of statistics.md 5, each beside its floor. Run by `make bench`; docs/performance.md.

A floor that would take minutes is timed on the stated sample and scaled linearly by the number of courses: pandas'
groupby-apply calls one function per course, so its time is proportional. Ours runs at full size. Both take turns, and
the median of the rounds is the time; before it, both must give the same numbers to 1e-9 on the sample.
"""

import resource
import sys

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy.stats import linregress

from bench import made
from bench.outcomes import one_course, recompute
from bench.results import Result, Sizes, equal, interleaved, table, times, write
from tracker.science.slopes import slopes
from tracker.science.survival import Curves, kaplan_meier

SLOPES, KAPLAN_MEIER, MEMORY = 50, 100, 3.0  # goals: times, times, GB
WEEKS, PEOPLE = 20, 200  # readings a course, patients a clinic


def main() -> int:
    """Print and keep all ratios; 0 whether or not goals are met, since times are never asserted."""
    results = run(Sizes())
    print(table(results))
    write(results)
    return 0


def run(sizes: Sizes) -> list[Result]:
    """Every ratio of the science floor; memory last, since its peak is the run's."""
    found = [slopes_of_all(sizes), curves_of_all(sizes), one_course(sizes), recompute(sizes)]
    return [*found, memory()]


def slopes_of_all(sizes: Sizes) -> Result:
    """Slopes of all courses at once; floor: the same formula in a pandas groupby-apply."""
    series, day, value = made.lines(sizes.courses, WEEKS)
    few = slice(0, sizes.sample * WEEKS)
    frame = pd.DataFrame({"series": series[few], "day": day[few], "value": value[few]})
    ours = slopes(series, day, value, sizes.courses)
    equal(ours[: sizes.sample], slopes_in_pandas(frame))
    by_scipy = [7 * linregress(g["day"], g["value"])[0] for _, g in frame[: 100 * WEEKS].groupby("series")]
    equal(ours[: len(by_scipy)], by_scipy)
    mine, floor = interleaved(
        lambda: slopes(series, day, value, sizes.courses), lambda: slopes_in_pandas(frame), rounds=sizes.rounds
    )
    what = f"slopes of {sizes.courses:,} courses x {WEEKS} readings, against pandas groupby-apply"
    return times("B5-slopes", what, mine, floor, sizes.courses / sizes.sample, SLOPES)


def slopes_in_pandas(frame: pd.DataFrame) -> pd.Series:
    """Floor: one least-squares slope per course, points per week, the formula in bare numpy inside the apply."""
    return frame.groupby("series")[["day", "value"]].apply(lambda g: _slope(g["day"].to_numpy(), g["value"].to_numpy()))


def _slope(day: np.ndarray, value: np.ndarray) -> float:
    centred = day - day.mean()
    return 7 * float(centred @ value) / float(centred @ centred)


def curves_of_all(sizes: Sizes) -> Result:
    """Kaplan–Meier with its log-log interval, every clinic at once; floor: lifelines, one clinic after the other."""
    clinic, day, lost = made.follow_ups(sizes.clinics, PEOPLE)
    curves = kaplan_meier(clinic, day, lost, sizes.clinics)
    parts = [slice(c * PEOPLE, (c + 1) * PEOPLE) for c in range(sizes.clinics_sample)]
    for c, mine in enumerate(parts):
        same_curve(curves, c, in_lifelines(day[mine], lost[mine]))
    mine, floor = interleaved(
        lambda: kaplan_meier(clinic, day, lost, sizes.clinics),
        lambda: [in_lifelines(day[part], lost[part]) for part in parts],
        rounds=sizes.rounds,
    )
    what = f"Kaplan–Meier of {sizes.clinics:,} clinics x {PEOPLE} patients, against a lifelines loop"
    return times("B5-curves", what, mine, floor, sizes.clinics / sizes.clinics_sample, KAPLAN_MEIER)


def in_lifelines(day: np.ndarray, lost: np.ndarray) -> KaplanMeierFitter:
    """Floor: one clinic's curve and interval."""
    return KaplanMeierFitter().fit(day, lost)


def same_curve(curves: Curves, clinic: int, fitted: KaplanMeierFitter) -> None:
    """One clinic's survival and interval equal lifelines'; where S is 0 or 1 there is no interval to compare."""
    at = fitted.survival_function_.index.to_numpy().astype(int)
    equal(curves.survival[clinic, at], fitted.survival_function_.iloc[:, 0])
    for n, end in enumerate((curves.low[clinic, at], curves.high[clinic, at])):
        inside = np.isfinite(end)
        equal(end[inside], fitted.confidence_interval_.iloc[inside, n])


def memory() -> Result:
    """Peak memory of this process, floors and made-up data included."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
    what = "peak memory of all of this, as a share of 3 GB"
    return Result("B5-memory", what, peak / MEMORY, "≤ 1", peak <= MEMORY, f"{peak:.2f} GB")


if __name__ == "__main__":
    sys.exit(main())
