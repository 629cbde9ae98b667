"""The interval estimate against a published example, surpyval, R, hand work and the conditions of the maximum."""

import itertools
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surpyval import Turnbull

from tracker.science.npmle import boxes, median, npmle, survival

INF = np.inf

# Months to breast retraction after radiotherapy alone, 46 women: Finkelstein and Wolfe 1985, Biometrics 41:933; as in
# R's MLEcens::cosmesis. Masses: the printed output of R's interval::icfit 1.1, vignette 4.1 (Fay and Shaw 2010).
COSMESIS = [
    *[(45, INF), (6, 10), (0, 7), (46, INF), (46, INF), (7, 16), (17, INF), (7, 14), (37, 44), (0, 8), (4, 11)],
    *[(15, INF), (11, 15), (22, INF), (46, INF), (46, INF), (25, 37), (46, INF), (26, 40), (46, INF), (27, 34)],
    *[(36, 44), (46, INF), (36, 48), (37, INF), (40, INF), (17, 25), (46, INF), (11, 18), (38, INF), (5, 12)],
    *[(37, INF), (0, 5), (18, INF), (24, INF), (36, INF), (5, 11), (19, 35), (17, 25), (24, INF), (32, INF)],
    *[(33, INF), (19, 26), (37, INF), (34, INF), (36, INF)],
]
COSMESIS_MASS = {
    (4, 5): 0.0463,
    (6, 7): 0.0334,
    (7, 8): 0.0887,
    (11, 12): 0.0708,
    (24, 25): 0.0926,
    (33, 34): 0.0818,
    (38, 40): 0.1209,
    (46, 48): 0.4656,
}
# S after these months, same data: R 4.2.2, survival 3.5-3, survfit(Surv(l, r, type = "interval2") ~ 1). R stops at a
# change of 5e-5, so its figures hold to about 1e-3.
COSMESIS_R = {5: 0.9536620, 7: 0.9202687, 8: 0.8316232, 12: 0.7608774, 25: 0.6682287, 34: 0.5864171, 40: 0.4658578}


def columns(pairs):
    left, right = np.array(pairs, float).reshape(-1, 2).T
    return left, right


def cohorts(count, seed):
    """Random cohorts on whole days: ties, gaps, one person, nobody lost, everybody lost."""
    random = np.random.default_rng(seed)
    for _ in range(count):
        size, span = random.integers(1, 40), random.integers(2, 60)
        left = random.integers(0, span, size).astype(float)
        right = left + random.integers(1, 1 + random.integers(1, span), size).astype(float)
        right[random.random(size) < random.choice([0, 1, random.random()])] = INF
        yield left, right


def test_published_masses_of_the_cosmesis_data():
    estimate = npmle(*columns(COSMESIS))
    found = {
        (q, p): round(m, 4) for q, p, m in zip(estimate.left, estimate.right, estimate.mass, strict=True) if m > 1e-9
    }
    assert found == COSMESIS_MASS
    assert estimate.until == 48


def test_stored_figures_of_r_for_the_cosmesis_data():
    estimate = npmle(*columns(COSMESIS))
    for month, share in COSMESIS_R.items():
        assert survival(estimate, month) == pytest.approx((share, share), abs=1e-3)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 5)], [(0, 5, 1)]),
        ([(3, INF)], [(3, INF, 1)]),
        ([(1, 3), (3, 5)], [(1, 3, 1 / 2), (3, 5, 1 / 2)]),  # half-open: day 3 belongs to the first alone
        ([(1, 3), (2, 5)], [(2, 3, 1)]),
        ([(1, 2), (1, 3)], [(1, 2, 1)]),
        ([(0, 1), (0, 1), (1, INF)], [(0, 1, 2 / 3), (1, INF, 1 / 3)]),
        ([(0, 10), (4, INF), (8, 9)], [(8, 9, 1)]),  # everyone can have been lost in (8, 9]
        ([(0, 2), (1, INF), (3, 4)], [(1, 2, 1 / 2), (3, 4, 1 / 2)]),
    ],
)
def test_small_cohorts_worked_by_hand(pairs, expected):
    estimate = npmle(*columns(pairs))
    assert [*zip(estimate.left, estimate.right, estimate.mass.round(9), strict=True)] == [
        (q, p, pytest.approx(m, abs=1e-8)) for q, p, m in expected
    ]


