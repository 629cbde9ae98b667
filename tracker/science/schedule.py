"""Schedule: what one course's patient is asked, and on which days. Pure: dates in, dates out; nothing reads a clock.

While the course runs each question has a rhythm; once it has ended, fixed weeks after t0 inside the windows in which
the answer will count; a responder's failing answer is asked again. Of one question never two are open on one day.
Source: design "Windows after t0", statistics.md 2.4; worked example in docs/science/schedule.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from tracker.science import windows
from tracker.science.scales import HEADACHES, IMPRESSION, INSTRUMENTS, PRIMARY, WEEK

WEEKLY, MONTHLY = 7, 28  # days from an answer to the same question again, while the course runs
FOLLOW_UP_WEEKS = (1, 2, 4, 8, 13, 26, 39, 52)  # after t0
PEG, HEADACHE_DAYS, MEDICINE_DAYS = "peg", "headache_days", "medicine_days"
RARELY = (4, 13, 26, 39, 52)  # once in each window after the end of the course
WEEKS = {
    WEEK: FOLLOW_UP_WEEKS,
    HEADACHE_DAYS: RARELY,
    MEDICINE_DAYS: RARELY,
    PEG: RARELY,
    IMPRESSION: (1, 13, 26, 39, 52),
}
RHYTHM = {WEEK: WEEKLY, HEADACHE_DAYS: MONTHLY, MEDICINE_DAYS: MONTHLY, PEG: MONTHLY}  # an impression has none
ORDER = tuple(WEEKS)  # of two questions open on one day the earlier in this list comes first
EARLY = 3  # days before its day a follow-up opens; a count of days opens on its day: 28 days must have passed
APART = 4  # days at least between an answer and a follow-up that is still to come
AGAIN = {WEEK: ((7, 10), (11, 14)), HEADACHE_DAYS: ((28, 41),)}  # first and last day after a failing answer
AHEAD = timedelta(days=84)  # how far ahead of today the rhythm of a course without a known end is told


@dataclass(frozen=True)
class Ask:
    """One question of a course: `opens` … `closes`, both inside, are the days on which it may be answered."""

    instrument: str
    kind: str
    due: date
    opens: date
    closes: date

    @property
    def key(self) -> str:
        """What it is called; one course has it once."""
        return f"{self.instrument}/{self.due.isoformat()}"

    def holds(self, day: date) -> bool:
        """Whether it is open on this day."""
        return self.opens <= day <= self.closes


@dataclass(frozen=True)
class Asked:
    """What the questions of one course depend on. Days are the clinic's local dates."""

    condition: str
    opened: date  # since when something can be asked
    begun: bool  # a treatment lies behind: an answer is no longer one of the start
    t0: date | None  # the last session so far, frozen once the course has ended
    ends_on: date | None  # the first day on which the course is over, if no session follows; None = no session yet
    answered: Mapping[str, Sequence[date]]  # days on which each instrument was answered
    failing: date | None = None  # first day of a responder's failing run that spans less than 7 days, on the primary


def asks(asked: Asked, today: date) -> tuple[Ask, ...]:
    """The course's questions that are open today or will be, unanswered, by the day they open, weekly first.

    What lies ahead is told as it stands: a session held from now on moves the end of the course and all after it.
    """
    found = [ask for instrument in instruments(asked.condition) for ask in _of(instrument, asked, today)]
    return tuple(sorted(found, key=lambda ask: (ask.opens, ORDER.index(ask.instrument))))


def instruments(condition: str) -> tuple[str, ...]:
    """What is asked in a condition."""
    return tuple(i for i in ORDER if i != HEADACHE_DAYS or condition in HEADACHES)


def first(found: Iterable[Ask], today: date) -> Ask | None:
    """The one thing to ask today: of what is open the first in ORDER."""
    open_ = [ask for ask in found if ask.holds(today)]
    return min(open_, key=lambda ask: (ORDER.index(ask.instrument), ask.due), default=None)


def _of(instrument: str, asked: Asked, today: date) -> Iterator[Ask]:
    """One instrument's questions from today on."""
    answers = sorted(asked.answered.get(instrument, ()))
    if instrument in RHYTHM and (asked.ends_on is None or today < asked.ends_on):
        yield from _rhythm(instrument, asked, answers, today)
    if asked.t0 is not None and asked.ends_on is not None:
        yield from (one for one in _after_end(instrument, asked, answers, today) if one.closes >= today)


def _rhythm(instrument: str, asked: Asked, answers: Sequence[date], today: date) -> Iterator[Ask]:
    """While the course runs: so long after the last answer, at once if there is none; each open until the next."""
    every = timedelta(days=RHYTHM[instrument])
    until = asked.ends_on or today + AHEAD
    due = answers[-1] + every if answers else min(asked.opened, today)
    due += max(0, (today - due) // every) * every
    while due < until:
        last = min(due + every, until) - timedelta(days=1)
        yield Ask(instrument, "check_in" if asked.begun else "baseline", due, due, last)
        due += every


def _after_end(instrument: str, asked: Asked, answers: Sequence[date], today: date) -> list[Ask]:
    """After the course: a failing answer again, else and then the follow-ups; none opens before the end is known."""
    again = _again(instrument, asked, answers, today)
    planned = [one for one in _follow_ups(instrument, asked, answers) if one.closes >= today]
    if again:
        planned = _behind(planned, again[-1].closes)
    known = [_from(one, asked.ends_on) for one in (*again, *planned)]
    return [one for one in known if one is not None]


def _follow_ups(instrument: str, asked: Asked, answers: Sequence[date]) -> Iterator[Ask]:
    """The fixed weeks after t0 that nobody has answered yet."""
    assert asked.t0 is not None
    for opens, due, closes in spans(instrument):
        days = [asked.t0 + timedelta(days=day) for day in (opens, due, closes)]
        one = Ask(instrument, "check_in", days[1], days[0], days[2])
        if not any(one.holds(day) for day in answers):
            before = [day for day in answers if day < one.opens]
            yield _from(one, before[-1] + timedelta(days=APART)) or one if before else one


def spans(instrument: str) -> Iterator[tuple[int, int, int]]:
    """Days after t0 on which each follow-up opens, is due and closes: with its window, or when the next one opens."""
    early = 0 if INSTRUMENTS[instrument].days else EARLY
    dues = [7 * week for week in WEEKS[instrument]]
    for due, following in pairwise([*dues, dues[-1] + 7 * 52]):
        yield due - early, due, min(windows.around(due).last, following - early - 1)


def _again(instrument: str, asked: Asked, answers: Sequence[date], today: date) -> list[Ask]:
    """A responder's failing answer once more, a week later, with a second chance: one bad day is no loss."""
    failed = asked.failing
    if failed is None or instrument != PRIMARY[asked.condition]:
        return []
    days = [tuple(failed + timedelta(days=n) for n in span) for span in AGAIN[instrument]]
    if any(day >= days[0][0] for day in answers):
        return []
    found = [Ask(instrument, "check_in", opens, opens, closes) for opens, closes in days]
    return [one for one in found if one.closes >= today]


def _behind(planned: Iterable[Ask], last: date) -> list[Ask]:
    """Follow-ups that wait until a failing answer has been asked again; what closes by then is not asked."""
    kept = [_from(one, last + timedelta(days=1)) for one in planned]
    return [one for one in kept if one is not None]


def _from(ask: Ask, day: date | None) -> Ask | None:
    """The same, open from this day at the earliest; None when it has closed by then."""
    if day is None or ask.opens >= day:
        return ask
    return replace(ask, opens=day, due=max(ask.due, day)) if day <= ask.closes else None
