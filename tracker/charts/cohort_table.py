"""Tables of the clinic's figures. In a figure's own table shares are numbers between 0 and 1, None = not computed."""

from typing import Any

from tracker.charts.cohort_words import Frame, Group
from tracker.charts.figure import Table
from tracker.charts.phrases import after, share
from tracker.charts.shares import bars, boxes

THREE = ("observed", "missing_not_improved", "best_case")
DASH = "–"
PAST = ("Low past later treatment", "High past later treatment")


def windows(group: Group, frame: Frame) -> Table:
    """Every window's figures in words, for reading: nobody answered is a dash."""
    word = "lower" if frame.better == "lower" else "higher"
    columns = ("When", "Answered", "Mean (SD)", f"Points {word} (95 % CI)", "Of the means", "Worse by 30 %")
    parts = list(dict.fromkeys(r["threshold"] for w in group["windows"] for r in w["responders"] or ()))
    named = (f"≥ {share(part)} {word}: {what}" for part in parts for what in ("seen", "silent = not", "at best"))
    return Table("All figures by window", (*columns, *named), tuple(_window(w) for w in group["windows"] if w["due"]))


def _window(w: dict[str, Any]) -> tuple[str, ...]:
    best = w["improvement"] or {}
    three = [_part(r[kind]) if w["n"] else DASH for r in w["responders"] or () for kind in THREE]
    return (
        after(w["month"]),
        f"{w['n']} of {w['due']}",
        _spread(w["mean"], w["sd"]),
        _interval(best.get("mean"), best.get("ci")),
        DASH if w["percent_of_means"] is None else f"{w['percent_of_means']:.0f} %",
        _part(w["worse_30"]),
        *three,
    )


def asked(group: Group) -> Table:
    """Who was asked by when, who answered, and who will only be asked later."""
    rows = (
        (after(w["month"]), w["due"], w["n"], w["due"] - w["n"], w["not_yet_due"], w["follow_up_rate"])
        for w in group["windows"]
    )
    columns = ("When", "Due", "Answered", "Missing", "Not yet due", "Follow-up rate")
    return Table("Follow-up: answered of due", columns, tuple(rows), shares=(5,))


def sustained(group: Group) -> Table:
    """Sustained response: no loss before and answered throughout, under three denominators."""
    rows = tuple(_sustained(m) for m in (group.get("durability") or {}).get("sustained") or ())
    columns = ("When", "Due", "Sustained", "of answered throughout", "if missing = lost", "at best", "course unknown")
    return Table("Sustained from the end of the course, of responders at its end", columns, rows)


def _sustained(m: dict[str, Any]) -> tuple[Any, ...]:
    seen, lost, best = m["observed"], m["missing_lost"], m["best_case"]
    return after(m["month"]), m["due"], seen["x"], seen["n"], lost["x"], best["x"], m["course_between_unknown"]


def start(group: Group) -> str:
    """The mean score at the start with its standard deviation."""
    return _spread(group["baseline"]["mean"], group["baseline"]["sd"])


def _spread(mean: float | None, sd: float | None) -> str:
    if mean is None:
        return DASH
    return f"{mean:.1f}" if sd is None else f"{mean:.1f} ({sd:.1f})"


def _interval(mean: float | None, ci: list[float] | None) -> str:
    if mean is None:
        return DASH
    return f"{mean:.2f} ({ci[0]:.2f} to {ci[1]:.2f})" if ci else f"{mean:.2f}"


def _part(counted: dict[str, Any] | None) -> str:
    return f"{counted['x']} of {counted['n']}" if counted and counted["n"] else DASH


def compared(comparison: dict[str, Any]) -> Table:
    """Each group against the reference: the difference at the same baseline; positive = better than the reference."""
    rows = tuple(
        (row["group"], after(row["month"]), row["model"].upper(), _interval(row["difference"], row["ci"]))
        for row in comparison["windows"]
    )
    columns = ("Group", "When", "Model", "Difference in points (95 % CI)")
    return Table("Difference of means at the same baseline; positive = better", columns, rows)


def responders(group: Group, frame: Frame) -> Table:
    """One row a bar."""
    due = {w["month"]: (w["due"], w["due"] - w["n"]) for w in group["windows"]}
    columns = ("When", "Counted", "x", "n", "Share", "95 % low", "95 % high", "Due", "Missing")
    rows = (
        (after(b.month), b.kind, b.x, b.n, b.share, *(b.ci or (None, None)), *due[b.month]) for b in bars(group, frame)
    )
    return Table(frame.goal, columns, tuple(rows), shares=(4, 5, 6))


def durability(group: Group, frame: Frame) -> Table:
    """One row a day, both readings of an unconfirmed loss."""
    columns = ("Day", "Low", "High", "Low if unconfirmed lost", "High if unconfirmed lost", "Followed", *PAST)
    rows = ((b.day, *b.kept, *(b.lost or (None, None)), b.followed, *(b.policy or (None, None))) for b in boxes(group))
    caption = f"Still {frame.goal[:1].lower()}{frame.goal[1:]}, share of those who were at the end"
    return Table(caption, columns, tuple(rows), shares=(1, 2, 3, 4, 6, 7))


def ecdf(group: Group) -> Table:
    """One row a step."""
    points = group["ecdf"] or ()
    rows = tuple((p["improvement"], p["share"], p.get("missing_as_worst")) for p in points)
    columns = ("Improvement", "Of those who answered", "Silent as worst")
    return Table("Share that improved at least so much", columns, rows, shares=(0, 1, 2))


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
