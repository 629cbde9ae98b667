"""Table: the numbers of a person's figure as rows, dates in words, columns without any content left out."""

from collections.abc import Iterator
from operator import itemgetter

from tracker.charts.figure import Cell, Row, Table, tidy
from tracker.charts.marks import in_time, notes, pair_notes
from tracker.charts.phrases import after, change, day, joined, measure, number, place, share, trends, way
from tracker.charts.trend import fitted
from tracker.charts.words import complete, interval
from tracker.science.progress import Pair, Progress, WindowValue
from tracker.science.threshold import responds
from tracker.tongue import _, english

# Translators: {place} is a part of the body, such as "Left knee".
OVER_TIME = (english("Pain over time"), english("{place}: pain over time"))
EACH_SESSION = (english("Each session"), english("{place}: each session"))
AFTER_LAST = (english("After the last session"), english("{place}: after the last session"))
TREND = (english("trend {when}, from {value}"), english("trend {when}, to {value}"))
AT_LEAST = {
    "lower": english("At least {share} lower"),
    "fewer": english("At least {share} fewer"),
    "higher": english("At least {share} higher"),
}
YES, NO = english("yes"), english("no")
NO_ANSWER, NOT_JUDGED = english("no answer"), english("not judged")
KEPT = 2  # the date and the figure's own score always keep their column


def progress(p: Progress, audience: str = "patient") -> Table:
    """Every score on both panels, one row a score or session, oldest first; a fitted line is noted at both its ends."""
    own, other = measure(p.instrument).title, _("right now")
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
    rows += _lines(p, audience)
    ordered = [row for _, row in sorted(rows, key=itemgetter(0))]
    columns = (_("Date"), own, other, _("Before"), _("After"), _("Note"))
    return slim(Table(caption(OVER_TIME, p), columns, tuple(ordered)))


def _lines(p: Progress, audience: str) -> Iterator[tuple[int, Row]]:
    """Where each fitted line begins and ends, by day; staff read its slope and interval at its end."""
    for when, line in trends(p):
        slopes = ("", interval(line, audience))
        for (at, value), end, slope in zip(fitted(line), TREND, slopes, strict=False):  # not drawn: no ends
            note = joined(_(end, when=when, value=number(value)) + ("." if slope else ""), slope)
            yield at.toordinal(), (day(at.date()), None, None, None, None, note)


def sessions(p: Progress) -> Table:
    """One row a session: number, date, before, after, change in words."""
    rows = tuple(
        (pair.number, day(pair.on), tidy(pair.before), tidy(pair.after), _change(pair), pair_notes(pair))
        for pair in told(p)
    )
    columns = (_("Session"), _("Date"), _("Before"), _("After"), _("Difference"), _("Note"))
    return Table(caption(EACH_SESSION, p), columns, rows)


def durability(p: Progress) -> Table:
    """The end of the course and every follow-up window, with what was answered there."""
    goal = _(AT_LEAST[way(p.instrument)], share=share(p.instrument.responder))
    ends = [(after(0), day(p.ended), tidy(p.end_value), verdict(p, p.end_value))] if p.ended else []
    rows = [(after(w.month), _dates(w), tidy(w.value), _state(p, w)) for w in p.windows]
    columns = (_("Time after"), _("When"), measure(p.instrument).title, goal)
    return Table(caption(AFTER_LAST, p), columns, (*ends, *rows))


def told(p: Progress) -> tuple[Pair, ...]:
    """Sessions that were held, and any other that carries a score."""
    return tuple(x for x in p.pairs if x.state in ("held", "reported") or x.before is not None or x.after is not None)


def caption(forms: tuple[str, str], p: Progress) -> str:
    """The place first, where there is one."""
    alone, of_place = forms
    return _(of_place, place=place(p)) if place(p) else _(alone)


def slim(table: Table) -> Table:
    """The same without columns that hold nothing at all."""
    full = [n for n in range(len(table.columns)) if n < KEPT or any(row[n] not in (None, "") for row in table.rows)]
    rows = tuple(tuple(row[n] for n in full) for row in table.rows)
    return Table(table.caption, tuple(table.columns[n] for n in full), rows)


def verdict(p: Progress, value: float | None) -> str:
    """yes, no, or not judged."""
    if value is None:
        return _(NO_ANSWER)
    if p.baseline is None or p.lasted.state in ("no_baseline", "too_low"):
        return _(NOT_JUDGED)
    return _(YES if responds(p.baseline, value, p.instrument.responder, p.instrument.better) else NO)  # pyright: ignore[reportArgumentType]


def _state(p: Progress, w: WindowValue) -> Cell:
    """A window's verdict, or why there is none."""
    return verdict(p, w.value) if w.due or w.value is not None else _("not yet due")


def _dates(w: WindowValue) -> str:
    return day(w.on) if w.on else _("{first} to {last}", first=day(w.opens), last=day(w.closes))


def _change(pair: Pair) -> Cell:
    """The step within the session, where both scores count."""
    if not complete(pair) or pair.before is None or pair.after is None:
        return None
    return change(pair.before, pair.after)
