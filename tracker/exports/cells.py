"""Cells: one cell of a tidy file at a time. Each reader returns the value or raises Bad with a code and words, never
the value.

Nothing is guessed: a date that could be three days, a comma that could be a decimal point, a score with a space are
refused.
"""

import re
from datetime import date, datetime

from tracker.science import scales
from tracker.science.scales import Instrument

TEXT = 2000  # code points (trust.md "Bad input")
FAR = 36525.0  # day numbers are counted from the course start: beyond 100 years it is a spreadsheet's serial date
YEARS = (1900, 2200)
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
    "＝",
    "＋",
    "－",
    "＠",
)  # OWASP CSV injection, and full-width forms
QUOTE = "'"

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SHEET_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*", re.ASCII)


class Bad(ValueError):
    """A cell that is refused: code and words."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


def text(cell: str) -> str | None:
    """Free text, None when blank; the mark that keeps a spreadsheet from running it is taken off again."""
    if _CONTROL.search(cell):
        raise Bad("control_characters", "holds control characters")
    if len(cell) > TEXT:
        raise Bad("too_long", f"is longer than {TEXT} characters")
    if cell.startswith(QUOTE) and cell[1:].startswith((*FORMULA, QUOTE)):
        return cell[1:]
    return cell or None


def safe(value: str) -> str:
    """Text as a cell that no spreadsheet takes for a formula; `text` reads it back."""
    return QUOTE + value if value.startswith((*FORMULA, QUOTE)) else value


def must(read):
    """The same reader with blanks refused."""

    def there(cell: str):
        if not cell.strip():
            raise Bad("blank", "is blank and must not be")
        return read(cell)

    return there


required = must(text)  # text that must be there


def choice(names: tuple[str, ...], default: str | None = None):
    """A reader of one of some names; a blank gives the default, or is refused where there is none to give."""

    def read(cell: str) -> str | None:
        if not cell.strip():
            return default
        if cell in names:
            return cell
        raise Bad("unknown_word", f"must be one of {', '.join(names)}")

    return read


def modality(cell: str) -> str | None:
    """One modality, or several joined by '+'."""
    if not cell.strip():
        return None
    if all(part in scales.MODALITIES for part in cell.split("+")):
        return cell
    raise Bad("unknown_word", f"must be one of {', '.join(scales.MODALITIES)}, or several joined by +")


def number(cell: str) -> float | None:
    """A plain decimal number, None when blank (not answered: never 0)."""
    if not cell.strip():
        return None
    if cell != cell.strip():
        raise Bad("spaces", "has spaces around the number")
    if "," in cell:
        raise Bad("decimal_comma", "has a comma: write the decimal point as a full stop")
    if not _NUMBER.fullmatch(cell):
        raise Bad("not_a_number", "is not a plain number")
    value = float(cell)
    if value in (float("inf"), float("-inf")):
        raise Bad("not_a_number", "is too large")
    return value


def score(cell: str, instrument: Instrument | None) -> float | None:
    """A score within the instrument's range; of an instrument that is not known here, any number."""
    value = number(cell)
    if value is None or instrument is None:
        return value
    if not instrument.minimum <= value <= instrument.maximum:
        raise Bad("out_of_range", f"is outside {instrument.minimum:g} to {instrument.maximum:g}")
    if instrument.whole and value != int(value):
        raise Bad("not_whole", "must be a whole number on this scale")
    return value


def gap(cell: str) -> float | None:
    """Days between planned sessions."""
    value = number(cell)
    if value is not None and not 0 < value <= FAR:
        raise Bad("out_of_range", "must be a number of days above 0")
    return value


def is_day_number(cell: str) -> bool:
    """Whether a cell counts days instead of naming a date."""
    return bool(_NUMBER.fullmatch(cell))


def day_number(cell: str) -> float:
    """A whole or decimal number of days from the course start."""
    if not is_day_number(cell):
        raise Bad("mixed_dates", "is not a day number, as the first one in this file is: use one form throughout")
    value = float(cell)
    if not abs(value) <= FAR:
        raise Bad("not_a_day", "is no day counted from the course start: write the date as YYYY-MM-DD")
    return value


def start_number(cell: str) -> float:
    """The course start where days are counted from it."""
    if day_number(cell) != 0:
        raise Bad("start_not_0", "must be 0 where days are counted from the course start")
    return 0.0


def calendar_day(cell: str) -> date:
    """A calendar date."""
    if not _DATE.fullmatch(cell):
        raise _not_a_date(cell)
    return _checked(date.fromisoformat, cell)


def moment(cell: str) -> datetime:
    """A date (its midnight) or date-time, with or without an offset, as written."""
    if not (_DATE.fullmatch(cell) or _MOMENT.fullmatch(cell)):
        raise _not_a_date(cell)
    return _checked(datetime.fromisoformat, cell)


def _checked(read, cell: str):
    """A date that exists and lies in the years of clinics."""
    try:
        value = read(cell)
    except ValueError:
        raise Bad("no_such_date", "is no date of the calendar") from None
    if not YEARS[0] <= value.year < YEARS[1]:
        raise Bad("no_such_date", f"is not between the years {YEARS[0]} and {YEARS[1]}")
    return value


def _not_a_date(cell: str) -> Bad:
    """Why a cell is no ISO date, in words that help."""
    if is_day_number(cell):
        return Bad("mixed_dates", "is a number where the first one in this file is a date: use one form throughout")
    if _MOMENT.fullmatch(cell):
        return Bad("not_a_date", "has a time of day where only a date belongs")
    if _SHEET_DATE.fullmatch(cell):
        return Bad("ambiguous_date", "can be read as more than one day: write it as YYYY-MM-DD")
    return Bad("not_a_date", "is no date: write it as YYYY-MM-DD or YYYY-MM-DDThh:mm")
