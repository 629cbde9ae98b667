"""Case mix: what would be expected of these courses, told from a stored reference population; and change held to it.

Logistic regression for improved or not, least squares for the change, on baseline, condition, chronicity, and age and
sex where given. A reference carries its version and provenance; figures of two versions are never compared. It holds
known differences equal and no others. Sources: Iezzoni 2012, Risk Adjustment; Peduzzi 1996, J Clin Epidemiol 49:1373;
docs/science/case_mix.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science import terms
from tracker.science.confidence import mean_of
from tracker.science.fold import Partial
from tracker.science.moments import Moments, moments
from tracker.science.record import Bools, Floats
from tracker.science.terms import Asked, Cases, Terms

EVENTS = 10  # of the rarer outcome per coefficient: below, coefficients are unstable (Peduzzi 1996)
ROUNDS = 50  # Newton steps; about 6 suffice wherever there is a maximum
STEP = 1e-12  # of a coefficient: where the steps stop
SURE = 1e-8  # a fitted probability this near 0 or 1 means that some term separates the outcomes

FEW = "Too few courses for a reference: {events} of the rarer outcome, {terms} terms need {needed}."
ALIKE = "No reference: some terms tell the same in these courses."
SEPARATED = "No reference: a term separates improved from not improved, so its coefficient has no limit."
UNCOVERED = "{n} of {all} courses are not in the figure: the reference knows no baseline, age or kind like theirs."
OTHER = "The reference is of another outcome ({theirs}): nothing is expected of these courses."
NO_CHANGE = "Nothing to adjust: no course that the reference covers has a change."
NO_LINE = "The reference holds no coefficients for the change."


@dataclass(frozen=True)
class Reference(Terms):
    """One stored case mix: its terms, and P coefficients for each of two outcomes."""

    version: str
    provenance: str
    asked: Asked
    n: int
    improved: int
    log_odds: Sequence[float]
    points: Sequence[float] | None  # of the improvement, in scale points
    mean_change: float | None  # of the reference's own answered courses


@dataclass(frozen=True)
class Adjusted(Partial):
    """What the adjusted change needs of some due courses."""

    due: int
    other: int  # asked for another outcome than the reference's
    uncovered: int
    sums: Moments  # change − expected, change, expected: scale points, of the answered and covered


def fit(
    cases: Cases, improved: Bools, change: Floats, *, version: str, provenance: str
) -> tuple[Reference | None, list[str]]:
    """A reference from S due courses, or None and why.

    improved: a due course without an answer is not improved. change: improvement in points, NaN = no answer.
    """
    kinds = terms.of(cases)
    design, covered = terms.design(kinds, cases)
    rows, outcome = design[covered], improved[covered]
    if said := _refused(rows, outcome):
        return None, [said]
    fitted = logistic(rows, outcome)
    if fitted is None:
        return None, [SEPARATED]
    known = covered & np.isfinite(change)
    points = _least_squares(design[known], change[known])
    return Reference(
        **vars(kinds),
        version=version,
        provenance=provenance,
        asked=cases.asked,
        n=len(rows),
        improved=int(outcome.sum()),
        log_odds=tuple(fitted.tolist()),
        points=None if points is None else tuple(points.tolist()),
        mean_change=None if points is None else float(change[known].mean()),
    ), [*_uncovered(int((~covered).sum()), len(covered)), *([] if points is not None else [NO_LINE])]


def logistic(design: Floats, outcome: Bools) -> Floats | None:
    """P log-odds coefficients of N outcomes by maximum likelihood (Newton = IRLS); None where there is no maximum."""
    found = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        share = _probability(design @ found)
        weight = share * (1 - share)
        if weight.min(initial=1) < SURE:
            return None
        step = np.linalg.solve(design.T @ (weight[:, None] * design), design.T @ (outcome - share))
        found = found + step
        if np.abs(step).max() <= STEP * (1 + np.abs(found).max()):
            return found
    return None


def expected(reference: Reference, cases: Cases) -> tuple[Floats, list[str]]:
    """S: each course's expected probability to have improved; NaN where the reference does not cover it, with why."""
    if reference.asked != cases.asked:
        return np.full(len(cases.baseline), np.nan), [_other(reference)]
    design, covered = terms.design(reference, cases)
    share = _probability(terms.weighed(design, reference.log_odds))
    return np.where(covered, share, np.nan), _uncovered(int((~covered).sum()), len(covered))


def partial(reference: Reference, cases: Cases, change: Floats) -> Adjusted:
    """Of S due courses. change: improvements in points, NaN = no answer."""
    design, covered = terms.design(reference, cases)
    due, other = np.full(len(covered), np.nan), reference.asked != cases.asked
    if reference.points is not None and not other:
        due = np.where(covered, terms.weighed(design, reference.points), np.nan)
    left = int((~covered).sum())
    return Adjusted(len(covered), len(covered) if other else 0, left, moments(change - due, change, due))


def figure(reference: Reference, found: Adjusted) -> dict:
    """Mean change held to the reference: its mean + mean of (seen − expected), with t interval; null with why in notes.

    The reference is taken as fixed.
    """
    empty = {"n": 0, "observed": None, "expected": None, "adjusted": None, "ci": None, "reference": reference.version}
    if said := _cannot(reference, found):
        return empty | {"notes": [said]}
    off, base = mean_of(found.sums), reference.mean_change or 0.0
    return empty | {
        "n": off.n,
        "observed": found.sums.mean(2),
        "expected": found.sums.mean(3),
        "adjusted": base + found.sums.mean(1),
        "ci": [base + end for end in off.ci] if off.ci else None,
        "notes": _uncovered(found.uncovered, found.due),
    }


def _cannot(reference: Reference, found: Adjusted) -> str | None:
    """Why there is no adjusted change."""
    if found.other:
        return _other(reference)
    if reference.points is None:
        return NO_LINE
    return None if found.sums.n else NO_CHANGE


def _other(reference: Reference) -> str:
    """The reference speaks of another outcome, and of which."""
    theirs = reference.asked
    told = f"{theirs.instrument}, {theirs.share:.0%}, month {theirs.month} after the {theirs.anchor}"
    return OTHER.format(theirs=told)


def _refused(design: Floats, outcome: Bools) -> str | None:
    """Why these rows make no reference."""
    terms, rarer = design.shape[1] - 1, int(min(outcome.sum(), (~outcome).sum()))
    if rarer < EVENTS * terms:
        return FEW.format(events=rarer, terms=terms, needed=EVENTS * terms)
    return None if np.linalg.matrix_rank(design) == design.shape[1] else ALIKE


def _least_squares(design: Floats, value: Floats) -> Floats | None:
    """P coefficients; None where the rows do not tell them apart."""
    if len(value) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    return np.asarray(np.linalg.lstsq(design, value, rcond=None)[0], np.float64)


def _probability(log_odds: Floats) -> Floats:
    """1 / (1 + exp(−x)) that does not overflow."""
    return 0.5 * (1 + np.tanh(log_odds / 2))


def _uncovered(left: int, due: int) -> list[str]:
    """How many courses are left out."""
    return [UNCOVERED.format(n=left, all=due)] if left else []
