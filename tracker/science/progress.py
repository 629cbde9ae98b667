"""Progress: one course at one place, as values; everything a chart, a sentence or a table of it needs."""

from dataclasses import dataclass
from datetime import date, datetime

from tracker.science.scales import Instrument


@dataclass(frozen=True)
class Point:
    """One effective reading. `at` is the corrected local time."""

    at: datetime
    value: float
    kind: str
    entered_by: str = "patient"
    late: bool = False
    corrected: bool = False
    clock_corrected: bool = False
    reading_id: str | None = None


@dataclass(frozen=True)
class Pair:
    """One session: a score before and one after, either may be missing. Not `usable` when their order is unclear;
    `beside`: second scores of one kind, which do not count.
    """

    on: date
    number: int
    state: str
    before: float | None
    after: float | None
    usable: bool
    modalities: tuple[str, ...] = ()
    beside: tuple["Point", ...] = ()


@dataclass(frozen=True)
class TrendLine:
    """A fitted line: points per week with its 95 % interval (None where not judged), its label, its two ends."""

    label: str  # improving | worsening | no_clear_change | uncertain | not_enough | at_the_end_of_the_scale
    slope: float | None
    low: float | None
    high: float | None
    since: date | None
    until: date | None
    start_value: float | None
    end_value: float | None
    n: int


@dataclass(frozen=True)
class WindowValue:
    """A follow-up month: its dates and, where answered, its value and the day of the reading chosen for it."""

    month: int
    opens: date
    closes: date
    due: bool
    value: float | None
    on: date | None = None


@dataclass(frozen=True)
class Lasted:
    """The latest dated statement about one person's benefit; never a curve."""

    state: str  # responding | lost | unconfirmed | never | no_end_reading | no_baseline | too_low | not_ended
    on: date | None
    day: int | None  # days after the last session
    share: float  # the responder share it speaks of, .3 or .5


@dataclass(frozen=True)
class Progress:
    """One course at one place. `scores`: the instrument's check-ins and baselines; `pairs`: its sessions (nrs_now)."""

    instrument: Instrument
    condition: str
    site: str | None
    side: str
    as_of: date
    scores: tuple[Point, ...]
    now: tuple[Point, ...]  # right-now scores bound to no session
    pairs: tuple[Pair, ...]
    planned_sessions: int | None
    baseline: float | None
    baseline_n: int
    threshold: float | None  # the score at exactly the responder share below baseline
    trend: TrendLine | None  # in the course
    trend_after: TrendLine | None  # after it, once it has ended
    started: date
    ended: date | None  # t0, once the course has ended
    end_value: float | None
    windows: tuple[WindowValue, ...]
    lasted: Lasted
    synthetic: bool = False

    @property
    def modalities(self) -> tuple[str, ...]:
        """Every way of treatment that a session names, each once."""
        return tuple(dict.fromkeys(code for pair in self.pairs for code in pair.modalities))
