"""Kept: how much of what was planned was held, in courses that have ended."""

from typing import Any

from tracker.charts import captions, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure, Table
from tracker.charts.phrases import count, share

PLAIN = Frame()
NAMES = {"sessions": "sessions a course", "per_week": "sessions a week"}
COLUMNS = ("What", "Planned, mean", "Held, mean", "Courses")


def kept(group: Group, frame: Frame = PLAIN, evidence: tuple[str, ...] = ()) -> Figure:
    """Planned and held side by side."""
    found = group["kept"]
    known = [(n, found[key]) for n, key in enumerate(NAMES) if found[key]["n"]]
    named = {"tickvals": [0, 1], "ticktext": list(NAMES.values())}
    layout = theme.layout(
        230,
        margin={"l": 132, "r": 40, "t": 30, "b": 72},
        barmode="group",
        bargap=0.35,
        xaxis=theme.axis(rangemode="tozero"),
        yaxis=theme.axis(range=[1.6, -0.6], showgrid=False, **named),
        annotations=[
            theme.title("Sessions: filled held, hollow planned", left=124),
            *captions.unshown(known),
            captions.under([_asked(found), frame.edition], 124, 30),
        ],
    )
    data = [_bars(known, "planned", -0.18), _bars(known, "held", 0.18)] if known else [theme.nothing()]
    return Figure(data, layout, words(group), table(group), evidence)


def _bars(known: list[tuple[int, dict[str, Any]]], which: str, beside: float) -> dict[str, Any]:
    held = which == "held"
    look = {
        "color": theme.BLUE if held else theme.CLEAR,
        "line": {"color": theme.BLUE if held else theme.GREY, "width": 2},
    }
    return {
        "type": "bar",
        "orientation": "h",
        "name": which,
        "x": [told[which] for _, told in known],
        "y": [n + beside for n, _ in known],
        "width": 0.3,
        "text": [f"{told[which]:.1f}" for _, told in known],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": look,
        "hovertemplate": f"{which}: %{{x:.1f}}<extra></extra>",
    }


def _asked(found: dict[str, Any]) -> str:
    return f"{count(found['ended'], 'course')} ended · {found['kept']['n']} with a plan · {found['no_plan']} without"


def words(group: Group) -> tuple[str, ...]:
    """How many kept the plan, and the means of both."""
    found = group["kept"]
    told, whole = found["kept"], found["sessions"]
    if not told["n"]:
        return (f"No plan to hold it against: {found['ended']} ended, none with a planned number of sessions.",)
    told_kept = f"{told['x']} of {told['n']} ended courses with a plan held at least as many sessions as planned"
    means = f"Planned were {whole['planned']:.1f} on average, held {whole['held']:.1f}."
    pace, rate = found["per_week"], ()
    if pace["n"]:
        rate = (
            f"A week, {pace['planned']:.1f} were planned and {pace['held']:.1f} held ({count(pace['n'], 'course')}).",
        )
    without = (f"{found['no_plan']} ended without a plan are not in it.",) if found["no_plan"] else ()
    return (f"{told_kept} ({share(told['share'])}).", means, *rate, *without)


def table(group: Group) -> Table:
    """A row for the whole course and one for the week; then who kept it."""
    found, told = group["kept"], group["kept"]["kept"]
    rows = [(NAMES[key], found[key]["planned"], found[key]["held"], found[key]["n"]) for key in NAMES]
    return Table(
        "Planned and held, courses that have ended",
        COLUMNS,
        (*rows, ("courses that held as many as planned", None, told["x"], told["n"])),
    )
