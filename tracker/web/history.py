"""History: sessions and entries of a course as staff read them; every correction and mark stays in sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.science.progress import Pair, Progress
from tracker.services.history import Correction
from tracker.services.views import CourseView, ReadingView, SessionView
from tracker.tongue import _
from tracker.web import wording

HELD = ("held", "reported")
WHO = {"patient": "the patient", "assisted": "the patient, with help", "staff": "staff", "import": "a file"}
FATE = {
    "counts": "",
    "taken_back": "",
    "corrected_again": "corrected again later",
    "another_counts": "not counted: a later correction stands",
}


@dataclass(frozen=True)
class Visit:
    """One session; without a pair it was not held (yet)."""

    session: SessionView
    pair: Pair | None


@dataclass(frozen=True)
class Logged:
    """One entry, the place it is about, and what is unusual about it."""

    reading: ReadingView
    place: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Corrected:
    """One correction in words."""

    day: str
    question: str
    place: str
    was: str
    now: str
    by: str
    on: str
    why: str
    fate: str


def visits(course: CourseView, p: Progress) -> list[Visit]:
    """All sessions, oldest first; those held with their number and their scores at this place."""
    pairs = iter(sorted(p.pairs, key=lambda pair: pair.number))
    ordered = sorted(course.sessions, key=lambda s: (s.held_on, s.number, s.id))
    return [Visit(one, next(pairs, None) if one.state in HELD and one.held_on <= p.as_of else None) for one in ordered]


def plan(course: CourseView, p: Progress) -> str:
    """9 of 12 planned sessions held; what was held after the end of the course is no part of its plan."""
    until, planned = p.ended or p.as_of, course.planned_sessions
    held = sum(s.state in HELD and s.held_on <= until for s in course.sessions)
    return f"{held} of {planned} planned sessions held" if planned else f"{held} held, none planned"


def entries(course: CourseView, readings: Sequence[ReadingView]) -> list[Logged]:
    """All entries, newest first, corrected and taken-back ones included."""
    replaced = {r.supersedes: r for r in readings if r.supersedes}
    ordered = sorted(readings, key=lambda r: (r.at, r.received_at), reverse=True)
    return [Logged(r, wording.body(course.condition, r.site, r.side), _marks(r, replaced.get(r.id))) for r in ordered]


def corrections(course: CourseView, found: Sequence[Correction]) -> list[Corrected]:
    """Every correction, newest first: which entry, what it said and says, who, when and why."""
    return [_corrected(course, one) for one in found]


def _corrected(course: CourseView, one: Correction) -> Corrected:
    old, new = one.old, one.new
    kind = wording.KIND.get(old.kind)
    asked = _(wording.INSTRUMENT.get(old.instrument, wording.plain(old.instrument)))
    return Corrected(
        day=wording.reading_day(old),
        question=f"{asked}, {_(kind)}" if kind else asked,
        place=wording.body(course.condition, old.site, old.side),
        was=wording.score(old.value),
        now="taken back" if new.retracted else wording.score(new.value),
        by=f"{one.by}, {WHO[new.entered_by]}" if one.by else WHO[new.entered_by],
        on=wording.day_of(new.received_at, new.recorded_at.tzinfo),
        why=new.reason or "",
        fate=FATE[one.fate],
    )


def _marks(r: ReadingView, later: ReadingView | None) -> tuple[str, ...]:
    """What is unusual, in words."""
    told = (
        _(wording.ENTERED.get(r.entered_by, "")),
        _("entered late") if r.late else "",
        _("order unclear") if r.order_unclear else "",
        _("clock corrected") if r.clock_corrected else "",
        _fate(r, later),
    )
    return tuple(x for x in told if x)


def _fate(r: ReadingView, later: ReadingView | None) -> str:
    """Whether it was replaced, takes one back, or replaces one."""
    if later is not None:
        return _("taken back") if later.retracted else _("corrected later")
    if r.retracted:
        return _("takes an entry back")
    if r.supersedes:
        return _("correction")
    return "" if r.effective else _("not counted")
