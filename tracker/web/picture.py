"""Picture: one course at one place as a page shows it: drawing, words, table, limits, the evidence beside it."""

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from tracker.charts import course as charts
from tracker.charts.figure import Table
from tracker.charts.svg_progress import progress_svg
from tracker.evidence.limits import Limit, limits
from tracker.evidence.panel import Panel
from tracker.science.progress import Progress
from tracker.services.views import CourseView
from tracker.web import literature


@dataclass(frozen=True)
class Picture:
    """`svg` is markup made and escaped by the charts floor; `figure` is where Plotly's data come from."""

    svg: Markup
    words: tuple[str, ...]
    table: Table
    evidence: Panel
    limits: tuple[Limit, ...]
    figure: str


def of(p: Progress, course: CourseView, *, audience: str, width: int, height: int) -> Picture:
    """The picture of a course, for a patient or for staff."""
    drawn = charts.progress(p, audience)
    return Picture(
        svg=Markup(progress_svg(p, width, height, audience)),
        words=drawn.words,
        table=drawn.table,
        evidence=literature.of_course(course, p),
        limits=limits(p.instrument.code, course.condition),
        figure=_address(p, course),
    )


def _address(p: Progress, course: CourseView) -> str:
    where = {"instrument": p.instrument.code, "site": p.site, "side": p.side}
    return url_for("courses.get_figure", course_id=course.id, name="progress", **{k: v for k, v in where.items() if v})
