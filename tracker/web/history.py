"""History: sessions and entries of a course as staff read them; every correction and mark stays in sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.science.progress import Pair, Progress
from tracker.services.views import CourseView, ReadingView, SessionView
from tracker.tongue import _
from tracker.web import wording

HELD = ("held", "reported")


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


def visits(course: CourseView, p: Progress) -> list[Visit]:
    """All sessions, oldest first; those held with their number and their scores at this place."""
    pairs = iter(sorted(p.pairs, key=lambda pair: pair.number))
    ordered = sorted(course.sessions, key=lambda s: (s.held_on, s.number, s.id))
    return [Visit(one, next(pairs, None) if one.state in HELD and one.held_on <= p.as_of else None) for one in ordered]


def plan(course: CourseView) -> str:
    """9 of 12 planned sessions held."""
    held, planned = sum(s.state in HELD for s in course.sessions), course.planned_sessions
    return f"{held} of {planned} planned sessions held" if planned else f"{held} held, none planned"


def entries(course: CourseView, readings: Sequence[ReadingView]) -> list[Logged]:
    """All entries, newest first, corrected and taken-back ones included."""
    replaced = {r.supersedes: r for r in readings if r.supersedes}
    ordered = sorted(readings, key=lambda r: (r.at, r.received_at), reverse=True)
    return [Logged(r, wording.body(course.condition, r.site, r.side), _marks(r, replaced.get(r.id))) for r in ordered]


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
