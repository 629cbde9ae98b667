"""Every figure that another program can compute, computed by it: on public data, and on 500 random cohorts.

The cohorts hold ties, gaps, single readings and groups of nobody. lifelines and R's survival for Kaplan–Meier and
restricted means, surpyval and R for the interval estimate (500 random cohorts of its own: test_npmle.py), statsmodels
for shares, means and ANCOVA as the summary prints them, scipy for slopes, R's nlme::gls for MMRM.
"""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportIndexIssue=false
# pyright: reportReturnType=false, reportOperatorIssue=false
# (pandas, scipy and statsmodels stubs know less than the libraries)
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import DescrStatsW
from surpyval import Turnbull

from tests.science import gls, public, ragged
from tests.science.records import cohort
from tests.science.test_fieller import edges
from tests.science.test_mistakes import wrong
from tests.science.test_trend import by_hand
from tracker.science import confidence, derive, mmrm, trend
from tracker.science.ancova import ancova
from tracker.science.cohort import Extras, chosen_rows, summary
from tracker.science.fieller import fieller
from tracker.science.listed import Named
from tracker.science.mmrm import Contrast
from tracker.science.npmle import npmle, survival
from tracker.science.places import Places
from tracker.science.record import Bools, Ints, Outcomes, Record
from tracker.science.scales import Instrument
from tracker.science.slopes import slopes
from tracker.science.survival import kaplan_meier, restricted_mean, restricted_mean_of_boxes

COHORTS = 500
COURSES = 12  # in each of them
INF = np.inf
HORIZONS = (7, 84, 364)
no_survival = pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="Rscript is missing: install r-base-core and r-cran-survival"
)


# --- Kaplan–Meier, log-log intervals, restricted means: lifelines and R's survival


@dataclass(frozen=True)
class Lives:
    """People of G groups: group, last day, whether lost on it."""

    group: Ints
    day: Ints
    lost: Bools
    groups: int


@cache
def random_lives() -> Lives:
    """500 groups: nobody in some, one person in some, many losses on one day, nobody lost, everybody lost."""
    random, parts = np.random.default_rng(20), []
    for g in range(COHORTS):
        size = int(random.choice([0, 1, 2, random.integers(3, 60)], p=[0.06, 0.08, 0.06, 0.8]))
        day = random.integers(0, random.choice([4, 40, 450]), size)
        parts.append((np.full(size, g), day, random.random(size) < random.choice([0, 0.3, 0.7, 1])))
    return Lives(*(np.concatenate(column) for column in zip(*parts, strict=True)), COHORTS)


def diary_lives() -> Lives:
    """133 people of a migraine diary until their fifth headache day, by kind of headache."""
    left, right, kind = public.fifth_headache()
    return Lives(kind, np.where(np.isinf(right), left, right).astype(np.int64), np.isfinite(right), 3)


LIVES = [pytest.param(random_lives, id="random"), pytest.param(diary_lives, id="diary", marks=public.here)]


@pytest.mark.parametrize("source", LIVES)
def test_kaplan_meier_its_interval_and_its_mean_equal_lifelines(source):
    lives, checked = source(), 0
    curves = kaplan_meier(lives.group, lives.day, lives.lost, lives.groups)
    means = {days: restricted_mean(curves, days)[0] for days in HORIZONS}
    for g in range(lives.groups):
        mine = lives.group == g
        if not mine.any():
            assert np.isnan([curves.survival[g], curves.low[g], curves.high[g]]).all()
            assert np.isnan([column[g] for column in means.values()]).all()
            continue
        fitted = KaplanMeierFitter().fit(lives.day[mine], lives.lost[mine])
        row = np.searchsorted(fitted.timeline, np.arange(lives.day[mine].max() + 1), side="right") - 1
        book = fitted.survival_function_.to_numpy()[row, 0]
        share = curves.survival[g, : len(row)]
        np.testing.assert_allclose(share, book, rtol=0, atol=1e-12)
        assert np.isnan(curves.survival[g, len(row) :]).all()
        limits = fitted.confidence_interval_survival_function_.to_numpy()[row]
        inner = (book > 1e-12) & (book < 1)
        for mine_, theirs in ((curves.low, limits[:, 0]), (curves.high, limits[:, 1])):
            np.testing.assert_allclose(mine_[g, : len(row)][inner], theirs[inner], rtol=0, atol=1e-9)
            assert np.isnan(mine_[g, : len(row)][~inner]).all()
        for days, column in means.items():
            assert np.isfinite(column[g]) == (days < len(row))
            if days < len(row):
                assert column[g] == pytest.approx(restricted_mean_survival_time(fitted, t=days), rel=1e-9)
                checked += 1
    assert checked > lives.groups / 2


