"""Followed: how many responders still had an assessment on or after each day that has a figure."""

from dataclasses import dataclass

from tracker.science.fold import Partial
from tracker.science.record import Ints, Outcomes
from tracker.science.survival import HORIZONS
from tracker.science.twice import LATE, LEAST_FOLLOWED, LEAST_RESPONDERS

DAYS = (91, 182, 273, 364)  # 3, 6, 9, 12 months after the course: where survival is read
READ = tuple(sorted({*DAYS, *HORIZONS}))


@dataclass(frozen=True)
class Followed(Partial):
    """Responders assessed after LATE, and on or after each day of READ."""

    late: int
    number: Ints

    @property
    def enough(self) -> bool:
        """Whether there are survival figures at all."""
        return self.late >= LEAST_RESPONDERS

    def on(self, day: int) -> int:
        """How many on a day of READ."""
        return int(self.number[READ.index(day)])

    def reach(self, day: int) -> bool:
        """Whether enough are still followed for a figure on a day of READ."""
        return self.on(day) >= LEAST_FOLLOWED


def partial(outcomes: Outcomes, at: Ints) -> Followed:
    """Of the responders at the rows `at`."""
    seen = outcomes.last_seen[at]
    return Followed(int((seen > LATE).sum()), (seen[:, None] >= READ).sum(axis=0))
