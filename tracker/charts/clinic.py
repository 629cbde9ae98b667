"""Clinic: the figures of a clinic's summary by name, each as figure, drawing and provenance; one way for page, API and
files, so that all of them show the same numbers.
"""

from collections.abc import Callable
from typing import Any

from tracker.charts import captions, cohort, provenance, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure, Table
from tracker.charts.funnel import funnel
from tracker.charts.kept import kept
from tracker.charts.plot import plot_svg
from tracker.charts.provenance import Told
from tracker.charts.safety import reactions
from tracker.charts.svg_cohort import boxes_svg, responders_svg
from tracker.charts.units import pairs

TITLES = {
    "change": "Change from the start",
    "responders": "Who responded",
    "durability": "How long it lasted",
    "ecdf": "Share by improvement",
    "pairs": "Pairs and answers by practitioner",
    "funnel": "Practitioners with their case mix",
    "reactions": "Reactions per 1,000 sessions",
    "dose": "Planned and held",
}
SERVED = tuple(name for name in TITLES if name != "change")  # the API's, one a group
BY_MONTH: dict[str, Callable[..., Figure]] = {"pairs": pairs, "funnel": funnel}
PLAIN: dict[str, Callable[..., Figure]] = {
    "durability": cohort.durability,
    "responders": cohort.responders,
    "ecdf": cohort.ecdf,
    "reactions": reactions,
    "dose": kept,
}


def draw(name: str, label: str, group: Group, frame: Frame, month: int, evidence: tuple[str, ...] = ()) -> Figure:
    """One figure of one group; of a withheld one the sentence that says so."""
    if "withheld" in group:
        return closed(name, group["withheld"])
    if name == "change":
        return change({label: group}, frame, evidence)
    if name in BY_MONTH:
        return captions.roomy(BY_MONTH[name](group, frame, month, evidence=evidence))
    return captions.roomy(PLAIN[name](group, frame, evidence=evidence))


def change(groups: dict[str, Group], frame: Frame, evidence: tuple[str, ...] = ()) -> Figure:
    """The mean change of some groups in one picture."""
    return captions.roomy(cohort.change(groups, frame, evidence))


def closed(name: str, why: str) -> Figure:
    """An empty picture, the reason, a table without rows."""
    layout = theme.layout(
        160, xaxis=theme.axis(visible=False), yaxis=theme.axis(visible=False), annotations=captions.unshown(())
    )
    return Figure([theme.nothing()], layout, (why,), Table(TITLES[name], (), ()))


def svg(name: str, label: str, group: Group, frame: Frame, month: int, width: int) -> str:
    """The same as a drawing; empty for a withheld group, which has nothing to draw."""
    if "withheld" in group:
        return ""
    if name == "responders":
        return responders_svg(group, frame, width)
    if name == "durability":
        return boxes_svg(group, frame, width)
    return plot_svg(draw(name, label, group, frame, month), TITLES[name], width)


def about(name: str, group: Group, frame: Frame, month: int) -> Told:
    """What stands beside the numbers."""
    return () if "withheld" in group else provenance.of(name, group, frame, month)


def open_groups(summary: dict[str, Any]) -> dict[str, Group]:
    """The groups that may be shown."""
    return {name: group for name, group in summary["groups"].items() if "withheld" not in group}
