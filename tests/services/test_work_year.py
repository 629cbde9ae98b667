"""A year of 200 patients through the services: the work list equals a recount of what was sent."""

import math
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tests.services.recount_worklist import Course, dated_items, judged_items
from tests.storage.universe import Universe
from tracker.services import enrol, log, worklist
from tracker.services.actor import Actor, operator
from tracker.services.visit import session_id
from tracker.services.work import dates
from tracker.storage import Reading, WorkItem, WorkMark
from tracker.storage.engine import connect

pytestmark = pytest.mark.xdist_group("work year")  # its year is made once

FIRST = date(2026, 3, 9)
PEOPLE, EARLY, WEEKS = 200, 40, 52
LATER = 112  # days after which all but the first 40 begin: by then the clinic's noise is known
SD, AR = 1.0, 0.3
RESOLVED = 7  # days after which staff close an item
SCORED = ("worsened", "top", "sudden")
SPECIAL = {  # patients whose scores are told one by one, from the first week on
    "two points exactly": [3] * 7 + [5] * 3 + [3] * 5,
    "two thirds of a point less": [3] * 7 + [4, 5, 4] + [3] * 5,
    "0 to 8": [0, 0, 0, 8] + [1] * 8,
    "four exactly": [3, 4, 2, 7] + [4] * 8,
    "three and two thirds": [3, 4, 3, 7] + [4] * 8,
    "7.5 exactly": [7, 8, 9, 9] + [7] * 8,
    "above 7.5": [8, 8, 9, 9] + [8] * 8,
    "half a point a week": [3] * 10 + [3, 4, 4, 5, 5, 6, 6, 7, 7, 8],
}


def moment(day: int, hour: float = 12.0) -> datetime:
    """A time of the clinic's day (Seoul)."""
    at = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=day, hours=hour - 9)
    return at.replace(microsecond=0)


