"""Course page: everything of one course at one place, gathered once, for the page, its figures and the visit sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from tracker.charts import course as charts
from tracker.charts import dose, words
from tracker.charts import questionnaires as asked
from tracker.charts.figure import Figure, Table
from tracker.charts.questionnaires import Asked
from tracker.charts.svg import dose_svg, progress_svg, timeline_svg
from tracker.charts.timeline import Dated, Span, Timeline, timeline
from tracker.evidence.limits import limits
from tracker.evidence.panel import Panel
from tracker.science.dose import Week, weeks
from tracker.science.milestones import MILESTONES
from tracker.science.progress import Progress
from tracker.science.scales import DIARY, NOW, Instrument
from tracker.services import clock, review, scales, worklist
from tracker.services import history as trail
from tracker.services.history import Correction
from tracker.services.views import CoTreatmentView, CourseView, MilestoneView, ReactionView, ReadingView
from tracker.services.worklist import WorkView
from tracker.web import history, literature, places, reactions, wording, work_words
from tracker.web.database import session
from tracker.web.places import Chosen
from tracker.web.security import actor, clinic

AUDIENCE = "staff"  # whom the charts' sentences speak to
WIDE, NARROW = 720, 358  # pixels of the two drawings: beside other things, and on a phone
TALL, LOW = 380, 300  # pixels of the scores' drawing at either width


@dataclass(frozen=True)
class Drawn:
    """One figure on the page: drawn for both widths, in words, as a table, and where Plotly's data come from."""

    svg: Markup
    narrow: Markup
    words: tuple[str, ...]
    table: Table
    figure: str


@dataclass(frozen=True)
class Seen:
    """One course at one place with everything that was logged in it."""

    chosen: Chosen
    p: Progress
    timeline: Timeline
    weeks: tuple[Week, ...]
    after: int  # sessions held after the end of the course
    asked: tuple[Asked, ...]
    readings: tuple[ReadingView, ...]
    corrections: tuple[Correction, ...]
    reactions: tuple[ReactionView, ...]
    milestones: tuple[MilestoneView, ...]
    beside: tuple[CoTreatmentView, ...]
    work: tuple[WorkView, ...]
    evidence: Panel

    @property
    def course(self) -> CourseView:
        """The course."""
        return self.chosen.course

    @property
    def progress(self) -> Figure:
        """Scores above, before and after below."""
        return charts.progress(self.p, AUDIENCE)

    @property
    def durability(self) -> Figure:
        """The end of the course and the windows after it."""
        return charts.durability(self.p, AUDIENCE)

    @property
    def lasted(self) -> str:
        """The dated sentence about how long it lasted."""
        return words.lasted(self.p, AUDIENCE)


def look(found: Chosen) -> Seen:
    """Everything of one place of a course, each look noted in the trail."""
    at: dict[str, Any] = {"actor": actor(), "course_id": found.course.id}
    p = review.progress(session(), site=found.place.site, side=found.place.side, **at)
    readings = review.readings(session(), **at)
    odd = review.reactions(session(), **at)
    happened = tuple(one for one in review.milestones(session(), **at) if one.effective)
    taken = tuple(one for one in review.co_treatments(session(), **at) if one.effective)
    return Seen(
        chosen=found,
        p=p,
        timeline=beside_scores(p, odd, happened, taken),
        weeks=by_week(found.course, p),
        after=late(found.course, p),
        asked=questionnaires(found.course, p, readings, scales.scales(session(), actor=actor())),
        readings=readings,
        corrections=trail.corrections(session(), readings=readings, **at),
        reactions=odd,
        milestones=happened,
        beside=taken,
        work=worklist.of_course(session(), actor(), found.course.id),
        evidence=literature.of_course(found.course, p),
    )


def beside_scores(
    p: Progress,
    odd: Sequence[ReactionView],
    happened: Sequence[MilestoneView],
    taken: Sequence[CoTreatmentView] = (),
) -> Timeline:
    """What stands under the scores: sessions, reactions, what happened, what else was taken from day to day."""
    return Timeline(
        p,
        reactions=tuple(Dated(one.occurred_on, told(one)) for one in odd),
        events=tuple(Dated(x.happened_on, wording.MILESTONE[x.code]) for x in happened if x.code in MILESTONES),
        spans=tuple(map(span, taken)),
    )


def span(one: CoTreatmentView) -> Span:
    """Opioid: tramadol, from its first day on."""
    return Span(wording.co_treatment(one), one.begun_on, one.ended_on, one.note or "")


def told(one: ReactionView) -> str:
    """A bruise, mild; with what staff made of it."""
    more = [one.grade] if one.grade else []
    said = ", ".join([reactions.WORDS.get(one.code, wording.plain(one.code)), *more, *(["serious"] * one.serious)])
    return f"{said} (rated: {reactions.rated(one.assessment)})" if one.assessment else said


