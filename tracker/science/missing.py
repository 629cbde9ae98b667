"""Missing: who did not answer, what that leaves of a headline, and how wrong the silent would have to be to change it.

The delta: by how many scale points the mean improvement of the missing would have to fall short of the answered ones'
before the 95 % interval of everybody's mean improvement touches 0. Mean over all N due courses, m of them missing, f =
m/N: x̄ − f·δ, SE² = s²/n + δ²·f(1 − f)/N; no imputation, δ is the only assumption (a difference of dropouts and
completers as the sensitivity parameter: Torres 2025, Pharm Stat 24, doi 10.1002/pst.70002; pattern mixtures: Little
1993, JASA 88:125). statistics.md 2.5; docs/science/missing.md.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tracker.science import confidence, threshold
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats, Ints
from tracker.science.responders import counted
from tracker.science.scales import Instrument
from tracker.science.tally import Tally, tally

HEADLINE = 0.7  # of the due answered: below it bounds stand instead of a headline
BOUNDS = 0.5  # below it nothing is a headline
FEWEST = 30  # due courses with a baseline before they are split in three: ten in each, as for any group (2.1)
FEWEST_ANSWERED = 10  # for a conclusion about a group
TERTILES = ("low", "middle", "high")


@dataclass(frozen=True)
class Missing(Partial):
    """What is needed of one window's due courses; the tallies and moments are of those with a baseline."""

    due: int
    answered: int
    asked: Tally  # baselines of the due
    told: Tally  # baselines of those who answered
    gains: Moments  # improvement of those who answered


@dataclass(frozen=True)
class Delta:
    """Scale points by which the missing must differ from the answered to change the conclusion, or None and why.

    `missing_mean`: the mean improvement the missing would then have; `possible`: whether the scale allows it.
    """

    value: float | None
    missing_mean: float | None
    possible: bool | None
    words: str


def partial(baseline: Floats, value: Floats, due: Bools, instrument: Instrument) -> Missing:
    """Of S courses in one window; value: NaN = no answer."""
    answered = due & np.isfinite(value)
    gains = threshold.improvement(baseline[answered], value[answered], instrument.better)
    return Missing(int(due.sum()), int(answered.sum()), tally(baseline[due]), tally(baseline[answered]), moments(gains))


def headline(n: int, due: int) -> str:
    """What may lead with n of `due` answered: the observed figure, its bounds, or none."""
    if due == 0 or n < BOUNDS * due:
        return "none"
    return "observed" if n >= HEADLINE * due else "bounds"


def figures(found: Missing, instrument: Instrument) -> dict[str, Any]:
    """Who is missing in one window of one group: tertiles, delta and what must be said."""
    rows, said = tertiles(found)
    changed = delta(found, instrument)
    return {
        "tertiles": rows,
        "delta": {"value": changed.value, "missing_mean": changed.missing_mean, "possible": changed.possible},
        "notes": [*said, changed.words],
    }


def tertiles(found: Missing) -> tuple[list[dict[str, Any]] | None, list[str]]:
    """Answered of due by baseline tertile of the due courses, with Wilson's interval; None below 30 with a baseline.

    Equal baselines stay together, so on a coarse scale the three are not of one size and one may be empty.
    """
    known, without = found.asked.n, found.due - found.asked.n
    said = [f"{without} due courses have no baseline: they are in no tertile."] if without else []
    if known < FEWEST:
        few = f"{known} due courses have a baseline, {FEWEST} are needed to say who is missing by baseline."
        return None, [*said, few]
    third, told = _third(found.asked.count), _told(found)
    rows = [_row(name, found.asked, told, third == n) for n, name in enumerate(TERTILES)]
    empty = [row["tertile"] for row in rows if not row["due"]]
    return rows, said + [f"Equal baselines stay together: no course is in the {name} tertile." for name in empty]


