"""Measures: what some are asked besides pain; PEG at the start and later, PGIC at the end and three months on."""

from datetime import date, timedelta

import numpy as np

from tracker.science.scales import PRIMARY
from tracker.services.demo import headache, occasions
from tracker.services.demo.answers import answers, whole
from tracker.services.demo.diary import Diary
from tracker.services.demo.story import Entry

WITH_PEG, WITH_PGIC = 0.4, 0.45
PEG_WEEKS, PGIC_WEEKS = (1, 13, 52), (1, 13)
PEG_ITEMS = ("pain", "enjoyment", "activity")  # Krebs 2009, J Gen Intern Med 24:733
PEG_SD = 1.0
PGIC_SAME, PGIC_STEP, PGIC_SD, PGIC_MOST = 4.0, 5.0, 0.7, 7  # 4 = no change


def measures(book: Diary, today: date) -> list[Entry]:
    """The questionnaires of one patient."""
    blocks = headache.blocks(book, today) if PRIMARY[book.plan.condition] == "headache_days" else []
    pegs = _pegs(book, today) if book.rng.random() < WITH_PEG else []
    asked = _answered(book, PGIC_WEEKS, today) if book.rng.random() < WITH_PGIC else []
    return blocks + pegs + [_pgic(book, tag, on) for tag, on in asked]


def _answered(book: Diary, weeks: tuple[int, ...], today: date) -> list[tuple[str, date]]:
    """The follow-ups among these weeks that are answered."""
    dues = [(week, on) for week, on in occasions.after(book.plan, weeks) if on < today]
    return [(f"after-{week:g}", on) for week, on in dues if answers(book.habit, book.week(on), book.rng, week)]


def _pegs(book: Diary, today: date) -> list[Entry]:
    """PEG: the mean of three items, at the start and after the end."""
    first = _peg(book, "baseline", "baseline", book.start - timedelta(days=1))
    return [first] + [_peg(book, tag, "check_in", on) for tag, on in _answered(book, PEG_WEEKS, today)]


def _peg(book: Diary, tag: str, kind: str, on: date) -> Entry:
    """One PEG, its items near the week's pain."""
    items = {name: whole(book.week(on) + book.rng.normal(0, PEG_SD)) for name in PEG_ITEMS}
    value, when = sum(items.values()) / len(items), (on, book.evening())
    return book.line(f"peg-{tag}", (kind, "peg"), value, when, book.plan.places[0], items=items)


def _pgic(book: Diary, tag: str, on: date) -> Entry:
    """PGIC: 1 very much worse … 7 very much improved, near the share of the first level that went."""
    share = 1 - book.week(on) / max(book.pains[0].level, 1.0)
    told = PGIC_SAME + PGIC_STEP * share + book.rng.normal(0, PGIC_SD)
    value, when = float(np.clip(round(told), 1, PGIC_MOST)), (on, book.evening())
    return book.line(f"pgic-{tag}", ("check_in", "pgic"), value, when, book.plan.places[0])
