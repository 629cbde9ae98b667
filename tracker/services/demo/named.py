"""Named: two patients told by hand; one in the middle of a course today, one followed for a year after the end."""

from dataclasses import replace
from datetime import date, timedelta

from tracker.services.demo.occasions import FOLLOW_UP_WEEKS
from tracker.services.demo.people import PRACTITIONERS, code, initials
from tracker.services.demo.story import Entry, Person, Place, Plan, Story, Visit, moment

MID_COURSE, FOLLOWED = 1, 2  # patients of these numbers
TEN, EVENING = 10 * 60, 20 * 60
SENT = timedelta(seconds=2)
# The patient of the demo links: four of twelve weekly sessions are over, the fifth is today.
KNEE: Place = ("knee", "left")
KNEE_BASELINE, KNEE_WEEKS = (7, 7, 8, 7), (7, 7, 6)
KNEE_PAIRS = ((7, 5), (7, 4), (8, 5), (7, 4))
# Ten sessions, then a year of follow-up: most of the benefit stays.
BACK: Place = ("lower_back", "none")
BACK_BASELINE, BACK_WEEKS, BACK_AFTER = (7, 8, 7, 7), (7, 6, 6, 5, 5, 4, 4, 3, 3), (3, 3, 2, 3, 3, 4, 3, 4)
BACK_PAIRS = ((7, 6), (7, 5), (6, 5), (7, 5), (6, 4), (5, 4), (5, 3), (4, 3), (4, 2), (3, 2))
BACK_ENDED_DAYS = 470  # ago: the twelve-month window, which closes 455 days after the end, is over


def mid_course(today: date) -> Story:
    """Left knee, baseline about 7, session 5 of 12 today; nothing logged today."""
    days = [today - timedelta(days=7 * back) for back in (4, 3, 2, 1)]
    visits = (*(Visit(day, TEN) for day in days), Visit(today + timedelta(days=7), TEN, "planned"))
    plan = Plan(
        condition="knee_oa",
        onset_on=days[0] - timedelta(days=900),
        chronicity="chronic",
        places=(KNEE,),
        practitioner=PRACTITIONERS[0],
        modalities=("acupuncture",),
        planned_sessions=12,
        planned_per_week=1,
        fate="running",
        visits=visits,
    )
    entries = _course(days, KNEE, KNEE_BASELINE, KNEE_PAIRS, KNEE_WEEKS)
    return Story(_person(MID_COURSE, today.year - 63, "female"), plan, _in_order(entries), ())


def followed(today: date) -> Story:
    """Low back pain that fell from 7 to 3, and stayed near it at every follow-up for a year."""
    end = today - timedelta(days=BACK_ENDED_DAYS)
    days = [end - timedelta(days=7 * back) for back in range(len(BACK_PAIRS) - 1, -1, -1)]
    plan = Plan(
        condition="low_back",
        onset_on=days[0] - timedelta(days=500),
        chronicity="chronic",
        places=(BACK,),
        practitioner=PRACTITIONERS[0],
        modalities=("acupuncture", "exercise"),
        planned_sessions=len(days),
        planned_per_week=1,
        fate="completed",
        visits=tuple(Visit(day, TEN) for day in days),
        closed_on=end,
        closed_reason="completed",
    )
    after = [(f"after-{w}", end + timedelta(days=7 * w), s) for w, s in zip(FOLLOW_UP_WEEKS, BACK_AFTER, strict=True)]
    entries = _course(days, BACK, BACK_BASELINE, BACK_PAIRS, BACK_WEEKS) + _weekly(after, "check_in", BACK)
    return Story(_person(FOLLOWED, today.year - 51, "male"), plan, _in_order(entries), ())


def _person(number: int, birth_year: int, sex: str) -> Person:
    """Who it is."""
    return Person(number, code(number), initials(number), birth_year, sex)


def _course(
    days: list[date],
    place: Place,
    baseline: tuple[int, ...],
    pairs: tuple[tuple[int, int], ...],
    weeks: tuple[int, ...],
) -> list[Entry]:
    """A course answered in full: evenings before it, before and after each session, the evening before the next."""
    first = [days[0] - timedelta(days=back) for back in range(len(baseline), 0, -1)]
    asked = [(f"week-{i}", day - timedelta(days=1), weeks[i - 1]) for i, day in enumerate(days[1:], 1)]
    before = [(f"baseline-{day}", day, score) for day, score in zip(first, baseline, strict=True)]
    sessions = [entry for day, pair in zip(days, pairs, strict=True) for entry in _pair(day, pair, place)]
    return _weekly(before, "baseline", place) + sessions + _weekly(asked, "check_in", place)


def _pair(day: date, pair: tuple[int, int], place: Place) -> list[Entry]:
    """Before and after one session."""
    visit, times = Visit(day, TEN), (("before", TEN - 8, pair[0]), ("after", TEN + 45, pair[1]))
    return [_sent(f"{day}-1-{kind}", kind, "nrs_now", s, (day, at), place, visit) for kind, at, s in times]


def _weekly(asked: list[tuple[str, date, int]], kind: str, place: Place) -> list[Entry]:
    """The week's average on each of these evenings."""
    return [_sent(tag, kind, "nrs_week", score, (on, EVENING), place) for tag, on, score in asked]


def _sent(
    tag: str, kind: str, what: str, score: int, when: tuple[date, int], place: Place, visit: Visit | None = None
) -> Entry:
    """A score written down and sent at once."""
    at, sent = moment(*when), moment(*when) + SENT
    told = Entry(f"{tag}/0", kind, what, float(score), recorded_at=at, received_at=sent, place=place, visit=visit)
    return replace(told, entered_at=at, sent_at=sent)


def _in_order(entries: list[Entry]) -> tuple[Entry, ...]:
    """As they arrived."""
    return tuple(sorted(entries, key=lambda e: e.received_at))
