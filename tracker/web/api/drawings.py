"""Drawings: figures as the API sends them; the charts floor draws, the evidence floor says what stands beside."""

from typing import Any

from marshmallow import fields

from tracker.charts import clinic as figures
from tracker.charts import course, dose
from tracker.charts.figure import Figure
from tracker.charts.timeline import timeline
from tracker.evidence.library import library
from tracker.science.progress import Progress
from tracker.services import review
from tracker.services.actor import Actor
from tracker.services.views import CourseView
from tracker.web import course_page, gallery, literature, published
from tracker.web.api.blueprint import Shape
from tracker.web.database import session
from tracker.web.security import actor

BESIDE = ("durability", "responders", "ecdf")  # the figures of a clinic beside which studies stand


class TableShape(Shape):
    """The figure's numbers; null = no answer, never 0."""

    caption = fields.String()
    columns = fields.List(fields.String())
    rows = fields.List(fields.List(fields.Raw()))


class FigureShape(Shape):
    """One figure: for Plotly, in words, as a table, with the ids of the evidence beside it."""

    data = fields.List(fields.Dict())
    layout = fields.Dict()
    words = fields.List(fields.String())
    table = fields.Nested(TableShape)
    evidence = fields.List(fields.String())


class GroupFigureShape(FigureShape):
    """The figure of one group, and what stands beside its numbers."""

    group = fields.String()
    about = fields.Dict(keys=fields.String(), values=fields.String())


class FiguresShape(Shape):
    """One figure a group; without groups one, named `all`."""

    figures = fields.List(fields.Nested(GroupFigureShape))


def of_course(name: str, progress: Progress, course: CourseView, who: Actor) -> dict[str, Any]:
    """Progress, sessions or durability of one course at one place."""
    ids = literature.of_course(course, progress, name).ids
    return _drawn(name, progress, "patient" if who.role == "patient" else "staff", ids).json()


def for_staff(name: str, course: CourseView, progress: Progress) -> dict[str, Any]:
    """The timeline or the sessions a week, as the practitioner's page shows them."""
    if name == "dose":
        return dose.dose(course_page.by_week(course, progress), course_page.late(course, progress)).json()
    at = {"actor": actor(), "course_id": course.id}
    odd, happened = review.reactions(session(), **at), review.milestones(session(), **at)
    counted = tuple(one for one in happened if one.effective)
    taken = tuple(one for one in review.co_treatments(session(), **at) if one.effective)
    return timeline(course_page.beside_scores(progress, odd, counted, taken)).json()


def _drawn(name: str, progress: Progress, audience: str, ids: tuple[str, ...]) -> Figure:
    if name == "sessions":
        return course.sessions(progress, ids)
    draw = course.progress if name == "progress" else course.durability
    return draw(progress, audience, ids)


def of_clinic(name: str, summary: dict[str, Any]) -> dict[str, Any]:
    """One figure a group, with what it estimates, of whom and by which definitions."""
    frame, month = gallery.frame_of(summary), summary["month"]
    condition = summary["selection"]["condition"]
    drawn = {
        label: figures.draw(name, label, group, frame, month, _evidence(name, group, condition))
        for label, group in summary["groups"].items()
    }
    return {
        "figures": [
            {"group": label, **one.json(), "about": dict(figures.about(name, summary["groups"][label], frame, month))}
            for label, one in drawn.items()
        ]
    }


def _evidence(name: str, group: dict[str, Any], condition: str | None) -> tuple[str, ...]:
    """Beside reactions what was published of them; beside the others what bears on the figure and its month."""
    if name == "reactions":
        return published.published(library())[1]
    if name not in BESIDE:
        return ()
    found = literature.of_clinic(condition, name, month=group.get("ecdf_month") if name == "ecdf" else None)
    return found.ids if found else ()
