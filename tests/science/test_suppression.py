"""Suppression against an attacker: a program that sees what is published and looks for what it could have been.

It takes nothing from the code but the published page. Two tables of whole numbers that both fit the page and differ in
a count show that the count cannot be derived; where its searches find no second table, it asks for the exact range.
"""

import doctest
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from tracker.science import suppression
from tracker.science.confidence import mean, wilson

PAGE = Path(__file__).parents[2] / "docs" / "science" / "suppression.md"
TABLES, MOST = 10_000, 1000  # tables attacked; the attacker knows that no count is above 1000
SEARCHES = 6


def random_cells(rng):
    """A small table of a small clinic: zeros, ones, counts about the limit, and some large ones."""
    shape = rng.integers(2, 5, 2)
    few = rng.choice([0, 0, 1, 2, 5, 10, 11, 12, 20, 40], shape)
    return np.where(rng.random(shape) < 0.5, rng.poisson(rng.choice([3, 8, 15, 40]), shape), few)


def lines_of(shape):
    """Each row and column of a page as (total, parts), by position."""
    at = np.arange(np.prod(shape)).reshape(shape)
    return [(line[-1], line[:-1]) for line in (*at, *at.T)]


class Attacker:
    """Many pages at once: each a flat list (None = hidden), its lines, and rounded percents (value, part, whole)."""

    def __init__(self, pages, lines, percents):
        self.unknown = [[k for k, x in enumerate(page) if x is None] for page in pages]
        self.first = np.cumsum([0, *map(len, self.unknown)])
        self.sums, self.rounded = [], []
        for n, page in enumerate(pages):
            place = {k: self.first[n] + i for i, k in enumerate(self.unknown[n])}
            for total, parts in lines[n]:
                self.add(self.sums, page, place, [(total, -1.0), *((k, 1.0) for k in parts)])
            for value, part, whole in percents[n]:
                self.add(self.rounded, page, place, [(part, 100.0), (whole, -value - 0.05)])  # ≤ 0
                self.add(self.rounded, page, place, [(part, -100.0), (whole, value - 0.05)])
        self.now = [(self.matrix(rows), np.array([-known for _, known in rows])) for rows in (self.sums, self.rounded)]

    @staticmethod
    def add(rows, page, place, terms):
        """Σ weight · count = or ≤ 0, what is shown moved to the right."""
        known = sum(weight * page[k] for k, weight in terms if page[k] is not None)
        rows.append(([(place[k], weight) for k, weight in terms if page[k] is None], known))

    def matrix(self, rows):
        entries = [(r, c, w) for r, (terms, _) in enumerate(rows) for c, w in terms]
        r, c, w = zip(*entries, strict=True) if entries else ((), (), ())
        return coo_array((np.array(w, float), (r, c)), shape=(len(rows), self.first[-1])).tocsr()

    def search(self, goal):
        """A vertex of everything that fits all pages, in the direction of the goal."""
        (sums, equal), (rounded, most) = self.now
        more = {"A_ub": rounded, "b_ub": most} if len(most) else {}
        return linprog(goal, A_eq=sums, b_eq=equal, bounds=(1, MOST), method="highs", **more).x

    def fits(self, counts):
        """Per unknown: whether all of its page's sums and percents hold in whole numbers."""
        (sums, equal), (rounded, most) = self.now
        page = np.repeat(np.arange(len(self.unknown)), np.diff(self.first))
        wrong = np.zeros(len(self.unknown))
        np.add.at(wrong, page, (np.abs(sums.T) @ (sums @ counts != equal)) > 0)
        np.add.at(wrong, page, (np.abs(rounded.T) @ (rounded @ counts > most + 1e-6)) > 0)
        return (wrong == 0)[page]

    def derived(self):
        """Positions of the unknowns that have one possible value."""
        rng, low, high = np.random.default_rng(5), np.full(self.first[-1], np.inf), np.full(self.first[-1], -np.inf)
        for _ in range(SEARCHES // 2):
            goal = rng.uniform(0.5, 1, len(low)) * rng.choice([-1, 1], len(low))
            for way in (goal, -goal):
                found = np.round(self.search(way))
                good = self.fits(found)
                low[good], high[good] = np.minimum(low, found)[good], np.maximum(high, found)[good]
        return [k for k in np.flatnonzero(low >= high) if self.range_of(k) < 1]

    def range_of(self, unknown):
        """Width of the whole numbers that one unknown can be, on its page alone."""
        n = np.searchsorted(self.first, unknown, side="right") - 1
        mine = slice(self.first[n], self.first[n + 1])
        parts = []
        for matrix, known in self.now:
            rows = np.flatnonzero(np.diff(matrix[:, mine].indptr))
            parts += [matrix[rows][:, mine].toarray(), known[rows]]
        goal = np.zeros(self.first[n + 1] - self.first[n])
        goal[unknown - self.first[n]] = 1
        ends = []
        for way in (1, -1):
            done = linprog(way * goal, A_ub=parts[2], b_ub=parts[3], A_eq=parts[0], b_eq=parts[1], bounds=(1, MOST))
            ends.append(done.fun * way)
        return np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)


