"""Questionnaires: what was answered besides the pain scores: first and latest answer, the change between them in words.

Staff's table: in English alone. The change since the start (PGIC) is itself a change: its answer is told, not a step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.charts.figure import Table, tidy
from tracker.charts.phrases import change, day, number
from tracker.charts.sparkline import sparkline_svg
from tracker.science.scales import IMPRESSION, Instrument

IMPRESSIONS = {
    1: "very much worse",
    2: "much worse",
    3: "a little worse",
    4: "no change",
    5: "a little better",
    6: "much better",
    7: "very much better",
}
CAPTION = "Questionnaires"
COLUMNS = ("Question", "First", "Latest", "In words", "Answers")
EVERY = ("Day", "Question", "Answer", "In words")


@dataclass(frozen=True)
class Asked:
    """One question at one place and its answers, oldest first."""

    name: str
    instrument: Instrument
    answers: tuple[tuple[date, float], ...]

    @property
    def first(self) -> tuple[date, float]:
        """The first answer."""
        return self.answers[0]

    @property
    def latest(self) -> tuple[date, float]:
        """The latest answer."""
        return self.answers[-1]

    def since_first(self, value: float) -> str:
        """From the first answer to this one."""
        if self.instrument.code == IMPRESSION:
            return IMPRESSIONS.get(round(value), number(value))
        return change(self.first[1], value, self.instrument.days)

    @property
    def sentence(self) -> str:
        """PEG: 3.3 points lower on 2 June 2026 than on 1 March 2026."""
        (began, _), (on, value) = self.first, self.latest
        if self.instrument.code == IMPRESSION:
            return f"{self.name}: {self.since_first(value)}, on {day(on)}."
        if len(self.answers) == 1:
            return f"{self.name}: {number(value)}, answered once, on {day(on)}."
        step = self.since_first(value)
        than = "since" if step == "no change" else "than on"
        return f"{self.name}: {step} on {day(on)} {than} {day(began)}."


def summary(asked: Sequence[Asked]) -> Table:
    """One row a question."""
    rows = tuple((a.name, _answer(a.first), _answer(a.latest), _told(a), len(a.answers)) for a in asked)
    return Table(CAPTION, COLUMNS, rows)


def every(asked: Sequence[Asked]) -> Table:
    """One row an answer, oldest first."""
    found = sorted(((on, a, value) for a in asked for on, value in a.answers), key=lambda one: (one[0], one[1].name))
    rows = tuple((day(on), a.name, tidy(round(value, 1)), a.since_first(value)) for on, a, value in found)
    return Table("Every answer", EVERY, rows)


def spark(asked: Asked) -> str:
    """The answers on the whole scale, on true time."""
    days = [float(on.toordinal()) for on, _ in asked.answers]
    values = [value for _, value in asked.answers]
    return sparkline_svg(values, days, asked.instrument.minimum, asked.instrument.maximum)


def _answer(given: tuple[date, float]) -> str:
    on, value = given
    return f"{number(value)}, {day(on)}"


def _told(a: Asked) -> str:
    if a.instrument.code == IMPRESSION or len(a.answers) > 1:
        return a.since_first(a.latest[1])
    return "answered once"
