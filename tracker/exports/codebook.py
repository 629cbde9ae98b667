"""Codebook: what each column of an export means, in which unit, and where it comes from. It travels beside the file."""

from collections.abc import Sequence

from tracker.evidence import codes
from tracker.evidence.codes import Coded
from tracker.exports import text
from tracker.exports.rows import COLUMNS
from tracker.exports.sheet import Column
from tracker.science.cohort import DEFINITIONS
from tracker.science.milestones import MILESTONES
from tracker.science.scales import CHRONICITIES, CONDITIONS, ENTERED_BY, INSTRUMENTS, KINDS, MODALITIES, SIDES

HEADER = ("column", "type", "meaning", "unit", "source")
ENTERED, DERIVED, CLINIC = "as entered", "derived, definitions " + DEFINITIONS, "the clinic's own record"


def _words(names: Sequence[str]) -> str:
    return ", ".join(names)


def _codes(found: Sequence[Coded]) -> str:
    """The codes of each word in other systems: LOINC 72514-3 (nrs_now)."""
    return "; ".join(f"{one.system} {_words(one.codes)} ({one.of})" for one in found)


def _seen(found: Sequence[Coded]) -> str:
    """Where those codes were seen, each place once."""
    return "; codes from: " + " | ".join(dict.fromkeys(one.source for one in found))


ICD10 = tuple(one for condition in CONDITIONS for one in codes.of_condition(condition) if one.system != "LOINC")
LOINC = codes.of_instruments(tuple(INSTRUMENTS))

_READINGS = (
    Column("patient", "text", "The clinic's own code for the person.", "", CLINIC),
    Column("condition", "text", f"What is treated: {_words(CONDITIONS)}. {_codes(ICD10)}.", "", CLINIC + _seen(ICD10)),
    Column("course_start", "day", "The stated start of the course, else its first session.", "date", CLINIC),
    Column("kind", "text", f"When the score was asked: {_words(KINDS)}.", "", ENTERED),
    Column(
        "instrument",
        "text",
        f"What was scored; docs/science/instruments.md has ranges and directions. {_codes(LOINC)}.",
        "",
        ENTERED + _seen(LOINC),
    ),
    Column(
        "recorded_at", "moment", "The score's moment on the clinic's wall, corrected for a wrong clock.", "", ENTERED
    ),
    Column("value", "number", "The score; blank = asked and not answered, never 0.", "the scale's points", ENTERED),
    Column("clinic", "text", "The clinic's short name.", "", CLINIC),
    Column("course", "text", "The course's own code, else its id.", "", CLINIC),
    Column("course_end", "day", "The day staff closed the course; blank = not closed by hand.", "date", CLINIC),
    Column("planned_gap", "number", "Days between planned sessions.", "days", CLINIC),
    Column("session", "text", "The session the row belongs to: its day, and which of that day.", "", CLINIC),
    Column("site", "text", "Where it hurts; blank = the course as a whole.", "", CLINIC),
    Column("side", "text", f"Which side: {_words(SIDES)}.", "", CLINIC),
    Column("chronicity", "text", f"How long the pain had lasted at the start: {_words(CHRONICITIES)}.", "", CLINIC),
    Column("practitioner", "text", "Who treats, as the clinic writes it.", "", CLINIC),
    Column("modality", "text", f"What was done, several joined by +: {_words(MODALITIES)}.", "", CLINIC),
    Column("group", "text", "A group the clinic compares by, such as a trial's arm.", "", CLINIC),
    Column("entered_by", "text", f"Who entered it: {_words(ENTERED_BY)}.", "", ENTERED),
    Column("entered_at", "moment", "When it came in, where that was later than a day after.", "", ENTERED),
    Column("milestone", "text", f"What happened that day beside the treatment: {_words(MILESTONES)}.", "", ENTERED),
)
READINGS = tuple(sorted(_READINGS, key=lambda column: COLUMNS.index(column.name)))

RELATIVE = {
    "patient": ("text", "A pseudonym, new in every file.", ""),
    "course": ("text", "A pseudonym, new in every file.", ""),
    "group": ("text", "A pseudonym for the group, new in every file.", ""),
    "course_start": ("number", "Always 0: days are counted from the start of the course.", "days"),
    "course_end": ("number", "Days from the start on which staff closed the course.", "days"),
    "recorded_at": ("number", "Whole days from the start on which the score was given.", "days"),
    "session": ("text", "The session the row belongs to: its day from the start, and which of that day.", ""),
    "modality": ("text", "The course's main treatment.", ""),
    "clinic": ("text", "Left out here.", ""),
    "practitioner": ("text", "Left out here.", ""),
    "entered_at": ("number", "Left out here.", ""),
}
VEILED = tuple(
    Column(column.name, *RELATIVE[column.name], column.source) if column.name in RELATIVE else column  # type: ignore[arg-type]
    for column in READINGS
)

FIGURES = (
    Column("group", "text", "The group of courses the figure is of; all = one group.", "", DERIVED),
    Column("part", "text", "Which part of the summary: windows, sessions, trend, durability and so on.", "", DERIVED),
    Column("figure", "text", "Which figure of that part; docs/api.md names each.", "", DERIVED),
    Column("month", "whole", "The follow-up month; 0 = the end of the course.", "months", DERIVED),
    Column("day", "whole", "The day after the anchor, where a figure is of a day.", "days", DERIVED),
    Column("threshold", "number", "The share of the baseline that makes a responder.", "share of 1", DERIVED),
    Column("which", "text", "What else tells figures of one name apart: a third, a step, a group.", "", DERIVED),
    Column("value", "number", "The figure; shares are parts of 1, improvement is positive; blank = none.", "", DERIVED),
    Column("words", "text", "What is said in words: a label, a note, a reason why there is no figure.", "", DERIVED),
)


def csv(columns: Sequence[Column]) -> str:
    """The codebook as CSV."""
    return "".join(text.lines(HEADER, table(columns)))


def table(columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """One row a column."""
    return [(column.name, column.kind, column.meaning, column.unit, column.source) for column in columns]
