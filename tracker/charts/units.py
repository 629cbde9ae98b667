"""Units: by practitioner, which share of the sessions has a pair and which share of the due courses answered.

Names stand in their own order: data quality, no rank.
"""

from typing import Any

from tracker.charts import captions, theme
from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Figure, Table
from tracker.charts.phrases import count, share
from tracker.charts.theme import safe
from tracker.science.selection import FEWEST

ROW, LEFT = 30, 196  # pixels: a bar and its air, the names at the left
LETTERS = 16  # of a name that stand beside its bar
PLAIN = Frame()
COLUMNS = (
    *("Practitioner", "People", "Courses", "Sessions held", "With before and after", "Pair rate"),
    *("Due", "Answered", "Follow-up rate"),
)
KEYS = ("unit", "people", "courses", "held", "pairs", "pair_rate", "due", "answered", "follow_up_rate")
ALIKE = (
    f"Practitioners of fewer than {FEWEST} people stand together. In the order of the names: a rate tells of the data."
)


def pairs(group: Group, frame: Frame = PLAIN, month: int = 3, evidence: tuple[str, ...] = ()) -> Figure:
    """One bar a practitioner: sessions with a pair of all held."""
    lines = group["units"]
    known = [(n, one) for n, one in enumerate(lines) if one["pair_rate"] is not None]
    named = {"tickvals": list(range(len(lines))), "ticktext": [safe(_named(one)) for one in lines]}
    layout = theme.layout(
        130 + ROW * max(len(lines), 1),
        margin={"l": LEFT, "r": 40, "t": 30, "b": 64},
        bargap=0.4,
        xaxis=theme.axis(**theme.SHARES),
        yaxis=theme.axis(range=[max(len(lines), 1) - 0.4, -0.6], showgrid=False, **named),
        annotations=[
            theme.title("Sessions with a score before and after", left=LEFT - 8),
            *captions.unshown(known),
            captions.under([_asked(group), frame.edition], LEFT - 8, 30),
        ],
    )
    return Figure(
        [_bars(known)] if known else [theme.nothing()], layout, words(group, month), table(group, month), evidence
    )


def _bars(known: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": "pair rate",
        "x": [one["pair_rate"] for _, one in known],
        "y": [n for n, _ in known],
        "text": [share(one["pair_rate"]) for _, one in known],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": theme.BLUE, "line": {"color": theme.BLUE, "width": 2}},
        "customdata": [f"{one['pairs']} of {one['held']} sessions, {one['people']} people" for _, one in known],
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }


def _named(one: dict[str, Any]) -> str:
    """A name that leaves the bar its room."""
    name = one["unit"] if len(one["unit"]) <= LETTERS else one["unit"][: LETTERS - 1] + "…"
    return f"{name}, {one['pairs']} of {one['held']}"


def _asked(group: Group) -> str:
    told = group["sessions"]
    return f"{told['pairs']} of {told['held']} sessions · {count(group['courses'], 'course')}"


def words(group: Group, month: int) -> tuple[str, ...]:
    """A sentence a line."""
    lines = group["units"]
    if not lines:
        return (f"Not shown: it needs {FEWEST} people.",)
    return (*(_sentence(one, month) for one in lines), ALIKE)


def _sentence(one: dict[str, Any], month: int) -> str:
    told = f"{one['unit']}: {one['pairs']} of {count(one['held'], 'session')} with a score before and after"
    told += f" ({share(one['pair_rate'])})" if one["pair_rate"] is not None else ""
    asked = f"{one['answered']} of {one['due']} due courses answered the {month}-month question"
    rate = f" ({share(one['follow_up_rate'])})" if one["follow_up_rate"] is not None else ""
    return f"{told}; {asked}{rate}."


def table(group: Group, month: int) -> Table:
    """One row a practitioner."""
    rows = tuple(tuple(one[key] for key in KEYS) for one in group["units"])
    return Table(f"Pairs, and answers to the {month}-month question, by practitioner", COLUMNS, rows, shares=(5, 8))
