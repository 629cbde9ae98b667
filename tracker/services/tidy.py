"""Tidy: courses with their readings as rows of the tidy CSV, such that the file gives the same outcomes again.

What a file cannot tell of is told by rows without a value: a session in which nothing was scored, a place whose
question was never answered. A score of a cancelled session belongs to no session; an after-score needs one and is left
to the JSON, as is a course without any date.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from operator import eq
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from tracker.exports.rows import Row
from tracker.science.milestones import MILESTONES
from tracker.science.scales import KINDS
from tracker.services.views import ClinicView, CourseView, MilestoneView, OwnCourse, ReadingView, SessionView
from tracker.storage.export import Said, filled

HELD = ("held", "reported")
WEEK = 7
KIND = {kind: n for n, kind in enumerate(KINDS)}
AT = 2  # where a line has the moment, behind the place
NO_ROW = Row("", "", date.min, "", "", 0.0, None)
SAME = (
    *("patient", "condition", "course_start", "clinic", "course", "course_end"),
    *("planned_gap", "chronicity", "practitioner", "modality", "group"),
)


class Named(NamedTuple):
    """A session that was held, as the file calls it."""

    name: str
    session: SessionView


class Line(NamedTuple):
    """One row with the score it is of; before them where it stands among the others, ended by the score's id."""

    site: str
    side: str
    at: Any = None
    fold: int = 0  # which of two moments of one wall time, in the night that has an hour twice: Python calls them equal
    instrument: str = ""
    kind: int = 0
    session: str = ""
    value: float | None = None
    id: Any = None
    row: Row = NO_ROW
    said: Said | None = None


def rows(
    clinic: ClinicView,
    course: CourseView,
    readings: Sequence[ReadingView],
    milestones: Iterable[MilestoneView] = (),
) -> list[Row]:
    """One course: a row for each score that counts, then what was held, asked or happened without a score."""
    counted = [_said(r) for r in readings if r.effective and not r.retracted]
    happened = [(m.happened_on, m.code) for m in milestones if m.effective and m.code in MILESTONES]
    days = [r.at for r in readings]
    return [line.row for line in lines(clinic, course, counted, days=days, happened=happened)]


def _said(r: ReadingView) -> Said:
    came = r.received_at if r.late else None
    return Said(r.id, r.session_id, r.kind, r.instrument, r.at, r.value, r.site, r.side, r.entered_by, came)


def lines(
    clinic: ClinicView,
    course: CourseView,
    said: Sequence[Said],
    *,
    days: Sequence[datetime] | None = None,
    name: str | None = None,
    happened: Iterable[tuple[date, str]] = (),
) -> list[Line]:
    """The same from the scores that count, each with its score. days: of all that was logged; name: what the file calls
    the course; happened: milestones.
    """
    zone = ZoneInfo(clinic.timezone)
    start = _start(course, zone, [one.at for one in said] if days is None else days)
    if start is None:
        return []
    sessions = named(course.sessions)
    same = _same(clinic, course, start) | ({"course": name} if name else {})
    scored = _scored(same, zone, sessions, said)
    given = {line.session for line in scored}
    unscored = [_unscored(same, course, one) for one in sessions.values() if one.name not in given]
    answered = {line[:AT] for line in scored if line.instrument == course.primary}
    silent = [_silent(same, course, p.site, p.side) for p in course.places if (p.site or "", p.side) not in answered]
    beside = [_happened(same, course, on, code) for on, code in sorted(happened)]
    blank = [Line(row.site or "", row.side, row=row) for row in dict.fromkeys([*unscored, *silent, *beside])]
    return sorted([*_once(scored), *blank], key=lambda line: line[:AT]) if blank else _once(scored)


def _once(scored: list[Line]) -> list[Line]:
    """Of rows that are the same in every cell the first; they can be so only at one moment."""
    moments = [line.at for line in scored]
    if not any(map(eq, moments, moments[1:])):
        return scored
    first: dict[tuple[Row, int], Line] = {}
    for line in scored:
        first.setdefault((line.row, line.fold), line)
    return list(first.values())


def named(sessions: Sequence[SessionView]) -> dict[UUID, Named]:
    """The sessions held, each under a name of its day; a day corrected later may hold two of one number."""
    count: Counter[date] = Counter()
    found = {}
    for one in sorted((s for s in sessions if s.state in HELD), key=lambda s: (s.held_on, s.number, s.id)):
        count[one.held_on] += 1
        found[one.id] = Named(f"{one.held_on.isoformat()}/{count[one.held_on]}", one)
    return found


