"""REML: the covariance and the effects that several visits of the same people, some unanswered, make likeliest.

Least squares per visit gives a start, BFGS comes near the maximum of likelihood.py, Newton's steps reach it. Degrees of
freedom: Satterthwaite 1946, Biometrics Bull 2:110, with the curvature of the likelihood as the covariance of θ (Fai &
Cornelius 1996, J Stat Comput Simul 54:363). Formulas: docs/science/compare.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tracker.science import visits
from tracker.science.likelihood import State, Sums, evaluate, lower_of, sums_of, theta_of
from tracker.science.record import Floats
from tracker.science.visits import Scaled

STEP = 1e-5  # of θ, for central differences: error about STEP² = 1e-10
SETTLED = 1e-14  # the likelihood a further Newton step could gain; the step itself leaves about its square
NEAR, SEARCH = 1e-4, 100  # gradient at which the search hands over to Newton; its most steps (some 20 are usual)
STEPS = 10  # Newton steps; two or three do after the search
FLATTEST = 1e-3  # least curvature of −2·log-likelihood: below it a log SD has a standard error beyond √(2/10⁻³) = 45
PERFECT = 1e-9  # residual SD as a share of the values' SD at which nothing is left to explain


class Singular(Exception):
    """The answers do not determine the effects or the covariance."""


class Unsettled(Exception):
    """The search did not reach a maximum."""


@dataclass(frozen=True)
class Fit:
    """The maximum. Effects, their variances (V × q) and Satterthwaite's degrees of freedom (V × q); Σ: V × V."""

    effects: Floats
    variances: Floats
    df: Floats
    covariance: Floats


def fit(design: Scaled) -> Fit:
    """Of blocks of people, every one with one answer at least, over V visits. Raises Singular or Unsettled."""
    first = np.column_stack([_least_squares(design, visit) for visit in range(len(design.visits))])
    rest = sums_of(design, first)
    units, start = _begin(rest, _spread(sums_of(design, np.zeros_like(first))))
    sums = rest.divided(units)
    try:
        with np.errstate(all="ignore"):
            theta = _search(sums, theta_of(start))
            theta, hessian, slopes = _polish(sums, theta)
            state = evaluate(sums, theta)
    except np.linalg.LinAlgError:
        raise Singular from None
    variances = _diagonal(state)
    df = 2 * variances**2 / np.einsum("kvq,kl,lvq->vq", slopes, 2 * np.linalg.inv(hessian), slopes)
    lower = lower_of(theta, len(units)) * units[:, None]
    return Fit(first.T + state.effects * units[:, None], variances * units[:, None] ** 2, df, lower @ lower.T)


def _least_squares(design: Scaled, visit: int) -> Floats:
    """3 effects from the answers of one visit."""
    found = visits.least_squares(design, visit)
    if found is None:
        raise Singular
    return found


def _spread(sums: Sums) -> Floats:
    """V standard deviations of the answers."""
    seen = sums.people @ sums.seen
    totals, squares = sums.zy[:, 0].sum(axis=0), sums.yy.sum(axis=0).diagonal()
    return np.sqrt(np.maximum(squares / seen - (totals / seen) ** 2, 0.0))


def _begin(rest: Sums, spread: Floats) -> tuple[Floats, Floats]:
    """V residual SDs by least squares, and the residuals' correlations (V × V): the units and the start.

    With every answer given this start already is the maximum. Pairs of visits that nobody answered start at 0.
    """
    both = np.einsum("p,pa,pb->ab", rest.people, rest.seen, rest.seen)
    products = rest.yy.sum(axis=0) / np.maximum(both - rest.zz.shape[1], 1)
    units = np.sqrt(np.diag(products))
    if (units <= PERFECT * spread).any():
        raise Singular
    return units, _definite(products / np.outer(units, units))


def _definite(correlation: Floats) -> Floats:
    """The correlations, drawn towards 0 as far as needed to be those of a covariance."""
    aside = correlation - np.eye(len(correlation))
    for share in (1.0, 0.9, 0.7, 0.4):
        if np.linalg.eigvalsh(np.eye(len(aside)) + share * aside)[0] > 0.01:
            return np.eye(len(aside)) + share * aside
    return np.eye(len(aside))


def _search(sums: Sums, theta: Floats) -> Floats:
    """Near the maximum, by BFGS."""
    from scipy.optimize import minimize

    def cost(at: Floats) -> tuple[float, Floats]:
        state = evaluate(sums, at)
        return (state.objective, state.gradient) if np.isfinite(state.objective) else (np.inf, np.zeros_like(at))

    return minimize(cost, theta, jac=True, method="BFGS", options={"gtol": NEAR, "maxiter": SEARCH}).x


def _polish(sums: Sums, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """θ at the maximum by Newton's steps, the Hessian there (K × K), and the slopes of the variances (K × V × q)."""
    for _ in range(STEPS):
        hessian = _slopes(lambda at: evaluate(sums, at).gradient, theta)
        hessian = (hessian + hessian.T) / 2
        if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian)[0] < FLATTEST:
            raise Singular
        gradient = evaluate(sums, theta).gradient
        step = np.linalg.solve(hessian, gradient)
        theta = theta - step
        if gradient @ step < SETTLED:
            return theta, hessian, _slopes(lambda at: _diagonal(evaluate(sums, at)), theta)
    raise Unsettled


def _slopes(of: Callable[[Floats], Floats], theta: Floats) -> Floats:
    """K × …: central differences along each of the K entries of θ."""
    steps = STEP * np.eye(len(theta))
    return np.stack([of(theta + step) - of(theta - step) for step in steps]) / (2 * STEP)


def _diagonal(state: State) -> Floats:
    """V × q variances of the effects."""
    return np.einsum("aiai->ai", state.spread)
