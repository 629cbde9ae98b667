"""Faults: what is wrong with a body, gathered so that all of it is said at once; the value itself is never repeated."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.services.errors import Fault, Invalid

LONGEST = 2000  # code points of any text
YEARS = (1900, 2200)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
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
                self.add(pointer, "blank", "This must not be blank.")
        elif not isinstance(value, str):
            self.add(pointer, "not_text", "This must be text.")
        elif UNSEEN.search(value) or (not lines and LINE_ENDS.search(value)):
            self.add(pointer, "control_characters", "This holds control characters.")
        elif len(value) > longest:
            self.add(pointer, "too_long", f"This is longer than {longest} characters.")

    def word(self, pointer: str, value: Any, words: Collection[str], *, needed: bool = True) -> None:
        """One of these words."""
        if (value is None and not needed) or (isinstance(value, str) and value in words):
            return
        self.add(pointer, "unknown_word", f"This must be one of {', '.join(words)}.")

    def zone(self, pointer: str, value: Any, *, needed: bool = False) -> None:
        """A time zone that exists."""
        if value is None and not needed:
            return
        try:
            ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.add(pointer, "unknown_zone", "There is no such time zone.")

    def day(
        self, pointer: str, value: Any, *, first: date | None = None, last: date | None = None, needed: bool = False
    ) -> None:
        """A date within limits."""
        if value is None and not needed:
            return
        if not isinstance(value, date) or isinstance(value, datetime) or not YEARS[0] <= value.year < YEARS[1]:
            self.add(pointer, "not_a_date", f"This must be a date from {YEARS[0]} on.")
        elif last is not None and value > last:
            self.add(pointer, "too_late", "This date is too late.")
        elif first is not None and value < first:
            self.add(pointer, "too_early", "This date is too early.")

    def moment(self, pointer: str, value: Any, *, needed: bool = False) -> bool:
        """A date and time with its offset; says whether it can be counted with."""
        if value is None and not needed:
            return False
        if not isinstance(value, datetime):
            self.add(pointer, "not_a_moment", "This must be a date and time.")
        elif value.utcoffset() is None:
            self.add(pointer, "no_offset", "This time needs its offset from UTC.")
        elif not YEARS[0] <= value.year < YEARS[1]:
            self.add(pointer, "not_a_moment", f"This must be a date and time from {YEARS[0]} on.")
        else:
            return True
        return False

    def number(
        self, pointer: str, value: Any, low: float, high: float, *, whole: bool = False, needed: bool = False
    ) -> None:
        """A number within limits; true and false are none."""
        if value is None and not needed:
            return
        limits = f"{'a whole number' if whole else 'a number'} from {low:g} to {high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.add(pointer, "not_a_number", f"This must be {limits}.")
        elif not low <= value <= high:  # NaN fails it as well
            self.add(pointer, "out_of_range", f"This must be {limits}.")
        elif whole and value != int(value):
            self.add(pointer, "not_whole", f"This must be {limits}.")


def utc(moment: datetime) -> str:
    """A moment as one agreed text."""
    return moment.astimezone(UTC).isoformat()
