"""Headache: days with a headache, and with medicine for it, in 28; asked every four weeks and with the follow-ups."""

from datetime import date, timedelta

import numpy as np

from tracker.services.demo import occasions
from tracker.services.demo.answers import answers
from tracker.services.demo.diary import Diary
from tracker.services.demo.story import Entry

BLOCK = 28
BLOCK_WEEKS = (1, 4, 8, 13, 26, 39, 52)
# Headache days at the start, mean and SD; of the size in Cochrane CD001218 (migraine) and CD007587 (tension-type).
USUAL_DAYS = {"migraine": (8.0, 2.5), "headache": (13.0, 4.5), "tension_headache": (16.0, 5.0)}
DAYS_SD, FEWEST = 1.2, 3.0
STEEPER = 1.75  # the days fall by a larger share than the intensity of the ones that come
WITH_MEDICINE = 0.6  # of the headache days
MORNING = 7 * 60.0


def blocks(book: Diary, today: date) -> list[Entry]:
    """The blocks a patient answers: one before the first session, told that morning, and the later ones until today."""
    usual = max(float(book.rng.normal(*USUAL_DAYS[book.plan.condition])), FEWEST)
    entries = _block(book, "baseline", (book.start, MORNING), usual)
    for week, on in _dates(book):
        if on < today and answers(book.habit, _month(book, on), book.rng, week):
            entries += _block(book, f"block-{on}", (on, book.evening()), usual)
    return entries


def _dates(book: Diary) -> list[tuple[float, date]]:
    """Weeks after the end (negative = in the course) and the day of each block."""
    inside = range(1, (occasions.ended_on(book.plan) - book.start).days // BLOCK + 1)
    return [(-1.0, book.start + timedelta(days=BLOCK * i)) for i in inside] + occasions.after(book.plan, BLOCK_WEEKS)


def _month(book: Diary, on: date) -> float:
    """The average pain of the block."""
    return float(np.clip(book.pains[0].month(book.day(on)).mean(), 0, 10))


def _block(book: Diary, tag: str, when: tuple[date, float], usual: float) -> list[Entry]:
    """One block: headache days, and the days with medicine among them."""
    less = 1 - _month(book, when[0]) / max(book.pains[0].level, 1.0)
    days = float(np.clip(round(usual * (1 - STEEPER * less) + book.rng.normal(0, DAYS_SD)), 0, BLOCK))
    medicine = float(book.rng.binomial(int(days), WITH_MEDICINE))
    kind, place = ("baseline" if tag == "baseline" else "check_in"), book.plan.places[0]
    told = (("headache_days", days), ("medicine_days", medicine))
    return [book.line(f"{what}-{tag}", (kind, what), value, when, place) for what, value in told]
