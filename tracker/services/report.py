"""Report: the outcome summary on paper: its sentences, drawings and tables, then every figure of the other formats.

The figures at the end are the very rows of the CSV, rounded to four digits; whole numbers stand in full.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from tracker.charts import cohort, cohort_table, cohort_words
from tracker.charts.cohort_words import Frame
from tracker.charts.figure import Table
from tracker.charts.phrases import day
from tracker.charts.svg_cohort import boxes_svg, responders_svg
from tracker.exports.figures import Figure
from tracker.exports.pdf import Paper, Part, Sheet
from tracker.services.views import ClinicView

WIDTH = 460  # pixels a drawing is made for; the paper scales it
TITLE = "Outcome summary"
COLUMNS = ("Figure", "Month", "Day", "Threshold", "Which", "Value")
WIDTHS = (34.0, 7.0, 7.0, 9.0, 19.0, 24.0)
SINCE = {"end": "the last session", "start": "the start"}
ALL = "Every figure of this summary, as the other formats hold it; numbers rounded to four digits."


def paper(
    clinic: ClinicView, summary: Mapping[str, Any] | None, rows: Iterable[Figure], lead: tuple[str, ...], now: datetime
) -> Paper:
    """The whole report; summary: None = only the rows, because small counts are suppressed in them alone."""
    frame = Frame.of(dict(summary), synthetic=clinic.synthetic) if summary else None
    told = [
        part for name, group in (summary or {"groups": {}})["groups"].items() for part in _group(name, group, frame)
    ]
    made = f"Made on {day(now.date())}."
    warned = ("Made-up people: not real patients.",) if clinic.synthetic else ()
    parts = (*told, *_figures(rows))
    return Paper(
        TITLE,
        clinic.name,
        "en",
        (clinic.name, *lead, made, *warned),
        parts,
        f"{TITLE} · {frame.edition if frame else made}",
    )


def _group(name: str, group: dict[str, Any], frame: Frame | None) -> Iterator[Part]:
    """One group of courses."""
    assert frame is not None
    who = "" if name == "all" else f": {name}"
    lines = (cohort_words.top_line(group, frame), f"Score at the start, mean (SD): {cohort_table.start(group)}.")
    yield Part(f"By window{who}", lines=lines, tables=tuple(_pieces(cohort_table.windows(group, frame))))
    yield _drawn(f"Who responded{who}", responders_svg(group, frame, WIDTH), cohort.responders(group, frame))
    yield _drawn(f"How long it lasted{who}", boxes_svg(group, frame, WIDTH), cohort.durability(group, frame))
    if group["notes"]:
        yield Part(f"What was left out, and why{who}", lines=tuple(group["notes"]))


def _drawn(title: str, svg: str, figure: Any) -> Part:
    """A drawing with the same in words and as a table."""
    alt = " ".join(figure.words)
    return Part(title, picture=svg, alt=alt, after=tuple(figure.words), tables=(_sheet(figure.table),))


def _pieces(table: Table) -> Iterator[Sheet]:
    """A table as wide as paper allows: six columns, then the others beside the first again."""
    yield _sheet(Table(table.caption, table.columns[:6], tuple(row[:6] for row in table.rows)))
    if more := table.columns[6:]:
        rows = tuple((row[0], *row[6:]) for row in table.rows)
        yield _sheet(Table("Responders by window", (table.columns[0], *more), rows))


def _sheet(table: Table) -> Sheet:
    rows = tuple(tuple(_cell(value) for value in row) for row in table.rows)
    return Sheet(table.caption, table.columns, rows, tuple(float(max(8, min(30, len(name)))) for name in table.columns))


def _cell(value: Any) -> str:
    return "–" if value is None else shown(value) if isinstance(value, int | float) else str(value)


def _figures(rows: Iterable[Figure]) -> Iterator[Part]:
    """Every figure, part by part; notes stand above in full."""
    for (group, part), some in groupby(rows, key=lambda row: (row.group, row.part)):
        if part != "notes":
            title = part.replace("_", " ").capitalize() + (f": {group}" if group not in (None, "all") else "")
            yield Part(
                f"Figures, {title[:1].lower()}{title[1:]}",
                tables=(Sheet(ALL, COLUMNS, tuple(map(line, some)), WIDTHS),),
            )


def line(row: Figure) -> tuple[str, ...]:
    """One figure as it stands on the paper."""
    of = [shown(value) for value in (row.month, row.day, row.threshold)]
    return row.figure, *of, row.which or "", row.words if row.words is not None else shown(row.value)


def shown(value: float | None) -> str:
    """Four digits of a number, a whole one in full; nothing where there is none."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.4g}"
