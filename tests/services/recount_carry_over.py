"""The recount of carry-over: session after session, and Fieller's ends as the ratios at which a t test turns."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportOperatorIssue=false
# pyright: reportReturnType=false
# (pandas and scipy stubs know less than the libraries)
from itertools import pairwise

import pandas as pd
from scipy import optimize, stats

from tests.services.recount_intervals import mean_ci


def steps(held: list, t0: float, around: dict) -> list[tuple]:
    """(kept, eased) of every step from a session to the very next one, none after t0.

    held: (session, day) in order of time; around: session → (score before, score after), None where there is none.
    """
    found = []
    for (one, _), (following, day) in pairwise(held):
        before, after = around.get(one, (None, None))
        then, _ = around.get(following, (None, None))
        if day <= t0 and before is not None and then is not None and after is not None and after.day >= before.day:
            found.append((before.score - then.score, before.score - after.score))
    return found


def figures(rows) -> dict:
    """The JSON's "carry_over"; rows: the place of each course at which sessions are judged."""
    told = [(s.patient, *step) for s in rows for step in s.steps]
    people = pd.DataFrame(told, columns=["patient", "kept", "eased"]).groupby("patient").sum()
    kept, eased = people.kept.to_numpy(float), people.eased.to_numpy(float)
    found = {"share": None, "ci": None, "patients": len(people), "steps": len(told)}
    if len(people) < 10 or mean_ci(eased)["ci"][0] <= 0:
        return found
    ratio = kept.sum() / eased.sum()
    return found | {"share": ratio, "ci": [turn(kept, eased, ratio, way) for way in (-1, 1)]}


def turn(kept, eased, ratio, way) -> float:
    """The ratio on one side at which kept − ratio · eased begins to differ from 0, P = .05."""

    def over(r):
        return stats.ttest_1samp(kept - r * eased, 0).pvalue - 0.05

    far = 1.0
    while over(ratio + way * far) > 0:
        far *= 2
    return optimize.brentq(over, *sorted((ratio, ratio + way * far)), xtol=1e-13)
