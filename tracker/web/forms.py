"""Forms: what a page's form sent, read strictly; a blank field is None, never 0."""

import re
from datetime import date, datetime
from typing import NoReturn, TypeVar
from uuid import UUID

from flask import request

from tracker.services.errors import Invalid
from tracker.tongue import _, english

T = TypeVar("T")
BROKEN = english("This form is broken. Open it again.")
LONGEST = 2000  # characters


def text(name: str, longest: int = LONGEST) -> str | None:
    """Words without spaces around them; None where nothing was typed."""
    typed = request.form.get(name, "").strip().replace("\r\n", "\n")
    if len(typed) > longest:
        _wrong(name, "too_long", _("At most {n} characters.", n=longest))
    if any(ord(c) < 32 and c != "\n" for c in typed) or any(0xD800 <= ord(c) < 0xE000 for c in typed):
        _wrong(name, "bad_character", _("Control characters cannot be stored."))
    return typed or None


def one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    """One word of a list."""
    typed = text(name)
    if typed is not None and typed not in allowed:
        _wrong(name, "not_one_of", _("Choose one of the list."))
    return typed


def integer(name: str) -> int | None:
    """A whole number in plain digits."""
    typed = text(name)
    if typed is not None and not re.fullmatch(r"\d{1,4}", typed, re.ASCII):
        _wrong(name, "not_whole", _("Write a whole number."))
    return int(typed) if typed is not None else None


def number(name: str) -> float | None:
    """A number with at most two decimals."""
    typed = text(name)
    if typed is not None and not re.fullmatch(r"\d{1,4}(\.\d{1,2})?", typed, re.ASCII):
        _wrong(name, "not_a_number", _("Write a number."))
    return float(typed) if typed is not None else None


def day(name: str) -> date | None:
    """A date as date fields send it."""
    typed = text(name)
    if typed is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII):
        _wrong(name, "not_a_date", _("Write a date such as 2026-03-01."))
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        _wrong(name, "not_a_date", _("There is no such date."))


def moment(name: str) -> datetime | None:
    """A moment with its offset, as one of our own forms carried it."""
    try:
        told = datetime.fromisoformat(request.form[name]) if request.form.get(name) else None
    except ValueError:
        _wrong(name, "not_a_time", _(BROKEN))
    if told is not None and told.tzinfo is None:
        _wrong(name, "not_a_time", _(BROKEN))
    return told


def uuid(name: str) -> UUID | None:
    """An id one of our own forms carried."""
    try:
        return UUID(request.form[name]) if request.form.get(name) else None
    except ValueError:
        _wrong(name, "not_an_id", _(BROKEN))


def needed(name: str, value: T | None, words: str) -> T:
    """The value; a form whose field was left empty is refused with these words."""
    if value is None:
        _wrong(name, "missing", words)
    return value


def wrong(name: str, code: str, words: str) -> Invalid:
    """What is wrong with a field, to be raised."""
    return Invalid(code, words, pointer=f"/{name}")


def _wrong(name: str, code: str, words: str) -> NoReturn:
    raise wrong(name, code, words)