def in_batches(pages, lines, percents, size=1000):
    """Derivable unknowns, and unknowns in all."""
    derived = unknown = 0
    for start in range(0, len(pages), size):
        part = slice(start, start + size)
        attacker = Attacker(pages[part], lines[part], percents[part])
        derived, unknown = derived + len(attacker.derived()), unknown + attacker.first[-1]
    return derived, unknown


@pytest.fixture(scope="module")
def tables():
    """Counts with totals of the random tables, and which are shown."""
    rng = np.random.default_rng(2026)
    cells = [random_cells(rng) for _ in range(TABLES)]
    return [(suppression.with_totals(c), suppression.table(c)) for c in cells]


def flat(full, shown):
    return [x if s else None for x, s in zip(full.ravel().tolist(), shown.ravel(), strict=True)]


def printed_percents(full, shown):
    """Percents of row and column totals as printed, to one decimal, with the positions they are of."""
    at, found = np.arange(full.size).reshape(full.shape), []
    for totals, seen, whole in ((full[:, -1:], shown[:, -1:], at[:, -1:]), (full[-1:], shown[-1:], at[-1:])):
        table = suppression.percents(full, shown, totals, seen)
        where = np.broadcast_to(whole, full.shape)
        found += [
            (round(p, 1), k, w)
            for p, k, w in zip(np.array(table, object).ravel(), at.ravel(), where.ravel(), strict=True)
            if p is not None
        ]
    return found


def test_p1_of_10000_random_tables_no_hidden_count_can_be_derived(tables):
    """Design trust.md P1: counts, totals and percents of both, by linear programming."""
    pages = [flat(full, shown) for full, shown in tables]
    percents = [printed_percents(full, shown) for full, shown in tables]
    derived, unknown = in_batches(pages, [lines_of(full.shape) for full, _ in tables], percents)
    assert unknown > 50_000
    assert derived == 0


def test_the_attacker_finds_what_hiding_1_to_10_alone_leaves_open(tables):
    some = [(full, (full == 0) | (full > suppression.SMALL)) for full, _ in tables[:200]]
    pages, lines = [flat(*one) for one in some], [lines_of(full.shape) for full, _ in some]
    derived, unknown = in_batches(pages, lines, [[] for _ in some])
    assert derived > unknown / 10


def test_the_attacker_finds_what_percents_of_hidden_counts_would_tell(tables):
    some = tables[:50]
    pages, lines = [flat(*one) for one in some], [lines_of(full.shape) for full, _ in some]
    every = [printed_percents(full, np.ones_like(shown)) for full, shown in some]
    derived, unknown = in_batches(pages, lines, every)
    assert derived > unknown / 2


class Subtraction:
    """Any adding and subtracting of what is shown, in exact fractions: which hidden counts it comes out at."""

    def __init__(self, page, lines):
        self.hidden = [k for k, x in enumerate(page) if x is None]
        place = {k: n for n, k in enumerate(self.hidden)}
        self.rows = []
        for total, parts in lines:
            row = [Fraction(0)] * len(self.hidden)
            for k, sign in ((total, -1), *((k, 1) for k in parts)):
                if k in place:
                    row[place[k]] += sign
            self.rows.append(row)

    def known(self):
        """Hidden counts that stand alone in a reduced row."""
        rows, top = self.rows, 0
        for column in range(len(self.hidden)):
            pivot = next((r for r in range(top, len(rows)) if rows[r][column]), None)
            if pivot is None:
                continue
            rows[top], rows[pivot] = rows[pivot], rows[top]
            rows[top] = [x / rows[top][column] for x in rows[top]]
            for r in range(len(rows)):
                if r != top and rows[r][column]:
                    rows[r] = [x - rows[r][column] * y for x, y in zip(rows[r], rows[top], strict=True)]
            top += 1
        return [self.hidden[row.index(1)] for row in rows if sum(map(bool, row)) == 1]


counts = st.integers(0, 14) | st.sampled_from([0, 1, 10, 11, 25, 60, 400])
shapes = st.tuples(st.integers(1, 5), st.integers(1, 4))
grids = shapes.flatmap(lambda s: st.lists(counts, min_size=s[0] * s[1], max_size=s[0] * s[1]).map(lambda c: (s, c)))


@settings(max_examples=400, deadline=None)
@given(grids)
def test_no_hidden_count_comes_out_by_subtraction(grid):
    shape, cells = grid
    cells = np.array(cells).reshape(shape)
    full, shown = suppression.with_totals(cells), suppression.table(cells)
    assert Subtraction(flat(full, shown), lines_of(full.shape)).known() == []
    nothing_small(full.ravel(), shown.ravel(), lines_of(full.shape))


