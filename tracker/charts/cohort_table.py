"""Tables of the clinic's figures; shares as numbers between 0 and 1 at full precision, None where not computed."""

from typing import Any

from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Table
from tracker.charts.phrases import after
from tracker.charts.shares import bars, boxes


def responders(group: Group, frame: Frame) -> Table:
    """One row a bar."""
    due = {w["month"]: (w["due"], w["due"] - w["n"]) for w in group["windows"]}
    columns = ("When", "Counted", "x", "n", "Share", "95 % low", "95 % high", "Due", "Missing")
    rows = (
        (after(b.month), b.kind, b.x, b.n, b.share, *(b.ci or (None, None)), *due[b.month]) for b in bars(group, frame)
    )
    return Table(frame.goal, columns, tuple(rows))


def durability(group: Group, frame: Frame) -> Table:
    """One row a day, both readings of an unconfirmed loss."""
    columns = ("Day", "Low", "High", "Low if unconfirmed lost", "High if unconfirmed lost", "Followed")
    rows = ((b.day, *b.kept, *(b.lost or (None, None)), b.followed) for b in boxes(group))
    return Table(
        f"Still {frame.goal[:1].lower()}{frame.goal[1:]}, share of those who were at the end", columns, tuple(rows)
    )


def ecdf(group: Group) -> Table:
    """One row a step."""
    points = group["ecdf"] or ()
    rows = tuple((p["improvement"], p["share"], p.get("missing_as_worst")) for p in points)
    return Table(
        "Share that improved at least so much", ("Improvement", "Of those who answered", "Silent as worst"), rows
    )


def change(groups: dict[str, Group], frame: Frame) -> Table:
    """One row a group and window."""
    word = "lower" if frame.better == "lower" else "higher"
    columns = ("Group", "When", f"Mean points {word}", "95 % low", "95 % high", "n", "Due", "Missing")
    rows = tuple(_row(name, w) for name, group in groups.items() for w in group["windows"] if w["due"])
    return Table(f"Points {word} than at the start", columns, rows)


def _row(name: str, w: dict[str, Any]) -> tuple[Any, ...]:
    best = w["improvement"] or {}
    low, high = best.get("ci") or (None, None)
    return name, after(w["month"]), best.get("mean"), low, high, w["n"], w["due"], w["due"] - w["n"]
