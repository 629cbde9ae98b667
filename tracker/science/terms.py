"""Terms: what a case mix knows of a course, as numbers: baseline, condition, chronicity, and age and sex where given.

A kind of course that the terms do not know is not covered: nothing is expected of it. docs/science/case_mix.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracker.science.record import Bools, Floats

DECADE, MIDDLE = 10.0, 50.0  # age enters as decades from 50: only the reading of the coefficients depends on it


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
class Terms:
    """P columns: 1, baseline, other conditions, chronicities, sexes, decades, unknown age.

    Levels: the first is the one others are held against; no level of sex = not asked.
    """

    conditions: Sequence[str]
    chronicities: Sequence[str]
    sexes: Sequence[str]
    age: bool
    age_unknown: bool


def of(cases: Cases) -> Terms:
    """The terms these courses allow: levels by how often they occur, age and sex where anyone gave them."""
    ages = np.isfinite(cases.age)
    return Terms(
        _levels(cases.condition),
        _levels(cases.chronicity),
        _levels(cases.sex) if any(cases.sex) else (),
        age=bool(ages.any()),
        age_unknown=bool(ages.any() and not ages.all()),
    )


def design(terms: Terms, cases: Cases) -> tuple[Floats, Bools]:
    """S × P, and which rows are covered; rows that are not hold 0 where something is unknown."""
    covered, columns = np.isfinite(cases.baseline), [np.ones(len(cases.baseline)), np.nan_to_num(cases.baseline)]
    pairs = (terms.conditions, cases.condition), (terms.chronicities, cases.chronicity), (terms.sexes, cases.sex)
    for levels, words in pairs:
        given = np.asarray(words, str)
        columns += [(given == level).astype(float) for level in levels[1:]]
        covered &= np.isin(given, levels) if levels else True
    if terms.age:
        aged = np.isfinite(cases.age)
        columns += [np.where(aged, (cases.age - MIDDLE) / DECADE, 0.0)]
        columns += [(~aged).astype(float)] if terms.age_unknown else []
        covered &= aged | terms.age_unknown
    return np.column_stack(columns), covered


def weighed(design: Floats, coefficients: Sequence[float]) -> Floats:
    """S: each row's sum of coefficient · term, column by column: a matrix product rounds a row by its place among the
    others, and a course would be expected to do otherwise in another piece.
    """
    total = np.zeros(len(design))
    for column, coefficient in zip(design.T, coefficients, strict=True):
        total = total + coefficient * column
    return total


def _levels(words: Sequence[str]) -> tuple[str, ...]:
    """The words in use, the most frequent first, ties by name."""
    names, count = np.unique(np.asarray(words, str), return_counts=True)
    return tuple(names[np.argsort(-count, kind="stable")].tolist())