def test_of_10000_tables_no_hidden_count_comes_out_by_subtraction(tables):
    """Exactly what trust.md P1 forbids; the attacker above also uses that counts are whole and not negative."""
    for full, shown in tables:
        assert Subtraction(flat(full, shown), lines_of(full.shape)).known() == []


def test_subtraction_finds_what_hiding_1_to_10_alone_leaves_open(tables):
    some = [(full, (full == 0) | (full > suppression.SMALL)) for full, _ in tables[:200]]
    found = [Subtraction(flat(*one), lines_of(one[0].shape)).known() for one in some]
    assert sum(map(bool, found)) > 100
    assert all((full.ravel()[known] > 0).all() for (full, _), known in zip(some, found, strict=True))


def test_no_small_count_and_no_small_difference_is_shown(tables):
    for full, shown in tables:
        nothing_small(full.ravel(), shown.ravel(), lines_of(full.shape))


def nothing_small(counts, shown, lines):
    """Neither a count nor a shown total less what is shown beside it."""
    assert not (shown & (counts >= 1) & (counts <= 10)).any()
    for total, parts in lines:
        rest = counts[total] - sum(counts[k] for k in parts if shown[k])
        assert not shown[total] or rest == 0 or rest >= 11


def test_zeros_are_shown_and_tables_without_small_counts_are_whole(tables):
    assert all(shown[full == 0].all() for full, shown in tables)
    assert all(shown.all() for full, shown in tables if not ((full > 0) & (full < 11)).any())


@pytest.mark.parametrize(
    ("cells", "page"),
    [
        ([[5]], [[None, None], [None, None]]),
        ([[0, 0], [1, 11]], [[0, 0, 0], [None, None, 12], [None, None, 12]]),  # the one can rise with its total
        ([[0, 3], [12, 0]], [[0, None, None], [None, 0, None], [None, None, 15]]),
        ([[20, 30], [40, 50]], [[20, 30, 50], [40, 50, 90], [60, 80, 140]]),
    ],
)
def test_no_more_is_hidden_than_these_tables_need(cells, page):
    cells = np.array(cells)
    assert suppression.published(suppression.with_totals(cells), suppression.table(cells)) == page


def test_little_more_is_hidden_than_the_least_that_would_do():
    """Every choice of counts is tried on 60 tables of 2 × 2: the greedy rule hides at most a tenth more."""
    rng, mine, least = np.random.default_rng(8), 0, 0
    for _ in range(60):
        cells = rng.choice([0, 2, 7, 12, 15, 30, 60], (2, 2))
        mine += int((~suppression.table(cells)).sum())
        least += fewest_hidden(suppression.with_totals(cells), int((~suppression.table(cells)).sum()))
    assert least <= mine <= 1.1 * least


def fewest_hidden(full, most):
    """The least number of hidden counts that is safe, or `most`: the attacker judges every smaller choice at once."""
    small = ((full > 0) & (full < 11)).ravel()
    masks = [np.array([m >> k & 1 for k in range(9)], bool) for m in range(512)]
    masks = [
        m
        for m in masks
        if m.sum() < most and m[small].all() and not m[full.ravel() == 0].any() and no_rest(full.ravel(), m)
    ]
    pages = [[None if h else x for x, h in zip(full.ravel().tolist(), m, strict=True)] for m in masks]
    if not any(m.any() for m in masks):
        return most
    attacker = Attacker(pages, [lines_of((3, 3))] * len(pages), [[]] * len(pages))
    broken = np.searchsorted(attacker.first, attacker.derived(), side="right") - 1 if attacker.first[-1] else []
    return min((int(m.sum()) for n, m in enumerate(masks) if n not in set(broken)), default=most)


def no_rest(counts, hidden):
    """Whether no line with a shown total hides 1 … 10 in all."""
    rests = [(hidden[t], counts[p][hidden[p]].sum()) for t, p in lines_of((3, 3))]
    return all(total or rest == 0 or rest >= 11 for total, rest in rests)


def test_no_count_of_a_list_can_be_derived():
    rng = np.random.default_rng(3)
    lists = [rng.choice([0, 1, 3, 8, 10, 11, 12, 30, 90], rng.integers(1, 7)) for _ in range(1000)]
    pages = [suppression.published(np.append(c, c.sum()), suppression.listed(c)) for c in lists]
    lines = [[(len(c), range(len(c)))] for c in lists]
    derived, unknown = in_batches(pages, lines, [[] for _ in lists])
    assert (derived, unknown > 1000) == (0, True)