def test_survival_is_a_pair_inside_a_box_and_unknown_beyond_follow_up():
    estimate = npmle(*columns([(0, 30), (0, 30), (30, 90), (90, INF)]))
    table = {-1: (1, 1), 0: (1, 1), 15: (0.5, 1), 30: (0.5, 0.5), 31: (0.25, 0.5), 90: (0.25, 0.25), 91: None}
    for day, expected in table.items():
        assert survival(estimate, day) == (expected if expected is None else pytest.approx(expected, abs=1e-9))


def test_median_is_a_box_or_not_reached():
    assert median(npmle(*columns([(0, 10), (10, 20), (20, 30)]))) == (10, 20)
    assert median(npmle(*columns([(0, 10), (10, INF)]))) is None  # exactly one half is not below it
    assert median(npmle(*columns([(0, 10), (10, INF), (10, INF)]))) is None


def test_an_empty_cohort_has_no_boxes_and_no_survival():
    estimate = npmle(*columns([]))
    assert estimate.mass.size == 0
    assert survival(estimate, 0) is None
    assert median(estimate) is None


@pytest.mark.parametrize("pair", [(3, 3), (4, 3), (np.nan, 3), (3, np.nan)])
def test_an_empty_or_unknown_interval_is_refused(pair):
    with pytest.raises(ValueError, match="left < right"):
        npmle(*columns([pair]))


def test_weights_stand_for_equal_people():
    left, right = columns(COSMESIS)
    pairs, counts = np.unique(np.c_[left, right], axis=0, return_counts=True)
    weighted = npmle(pairs[:, 0], pairs[:, 1], counts.astype(float))
    assert weighted.mass == pytest.approx(npmle(left, right).mass, abs=1e-9)


def test_losses_known_to_the_day_give_kaplan_meier():
    day = np.array([5, 8, 8, 12, 20, 20, 31.0])
    lost = np.array([1, 1, 0, 1, 0, 1, 0], bool)
    estimate = npmle(np.where(lost, day - 1, day), np.where(lost, day, INF))
    steps = {5: 6 / 7, 8: 6 / 7 * 5 / 6, 12: 5 / 7 * 3 / 4, 20: 5 / 7 * 3 / 4 * 2 / 3}
    for at, share in steps.items():
        assert survival(estimate, at) == pytest.approx((share, share), abs=1e-9)


def test_five_hundred_cohorts_agree_with_surpyval():
    """Half a day added to the left leaves no doubt to which of two intervals a shared end belongs."""
    for left, right in cohorts(500, seed=1):
        estimate = npmle(left, right)
        oracle = Turnbull.fit(xl=left + 0.5, xr=right, turnbull_estimator="Kaplan-Meier") if _finite(right) else None
        for day in estimate.right[np.isfinite(estimate.right)]:
            assert oracle is not None
            share = 1.0 if day < oracle.x[0] else oracle.R[np.searchsorted(oracle.x, day, side="right") - 1]
            assert survival(estimate, day) == pytest.approx((share, share), abs=1e-5)


def test_five_hundred_cohorts_meet_the_conditions_of_the_maximum():
    """Turnbull's own conditions: each person's share of a box, summed, is 1 per person where mass is and never more."""
    for left, right in cohorts(500, seed=2):
        estimate = npmle(left, right)
        inside = (left[:, None] <= estimate.left) & (estimate.right <= right[:, None])
        gain = (inside / (inside @ estimate.mass)[:, None]).mean(axis=0)
        assert gain.max() <= 1 + 1e-8
        assert estimate.mass * (gain - 1) == pytest.approx(0, abs=1e-8)
        assert estimate.mass.sum() == pytest.approx(1, abs=1e-12)
        assert (estimate.mass >= 0).all()


