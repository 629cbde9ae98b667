"""Table: the numbers of a person's figure as rows, dates in words, columns without any content left out."""

from collections.abc import Iterator
from operator import itemgetter

from tracker.charts.figure import Cell, Row, Table, tidy
from tracker.charts.marks import in_time, notes, pair_notes
from tracker.charts.phrases import change, count, day, less, measure, number, place, trends
from tracker.charts.trend import fitted
from tracker.charts.words import complete
from tracker.science.progress import Pair, Progress, WindowValue
from tracker.science.threshold import responds

KEPT = 2  # the date and the figure's own score always keep their column


def progress(p: Progress) -> Table:
    """Every score on both panels, one row a score or session, oldest first; a fitted line is noted at both its ends."""
    own, other = measure(p.instrument).title, "right now"
    rows: list[tuple[int, Row]] = []
    for point in in_time(p.scores):
        on = point.at.date()
        rows.append((on.toordinal(), (day(on), tidy(point.value), None, None, None, notes(point))))
    for point in in_time(p.now):
        on = point.at.date()
        rows.append((on.toordinal(), (day(on), None, tidy(point.value), None, None, notes(point))))
    for pair in told(p):
        score = (tidy(pair.before), tidy(pair.after), pair_notes(pair))
        rows.append((pair.on.toordinal(), (day(pair.on), None, None, *score)))
    rows += _lines(p)
    ordered = [row for _, row in sorted(rows, key=itemgetter(0))]
    return slim(Table(caption("Pain over time", p), ("Date", own, other, "Before", "After", "Note"), tuple(ordered)))


def _lines(p: Progress) -> Iterator[tuple[int, Row]]:
    """Where each fitted line begins and ends, by day."""
    for when, line in trends(p):
        for (at, value), way in zip(fitted(line), ("from", "to"), strict=False):  # a line that is not drawn has no ends
            note = f"trend {when}, {way} {number(value)}"
            yield at.toordinal(), (day(at.date()), None, None, None, None, note)


def sessions(p: Progress) -> Table:
    """One row a session: number, date, before, after, change in words."""
    rows = tuple(
        (pair.number, day(pair.on), tidy(pair.before), tidy(pair.after), _change(pair), pair_notes(pair))
        for pair in told(p)
    )
    return Table(caption("Each session", p), ("Session", "Date", "Before", "After", "Change", "Note"), rows)


def durability(p: Progress) -> Table:
    """The end of the course and every follow-up window, with what was answered there."""
    goal = f"At least {less(p.instrument)}"
    ends = [("end of course", day(p.ended), tidy(p.end_value), verdict(p, p.end_value))] if p.ended else []
    rows = [(count(w.month, "month"), _dates(w), tidy(w.value), _state(p, w)) for w in p.windows]
    columns = ("After", "When", measure(p.instrument).title, goal)
    return Table(caption("After the last session", p), columns, (*ends, *rows))


def told(p: Progress) -> tuple[Pair, ...]:
    """Sessions that were held, and any other that carries a score."""
    return tuple(x for x in p.pairs if x.state in ("held", "reported") or x.before is not None or x.after is not None)


def caption(text: str, p: Progress) -> str:
    """The place first, where there is one."""
    return f"{place(p)}: {text[:1].lower()}{text[1:]}" if place(p) else text


def slim(table: Table) -> Table:
    """The same without columns that hold nothing at all."""
    full = [n for n in range(len(table.columns)) if n < KEPT or any(row[n] not in (None, "") for row in table.rows)]
    rows = tuple(tuple(row[n] for n in full) for row in table.rows)
    return Table(table.caption, tuple(table.columns[n] for n in full), rows)


def verdict(p: Progress, value: float | None) -> str:
    """yes, no, or not judged."""
    if value is None:
        return "no answer"
    if p.baseline is None or p.lasted.state in ("no_baseline", "too_low"):
        return "not judged"
    return "yes" if responds(p.baseline, value, p.instrument.responder, p.instrument.better) else "no"  # pyright: ignore[reportArgumentType]


def _state(p: Progress, w: WindowValue) -> Cell:
    """A window's verdict, or why there is none."""
    return verdict(p, w.value) if w.due or w.value is not None else "not yet due"


def _dates(w: WindowValue) -> str:
    return day(w.on) if w.on else f"{day(w.opens)} to {day(w.closes)}"


def _change(pair: Pair) -> Cell:
    """The step within the session, where both scores count."""
    if not complete(pair) or pair.before is None or pair.after is None:
        return None
    return change(pair.before, pair.after)