SURVIVAL_SCRIPT = """
suppressPackageStartupMessages(library(survival))
d <- read.csv(file("stdin"))
told <- function(name, x) write.table(data.frame(name, format(x, digits = 15)), quote = F, row.names = F, col.names = F)
f <- survfit(Surv(day, lost) ~ group, data = d, conf.type = "log-log")
name <- sub("group=", "", names(f$strata))
for (t in c(7, 84, 364)) {
  x <- summary(f, rmean = t)$table
  cat("mean", t, "\\n")
  told(name, x[, c("rmean", "se(rmean)")])
}
cat("curve\\n")
s <- summary(f, censored = TRUE)
told(data.frame(sub("group=", "", s$strata), s$time, s$n.risk), cbind(s$surv, s$lower, s$upper))
"""


@no_survival
@pytest.mark.parametrize("source", LIVES)
def test_kaplan_meier_its_interval_its_mean_and_error_equal_r(source):
    lives = source()
    curves = kaplan_meier(lives.group, lives.day, lives.lost, lives.groups)
    lines = ["group,day,lost", *map("{},{},{:d}".format, lives.group, lives.day, lives.lost)]
    ran = subprocess.run(["Rscript", "-e", SURVIVAL_SCRIPT], input="\n".join(lines), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    told, rows = ran.stdout.split("curve\n")
    table = np.array([line.split() for line in rows.splitlines()]).astype(object)
    group, day = table[:, 0].astype(int), table[:, 1].astype(int)
    assert len(table) == len(set(zip(lives.group.tolist(), lives.day.tolist(), strict=True)))
    assert (curves.at_risk[group, day] == table[:, 2].astype(int)).all()
    share = table[:, 3].astype(float)
    inner = (share > 1e-12) & (share < 1)
    np.testing.assert_allclose(curves.survival[group, day], share, rtol=0, atol=1e-12)
    for mine, theirs in ((curves.low, table[inner, 4]), (curves.high, table[inner, 5])):
        np.testing.assert_allclose(mine[group, day][inner], theirs.astype(float), rtol=0, atol=1e-9)
    for days, block in zip(HORIZONS, told.split("mean ")[1:], strict=True):
        g, mean, se = np.array([line.split() for line in block.splitlines()[1:]], float).T
        mine, error = (column[g.astype(int)] for column in restricted_mean(curves, days))
        followed = np.isfinite(mine)
        assert followed.any() or lives.groups < COHORTS
        np.testing.assert_allclose(mine[followed], mean[followed], rtol=1e-9)
        np.testing.assert_allclose(error[followed], se[followed], rtol=1e-9, atol=1e-9)


# --- The interval estimate and the mean of its boxes: surpyval and R


def random_spans():
    """500 cohorts of half-open intervals: ties, gaps, one person, most of them lasting."""
    random = np.random.default_rng(21)
    for _ in range(COHORTS):
        size, span = random.integers(1, 40), random.integers(2, 60)
        left = random.integers(0, span, size).astype(float)
        right = left + random.integers(1, 1 + random.integers(1, span), size)
        lasts = random.random(size) < random.choice([0, random.random()])
        yield left, np.where(lasts, INF, right)


def diary_spans():
    """The migraine diary's intervals, all and by kind of headache."""
    left, right, kind = public.fifth_headache()
    yield left, right
    for k in range(3):
        yield left[kind == k], right[kind == k]


SPANS = [pytest.param(random_spans, id="random"), pytest.param(diary_spans, id="diary", marks=public.here)]


def turnbull(left, right):
    """surpyval's survival after a day; half a day added to the left says to which interval a shared end belongs."""
    book = Turnbull.fit(xl=left + 0.5, xr=right, turnbull_estimator="Kaplan-Meier")
    x, share = np.asarray(book.x), np.asarray(book.R)
    return lambda day: 1.0 if day < x[0] else float(share[np.searchsorted(x, day, side="right") - 1])


@pytest.mark.parametrize("source", SPANS)
def test_boxes_and_their_mean_equal_surpyvals_curve(source):
    """Mass spread evenly over its box is a straight line between the curve's values at the box's ends."""
    cohorts = 0
    for left, right in source():
        if np.isinf(right).all():
            continue
        cohorts, estimate, book = cohorts + 1, npmle(left, right), turnbull(left, right)
        ends = estimate.right[np.isfinite(estimate.right)]
        for day in ends:
            assert survival(estimate, day) == pytest.approx((book(day),) * 2, abs=1e-5)
        nodes = np.array([0.0, *np.column_stack([estimate.left[: len(ends)], ends]).ravel(), estimate.until])
        share = np.repeat([1.0, *map(book, ends)], 2)
        days = np.linspace(nodes[1], estimate.until, 4)[1]  # inside a box, between two, at an end: as it falls
        grid = np.union1d(np.clip(nodes, 0, days), [days])
        mean = np.trapezoid(np.interp(grid, nodes, share), grid)
        found = restricted_mean_of_boxes(estimate, left, right, np.ones(left.size), days)
        assert found is not None
        assert found[0] == pytest.approx(mean, abs=1e-5 * max(days, 1))
        assert np.isfinite(found[1])
    sys.stdout.write(f"{cohorts} cohorts\n")
    assert cohorts > 400 or source is diary_spans


R_SPANS = """
suppressPackageStartupMessages(library(survival))
d <- read.csv(file("stdin"))
for (k in unique(d$k)) {
  f <- survfit(Surv(l, r, type = "interval2") ~ 1, data = d[d$k == k, ])
  cat(format(summary(f, times = 0:99, extend = TRUE)$surv, digits = 10), "\\n")
}
"""


@public.here
@no_survival
def test_the_diarys_boxes_agree_with_r():
    """R stops its EM at a change of 5e-5, so its figures hold to about 1e-3."""
    spans = list(diary_spans())
    rows = [f"{k},{a},{b if np.isfinite(b) else 'NA'}" for k, c in enumerate(spans) for a, b in zip(*c, strict=True)]
    ran = subprocess.run(["Rscript", "-e", R_SPANS], input="\n".join(["k,l,r", *rows]), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    for (left, right), line in zip(spans, ran.stdout.splitlines(), strict=True):
        estimate, theirs = npmle(left, right), np.array(line.split(), float)
        for day in estimate.right[np.isfinite(estimate.right)]:
            assert survival(estimate, day) == pytest.approx((theirs[int(day)],) * 2, abs=2e-3)


# --- What the summary prints: statsmodels for shares, means and differences, scipy for slopes


@dataclass(frozen=True)
class Made:
    """A random cohort with the summary of its groups a and b; `rows`: who speaks for them."""

    record: Record
    outcomes: Outcomes
    rows: dict[str, Ints]
    shown: dict


@cache
def summaries() -> tuple[Made, ...]:
    """500 of them."""
    return tuple(summarised(seed) for seed in range(COHORTS))


def summarised(seed: int) -> Made:
    """A cohort in two groups, at random; but nobody is in a of every 25th cohort, and one person in a of the next."""
    record, each = cohort(seed, COURSES), np.arange(COURSES)
    outcomes, course = derive.outcomes(record), record.series_course
    group = {0: each * 0 + 1, 1: np.minimum(each, 1)}.get(
        seed % 25, np.random.default_rng(seed).integers(0, 2, COURSES)
    )
    readings = np.bincount(record.reading_series, minlength=len(course))
    places = Places(course, course, course * 0, group[course], readings, ("a", "b"))
    names = [Named(str(c), "1", str(s), "none") for s, c in enumerate(course)]
    chosen = chosen_rows(places, outcomes.start)
    rows = {name: chosen[places.group[chosen] == n] for n, name in enumerate(places.groups)}
    return Made(record, outcomes, rows, summary(outcomes, places, reference="b", extras=Extras(names=names)))


def counted(part):
    """Every "x of n" with an interval anywhere in the summary."""
    if isinstance(part, dict):
        yield from [part] if {"x", "n", "share", "ci"} <= set(part) else []
        part = part.values()
    for inner in part if not isinstance(part, str | int | float | None) else ():
        yield from counted(inner)


def test_every_share_printed_for_500_cohorts_has_statsmodels_interval():
    shares = [share for made in summaries() for share in counted(made.shown["groups"])]
    empty = [s for s in shares if s["n"] == 0]
    assert all(s["share"] is s["ci"] is None for s in empty)
    known = [s for s in shares if s["n"]]
    x, n = (np.array([s[key] for s in known]) for key in ("x", "n"))
    book = np.column_stack(proportion_confint(x, n, method="wilson"))
    np.testing.assert_allclose([s["ci"] for s in known], book, rtol=0, atol=1e-12)
    np.testing.assert_allclose([s["share"] for s in known], x / n, rtol=1e-15)
    sys.stdout.write(f"{len(known)} shares, {len(empty)} of nobody\n")
    assert len(known) > 10_000
    assert len(empty) > 100


def test_no_figure_printed_for_500_cohorts_is_nan_infinite_or_a_silent_0():
    assert [fault for made in summaries() for fault in wrong(made.shown)] == []


def value(outcomes, month):
    """The values of a window."""
    return outcomes.end if month == 0 else outcomes.after_end[:, (1, 3, 6, 9, 12).index(month)]


def test_every_mean_printed_for_500_cohorts_is_statsmodels():
    checked = alone = 0
    for made in summaries():
        for name, rows in made.rows.items():
            due = rows[np.isfinite(made.outcomes.t0[rows])]
            for window in made.shown["groups"][name]["windows"]:
                there = value(made.outcomes, window["month"])[due]
                gained = made.outcomes.baseline[due] - there
                there, gained = there[np.isfinite(there)], gained[np.isfinite(gained)]
                found = window["improvement"]
                assert (window["n"], found["n"]) == (len(there), len(gained))
                assert window["mean"] == (pytest.approx(there.mean(), abs=1e-12) if len(there) else None)
                assert found["mean"] == (pytest.approx(gained.mean(), abs=1e-12) if len(gained) else None)
                if len(gained) < 2:
                    assert found["ci"] is None
                    alone += 1
                    continue
                assert found["ci"] == pytest.approx(DescrStatsW(gained).tconfint_mean(), rel=1e-9, abs=1e-9)
                checked += 1
    sys.stdout.write(f"{checked} means with an interval, {alone} of nobody or one\n")
    assert checked > 3000
    assert alone > 100


def test_every_difference_of_shares_printed_for_500_cohorts_is_newcombes():
    checked = 0
    for made in summaries():
        windows = {name: {w["month"]: w for w in made.shown["groups"][name]["windows"]} for name in made.rows}
        for row in made.shown["comparison"]["responders"]:
            place = (0.3, 0.5).index(row["threshold"])
            one, other = (windows[g][row["month"]]["responders"][place]["observed"] for g in (row["group"], "b"))
            if not one["n"] or not other["n"]:
                assert row["difference"] is row["ci"] is None
                continue
            book = confint_proportions_2indep(
                one["x"], one["n"], other["x"], other["n"], compare="diff", method="newcomb"
            )
            assert row["ci"] == pytest.approx(book, abs=1e-9)
            assert row["difference"] == pytest.approx(one["share"] - other["share"], abs=1e-12)
            checked += 1
    sys.stdout.write(f"{checked} differences of shares\n")
    assert checked > 2000


def least_squares(base, value, in_group):
    """statsmodels' group coefficient and its interval, the sign turned: positive = lower scores in the group."""
    book = sm.OLS(value, np.column_stack([np.ones(len(base)), base, in_group])).fit()
    low, high = book.conf_int()[2]
    return -book.params[2], -high, -low


def test_every_ancova_printed_for_500_cohorts_is_statsmodels():
    checked = refused = 0
    for made in summaries():
        for row in made.shown["comparison"]["windows"]:
            if row["model"] != "ancova":
                continue
            both = np.concatenate([made.rows[row["group"]], made.rows["b"]])
            base, there = made.outcomes.baseline[both], value(made.outcomes, row["month"])[both]
            seen = np.isfinite(base) & np.isfinite(there) & np.isfinite(made.outcomes.t0[both])
            side = (np.arange(len(both)) < len(made.rows[row["group"]]))[seen]
            base, there = base[seen], there[seen]
            assert row["n"] == [side.sum(), (~side).sum()]
            if row["difference"] is None:
                design = np.column_stack([np.ones(len(side)), base, side])
                assert min(row["n"]) < 2 or len(side) <= 3 or np.linalg.matrix_rank(design) < 3
                refused += 1
                continue
            book = least_squares(base, there, side)
            assert (row["difference"], *row["ci"]) == pytest.approx(book, rel=1e-8, abs=1e-8)
            checked += 1
    sys.stdout.write(f"{checked} ANCOVAs, {refused} refused\n")
    assert checked > 1500
    assert refused > 20


def test_every_slope_of_500_cohorts_is_scipys():
    """All scores of a place, several a day among them; a lone one and none at all have no slope."""
    checked = none = 0
    for made in summaries():
        r = made.record
        found = slopes(r.reading_series, r.reading_day, r.reading_value, len(r.series_course))
        for s, slope in enumerate(found):
            day, score = (column[r.reading_series == s] for column in (r.reading_day, r.reading_value))
            if len(np.unique(day)) < 2:
                assert np.isnan(slope)
                none += 1
                continue
            assert slope == pytest.approx(7 * stats.linregress(day, score).slope, rel=0, abs=1e-9)
            checked += 1
    sys.stdout.write(f"{checked} slopes, {none} series without\n")
    assert checked > 8000
    assert none > 100


def test_every_trend_printed_for_500_cohorts_is_scipys_line_and_the_formulas_interval():
    lines = labelled = 0
    for made in summaries():
        phi = made.shown["groups"]["b"]["trend"]["phi"]
        weeks = zip(made.outcomes.week_day, made.outcomes.week_value, made.shown["courses"], strict=True)
        for day, score, told in weeks:
            long = len(day) >= 5 and day[-1] - day[0] >= 21
            ended = long and max((score == 0).mean(), (score == 10).mean()) > 0.5
            assert (told["slope_per_week"] is not None) == (long and not ended)
            if told["slope_per_week"] is None:
                assert told["slope_ci"] is None
                continue
            assert told["slope_per_week"] == pytest.approx(7 * stats.linregress(day, score).slope, rel=0, abs=1e-9)
            lines += 1
            if told["slope_ci"]:
                assert told["slope_ci"] == pytest.approx(by_hand(day, score, phi)[1:], abs=1e-9)
                labelled += 1
    sys.stdout.write(f"{lines} lines, {labelled} with an interval\n")
    assert lines > 1000
    assert labelled > 250


# --- The same on public data


@public.here
def test_shares_of_vickers_and_of_the_crossover_are_statsmodels():
    for (base, there, side), share in ((public.vickers(), 2), (public.crossover(), 10 / 3)):
        for score in there.T:
            seen = np.isfinite(score)
            counts = [((share * (base - score) >= base)[seen & who].sum(), (seen & who).sum()) for who in (side, ~side)]
            (x1, n1), (x2, n2) = [(int(x), int(n)) for x, n in counts]
            assert confidence.wilson(x1, n1) == pytest.approx(proportion_confint(x1, n1, method="wilson"), abs=1e-12)
            book = confint_proportions_2indep(x1, n1, x2, n2, compare="diff", method="newcomb")
            assert confidence.newcombe(x1, n1, x2, n2) == pytest.approx(book, abs=1e-9)
    assert (counts[0][0], n1 + n2) != (0, 0)


@public.here
@pytest.mark.parametrize("data", [public.vickers, public.crossover])
def test_means_and_ancovas_of_public_data_are_statsmodels(data):
    base, there, side = data()
    for score in there.T:
        seen = np.isfinite(score)
        found = ancova(base[seen], score[seen], side[seen])
        assert found
        assert (found.value, *found.ci) == pytest.approx(least_squares(base[seen], score[seen], side[seen]), abs=1e-9)
        mean = confidence.mean(base - score)
        assert mean.ci == pytest.approx(DescrStatsW((base - score)[seen]).tconfint_mean(), abs=1e-9)


@public.here
def test_what_is_retained_in_vickers_ends_where_a_paired_t_test_turns():
    base, there, _ = public.vickers()
    both = np.isfinite(there).all(axis=1)
    then, now = (base[both] - score[both] for score in there.T)
    assert fieller(now, then) == pytest.approx(edges(now, then), abs=1e-8)


@public.here
def test_slopes_of_the_diary_of_vickers_and_of_the_crossover_are_scipys():
    rows = public.diary()
    who = np.unique(rows.id, return_inverse=True)[1]
    columns = [(who, rows.day.to_numpy(float), rows.ache.to_numpy(float))]
    for (base, there, _), days in ((public.vickers(), (-7, 91, 365)), (public.crossover(), (7, 21, 42))):
        scores = np.column_stack([base, there])
        at, visit = np.nonzero(np.isfinite(scores))
        columns.append((at, np.array(days, float)[visit], scores[at, visit]))
    for series, day, score in columns:
        found = slopes(series, day, score, series.max() + 1)
        assert np.isfinite(found).sum() > 100
        for s in np.flatnonzero(np.isfinite(found)):
            book = stats.linregress(day[series == s], score[series == s]).slope
            assert found[s] == pytest.approx(7 * book, rel=0, abs=1e-9)


@public.here
def test_trends_of_the_diarys_weeks_are_scipys_line_and_the_formulas_interval():
    """Headache days of each whole week of the diary; a week with a gap is none."""
    rows = public.diary()
    weeks = rows.assign(week=rows.day // 7).groupby(["id", "week"]).ache.agg(["size", "sum"]).query("size == 7")
    people = [mine.reset_index() for _, mine in weeks.groupby(level="id")]
    days, scores = ([7.0 * p.week.to_numpy() for p in people], [p["sum"].to_numpy(float) for p in people])
    found = trend.fit(days, scores, Instrument("headache_days_a_week", 0, 7))
    for day, score, slope, low, high in zip(days, scores, found.slope, found.low, found.high, strict=True):
        if np.isfinite(slope):
            assert slope == pytest.approx(7 * stats.linregress(day, score).slope, rel=0, abs=1e-9)
        if np.isfinite(low):
            assert (low, high) == pytest.approx(by_hand(day, score, found.phi)[1:], abs=1e-9)
    assert np.isfinite(found.slope).sum() >= 10
    assert np.isfinite(found.low).sum() >= 5


# --- MMRM: R's nlme::gls


STORED = json.loads(ragged.STORED.read_text())


def against_gls(told, values, in_group, book):
    """Visits with enough answers are R's to 1e-6 (of the standard error, where the effect is near 0); how many."""
    used = ragged.enough(values, in_group)
    assert [told[v] for v in range(len(told)) if v not in used] == ["few"] * (len(told) - len(used))
    for visit, effect, se in zip(used, book["effect"], book["se"], strict=True):
        assert isinstance(told[visit], Contrast)
        assert told[visit].value == pytest.approx(-effect, rel=1e-6, abs=1e-6 * se)
        assert told[visit].se == pytest.approx(se, rel=1e-6)
    return len(used)


def test_the_mmrms_of_500_cohorts_are_those_stored_from_r():
    checked, unclimbed = [], 0
    for seed in ragged.SEEDS:
        base, values, in_group = ragged.cohort(seed)
        told, book = mmrm.contrasts(base, values, in_group), STORED["figures"].get(str(seed))
        if book is None and ragged.enough(values, in_group).size:
            unclimbed += 1
            continue
        checked.append(against_gls(told, values, in_group, book or {"effect": [], "se": []}))
    sys.stdout.write(f"{len(checked)} cohorts, {sum(checked)} visits; gls climbed no maximum in {unclimbed}\n")
    assert len(checked) >= 0.98 * len(ragged.SEEDS)
    assert sum(n > 0 for n in checked) > 450
    assert sum(checked) > 900


@public.here
@pytest.mark.parametrize("data", [public.vickers, public.crossover])
def test_the_mmrms_of_public_data_are_those_stored_from_r(data):
    base, values, in_group = data()
    told = mmrm.contrasts(base, values, in_group)
    assert against_gls(told, values, in_group, STORED["figures"][data.__name__]) == 2


def test_r_says_today_what_is_stored_of_every_tenth_cohort():
    if why := gls.missing():
        pytest.skip(why)
    some = {str(seed): ragged.cohort(seed) for seed in ragged.SEEDS[::10]}
    _, found = ragged.ask(some)
    assert set(found) == set(STORED["figures"]) & set(some)
    for name, figures in found.items():
        for column, numbers in figures.items():
            assert numbers == pytest.approx(STORED["figures"][name][column], rel=2e-6, abs=2e-6)
        against_gls(mmrm.contrasts(*some[name]), *some[name][1:], figures)


def test_the_stored_figures_say_where_they_come_from():
    told = STORED["provenance"]
    assert told["code"] == ragged.SCRIPT
    assert [word.split()[0] for word in told["versions"]] == ["R", "nlme"]
    assert told["made_by"] == "python -m tests.science.ragged"
