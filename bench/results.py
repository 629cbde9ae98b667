"""Results: the one shape in which benchmarks are printed and kept (bench/results.json, docs/performance.md)."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

SAME = 1e-9  # largest accepted difference from the slow reference
FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Sizes:
    """How much work. Tests use tiny sizes, `make bench` these."""

    courses: int = 1_000_000  # of 20 readings, for the slopes
    clinics: int = 1_000  # of 200 patients, for Kaplan–Meier
    readings: int = 1_000_000  # recomputed, 200 a course
    sample: int = 2_000  # courses the pandas slopes are timed on
    clinics_sample: int = 100
    courses_sample: int = 100  # courses the pandas outcomes are timed on
    rounds: int = 5


@dataclass(frozen=True)
class Result:
    """One ratio. `what` names the work and its floor, `goal` is the limit in words, `seen` the sizes and times."""

    id: str
    what: str
    ratio: float
    goal: str
    met: bool
    seen: str


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(*works: Callable[[], object], rounds: int) -> list[float]:
    """Median seconds of each work over rounds in which all take turns: a slow minute of the machine hits all alike."""
    taken = [[seconds(work) for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*taken, strict=True)]


def equal(ours: np.ndarray, theirs: object) -> None:
    """AssertionError where the two differ by more than 1e-9."""
    np.testing.assert_allclose(ours, np.asarray(theirs, float), rtol=0, atol=SAME)


def times(id: str, what: str, mine: float, floor: float, scale: float, goal: float) -> Result:
    """How many times as long the floor takes, scaled from its sample."""
    ratio = floor * scale / mine
    seen = f"ours {mine:.3g} s, floor {floor:.3g} s on 1/{scale:g} of it, x {scale:g}"
    return Result(id, what, ratio, f"≥ {goal:g} x", ratio >= goal, seen)


def table(results: Iterable[Result]) -> str:
    """The results as lines of text."""
    rows = [("id", "ratio", "goal", "met", "what")]
    rows += [(r.id, f"{r.ratio:.3g}", r.goal, "yes" if r.met else "NO", f"{r.what} ({r.seen})") for r in results]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    return "\n".join("  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[4]]) for row in rows)


def write(results: Iterable[Result], file: Path = FILE) -> None:
    """Keep the results beside those of other benchmarks; one of the same id is replaced."""
    kept = json.loads(file.read_text())["results"] if file.exists() else []
    mine = {r.id: asdict(r) for r in results}
    rows = {row["id"]: row for row in kept} | mine
    file.write_text(json.dumps({"results": [rows[key] for key in sorted(rows)]}, indent=1, ensure_ascii=False) + "\n")
