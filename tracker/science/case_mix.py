"""Case mix: what would be expected of these courses, told from a stored reference population; and change held to it.

Logistic regression for improved or not, least squares for the change, on baseline, condition, chronicity, and age and
sex where given. A reference carries its version and provenance; figures of two versions are never compared. It holds
known differences equal and no others. Sources: Iezzoni 2012, Risk Adjustment; Peduzzi 1996, J Clin Epidemiol 49:1373;
docs/science/case_mix.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science import confidence
from tracker.science.record import Bools, Floats

EVENTS = 10  # of the rarer outcome per coefficient: below, coefficients are unstable (Peduzzi 1996)
ROUNDS = 50  # Newton steps; about 6 suffice wherever there is a maximum
STEP = 1e-12  # of a coefficient: where the steps stop
SURE = 1e-8  # a fitted probability this near 0 or 1 means that some term separates the outcomes
DECADE, MIDDLE = 10.0, 50.0  # age enters as decades from 50: only the reading of the coefficients depends on it

FEW = "Too few courses for a reference: {events} of the rarer outcome, {terms} terms need {needed}."
ALIKE = "No reference: some terms tell the same in these courses."
SEPARATED = "No reference: a term separates improved from not improved, so its coefficient has no limit."
UNCOVERED = "{n} of {all} courses are not in the figure: the reference knows no baseline, age or kind like theirs."
OTHER = "The reference is of another outcome ({theirs}): nothing is expected of these courses."
NO_CHANGE = "Nothing to adjust: no course that the reference covers has a change."
NO_LINE = "The reference holds no coefficients for the change."


@dataclass(frozen=True)
class Asked:
    """Which outcome: the instrument, the months after "start" or "end", the responder share."""

    instrument: str
    anchor: str
    month: int
    share: float


@dataclass(frozen=True)
class Cases:
    """S due courses. Baseline in scale points, age in years at the start, NaN = unknown; words "" = unknown."""

    asked: Asked
    baseline: Floats
    condition: Sequence[str]
    chronicity: Sequence[str]
    age: Floats
    sex: Sequence[str]


@dataclass(frozen=True)
class Reference:
    """One stored case mix. Levels: the first is the one others are held against; no level of sex = not asked."""

    version: str
    provenance: str
    asked: Asked
    conditions: Sequence[str]
    chronicities: Sequence[str]
    sexes: Sequence[str]
    age: bool
    age_unknown: bool
    n: int
    improved: int
    log_odds: Sequence[
        float
    ]  # P coefficients: 1, baseline, other conditions, chronicities, sexes, decades, unknown age
    points: Sequence[float] | None  # the same for the improvement, in scale points
    mean_change: float | None  # of the reference's own answered courses


def fit(
    cases: Cases, improved: Bools, change: Floats, *, version: str, provenance: str
) -> tuple[Reference | None, list[str]]:
    """A reference from S due courses, or None and why.

    improved: a due course without an answer is not improved. change: improvement in points, NaN = no answer.
    """
    form = _form(cases, version, provenance)
    design, covered = _design(form, cases)
    rows, outcome = design[covered], improved[covered]
    if said := _refused(rows, outcome):
        return None, [said]
    fitted = logistic(rows, outcome)
    if fitted is None:
        return None, [SEPARATED]
    known = covered & np.isfinite(change)
    points = _least_squares(design[known], change[known])
    return Reference(
        **form,
        n=len(rows),
        improved=int(outcome.sum()),
        log_odds=tuple(fitted.tolist()),
        points=None if points is None else tuple(points.tolist()),
        mean_change=None if points is None else float(change[known].mean()),
    ), [*_uncovered(covered), *([] if points is not None else [NO_LINE])]


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
    if said := _other(reference, cases):
        return np.full(len(cases.baseline), np.nan), said
    design, covered = _design(vars(reference), cases)
    share = _probability(design @ np.array(reference.log_odds))
    return np.where(covered, share, np.nan), _uncovered(covered)


def adjusted_change(reference: Reference, cases: Cases, change: Floats) -> dict:
    """Mean change held to the reference: its mean + mean of (seen − expected), with t interval; null with why in notes.

    change: S improvements in points, NaN = no answer. The reference is taken as fixed.
    """
    design, covered = _design(vars(reference), cases)
    known = covered & np.isfinite(change)
    if said := _cannot(reference, cases, known):
        return _change(0, reference.version, said)
    due = design[known] @ np.array(reference.points)
    off, base = confidence.mean(change[known] - due), float(reference.mean_change or 0.0)
    found = {
        "observed": float(change[known].mean()),
        "expected": float(due.mean()),
        "adjusted": base + float(off.mean or 0.0),
        "ci": [base + end for end in off.ci] if off.ci else None,
    }
    return _change(off.n, reference.version, _uncovered(covered)) | found


def _change(n: int, version: str, notes: list[str]) -> dict:
    """The shape of an adjusted change, still empty."""
    empty = {"observed": None, "expected": None, "adjusted": None, "ci": None}
    return {"n": n, **empty, "reference": version, "notes": notes}


def _cannot(reference: Reference, cases: Cases, known: Bools) -> list[str]:
    """Why there is no adjusted change."""
    if said := _other(reference, cases):
        return said
    if reference.points is None:
        return [NO_LINE]
    return [] if known.any() else [NO_CHANGE]


def _other(reference: Reference, cases: Cases) -> list[str]:
    """Whether the reference speaks of another outcome."""
    theirs = reference.asked
    told = f"{theirs.instrument}, {theirs.share:.0%}, month {theirs.month} after the {theirs.anchor}"
    return [] if theirs == cases.asked else [OTHER.format(theirs=told)]


def _form(cases: Cases, version: str, provenance: str) -> dict:
    """The terms these courses allow: levels by how often they occur, age and sex where anyone gave them."""
    ages = np.isfinite(cases.age)
    return {
        "version": version,
        "provenance": provenance,
        "asked": cases.asked,
        "conditions": _levels(cases.condition),
        "chronicities": _levels(cases.chronicity),
        "sexes": _levels(cases.sex) if any(cases.sex) else (),
        "age": bool(ages.any()),
        "age_unknown": bool(ages.any() and not ages.all()),
    }


def _levels(words: Sequence[str]) -> tuple[str, ...]:
    """The words in use, the most frequent first, ties by name."""
    names, count = np.unique(np.asarray(words, str), return_counts=True)
    return tuple(names[np.argsort(-count, kind="stable")].tolist())


def _design(form: dict, cases: Cases) -> tuple[Floats, Bools]:
    """S × P terms, and which rows are covered; rows that are not hold 0 where something is unknown."""
    covered, columns = np.isfinite(cases.baseline), [np.ones(len(cases.baseline)), np.nan_to_num(cases.baseline)]
    pairs = (
        (form["conditions"], cases.condition),
        (form["chronicities"], cases.chronicity),
        (form["sexes"], cases.sex),
    )
    for levels, words in pairs:
        given = np.asarray(words, str)
        columns += [(given == level).astype(float) for level in levels[1:]]
        covered &= np.isin(given, levels) if levels else True
    if form["age"]:
        aged = np.isfinite(cases.age)
        columns += [np.where(aged, (cases.age - MIDDLE) / DECADE, 0.0)]
        columns += [(~aged).astype(float)] if form["age_unknown"] else []
        covered &= aged | form["age_unknown"]
    return np.column_stack(columns), covered


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


def _uncovered(covered: Bools) -> list[str]:
    """How many rows are left out."""
    left = int((~covered).sum())
    return [UNCOVERED.format(n=left, all=len(covered))] if left else []