def late(course: CourseView, p: Progress) -> int:
    """How many sessions were held after the end of the course."""
    held = [s.held_on for s in course.sessions if s.state in history.HELD and s.held_on <= p.as_of]
    return sum(day > p.ended for day in held) if p.ended else 0


def by_week(course: CourseView, p: Progress) -> tuple[Week, ...]:
    """The sessions of the course, week by week, as known on the page's day."""
    held = [s.held_on for s in course.sessions if s.state in history.HELD and s.held_on <= p.as_of]
    return weeks(
        p.started,
        p.as_of,
        held=held,
        cancelled=[s.held_on for s in course.sessions if s.state == "cancelled" and s.held_on <= p.as_of],
        booked=[s.held_on for s in course.sessions if s.state == "planned" and s.held_on >= p.as_of],
        per_week=course.planned_per_week,
        total=course.planned_sessions,
        ended=p.ended,
    )


def questionnaires(
    course: CourseView, p: Progress, readings: Sequence[ReadingView], known: dict[str, Instrument]
) -> tuple[Asked, ...]:
    """Every question whose answers are not on the chart, each place by itself; the diary is counted, not listed."""
    drawn = {(p.instrument.code, at.site, at.side) for at in places.of(course)}
    zone = _zone()
    answers: dict[tuple[str, str | None, str], list[tuple[date, float]]] = {}
    for one in sorted(readings, key=lambda r: r.at):
        key = one.instrument, one.site, one.side
        if one.effective and one.value is not None and one.instrument not in (NOW, DIARY) and key not in drawn:
            answers.setdefault(key, []).append((one.at.astimezone(zone).date(), one.value))
    several = len(course.places) > 1
    return tuple(
        Asked(_question(course, key, several), known[key[0]], tuple(given))
        for key, given in sorted(answers.items(), key=lambda one: (*map(str, one[0]),))
        if key[0] in known
    )


def _question(course: CourseView, key: tuple[str, str | None, str], several: bool) -> str:
    """PEG, or PEG (left knee) where the course has several places."""
    code, site, side = key
    name = wording.upper(wording.FILTERS["instrument"](code))
    return f"{name} ({wording.body(course.condition, site, side)})" if several and site else name


def _zone() -> ZoneInfo:
    """The clinic's zone, in which the chart's points already are."""
    return ZoneInfo((clinic() or {"timezone": "UTC"})["timezone"])


def today() -> date:
    """The clinic's date."""
    return clock.now().astimezone(_zone()).date()


def drawings(seen: Seen) -> dict[str, Drawn]:
    """The three drawings of the page, each for both widths."""
    p, figures = seen.p, (seen.progress, timeline(seen.timeline), dose.dose(seen.weeks, seen.after))
    made = {
        "progress": [progress_svg(p, WIDE, TALL, AUDIENCE), progress_svg(p, NARROW, LOW, AUDIENCE)],
        "timeline": [timeline_svg(seen.timeline, WIDE), timeline_svg(seen.timeline, NARROW)],
        "dose": [dose_svg(seen.weeks, seen.after, WIDE), dose_svg(seen.weeks, seen.after, NARROW)],
    }
    return {
        name: Drawn(Markup(wide), Markup(narrow), figure.words, figure.table, address(seen, name))
        for (name, (wide, narrow)), figure in zip(made.items(), figures, strict=True)
    }


def address(seen: Seen, name: str) -> str:
    """Where the same figure is to be had for Plotly."""
    where = {"instrument": seen.p.instrument.code, "site": seen.p.site, "side": seen.p.side}
    endpoint = "courses.get_figure" if name == "progress" else "courses.get_staff_figure"
    return url_for(endpoint, course_id=seen.course.id, name=name, **{k: v for k, v in where.items() if v})


def shown(seen: Seen) -> dict[str, Any]:
    """What the template takes."""
    return {
        "drawings": drawings(seen),
        "lasted": seen.lasted,
        "durability": seen.durability,
        "visits": history.visits(seen.course, seen.p),
        "plan": history.plan(seen.course, seen.p),
        "entries": history.entries(seen.course, seen.readings),
        "corrections": history.corrections(seen.course, seen.corrections),
        "asked": [(one, Markup(asked.spark(one))) for one in seen.asked],
        "answers": asked.every(seen.asked),
        "reactions": seen.reactions,
        "milestones": seen.milestones,
        "evidence": seen.evidence,
        "limits": limits(seen.p.instrument.code, seen.course.condition),
        "work": [work_words.told(one, today()) for one in seen.work],
    }
