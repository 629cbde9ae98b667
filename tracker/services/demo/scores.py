"""Scores: hidden pain becomes whole scores on the occasions a patient answers."""

from datetime import date, timedelta

from tracker.science.scales import RESPONDER
from tracker.services.demo import occasions
from tracker.services.demo.answers import RECALL_SD, answers, scores_session, whole
from tracker.services.demo.diary import Diary
from tracker.services.demo.occasions import Asked
from tracker.services.demo.story import Entry, Visit

BEFORE_MINUTES, AFTER_MINUTES = 8, 45
DROP_MEAN, DROP_SD = 0.2, 0.15  # share of the pain that is less right after a session, over the patients
MOMENT_SD = 0.4
BETWEEN = 0.05  # right-now scores bound to no session, per day of the course


def scores(book: Diary, today: date) -> list[Entry]:
    """All pain scores of a course until today: baselines, pairs, weekly answers, follow-ups, some in between."""
    drop = float(book.rng.normal(DROP_MEAN, DROP_SD))
    days = occasions.baselines(book.plan, book.rng)
    entries = [e for on in days for e in _week(book, f"baseline-{on}", "baseline", on)]
    entries += [e for visit in book.plan.held for e in _session(book, visit, drop)]
    entries += [e for asked in occasions.weekly(book.plan, book.rng) for e in _answered(book, asked, today)]
    return entries + _after_the_end(book, today) + _between(book)


def _week(book: Diary, tag: str, kind: str, on: date) -> list[Entry]:
    """The past week's average, at every place."""
    when = on, book.evening()
    told = [whole(book.week(on, i) + book.rng.normal(0, RECALL_SD)) for i, _, _ in book.places()]
    return [book.line(f"{tag}/{i}", (kind, "nrs_week"), told[i], when, place) for i, place, _ in book.places()]


def _answered(book: Diary, asked: Asked, today: date) -> list[Entry]:
    """The answers to a check-in, if there are any."""
    if asked.on >= today:
        return []
    week = -1.0 if asked.week is None else float(asked.week)
    given = answers(book.habit, book.week(asked.on), book.rng, week)
    return _week(book, asked.tag, "check_in", asked.on) if given else []


def _after_the_end(book: Diary, today: date) -> list[Entry]:
    """Follow-ups; a score less than 30 % below the level at first is asked again."""
    entries: list[Entry] = []
    for asked in occasions.follow_ups(book.plan, book.rng):
        given = _answered(book, asked, today)
        failing = any((e.value or 0.0) > (1 - RESPONDER) * book.pains[0].level for e in given[:1])
        entries += given + (_answered(book, occasions.again(asked, book.rng), today) if failing else [])
    return entries


def _session(book: Diary, visit: Visit, drop: float) -> list[Entry]:
    """Right-now scores before and after one session, at every place."""
    before, after = scores_session(book.habit, book.rng)
    entries: list[Entry] = []
    for i, place, _ in book.places():
        felt = book.felt(visit.on, i) + book.rng.normal(0, MOMENT_SD)
        less = felt * (1 - drop) + book.rng.normal(0, MOMENT_SD)
        times = [("before", felt, -BEFORE_MINUTES)] * before + [("after", less, AFTER_MINUTES)] * after
        for kind, pain, minutes in times:
            tag, when = f"{visit.on}-{visit.number}-{kind}/{i}", (visit.on, visit.minute + minutes)
            entries.append(book.line(tag, (kind, "nrs_now"), whole(pain), when, place, visit=visit))
    return entries


def _between(book: Diary) -> list[Entry]:
    """A right-now score at the first place on some days of the course."""
    days = range(1, book.day(occasions.ended_on(book.plan)))
    chosen = [book.start + timedelta(days=d) for d in days if book.rng.random() < BETWEEN * book.habit.willing]
    what, place = ("check_in", "nrs_now"), book.plan.places[0]
    return [book.line(f"now-{on}/0", what, whole(book.felt(on)), (on, book.evening()), place) for on in chosen]