def test_a_clinic_with_an_assessment_on_every_day_meets_them_too():
    """Some hundred boxes, few of which hold anything; mass is looked for in all of them."""
    random = np.random.default_rng(4)
    left = random.integers(0, 360, 6000).astype(float)
    right = left + random.integers(1, 90, 6000).astype(float)
    right[random.random(6000) < 0.5] = INF
    dated = random.random(6000) < 0.02  # a treatment on a day: a loss known to the day
    right[dated] = left[dated] + 1
    estimate = npmle(left, right)
    inside = (left[:, None] <= estimate.left) & (estimate.right <= right[:, None])
    gain = (inside / (inside @ estimate.mass)[:, None]).mean(axis=0)
    assert len(estimate.mass) > 100
    assert gain.max() <= 1 + 1e-8
    assert estimate.mass * (gain - 1) == pytest.approx(0, abs=1e-8)


R_SCRIPT = """
suppressPackageStartupMessages(library(survival))
d <- read.csv(file("stdin"))
for (k in unique(d$k)) {
  f <- survfit(Surv(l, r, type = "interval2") ~ 1, data = d[d$k == k, ])
  cat(format(summary(f, times = 0:130, extend = TRUE)$surv, digits = 10), "\\n")
}
"""


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="Rscript is missing: install r-base-core and r-cran-survival"
)
def test_five_hundred_cohorts_agree_with_r():
    """R stops its EM at a change of 5e-5: it must come near, and never be likelier than we are."""
    kept = [c for c in cohorts(800, seed=3) if _finite(c[1])][:500]
    lines = [f"{k},{a},{'NA' if np.isinf(b) else b}" for k, c in enumerate(kept) for a, b in zip(*c, strict=True)]
    ran = subprocess.run(
        ["Rscript", "-e", R_SCRIPT], input="k,l,r\n" + "\n".join(lines), capture_output=True, text=True, check=True
    )
    off = []
    for (left, right), line in zip(kept, ran.stdout.splitlines(), strict=True):
        theirs, estimate = np.array(line.split(), float), npmle(left, right)
        finite = estimate.right[np.isfinite(estimate.right)].astype(int)
        off.append(max(abs(survival(estimate, day)[0] - theirs[day]) for day in finite))  # pyright: ignore
        mass = -np.diff(np.concatenate([[1.0], theirs[finite], np.zeros(len(estimate.mass) - len(finite))]))
        inside = (left[:, None] <= estimate.left) & (estimate.right <= right[:, None])
        with np.errstate(divide="ignore"):
            assert np.log(inside @ estimate.mass).sum() >= np.log(inside @ mass).sum() - 1e-7
    assert len(off) == 500
    assert max(off) < 0.015
    assert np.median(off) < 1e-4


pairs = st.lists(st.tuples(st.integers(0, 40), st.one_of(st.just(INF), st.integers(1, 30))), min_size=1, max_size=15)


@settings(max_examples=60, deadline=None)
@given(pairs, st.integers(0, 300), st.randoms(use_true_random=False))
def test_shifting_all_days_shifts_the_boxes_and_order_does_not_matter(raw, shift, random):
    spans = [(a, a + w) for a, w in raw]
    one = npmle(*columns(spans))
    random.shuffle(spans)
    other = npmle(*(c + shift for c in columns(spans)))
    assert np.array_equal(one.left + shift, other.left)
    assert other.mass == pytest.approx(one.mass, abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_survival_never_rises_and_low_never_exceeds_high(raw):
    estimate = npmle(*columns([(a, a + w) for a, w in raw]))
    seen = [s for s in (survival(estimate, day) for day in range(75)) if s is not None]
    assert all(low <= high for low, high in seen)
    for one, other in itertools.pairwise(seen):
        assert other[0] <= one[0] + 1e-12
        assert other[1] <= one[1] + 1e-12


def test_boxes_are_the_innermost_intervals():
    q, p = boxes(*columns([(0, 7), (5, 11), (5, 12), (7, INF)]))
    assert [*zip(q, p, strict=True)] == [(5, 7), (7, 11)]


def _finite(right):
    return bool(np.isfinite(right).any())
