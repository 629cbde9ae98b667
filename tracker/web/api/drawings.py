"""Drawings: figures as the API sends them; the charts floor draws, the evidence floor says what stands beside."""

from typing import Any

from marshmallow import fields

from tracker.charts import clinic as figures
from tracker.charts import course
from tracker.charts.figure import Figure
from tracker.evidence.beside import beside
from tracker.evidence.library import library
from tracker.science.progress import Progress
from tracker.services import clock
from tracker.services.actor import Actor
from tracker.web import gallery, published
from tracker.web.api.blueprint import Shape


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


def of_course(name: str, progress: Progress, chronicity: str | None, who: Actor) -> dict[str, Any]:
    """Progress, sessions or durability of one course at one place."""
    ids = beside(progress.condition, chronicity=chronicity, today=progress.as_of).ids
    return _drawn(name, progress, "patient" if who.role == "patient" else "clinic", ids).json()


def _drawn(name: str, progress: Progress, audience: str, ids: tuple[str, ...]) -> Figure:
    if name == "sessions":
        return course.sessions(progress, ids)
    draw = course.progress if name == "progress" else course.durability
    return draw(progress, audience, ids)


def of_clinic(name: str, summary: dict[str, Any]) -> dict[str, Any]:
    """One figure a group, with what it estimates, of whom and by which definitions."""
    frame, month = gallery.frame_of(summary), summary["month"]
    ids = _evidence(name, summary["selection"]["condition"])
    drawn = {label: figures.draw(name, label, group, frame, month, ids) for label, group in summary["groups"].items()}
    return {
        "figures": [
            {"group": label, **one.json(), "about": dict(figures.about(name, summary["groups"][label], frame, month))}
            for label, one in drawn.items()
        ]
    }


def _evidence(name: str, condition: str | None) -> tuple[str, ...]:
    """Beside reactions what was published of them; beside the others what stands beside the condition."""
    if name == "reactions":
        return published.published(library())[1]
    return beside(condition, today=clock.now().date()).ids if condition else ()
