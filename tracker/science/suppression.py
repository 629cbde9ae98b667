"""Suppression: which counts may leave the house. 1–10 never do, nor any other from which one of them could be derived.

A hidden count can still be found from a total. So each must lie on a cycle of hidden counts around which one person
could be moved (+1, −1, …) with everything shown staying as it is: a reader then cannot tell two tables apart. And no
line's hidden counts may add up to 1–10. Sources: CMS cell size suppression policy 2020; Cox 1980, JASA 75:377; Kelly,
Golden & Assad 1992, Networks 22:397; docs/science/suppression.md.
"""

import heapq
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import partial

import numpy as np

from tracker.science import confidence
from tracker.science.record import Bools, Floats, Ints
from tracker.science.responders import counted

SMALL = 10  # counts of 1 … 10 are hidden (CMS policy); 0 and 11 are shown
TOTAL = 3.0  # a total is worth three counts where something has to be hidden (ours: totals are read first)
HIDDEN = "Counts of 1 to 10 are not shown, nor some larger ones from which they could be derived."
TOO_FEW = f"Fewer than {SMALL + 1} values: no mean is shown."

Line = tuple[int, Sequence[int]]  # position of a total, and positions of the counts that add up to it
Arcs = list[list[tuple[int, int]]]


@dataclass(frozen=True)
class _Net:
    """K counts, what hiding each costs, the lines they add up in, and per line the moves (count, other line) from it.

    One person more in a count moves something from one of its two lines to the other, one person less moves it back.
    """

    count: list[int]
    cost: list[float]
    lines: list[Line]
    ends: list[tuple[int, int]]
    arcs: Arcs