def test_a_reader_who_runs_this_program_learns_more_of_few_pages():
    """What docs/science/suppression.md owns up to: a count of 18 among 6,899 pages."""
    pages = {}
    for cells in product(range(28), repeat=3):
        full = np.array([*cells, sum(cells)])
        page = tuple(suppression.published(full, suppression.listed(full[:3])))
        low, high = pages.get(page, (full, full))
        pages[page] = np.minimum(low, full), np.maximum(high, full)
    told = [any(x is None and a == b for x, a, b in zip(page, *ends, strict=True)) for page, ends in pages.items()]
    assert (sum(told), len(told)) == (18, 6899)


def tied(rng, tables=3):
    """Counts and lines of several 2 × 3 tables with one row of totals."""
    first = rng.choice([0, 1, 4, 9, 11, 15, 40], (2, 3))
    parts = [first]
    for _ in range(tables - 1):
        top = rng.binomial(first.sum(axis=0), rng.uniform(0.1, 0.9))
        parts.append(np.stack([top, first.sum(axis=0) - top]))
    rows = [np.column_stack([p, p.sum(axis=1)]) for p in parts]
    counts = np.concatenate([*(r.ravel() for r in rows), rows[0].sum(axis=0)])
    end = 8 * tables
    lines = [(end + 3, range(end, end + 3))]
    for n in range(tables):
        at = 8 * n + np.arange(8).reshape(2, 4)
        lines += [(row[3], row[:3].tolist()) for row in at]
        lines += [(end + j, at[:, j].tolist()) for j in range(4)]
    return counts, lines


def test_no_count_of_tables_with_common_totals_can_be_derived():
    rng = np.random.default_rng(4)
    made = [tied(rng) for _ in range(60)]
    masks = [suppression.linked(*one) for one in made]
    for (counts, lines), shown in zip(made, masks, strict=True):
        nothing_small(counts, shown, lines)
    pages = [suppression.published(c, shown) for (c, _), shown in zip(made, masks, strict=True)]
    derived, unknown = in_batches(pages, [lines for _, lines in made], [[] for _ in made])
    assert (derived, unknown > 600) == (0, True)


def test_tables_protected_one_by_one_are_open_together():
    """Why `linked` exists."""
    rng = np.random.default_rng(4)
    made, pages = [tied(rng) for _ in range(60)], []
    for counts, _ in made:
        masks = [suppression.table(counts[8 * n : 8 * n + 8].reshape(2, 4)[:, :3]) for n in range(3)]
        last = np.all([m[2] for m in masks], axis=0)
        pages.append(suppression.published(counts, np.concatenate([*(m[:2].ravel() for m in masks), last])))
    assert in_batches(pages, [lines for _, lines in made], [[] for _ in made])[0] > 0


@pytest.mark.parametrize(
    ("x", "n", "shown"),
    [(x, n, True) for x, n in ((20, 40), (0, 40), (40, 40), (11, 22), (0, 0))]
    + [(x, n, False) for x, n in ((10, 40), (30, 40), (5, 9), (0, 10), (1, 1))],
)
def test_a_share_shows_neither_few_with_nor_few_without(x, n, shown):
    found = suppression.share(x, n)
    assert (found["x"] == x, found["note"] is None) == (shown, shown)
    assert found["ci"] == (list(wilson(x, n) or ()) or None if shown else None)
    assert shown or (found["n"], found["note"]) == (n if n > 20 else None, suppression.HIDDEN)


@pytest.mark.parametrize("n", [0, 1, 10, 11, 12])
def test_a_mean_needs_eleven_values_and_never_names_the_least_or_greatest(n):
    values = np.append(np.arange(n, dtype=float), np.nan)
    found, book = suppression.mean(values), mean(values)
    assert set(found) == {"n", "mean", "sd", "ci", "note"}
    few = {"n": None if n else 0, "mean": None, "sd": None, "ci": None, "note": suppression.TOO_FEW}
    assert found == few if n < 11 else (found["n"], found["mean"], found["ci"]) == (n, book.mean, list(book.ci or ()))


@pytest.mark.parametrize("cells", [[[-1, 20], [20, 20]], [[1.0, 20.0], [20.0, 20.0]]])
def test_what_is_no_count_is_refused(cells):
    cells = np.array(cells)
    for hide in (suppression.table, lambda c: suppression.listed(c[0]), lambda c: suppression.linked(c[0], [])):
        with pytest.raises(ValueError, match="counts are whole"):
            hide(cells)


def test_a_total_that_is_not_its_sum_is_refused():
    with pytest.raises(ValueError, match="not the sum"):
        suppression.linked(np.array([20, 30, 51]), [(2, [0, 1])])


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0)])
def test_an_empty_table_has_its_zeros(shape):
    assert suppression.table(np.zeros(shape, int)).all()


def test_the_worked_example_runs():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.attempted > 3, found.failed) == (True, 0)
