"""Small: which figures of a summary may leave the house. Counts of 1–10 never do, nor what they could be derived from.

What is counted in a window is a chain of sets, each inside another (the courses, those due, who answered, who
improved), so that everything that can be derived is a difference of two of them: a count is shown only where it and its
difference from every other shown count of the window are 0 or eleven and more. What adds up (what became of those who
responded) is judged by `suppression.listed`, level by level: nothing is shown below a hidden count. A share needs its
counts, a mean eleven people. What is not named here is left out: medians, steps of a curve, bounds: they are single
people's values.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from tracker.exports.figures import Figure
from tracker.science import suppression

HIDDEN = "suppressed"
LEAST = suppression.SMALL + 1
Key = tuple[str, str, int | None, int | None, float | None]
Shown = dict[Key, bool]
ENDS = ("responders_at_end", "never_responded", "no_end_reading")
FATES = ("lost", "unconfirmed", "censored")
DENOMINATORS = ("observed", "missing_not_improved", "best_case")


def rows(summary: Mapping[str, Any], every: Iterable[Figure]) -> Iterator[Figure]:
    """The figures of a summary of one group that may be shown; a hidden one says so."""
    shown = judged(summary["groups"]["all"])
    for row in every:
        key = row[1:6]
        if row.part == "summary" or shown.get(key):
            yield row
        elif key in shown:
            yield row._replace(value=None, words=HIDDEN)


def judged(group: Mapping[str, Any]) -> Shown:
    """Each figure that is counted here, and whether it may be shown."""
    courses = group["courses"]
    start = Chain([courses])
    shown: Shown = {
        ("courses", "courses", None, None, None): start.take(courses),
        ("courses", "with_baseline", None, None, None): start.take(group["with_baseline"]),
        ("courses", "too_low", None, None, None): start.take(group["too_low"]),
    }
    based = shown["courses", "with_baseline", None, None, None] and group["with_baseline"] >= LEAST
    shown |= {("baseline", name, None, None, None): based for name in ("mean", "sd")}
    for window in group["windows"]:
        shown |= _window(window, courses, based)
    shown |= _lasting(group["durability"], courses)
    changed = group["sessions"]["change"]["patients"]
    seen = Chain([courses]).take(changed)
    shown["sessions", "change.patients", None, None, None] = seen
    for name in ("mean", "ci.low", "ci.high"):
        shown["sessions", f"change.{name}", None, None, None] = seen and changed >= LEAST
    return shown


class Chain:
    """Counts of sets inside each other that are shown already."""

    def __init__(self, counts: Iterable[int]):
        self.counts = list(counts)

    def take(self, count: int) -> bool:
        """Show one more, if nothing small can be derived from it."""
        fits = all(safe(abs(count - other)) for other in (0, *self.counts))
        if fits:
            self.counts.append(count)
        return fits

    def take_all(self, counts: Iterable[int]) -> bool:
        """Show several more, or none of them."""
        before = list(self.counts)
        fits = all(map(self.take, counts))
        if not fits:
            self.counts = before
        return fits


def safe(count: int) -> bool:
    """Nobody, or eleven and more."""
    return not 1 <= count < LEAST


def _window(w: Mapping[str, Any], courses: int, based: bool) -> Shown:
    """One follow-up window."""
    chain, shown, month = Chain([courses]), {}, w["month"]

    def tell(figure: str, seen: bool, threshold: float | None = None) -> bool:
        shown["windows", figure, month, None, threshold] = seen
        return seen

    due = tell("due", chain.take(w["due"]))
    responders = sorted(w["responders"] or (), key=lambda one: not one["primary"])
    for one in responders[:1]:  # before the means: what the clinic is judged by
        _responders(chain, tell, one, due)
    n = tell("n", due and chain.take(w["n"]))
    tell("follow_up_rate", n and w["due"] > 0)
    improved = tell("improvement.n", n and chain.take(w["improvement"]["n"]))
    for names, seen, count in ((("mean", "sd"), n, w["n"]), (IMPROVED, improved, w["improvement"]["n"])):
        for name in names:
            tell(name, seen and count >= LEAST)
    tell("percent_of_means", improved and based and w["improvement"]["n"] >= LEAST)
    for one in responders[1:]:
        _responders(chain, tell, one, due)
    for name in ("worse_30", "points", "pgic"):
        if found := w[name]:
            _share(chain, tell, name, found, n)
    return shown


IMPROVED = ("improvement.mean", "improvement.ci.low", "improvement.ci.high")


def _responders(chain: Chain, tell: Any, one: Mapping[str, Any], due: bool) -> None:
    """Three denominators: all of them or none, since each follows from the others."""
    counts = [one[name][key] for name in DENOMINATORS for key in ("n", "x")]
    seen = due and chain.take_all(counts)
    for name in DENOMINATORS:
        for key in ("n", "x", "share", "ci.low", "ci.high"):
            tell(f"responders.{name}.{key}", seen, one["threshold"])


def _share(chain: Chain, tell: Any, name: str, found: Mapping[str, Any], whole: bool) -> None:
    """x of n, both or neither."""
    seen = whole and chain.take_all([found[key] for key in ("n", "x")])
    for key in ("n", "x", "share", "ci.low", "ci.high"):
        tell(f"{name}.{key}", seen)


def _lasting(d: Mapping[str, Any], courses: int) -> Shown:
    """How many courses ended and what became of those who responded, level by level."""
    ended = Chain([courses]).take(d["ended"])
    shown: Shown = {("durability", "ended", None, None, None): ended}
    ends = _parts(d, ENDS, d["ended"], ended)
    fates = _parts(d, FATES, d["responders_at_end"], ends["responders_at_end"])
    return shown | {("durability", name, None, None, None): seen for name, seen in (ends | fates).items()}


def _parts(d: Mapping[str, Any], names: tuple[str, ...], whole: int, known: bool) -> dict[str, bool]:
    """Which parts of a shown whole may be shown; what is left of it is a part too."""
    counts = [d[name] for name in names]
    mask = suppression.listed(np.array([*counts, whole - sum(counts)], np.int64))
    return {name: bool(known and mask[-1] and mask[n]) for n, name in enumerate(names)}
