"""Funnel: improved courses over those expected of the same case mix, against how surely the ratio is known.

A unit outside the limits is a question, not an answer; there is no order and no colour for better or worse.
"""

from typing import Any

from tracker.charts import captions, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure, Table
from tracker.charts.theme import safe
from tracker.science import funnel as science
from tracker.science.confidence import Z

PLAIN = Frame()
SHORT = 210  # pixels of a picture that only says that nothing is shown
STEPS = 40  # points of a limit's curve
KEYS = ("unit", "due", "answered", "follow_up_rate", "observed", "expected", "ratio", "precision", "z", "place")
COLUMNS = (
    *("Practitioner", "Due", "Answered", "Follow-up rate", "Improved", "Expected", "Improved / expected", "Precision"),
    *("z", "Place"),
)
PLACES = {"inside": "inside", "outside_95": "outside 95 %", "outside_998": "outside 99.8 %", None: "not plotted"}


def funnel(group: Group, frame: Frame = PLAIN, month: int = 3, evidence: tuple[str, ...] = ()) -> Figure:
    """Dots for practitioners, hollow where fewer than 70 % answered; dashed and dotted limits."""
    found = group["funnel"]
    drawn = [one for one in found["units"] or () if one["plotted"]]
    layout = theme.layout(
        380 if drawn else SHORT,
        margin={"l": 48, "r": 16, "t": 48, "b": 96},
        xaxis=theme.axis(rangemode="tozero", title={"text": "precision of the ratio", "font": {"size": theme.SMALL}}),
        yaxis=theme.axis(rangemode="tozero"),
        shapes=[_even()] if drawn else [],
        annotations=[
            theme.title("Improved / expected of the same case mix<br>dashed: 95 % · dotted: 99.8 %", left=38),
            *captions.unshown(drawn),
            captions.under([captions.latest(group, month), frame.edition], 40, 56),
        ],
    )
    data = [*_limits(drawn, found["phi"] if found["phi_used"] else 1.0), _dots(drawn)] if drawn else [theme.nothing()]
    return Figure(data, layout, tuple(found["notes"]), table(group, month), evidence)


def _even() -> dict[str, Any]:
    """As many as expected."""
    across = {"xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1}
    return {"type": "line", **across, "line": theme.line(theme.GREY, 1, "solid")}


def _limits(drawn: list[dict[str, Any]], phi: float) -> list[dict[str, Any]]:
    """Both limits of both widths over the precisions at hand."""
    ends = [one["precision"] for one in drawn]
    low, high = 0.9 * min(ends), 1.05 * max(ends)
    at = [low + (high - low) * n / STEPS for n in range(STEPS + 1)]
    curves = []
    for z, dash in ((Z, "dash"), (science.Z_998, "dot")):
        pairs = [science.limits(x, z, phi) for x in at]
        curves += [_curve(at, [pair[end] for pair in pairs], dash) for end in (0, 1)]
    return curves


def _curve(x: list[float], y: list[float], dash: str) -> dict[str, Any]:
    look = {"line": theme.line(theme.GREY, 1, dash), "hoverinfo": "skip", "name": "limit"}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, **look}


def _dots(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "practitioners",
        "x": [one["precision"] for one in drawn],
        "y": [one["ratio"] for one in drawn],
        "marker": {
            "size": 10,
            "color": theme.BLUE,
            "symbol": ["circle-open" if one["hollow"] else "circle" for one in drawn],
            "line": {"color": theme.BLUE, "width": 2},
        },
        "customdata": [safe(f"{one['unit']}: {one['observed']} of {one['due']} due") for one in drawn],
        "hovertemplate": "%{customdata}<br>%{y:.2f} of what was expected<extra></extra>",
    }


def table(group: Group, month: int) -> Table:
    """One row a practitioner, those not plotted too."""
    rows = tuple((*(one[key] for key in KEYS[:-1]), PLACES[one["place"]]) for one in group["funnel"]["units"] or ())
    return Table(f"Improved and expected at the {month}-month question", COLUMNS, rows, shares=(3,))
