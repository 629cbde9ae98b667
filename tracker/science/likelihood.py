"""Likelihood: the restricted likelihood of several visits with one unstructured covariance, and its gradient.

All visits share the design: value[i, v] = design[i]·effects[v] + e[i, v], with e[i] ~ N(0, Σ) and Σ = L·L′. People
enter only through sums per pattern of answered visits, so one step costs the same for 40 people as for 40,000.
θ holds the lower triangle of L row by row, its diagonal as logarithms, so every θ is a covariance.
Sources: Patterson & Thompson 1971, Biometrika 58:545; Pinheiro & Bates 1996, Stat Comput 6:289 (log-Cholesky).
Formulas: docs/science/compare.md.
"""

from dataclasses import dataclass, replace

import numpy as np

from tracker.science.record import Floats
from tracker.science.visits import COLUMNS, Scaled


@dataclass(frozen=True)
class Sums:
    """P patterns of answered visits, V visits, q columns of the design. Sums run over a pattern's people."""

    people: Floats  # P
    seen: Floats  # P × V, 1 = answered
    zz: Floats  # P × q × q
    zy: Floats  # P × q × V, 0 where not answered
    yy: Floats  # P × V × V

    def divided(self, units: Floats) -> "Sums":
        """The values in other units (V)."""
        return replace(self, zy=self.zy / units, yy=self.yy / np.outer(units, units))


@dataclass(frozen=True)
class State:
    """What one θ gives. effects: V × q; spread: V × q × V × q, their covariance."""

    objective: float  # −2·restricted log-likelihood, without its constant
    gradient: Floats
    effects: Floats
    spread: Floats


def evaluate(sums: Sums, theta: Floats) -> State:
    """The restricted likelihood at θ with its gradient; the effects are profiled out."""
    visits, columns = sums.seen.shape[1], sums.zz.shape[1]
    lower = lower_of(theta, visits)
    weight, logs = _weights(sums, lower @ lower.T)
    information = np.einsum("pab,pij->aibj", weight, sums.zz).reshape(visits * columns, -1)
    right = np.einsum("pab,pib->ai", weight, sums.zy)
    spread = np.linalg.inv(information).reshape(visits, columns, visits, columns)
    effects = np.einsum("aibj,bj->ai", spread, right)
    rest = (weight * sums.yy).sum() - (effects * right).sum()
    objective = sums.people @ logs + np.linalg.slogdet(information)[1] + rest
    inner = weight @ (_residuals(sums, effects) + np.einsum("pij,aibj->pab", sums.zz, spread)) @ weight
    slope = 2 * (np.einsum("p,pab->ab", sums.people, weight) - inner.sum(axis=0)) @ lower
    slope[np.diag_indices(visits)] *= np.diag(lower)  # the diagonal is held as logarithms
    return State(float(objective), slope[np.tril_indices(visits)], effects, spread)


def _weights(sums: Sums, covariance: Floats) -> tuple[Floats, Floats]:
    """Per pattern: the inverse of the answered part of Σ (0 elsewhere) and the logarithm of its determinant."""
    both = sums.seen[:, :, None] * sums.seen[:, None, :]
    silent = np.eye(covariance.shape[0]) * (1 - sums.seen)[:, None, :]
    padded = both * covariance + silent
    return np.linalg.inv(padded) - silent, np.linalg.slogdet(padded)[1]


def _residuals(sums: Sums, effects: Floats) -> Floats:
    """P × V × V: sums of products of residuals; entries of unanswered visits are without meaning and get weight 0."""
    cross = np.einsum("ai,pib->pab", effects, sums.zy)
    return sums.yy - cross - cross.transpose(0, 2, 1) + np.einsum("ai,pij,bj->pab", effects, sums.zz, effects)


def sums_of(design: Scaled, effects: Floats) -> Sums:
    """The sums per pattern of the values less design · effects (q × V)."""
    patterns = sorted({tuple(block.seen.tolist()) for block in design.blocks})
    mine = [[block for block in design.blocks if tuple(block.seen.tolist()) == pattern] for pattern in patterns]
    whole = np.stack([np.sum([design.sums(block, effects) for block in some], axis=0) for some in mine])
    z = slice(COLUMNS)
    y = slice(COLUMNS, None)
    people = np.array([sum(block.sums.n for block in some) for some in mine], np.float64)
    return Sums(people, np.array(patterns, np.float64), whole[:, z, z], whole[:, z, y], whole[:, y, y])


def theta_of(covariance: Floats) -> Floats:
    """θ of a covariance."""
    lower = np.array(np.linalg.cholesky(covariance), np.float64)
    lower[np.diag_indices(len(lower))] = np.log(np.diag(lower))
    return lower[np.tril_indices(len(lower))]


def lower_of(theta: Floats, visits: int) -> Floats:
    """L of θ."""
    lower = np.zeros((visits, visits))
    lower[np.tril_indices(visits)] = theta
    lower[np.diag_indices(visits)] = np.exp(np.diag(lower))
    return lower
