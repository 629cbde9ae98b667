"""Shares: what a clinic's summary holds for bars and boxes. Plotly, the SVG and the table all draw these values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.charts.captions import asked
from tracker.charts.cohort_words import Frame, Group, responder
from tracker.charts.phrases import count

SEEN, SILENT, BEST = "seen", "silent = not", "at best"


@dataclass(frozen=True)
class Bar:
    """One of the three shares of a window: x of n; `row` counts from the top, a header row before each three."""

    month: int
    kind: str
    x: int
    n: int
    row: int
    ci: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """None where there is no denominator."""
        return self.x / self.n if self.n else None

    @property
    def label(self) -> str:
        """The count with its denominator."""
        return f"{self.x} of {self.n} {self.kind}"

    @property
    def told(self) -> str:
        """The same with its interval, where it has one."""
        return self.label + (f" (95 % interval {percent(*self.ci)})" if self.ci else "")


@dataclass(frozen=True)
class Box:
    """Bounds of the share still there at a day; `lost`: if a single last answer beyond the line counts as lost."""

    day: int
    followed: int
    kept: tuple[float, float]
    lost: tuple[float, float] | None
    policy: tuple[float, float] | None = None  # looking past treatment after the course

    @property
    def label(self) -> str:
        """3 months."""
        return count(round(self.day / 30.4), "month")


def bars(group: Group, frame: Frame) -> list[Bar]:
    """Three bars for every due window that somebody answered."""
    return [bar for w, row in _rows(group, frame) if w["n"] for bar in _three(w, frame, row)]


def headers(group: Group, frame: Frame) -> list[tuple[int, str]]:
    """The row above each three, and what stands in it: due, answered, missing; alone where nobody answered."""
    return [(row, asked(w, group["courses"])) for w, row in _rows(group, frame)]


def depth(group: Group, frame: Frame) -> int:
    """Rows in all."""
    return max((row + (4 if w["n"] else 1) for w, row in _rows(group, frame)), default=2)


def _rows(group: Group, frame: Frame) -> Iterator[tuple[dict[str, Any], int]]:
    """The due windows with the row each begins at."""
    row = 0
    for w in group["windows"]:
        if w["due"] and responder(w, frame.part):
            yield w, row
            row += 4 if w["n"] else 1


def _three(w: dict[str, Any], frame: Frame, row: int) -> Iterator[Bar]:
    """Seen, silence as no, silence as yes; only what was observed has an interval to show."""
    three = responder(w, frame.part) or {}
    for n, (kind, key) in enumerate(((SEEN, "observed"), (SILENT, "missing_not_improved"), (BEST, "best_case")), 1):
        ci = three[key].get("ci") if kind == SEEN else None
        yield Bar(w["month"], kind, three[key]["x"], three[key]["n"], row + n, tuple(ci) if ci else None)


def boxes(group: Group) -> list[Box]:
    """The days that may be shown."""
    d = group.get("durability") or {}
    past = {s["day"]: s for s in d.get("survival_treatment_policy") or ()}
    return [
        Box(s["day"], s["followed"], (s["low"], s["high"]), _lost(s), _bounds(past.get(s["day"])))
        for s in d.get("survival") or ()
        if s["low"] is not None
    ]


def _lost(s: dict) -> tuple[float, float] | None:
    return _bounds(s.get("if_unconfirmed_lost"))


def _bounds(box: dict | None) -> tuple[float, float] | None:
    return (box["low"], box["high"]) if box and box["low"] is not None else None


def percent(low: float, high: float) -> str:
    """40–52 %, or 40 %."""
    ends = f"{low * 100:.0f}", f"{high * 100:.0f}"
    return f"{'–'.join(dict.fromkeys(ends))} %"