def _same(clinic: ClinicView, course: CourseView, start: date) -> dict[str, Any]:
    """What every row of the course says."""
    return {
        "patient": course.patient_code,
        "condition": course.condition,
        "course_start": start,
        "clinic": clinic.slug,
        "course": str(course.id),
        "course_end": course.closed_on,
        "planned_gap": WEEK / course.planned_per_week if course.planned_per_week else None,
        "chronicity": course.chronicity,
        "practitioner": course.practitioner,
        "modality": course.modality
        or next((_joined(s) for s in course.sessions if s.state in HELD and s.modalities), None),
        "group": course.group_label,
    }


def _start(course: CourseView, zone: ZoneInfo, moments: Sequence[datetime]) -> date | None:
    """The stated start, else the first session, else the first score, no later than the end; None without any date."""
    held = [s.held_on for s in course.sessions if s.state in HELD]
    days = held or [at.astimezone(zone).date() for at in moments]
    start = course.started_on or min(days, default=course.closed_on)
    return start and min(start, course.closed_on or start)


def _scored(
    same: Mapping[str, Any], zone: ZoneInfo, sessions: Mapping[UUID, Named], said: Iterable[Said]
) -> list[Line]:
    """The scores as rows, each at its corrected moment on the clinic's wall; an after-score without a session is none.

    Rows stand place after place, in each in the order of time: of places scored equally often the first speaks for the
    course. Scores of one moment stand in an order that the file itself gives.
    """
    patient, condition, start, clinic, course, end, gap, chronicity, practitioner, usual, group = (
        same[name] for name in SAME
    )
    nowhere: tuple[str | None, str | None] = (None, usual)
    visits: dict[UUID | None, tuple[str | None, str | None]] = {id: (v.name, _done(v)) for id, v in sessions.items()}
    found = []
    for one in said:
        id, session_id, kind, instrument, at, value, site, side, entered_by, came, _ = one
        session, modality = visits.get(session_id, nowhere) if session_id else nowhere
        if session is None and kind == "after":
            continue
        at, came = at if at.tzinfo is zone else at.astimezone(zone), came and came.astimezone(zone)
        cells = (  # as Row has them; in one piece, which takes a third of what putting pieces together takes
            patient, condition, start, kind, instrument, at, value, clinic, course, end, gap, session, site or None,
            side, chronicity, practitioner, modality, group, entered_by, came, None, 0,
        )  # fmt: skip
        place = (site or "", side, at, at.fold, instrument, KIND[kind], session or "", value, id)
        found.append(filled(Line, (*place, filled(Row, cells), one)))
    found.sort()
    return found


def _unscored(same: Mapping[str, Any], course: CourseView, one: Named) -> Row:
    """A session that was held and has no score."""
    at = datetime.combine(one.session.held_on, time())
    return _row(same, **_blank(course), recorded_at=at, session=one.name, modality=_done(one))


def _happened(same: Mapping[str, Any], course: CourseView, on: date, code: str) -> Row:
    """A milestone."""
    return _row(same, **_blank(course), recorded_at=datetime.combine(on, time()), milestone=code)


def _blank(course: CourseView) -> dict[str, Any]:
    """What a row says that is no score, at the first place by name: a file knows no order of places."""
    first = min(course.places, key=lambda p: (p.site or "", p.side), default=None)
    where = {"site": first.site, "side": first.side} if first else {}
    return {"kind": "check_in", "instrument": course.primary, "value": None, "entered_by": "staff"} | where


def _silent(same: Mapping[str, Any], course: CourseView, site: str | None, side: str) -> Row:
    """A place that was never scored on the course's own instrument: it stays in the denominators."""
    at = datetime.combine(same["course_start"], time())
    asked = {"kind": "check_in", "instrument": course.primary, "value": None, "entered_by": "staff"}
    return _row(same, **asked, recorded_at=at, site=site, side=side)


def _done(one: Named) -> str | None:
    return _joined(one.session) or None


def _joined(session: SessionView) -> str:
    return "+".join(session.modalities)


def _row(same: Mapping[str, Any], **own: Any) -> Row:
    """The course's columns and the row's own."""
    return Row(**{**same, **own})


def of(clinic: ClinicView, courses: Sequence[OwnCourse]) -> Iterator[Row]:
    """The rows of several courses, in the one order that the store has for them."""
    for one in sorted(courses, key=lambda one: one.course.id):
        yield from rows(clinic, one.course, one.readings, one.milestones)
