"""Fields: the strict pieces schemas are made of. JSON has types: "7" is no number and true is no 1.

A message reads `code|words`; the code goes out with the pointer, the value never does.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields, validate

LONGEST_TEXT = 2000  # code points
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
ANSWER_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
MOST_ANSWERS = 50


def one_of(words: tuple[str, ...]) -> validate.OneOf:
    """One of these words."""
    return validate.OneOf(words, error="not_one_of|One of: {choices}.")


def within(low: float, high: float) -> validate.Range:
    """From `low` to `high`, both allowed."""
    return validate.Range(low, high, error="out_of_range|From {min} to {max}.")


class Id(fields.UUID):
    """A UUID in its usual form, not the nil one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not UUID_TEXT.fullmatch(value) or not UUID(value).int:
            raise ValidationError("not_an_id|A UUID such as 0190f3c2-7b1a-7c3d-9e2f-0123456789ab.")
        return UUID(value)


class Number(fields.Float):
    """A JSON number, finite."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if type(value) not in (int, float) or not math.isfinite(value):
            raise ValidationError("not_a_number|A JSON number.")
        return float(value)


class Whole(fields.Integer):
    """A JSON number without a fraction."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int or abs(value) >= 2**53:
            raise ValidationError("not_whole|A whole JSON number.")
        return value


class Digits(fields.Integer):
    """A whole number in an address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not re.fullmatch(r"-?\d{1,9}", str(value), re.ASCII):
            raise ValidationError("not_whole|A whole number.")
        return int(value)


class Flag(fields.Boolean):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("not_a_flag|true or false.")
        return value


class Text(fields.String):
    """Words of any script: no NUL, no lone surrogate, no control character but tabs and line ends where `lines`."""

    def __init__(self, *, longest: int = LONGEST_TEXT, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"maxLength": longest, **self.metadata}
        self.longest, self.allowed = longest, set("\t\r\n") if lines else set()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_text|A string.")
        if len(value) > self.longest:
            raise ValidationError(f"too_long|At most {self.longest} characters.")
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in self.allowed for c in value):
            raise ValidationError("bad_character|Control characters cannot be stored.")
        return value


class Word(Text):
    """Text that says something: not empty, not blank."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ValidationError("blank|It must not be blank.")
        return text


class Moment(fields.String):
    """An ISO 8601 date and time with its offset, from 2000 on; kept with that offset."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise ValidationError("not_a_time|A date and time with its offset, such as 2026-03-01T09:30:00+09:00.")
        try:
            moment = datetime.fromisoformat(value)
            year = moment.astimezone(UTC).year
        except (ValueError, OverflowError):
            raise ValidationError("not_a_time|There is no such date or time.") from None
        return _in_our_time(moment, year)


class Day(fields.Date):
    """An ISO 8601 date, from `since` on."""

    def __init__(self, *, since: int = FIRST_YEAR, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise ValidationError("not_a_date|A date such as 2026-03-01.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError("not_a_date|There is no such date.") from None
        return _in_our_time(day, day.year, self.since)


def _in_our_time(value: Any, year: int, since: int = FIRST_YEAR) -> Any:
    if not since <= year < LAST_YEAR:
        raise ValidationError(f"out_of_time|From {since} on.")
    return value


class Zone(fields.String):
    """The name of a time zone, such as Asia/Seoul."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return ZoneInfo(value).key
        except (ValueError, TypeError, OSError, KeyError, AttributeError):
            raise ValidationError("not_a_zone|A zone's name such as Asia/Seoul.") from None


class Answers(fields.Dict):
    """Answers to an instrument's single questions: short names, numbers."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, float]:
        if not isinstance(value, Mapping) or len(value) > MOST_ANSWERS or not all(map(_answer, value.items())):
            raise ValidationError(f"not_answers|At most {MOST_ANSWERS} short names, each with a number.")
        return dict(value)


def _answer(pair: tuple[Any, Any]) -> bool:
    name, value = pair
    return bool(ANSWER_NAME.fullmatch(name)) and type(value) in (int, float) and math.isfinite(value)