def with_totals(cells: Ints) -> Ints:
    """(m+1) × (n+1): an m × n table with a last column and a last row of totals."""
    wide = np.column_stack([cells, cells.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def table(cells: Ints) -> Bools:
    """(m+1) × (n+1): which of an m × n table's counts and totals may be shown. ValueError: not counts."""
    full = with_totals(_checked(cells))
    at = np.arange(full.size).reshape(full.shape)
    lines = [(int(line[-1]), line[:-1].tolist()) for line in (*at, *at.T)]
    row, column = (where.ravel() for where in np.indices(full.shape))
    turned = (row == row[-1]) != (column == column[-1])  # a line's total weighs against its counts
    across = len(full) + column
    ends = list(zip(np.where(turned, across, row).tolist(), np.where(turned, row, across).tolist(), strict=True))
    return _shown(_net(full.ravel().tolist(), lines, ends)).reshape(full.shape)


def listed(cells: Ints) -> Bools:
    """n + 1: which of n counts and their total, which comes last, may be shown. ValueError: not counts."""
    count = [*_checked(cells).tolist(), int(cells.sum())]
    last = len(count) - 1
    return _shown(_net(count, [(last, range(last))], [(0, 1)] * last + [(1, 0)]))


def linked(counts: Ints, lines: Sequence[Line]) -> Bools:
    """K: which of K counts tied by any sums may be shown: several tables with common totals, or more dimensions.

    lines: each total with its parts, as positions; a total that tables share is one position. Integer programs instead
    of cycles: slower. ValueError: not counts, or a total that is not its sum.
    """
    count = _checked(counts).tolist()
    if any(count[total] != sum(count[k] for k in parts) for total, parts in lines):
        raise ValueError("a total is not the sum of its parts")
    cost, hidden = _costs(count, lines), _small(count)
    while more := _remainders(count, cost, lines, hidden) or _beside(count, cost, lines, hidden):
        hidden |= more
    return _mask(
        len(count), _needed(count, cost, lines, hidden, lambda fewer: not _pinned(count, lines, sorted(fewer)))
    )


def published(counts: Ints, shown: Bools) -> list:
    """The counts as (nested) lists, None where hidden."""
    return _only(counts, shown)


def percents(counts: Ints, shown: Bools, totals: Ints, totals_shown: Bools) -> list:
    """100 · count / total as (nested) lists, shapes broadcast; None unless both are shown and the total is not 0."""
    share = 100.0 * counts / np.where(totals > 0, totals, 1)
    return _only(share, shown & totals_shown & (totals > 0))


def share(x: int, n: int) -> dict:
    """x of n with share and Wilson interval where x, n − x and n may all be shown; else n alone, or nothing."""
    shown = listed(np.array([x, n - x]))
    if shown.all():
        return counted(x, n) | {"note": None}
    return {"x": None, "n": n if shown[-1] else None, "share": None, "ci": None, "note": HIDDEN}


def mean(values: Floats) -> dict:
    """Mean, sd and interval of the known values from 11 of them on; the least and the greatest never."""
    found = confidence.mean(values)
    if found.ci is None or found.n <= SMALL:
        return {"n": None if found.n else 0, "mean": None, "sd": None, "ci": None, "note": TOO_FEW}
    return {"n": found.n, "mean": found.mean, "sd": found.sd, "ci": list(found.ci), "note": None}


def _only(values: Ints | Floats, shown: Bools) -> list:
    """(Nested) lists with None where not shown."""
    found = values.astype(object)
    found[~shown] = None
    return found.tolist()


def _checked(counts: Ints) -> Ints:
    """The counts, if they are."""
    if not np.issubdtype(counts.dtype, np.integer) or (counts < 0).any():
        raise ValueError("counts are whole and not negative")
    return counts


def _costs(count: list[int], lines: Sequence[Line]) -> list[float]:
    """1, up to 2 the larger the count is, and three times as much for each sum that it is the total of."""
    totals, top = [total for total, _ in lines], max(count, default=0) + 1
    return [(1 + x / top) * TOTAL ** totals.count(k) for k, x in enumerate(count)]


def _small(count: list[int]) -> set[int]:
    """Counts hidden for their own sake."""
    return {k for k, x in enumerate(count) if 1 <= x <= SMALL}


def _mask(size: int, hidden: set[int]) -> Bools:
    """K: True where shown."""
    return ~np.isin(np.arange(size), list(hidden))


def _net(count: list[int], lines: list[Line], ends: list[tuple[int, int]]) -> _Net:
    """0 is always shown, so it moves nowhere; so a reader knows a hidden count to be at least 1, and 1 cannot give."""
    arcs: Arcs = [[] for _ in range(1 + max(max(pair) for pair in ends))]
    for k, (tail, head) in enumerate(ends):
        arcs[tail] += [(k, head)] if count[k] else []
        arcs[head] += [(k, tail)] if count[k] > 1 else []
    return _Net(count, _costs(count, lines), lines, ends, arcs)


def _shown(net: _Net) -> Bools:
    """Hides along the cheapest cycles until each hidden count is on one, then shows again what was not needed."""
    hidden, more, every = _small(net.count), {-1}, set(range(len(net.count)))
    while more:
        for cell in sorted(hidden, key=lambda k: -net.count[k]):
            hidden |= _cycle(net, hidden, every, cell) or set()
        more = _remainders(net.count, net.cost, net.lines, hidden)
        hidden |= more
    return _mask(len(net.count), _needed(net.count, net.cost, net.lines, hidden, partial(_all_on_cycles, net)))


def _all_on_cycles(net: _Net, hidden: set[int]) -> bool:
    """Whether each hidden count lies on a cycle of hidden ones."""
    return all(_cycle(net, hidden, hidden, cell) is not None for cell in hidden)


def _needed(
    count: list[int],
    cost: list[float],
    lines: Sequence[Line],
    hidden: set[int],
    safe: Callable[[set[int]], bool],
) -> set[int]:
    """Shows again, dearest first, what can be shown with every other hidden count still safe."""
    for cell in sorted(hidden - _small(count), key=lambda k: -cost[k]):
        fewer = hidden - {cell}
        if not _remainders(count, cost, lines, fewer) and safe(fewer):
            hidden = fewer
    return hidden


def _remainders(count: list[int], cost: list[float], lines: Sequence[Line], hidden: Set[int]) -> set[int]:
    """Of each line whose shown total less its shown counts is 1 … 10: the cheapest further count."""
    more = set()
    for total, parts in lines:
        if total not in hidden and 1 <= sum(count[k] for k in parts if k in hidden) <= SMALL:
            more.add(min((k for k in parts if count[k] and k not in hidden), key=lambda k: cost[k]))
    return more


def _cycle(net: _Net, hidden: Set[int], usable: Set[int], cell: int) -> set[int] | None:
    """The counts of the cheapest cycle of usable counts through one; hidden ones cost nothing. None = no cycle."""
    tail, head = net.ends[cell]
    ways = [_path(net, hidden, usable - {cell}, head, tail)]
    if net.count[cell] > 1:
        ways.append(_path(net, hidden, usable - {cell}, tail, head))
    found = [way for way in ways if way]
    return set(min(found)[1]) if found else None


def _path(net: _Net, hidden: Set[int], usable: Set[int], start: int, goal: int) -> tuple[float, tuple[int, ...]] | None:
    """Cost and counts of the cheapest way from a line to another (Dijkstra 1959, Numer Math 1:269)."""
    heap: list[tuple[float, int, tuple[int, ...]]] = [(0.0, start, ())]
    seen: set[int] = set()
    while heap:
        spent, line, used = heapq.heappop(heap)
        if line == goal:
            return spent, used
        for k, other in net.arcs[line] if line not in seen else ():
            if k in usable and other not in seen:
                heapq.heappush(heap, (spent + (0.0 if k in hidden else net.cost[k]), other, (*used, k)))
        seen.add(line)
    return None


def _beside(count: list[int], cost: list[float], lines: Sequence[Line], hidden: set[int]) -> set[int]:
    """For the first count that has one possible value: the cheapest shown one in its lines, or else anywhere."""
    pinned = _pinned(count, lines, sorted(hidden))
    if not pinned:
        return set()
    open_ = {k for k, x in enumerate(count) if x} - hidden
    near = {k for total, parts in lines if min(pinned) in (total, *parts) for k in (total, *parts)}
    return {min(near & open_ or open_, key=lambda k: cost[k])}


def _pinned(count: list[int], lines: Sequence[Line], hidden: list[int]) -> set[int]:
    """Hidden counts that are the same in every table of whole numbers ≥ 1 that fits what is shown."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    weights = [float(k in parts) - float(k == total) for total, parts in lines for k in hidden]
    signs = np.array(weights).reshape(len(lines), len(hidden))
    now = np.array([count[k] for k in hidden], float)
    fits = LinearConstraint(signs, (signs @ now).tolist(), (signs @ now).tolist())  # type: ignore[arg-type]
    pinned = set(range(len(hidden)))
    for place, way in ((p, w) for p in range(len(hidden)) for w in (1.0, -1.0)):
        if place in pinned:
            goal = np.where(np.arange(len(hidden)) == place, way, 0.0)
            other = milp(goal, constraints=fits, bounds=Bounds(1, 2 * max(count) + 2), integrality=np.ones(len(hidden)))
            pinned -= set(np.flatnonzero(np.round(other.x) != now).tolist())
    return {hidden[p] for p in pinned}