def _third(count: Ints) -> Ints:
    """0, 1, 2: the third in which the middle of equal baselines lies (their ridit: Bross 1958, Biometrics 14:18)."""
    upto = np.cumsum(count)
    return 3 * (2 * upto - count) // (2 * upto[-1])


def _told(found: Missing) -> Ints:
    """How many answered at each baseline of the due."""
    told = np.zeros(len(found.asked.value), np.int64)
    told[np.searchsorted(found.asked.value, found.told.value)] = found.told.count
    return told


def _row(name: str, asked: Tally, told: Ints, mine: Bools) -> dict[str, Any]:
    """One tertile: its baselines from … to, answered x of due n."""
    base, due = asked.value[mine], int(asked.count[mine].sum())
    answered = counted(int(told[mine].sum()), due)
    ends = {"from": float(base[0]), "to": float(base[-1])} if due else {"from": None, "to": None}
    return {"tertile": name, **ends, "due": due, "answered": answered}


def delta(found: Missing, instrument: Instrument) -> Delta:
    """The delta that changes the conclusion "improved" (or "got worse") about the mean of the due courses with a
    baseline.
    """
    mean, silent = confidence.mean_of(found.gains), found.asked.n - found.told.n
    refused = _refusal(mean, silent, headline(mean.n, found.asked.n))
    if refused or mean.mean is None or mean.sd is None:
        return Delta(None, None, None, refused)
    size = tipping_point(abs(mean.mean), mean.sd, mean.n, found.asked.n)
    value = size if mean.mean > 0 else -size
    left = mean.mean - value
    baseline = float(found.asked.value @ (found.asked.count - _told(found))) / silent
    possible = _possible(left, baseline, instrument)
    return Delta(value, left, possible, _sentence(value, left, possible, silent))


def tipping_point(mean: float, sd: float, answered: int, due: int) -> float:
    """Least δ ≥ 0 at which the 95 % interval of mean − f·δ reaches 0; mean > 0 and its own interval above 0.

    The smaller root of a·δ² − 2·b·δ + c, a = f² − t²·f(1 − f)/N, b = f·x̄, c = x̄² − t²·s²/n; t with n − 1 df.
    """
    f, t = (due - answered) / due, float(confidence.t_quantile(answered - 1))
    a = f * f - t * t * f * (1 - f) / due
    b, c = f * mean, mean * mean - t * t * sd * sd / answered
    return c / (b + float(np.sqrt(max(b * b - a * c, 0.0))))


def _refusal(mean: confidence.Mean, missing: int, lead: str) -> str:
    """Why there is no conclusion to change, or "" if there is one."""
    if mean.n < FEWEST_ANSWERED or mean.ci is None:
        return f"{mean.n} courses with a baseline answered, {FEWEST_ANSWERED} are needed for a conclusion to test."
    if lead == "none":
        return f"{mean.n} of {mean.n + missing} answered, fewer than half: there is no conclusion to test."
    if mean.ci[0] <= 0 <= mean.ci[1]:
        return "The interval of the mean improvement holds 0: there is no conclusion that the missing could change."
    return "" if missing else "Nobody with a baseline is missing: nothing could change the conclusion."


def _possible(mean: float, baseline: float, instrument: Instrument) -> bool:
    """Whether the missing, with this mean baseline, could have this mean improvement on the scale at all."""
    ends = np.array([instrument.minimum, instrument.maximum])
    reach = threshold.improvement(np.full(2, baseline), ends, instrument.better)
    return bool(reach.min() <= mean <= reach.max())


def _sentence(value: float, left: float, possible: bool, missing: int) -> str:
    """The delta in words."""
    way, other = ("less", "improvement") if value > 0 else ("more", "worsening")
    said = (
        f"If the {missing} missing improved by {abs(value):.1f} points {way} than those who answered (a mean of "
        f"{_signed(left)}), the {other} would no longer be clear"
    )
    return f"{said}." if possible else f"{said}; no scores on this scale could do that."


def _signed(points: float) -> str:
    """A true minus sign."""
    return f"{points:.1f}".replace("-", "−")