def made(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def reading(name: str, day: int, value: float | None, received: int, hour: float = 12.0, **more) -> dict:
    """What is sent, as the recount reads it."""
    told = {"id": made(name), "day": day, "order": hour / 24, "value": value, "received": received}
    return told | {"supersedes": None, "retracted": False} | more


def weekly(rng: np.random.Generator, level: float, n: int) -> list[int]:
    """Whole points around a level, neighbours correlated."""
    e = rng.normal(size=n)
    for k in range(1, n):
        e[k] = AR * e[k - 1] + math.sqrt(1 - AR**2) * e[k]
    return [int(v) for v in np.clip(np.rint(level + SD * e), 0, 10)]


def person(rng: np.random.Generator, number: int) -> tuple[Course, str]:
    """One patient's course with everything that will be sent, late, doubled, corrected, out of order."""
    start = int(rng.integers(0, 7)) if number < EARLY else LATER + int(rng.integers(0, 14))
    names = list(SPECIAL)
    special = names[number - EARLY] if 0 <= number - EARLY < len(names) else ""
    level = float(rng.uniform(3, 7))
    values = SPECIAL[special] if special else weekly(rng, level, WEEKS)
    sessions = [start + 14 * k for k in range(6 if special else int(rng.integers(3, 6)))]
    baseline = values[0] if special else round(level)
    course = Course(start, baseline, sessions)
    course.sent.append(reading(f"{number}/base", start, baseline, start, 8.0, kind="baseline"))
    silent = not special and number % 5 == 0
    for k, value in enumerate(values):
        day = start + 7 * k + (7 if special else int(rng.integers(1, 8)))
        if not special and (rng.random() < 0.1 or (silent and day > sessions[-1] + 10)):
            continue
        late = 0 if special or rng.random() > 0.15 else int(rng.integers(1, 30))
        if not special and number % 3:
            late = -(day - start) % 21  # a phone that is online every third week
        name = f"{number}/{k}"
        course.sent.append(reading(name, day, value, day + late))
        if not special and number % 4 == 1 and rng.random() < 0.08:
            again, gone = day + late + int(rng.integers(0, 6)), rng.random() < 0.3
            new = None if gone else int(np.clip(value + rng.integers(-3, 4), 0, 10))
            course.sent.append(reading(f"{name}/again", day, new, again, supersedes=made(name), retracted=bool(gone)))
    return course, special or ("silent" if silent else "corrected" if number % 4 == 1 else "stable")


class Year:
    """The clinic's year, day by day."""

    def __init__(self, db: Database, universe: Universe) -> None:
        self.db, self.staff = db, universe.actors["cho"]
        self.who: Actor = operator(universe.clinics["willow"])
        rng = np.random.default_rng(20260309)
        self.rng = rng
        self.people = [person(rng, n) for n in range(PEOPLE)]
        self.course_ids = [made(f"course {n}") for n in range(PEOPLE)]
        self.number = {id: n for n, id in enumerate(self.course_ids)}
        self.by_day: dict[int, list[tuple[int, dict]]] = {}
        for n, (course, _) in enumerate(self.people):
            for one in course.sent:
                self.by_day.setdefault(one["received"], []).append((n, one))
        self.last = LATER + 14 + 7 * WEEKS
        self.doubled = 0

    def begin(self, n: int) -> None:
        """Enrol a patient and write up the first session."""
        course = self.people[n][0]
        now = moment(course.start, 7)
        who = enrol.enrol_patient(self.db, actor=self.who, id=made(f"patient {n}"), code=f"Y-{n}", now=now)
        enrol.open_course(
            self.db, actor=self.who, id=self.course_ids[n], patient_id=who.id, condition="low_back", now=now
        )

    def visit(self, n: int, day: int) -> None:
        on = FIRST + timedelta(days=day)
        id = session_id(self.course_ids[n], on)
        log.session(self.db, actor=self.who, id=id, course_id=self.course_ids[n], held_on=on, now=moment(day, 9))

    def body(self, n: int, one: dict) -> dict:
        """A reading as a phone sends it."""
        return {
            "id": one["id"],
            "course_id": self.course_ids[n],
            "kind": one.get("kind", "check_in"),
            "instrument": "nrs_week",
            "value": one["value"],
            "recorded_at": moment(one["day"], one["order"] * 24),
            "supersedes": one["supersedes"],
            "retracted": one["retracted"],
            "entered_by": "patient",
        }

    def send(self, day: int) -> None:
        """What the day brings, in any order, and some of it twice."""
        bodies = [self.body(n, one) for n, one in self.by_day.get(day, [])]
        old = [self.body(n, one) for d in range(day - 9, day) for n, one in self.by_day.get(d, [])]
        again = [old[i] for i in self.rng.integers(0, len(old), 2)] if old else []
        bodies += again + bodies[:1]
        self.doubled += len(again)
        order = self.rng.permutation(len(bodies))
        for result in log.batch(self.db, actor=self.who, items=[bodies[i] for i in order], now=moment(day, 21)):
            assert result.error is None, result.error

    def close(self, day: int) -> None:
        """Staff close what has been open for a week; one in ten stays."""
        old = (WorkItem.resolved_at.is_(None), WorkItem.opened_on <= FIRST + timedelta(days=day - RESOLVED))
        for id, course in self.db.execute(select(WorkItem.id, WorkItem.course_id).where(*old)).all():
            if id.int % 10 or course not in self.number:
                worklist.resolve(self.db, actor=self.staff, id=id, resolution="noted", now=moment(day, 23))

    def run(self) -> None:
        visits: dict[int, list[int]] = {}
        for n, (course, _) in enumerate(self.people):
            for day in course.sessions:
                visits.setdefault(day, []).append(n)
        begins = {n: course.start for n, (course, _) in enumerate(self.people)}
        for day in range(self.last + 1):
            for n, start in begins.items():
                if start == day:
                    self.begin(n)
            for n in visits.get(day, []):
                self.visit(n, day)
            if self.by_day.get(day):
                self.send(day)
            dates.refresh(self.db, clinic_id=self.who.clinic, estimating=True, now=moment(day, 22))
            self.close(day)

    def items(self) -> list[WorkItem]:
        chosen = select(WorkItem).where(WorkItem.clinic_id == self.who.clinic)
        return [row for row in self.db.scalars(chosen) if row.course_id in self.number]

    def day(self, on: date) -> int:
        return (on - FIRST).days


@pytest.fixture(scope="module")
def year(populated, tmp_path_factory):
    """The year, once for all."""
    engine = connect(populated[0].copy(tmp_path_factory.mktemp("year"), "year"))
    with Database(engine) as db:
        made_ = Year(db, populated[1])
        made_.run()
        yield made_
    engine.dispose()


def needed(mark: WorkMark, start: int) -> tuple[float, float]:
    """The limits of a course from the noise known when it began, by the formula of statistics.md 2.8."""
    told = [e for e in mark.noise if e["instrument"] == "nrs_week" and e["since"] <= FIRST.toordinal() + start]
    sd, r = (told[-1]["sd"], told[-1]["r"]) if told else (1.0, 0.5)
    alike = math.sqrt((1 + r) / (1 - r))
    return tuple(max(2.0, 1.959963984540054 * sd * math.sqrt(1 / 3 + 1 / k) * alike) for k in (7, 1))  # type: ignore[return-value]


def told(*words) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def test_the_items_are_those_of_an_independent_recount(year: Year):
    mark = year.db.get_one(WorkMark, year.who.clinic)
    found: dict[int, list[tuple[str, int]]] = {n: [] for n in range(PEOPLE)}
    for row in year.items():
        n, key = year.number[row.course_id], (row.reason, year.day(row.opened_on))
        found[n].append(key)
        if row.resolved_at is not None:
            zone = row.resolved_at + timedelta(hours=9)
            year.people[n][0].resolved[key] = year.day(zone.date())
    for n, (course, kind) in enumerate(year.people):
        course.needed = needed(mark, course.start)
        due = judged_items(course, year.last) | dated_items(course, year.last)
        assert len(found[n]) == len(set(found[n])), (n, kind)
        assert set(found[n]) == due, (n, kind, sorted(set(found[n]) ^ due))
    counts = Counter(reason for some in found.values() for reason, _ in some)
    told("items of the year:", dict(counts), "sent twice:", year.doubled)
    assert set(counts) == {"worsened", "top", "sudden", "call", "ended", "review_due"}
    assert counts["ended"] == PEOPLE


def test_one_open_item_per_course_and_reason(year: Year):
    same = (WorkItem.course_id, WorkItem.reason)
    open_ = select(func.count()).where(WorkItem.resolved_at.is_(None)).group_by(*same)
    assert max(year.db.scalars(open_)) == 1


def test_nothing_sent_twice_is_stored_twice(year: Year):
    sent = sum(one["received"] <= year.last for course, _ in year.people for one in course.sent)
    stored = year.db.scalar(select(func.count()).where(Reading.course_id.in_(year.course_ids)))
    assert (stored, year.doubled > 300) == (sent, True)


@pytest.mark.parametrize(
    ("special", "reasons"),
    [
        ("two points exactly", {"worsened"}),
        ("two thirds of a point less", set()),
        ("0 to 8", {"sudden"}),
        ("four exactly", {"sudden"}),
        ("three and two thirds", set()),
        ("7.5 exactly", {"top"}),
        ("above 7.5", set()),
        ("half a point a week", {"worsened"}),
    ],
)
def test_what_reaches_a_limit_exactly_counts_and_what_is_below_does_not(year: Year, special, reasons):
    n = next(n for n, (_, kind) in enumerate(year.people) if kind == special)
    mine = [row for row in year.items() if row.course_id == year.course_ids[n] and row.reason in SCORED]
    assert {row.reason for row in mine} == reasons
    for row in mine:
        assert row.details["difference"] >= row.details["needed"] - 1e-9 or row.reason == "top"


def test_stable_patients_make_at_most_half_an_item_a_year(year: Year):
    """statistics.md 2.8 at SDw 1.0; what is stable here is also late, doubled and now and then missing."""
    stable = {n for n, (_, kind) in enumerate(year.people) if kind == "stable"}
    mine = [row for row in year.items() if year.number[row.course_id] in stable and row.reason in SCORED]
    rate = len(mine) / (len(stable) * WEEKS / 52)
    told(f"false items per patient-year: {rate:.2f} of {len(stable)}", dict(Counter(row.reason for row in mine)))
    assert 0.1 < rate <= 0.5
