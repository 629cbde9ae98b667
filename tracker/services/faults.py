"""Faults: what is wrong with a body, gathered so that all of it is said at once; the value itself is never repeated."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.services.errors import Fault, Invalid
from tracker.tongue import _, english

LONGEST = 2000  # code points of any text
YEARS = (1900, 2200)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
WHOLE = english("This must be a whole number from {low} to {high}.")
ANY = english("This must be a number from {low} to {high}.")
LINE_ENDS = re.compile("[\t\n\r]")


class Faults:
    """A list of faults that checks fill."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, pointer: str, code: str, message: str) -> None:
        """One more."""
        self.found.append(Fault(pointer=pointer, code=code, message=message))

    def refuse(self, error: type[Invalid] = Invalid) -> None:
        """Raise Invalid, or this kind of it, if anything was found."""
        if self.found:
            first = self.found[0]
            raise error(first["code"], first["message"], first["pointer"], errors=self.found)

    def text(
        self, pointer: str, value: Any, longest: int = LONGEST, *, needed: bool = False, lines: bool = False
    ) -> None:
        """Text without unseen characters, not too long; with line ends only where `lines`."""
        if value is None or (isinstance(value, str) and not value.strip()):
            if needed:
                self.add(pointer, "blank", _("This must not be blank."))
        elif not isinstance(value, str):
            self.add(pointer, "not_text", _("This must be text."))
        elif UNSEEN.search(value) or (not lines and LINE_ENDS.search(value)):
            self.add(pointer, "control_characters", _("This holds control characters."))
        elif len(value) > longest:
            self.add(pointer, "too_long", _("This is longer than {n} characters.", n=longest))

    def word(self, pointer: str, value: Any, words: Collection[str], *, needed: bool = True) -> None:
        """One of these words."""
        if (value is None and not needed) or (isinstance(value, str) and value in words):
            return
        self.add(pointer, "unknown_word", _("This must be one of {words}.", words=", ".join(words)))

    def zone(self, pointer: str, value: Any, *, needed: bool = False) -> None:
        """A time zone that exists."""
        if value is None and not needed:
            return
        try:
            ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.add(pointer, "unknown_zone", _("There is no such time zone."))

    def day(
        self, pointer: str, value: Any, *, first: date | None = None, last: date | None = None, needed: bool = False
    ) -> None:
        """A date within limits."""
        if value is None and not needed:
            return
        if not isinstance(value, date) or isinstance(value, datetime) or not YEARS[0] <= value.year < YEARS[1]:
            self.add(pointer, "not_a_date", _("This must be a date from {year} on.", year=YEARS[0]))
        elif last is not None and value > last:
            self.add(pointer, "too_late", _("This date is too late."))
        elif first is not None and value < first:
            self.add(pointer, "too_early", _("This date is too early."))

    def moment(self, pointer: str, value: Any, *, needed: bool = False) -> bool:
        """A date and time with its offset; says whether it can be counted with."""
        if value is None and not needed:
            return False
        if not isinstance(value, datetime):
            self.add(pointer, "not_a_moment", _("This must be a date and time."))
        elif value.utcoffset() is None:
            self.add(pointer, "no_offset", _("This time needs its offset from UTC."))
        elif not YEARS[0] <= value.year < YEARS[1]:
            self.add(pointer, "not_a_moment", _("This must be a date and time from {year} on.", year=YEARS[0]))
        else:
            return True
        return False

    def number(
        self, pointer: str, value: Any, low: float, high: float, *, whole: bool = False, needed: bool = False
    ) -> None:
        """A number within limits; true and false are none."""
        if value is None and not needed:
            return
        limits = {"low": f"{low:g}", "high": f"{high:g}"}
        asked = WHOLE if whole else ANY
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(pointer, "not_a_number", _(asked, **limits))
        elif not low <= value <= high:  # NaN fails it as well
            self.add(pointer, "out_of_range", _(asked, **limits))
        elif whole and value != int(value):
            self.add(pointer, "not_whole", _(asked, **limits))


def utc(moment: datetime) -> str:
    """A moment as one agreed text."""
    return moment.astimezone(UTC).isoformat()
