"""Safety: reactions per 1,000 sessions with their interval. Published rates stand on no axis with them."""

from typing import Any

from tracker.charts import captions, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure, Table
from tracker.charts.phrases import count

PLAIN = Frame()
KINDS = {"any": "any reaction", "serious": "called serious"}
COLUMNS = ("Reported", "Reactions", "Sessions held", "People", "Per 1,000 sessions", "95 % low", "95 % high")
MEANING = (
    "Counted is what was reported here; nobody was asked after every session. Serious is what the person called so: "
    "hospital, lasting harm or danger to life."
)


def reactions(group: Group, frame: Frame = PLAIN, evidence: tuple[str, ...] = ()) -> Figure:
    """A dot with its interval for any reaction and for serious ones."""
    known = [(n, told) for n, key in enumerate(KINDS) if (told := group["reactions"][key])["per_1000"] is not None]
    named = {"tickvals": [0, 1], "ticktext": list(KINDS.values())}
    layout = theme.layout(
        210,
        margin={"l": 116, "r": 24, "t": 30, "b": 72},
        xaxis=theme.axis(rangemode="tozero"),
        yaxis=theme.axis(range=[1.5, -0.5], showgrid=False, **named),
        annotations=[
            theme.title("Reactions per 1,000 sessions, 95 % interval", left=108),
            *captions.unshown(known),
            captions.under([_asked(group), frame.edition], 108, 30),
        ],
    )
    return Figure([_dots(known)] if known else [theme.nothing()], layout, words(group), table(group), evidence)


def _dots(known: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    rates = [told for _, told in known]
    above = [told["ci"][1] - told["per_1000"] for told in rates]
    below = [told["per_1000"] - told["ci"][0] for told in rates]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "per 1,000 sessions",
        "x": [told["per_1000"] for told in rates],
        "y": [n for n, _ in known],
        "marker": {"size": 10, "color": theme.BLUE, "symbol": "circle"},
        "error_x": {
            **{"type": "data", "symmetric": False, "array": above, "arrayminus": below},
            **{"color": theme.BLUE, "thickness": 2, "width": 4},
        },
        "customdata": [f"{told['x']} in {told['sessions']} sessions" for told in rates],
        "hovertemplate": "%{customdata}: %{x:.1f}<extra></extra>",
    }


def _asked(group: Group) -> str:
    told = group["reactions"]["any"]
    return f"{told['x']} in {told['sessions']} sessions of {told['people']} people"


def words(group: Group) -> tuple[str, ...]:
    """Each rate with its interval, and what was counted."""
    return (*(_sentence(key, group["reactions"][key]) for key in KINDS), MEANING)


def _sentence(key: str, told: dict[str, Any]) -> str:
    what = KINDS[key][:1].upper() + KINDS[key][1:]
    seen = f"{what}: {told['x']} in {count(told['sessions'], 'session')} of {told['people']} people"
    if told["per_1000"] is None:
        return f"{seen}. No rate: {told['note']}"
    low, high = told["ci"]
    return f"{seen}, {told['per_1000']:.1f} per 1,000 sessions (95 % interval {low:.1f} to {high:.1f})."


def table(group: Group) -> Table:
    """One row a kind."""
    rows = (
        (name, told["x"], told["sessions"], told["people"], told["per_1000"], *(told["ci"] or (None, None)))
        for key, name in KINDS.items()
        if (told := group["reactions"][key])
    )
    return Table("Reactions reported", COLUMNS, tuple(rows))
