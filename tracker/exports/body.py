"""Body: the lines under a header as rows. Every distinct cell of a column is judged once and remembered."""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.exports import cells
from tracker.exports.cells import Bad
from tracker.exports.rows import COLUMNS, Refusal, Row
from tracker.exports.workbook import ERROR, FORMULA
from tracker.science.milestones import MILESTONES
from tracker.science.scales import CHRONICITIES, CONDITIONS, ENTERED_BY, KINDS, SIDES, Instrument

MOST = 1000  # refusals kept: a file that is wrong throughout says so once, not a million times

MARKS = {
    FORMULA: Bad("formula", "is a formula: put its value in its place"),
    ERROR: Bad("sheet_error", "holds an error of the spreadsheet"),
}

Read = Callable[[str], Any]


class Column(dict[str, Any]):
    """One column's cells and what each came to: a value, or the Bad that refuses it."""

    def __init__(self, read_cell: Read):
        super().__init__()
        self.read_cell = read_cell

    def __missing__(self, cell: str) -> Any:
        """Judge a cell not met before."""
        try:
            value = MARKS.get(cell) or self.read_cell(cell)
        except Bad as why:
            value = why
        self[cell] = value
        return value


class Body:
    """The lines under one header: remembers what each distinct cell came to."""

    def __init__(self, names: dict[str, int], header: list[str], instruments: Mapping[str, Instrument]):
        self.names, self.header, self.instruments = names, header, instruments
        self.columns: list[tuple[Column, int]] = []
        self.scores: dict[Any, Column] = {}
        self.refusals: list[Refusal] = []
        self.refused = self.blank = 0
        self.decided = self.day_numbers = False

    def row(self, row_cells: list[str], line: int) -> Row | None:
        """The row, or None with its refusals noted."""
        if len(row_cells) != len(self.header):
            return self._odd(row_cells, line)
        if not self.decided:
            self._begin(row_cells[self.names["recorded_at"]])
        row_cells.append("")  # where columns that the file lacks are read
        values = [column[row_cells[place]] for column, place in self.columns]
        values[_VALUE] = self._score(row_cells[self.names["value"]], values[_INSTRUMENT])
        if Bad in map(type, values):
            return self._refuse(row_cells, values, line)
        values.append(line)
        return Row._make(values)

    def _begin(self, recorded_at: str) -> None:
        """The first cell with a digit in it decides whether the file counts days or names dates."""
        self.decided = any(character.isdigit() for character in recorded_at)
        self.day_numbers = cells.is_day_number(recorded_at)
        places = (self.names.get(column, len(self.header)) for column in COLUMNS)
        self.columns = [
            (Column(reader), place) for reader, place in zip(_readers(self.day_numbers), places, strict=True)
        ]

    def warnings(self) -> list[str]:
        """What was passed over."""
        notes = [f"{self.blank} empty lines were passed over"] if self.blank else []
        more = self.refused - len(self.refusals)
        return [*notes, f"{more} more refusals are not listed"] if more > 0 else notes

    def _score(self, cell: str, code: Any) -> Any:
        """The score, judged by its instrument's range (`code` may be a Bad: then by none)."""
        column = self.scores.get(code)
        if column is None:
            instrument = self.instruments.get(code)
            column = self.scores[code] = Column(lambda c: cells.score(c, instrument))
        return column[cell]

    def _odd(self, row_cells: list[str], line: int) -> None:
        """A line with another number of cells: blank ones are passed over."""
        if any(cell.strip() for cell in row_cells):
            self._note(
                line, None, Bad("cells", f"has {len(row_cells)} cells where the first line has {len(self.header)}")
            )
        else:
            self.blank += 1

    def _refuse(self, row_cells: list[str], values: list[Any], line: int) -> None:
        """Note why a line was refused: once if it is blank or the header again, else per cell."""
        if not any(cell.strip() for cell in row_cells):
            self.blank += 1
        elif [cell.strip() for cell in row_cells[:-1]] == self.header:
            self._note(line, None, Bad("header_again", "is the header once more"))
        else:
            for column, value in zip(COLUMNS, values, strict=True):
                if isinstance(value, Bad):
                    self._note(line, column, value)

    def _note(self, line: int, column: str | None, why: Bad) -> None:
        """One refusal more; beyond MOST they are only counted."""
        self.refused += 1
        if len(self.refusals) < MOST:
            self.refusals.append(Refusal(line, column, why.code, why.message))


_VALUE, _INSTRUMENT = COLUMNS.index("value"), COLUMNS.index("instrument")


def _optional(read_cell: Read) -> Read:
    """The same reader with blank = None."""
    return lambda cell: read_cell(cell) if cell.strip() else None


def _readers(day_numbers: bool) -> list[Read]:
    """One reader per column of COLUMNS; the score is read apart, with its instrument."""
    day: Read = cells.day_number if day_numbers else cells.calendar_day
    moment: Read = cells.day_number if day_numbers else cells.moment
    special: dict[str, Read] = {
        "patient": cells.required,
        "instrument": cells.required,
        "condition": cells.must(cells.choice(CONDITIONS)),
        "kind": cells.must(cells.choice(KINDS)),
        "course_start": cells.must(cells.start_number if day_numbers else cells.calendar_day),
        "recorded_at": cells.must(moment),
        "value": lambda cell: None,
        "course_end": _optional(day),
        "planned_gap": cells.gap,
        "side": cells.choice(SIDES, "none"),
        "chronicity": cells.choice(CHRONICITIES),
        "modality": cells.modality,
        "entered_by": cells.choice(ENTERED_BY, "import"),
        "entered_at": _optional(moment),
        "milestone": cells.choice(MILESTONES),
    }
    return [special.get(column, cells.text) for column in COLUMNS]
