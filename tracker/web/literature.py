"""Literature: what stands beside a chart of a course, or of a clinic; the chart names what it shows."""

from typing import Any

from tracker.evidence.beside import beside
from tracker.evidence.panel import Panel
from tracker.science.progress import Progress
from tracker.services import clock
from tracker.services.views import CourseView

NEEDLES = {"acupuncture", "electroacupuncture"}


def of_course(course: CourseView, p: Progress, chart: str = "progress") -> Panel:
    """Beside one course at one place, as of the day its progress is told."""
    treated = modalities(course)
    return beside(
        course.condition,
        chart=chart,
        chronicity=course.chronicity,
        instrument=p.instrument.code,
        alone=set(treated) <= NEEDLES if treated else None,
        modalities=treated,
        today=p.as_of,
    )


def of_clinic(condition: str | None, chart: str, **shown: Any) -> Panel | None:
    """Beside a figure of many courses; nothing where they are of several conditions."""
    return beside(condition, chart=f"clinic_{chart}", today=clock.now().date(), **shown) if condition else None


def modalities(course: CourseView) -> tuple[str, ...]:
    """What was planned or given, each once."""
    planned = (course.modality or "").split("+")
    given = [modality for session in course.sessions for modality in session.modalities]
    return tuple(dict.fromkeys(one for one in (*planned, *given) if one))
