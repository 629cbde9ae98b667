"""Tongue: the language of whoever reads. Every sentence a patient sees is its own key, in English, on every floor.

`_("Hello {name}", name=…)` and `_n("1 answer", "{n} answers", n)` give the sentence in the language of the moment;
`english("…")` only marks one that is said later. Catalogues are read once, as they are written, from
tracker/translations; nothing is compiled (docs/adr/0005).
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

CATALOGUES = Path(__file__).with_name("translations")
SOURCE = "en"
NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Language:
    """`code` is how the record names it, `tag` how a page does (BCP 47), `name` how its speakers call it."""

    code: str
    tag: str
    name: str
    direction: str = "ltr"
    decimal: str = "."  # before decimals
    between: str = " "  # between two sentences
    stop: str = "."  # at the end of a sentence


LANGUAGES = {
    one.code: one
    for one in (
        Language("en", "en", "English"),
        Language("ko", "ko", "한국어"),
        Language("zh", "zh-Hans", "简体中文", between="", stop="。"),
        Language("es", "es", "Español", decimal=","),
    )
}

_speaking: ContextVar[str | None] = ContextVar("speaking", default=None)
_asked: list[Callable[[], str | None]] = []


def ask(whoever: Callable[[], str | None]) -> None:
    """Let a floor above say whose turn it is to read, where nobody has said `speaking`."""
    _asked[:] = [whoever]


def language() -> str:
    """The code of the language of the moment; English where nothing is known."""
    said = _speaking.get()
    if said is None and _asked:
        said = _asked[0]()
    return said if said in LANGUAGES else SOURCE


def here() -> Language:
    """The language of the moment."""
    return LANGUAGES[language()]


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Say everything inside in this language, such as one person's mail; English where we do not have it."""
    before = _speaking.set(code if code in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _speaking.reset(before)


def _(sentence: str, /, **values: object) -> str:
    """The sentence in the language of the moment, its {names} filled in."""
    return filled(translated(sentence), values)


def _n(one: str, many: str, n: int, /, **values: object) -> str:
    """The form that the number asks for, with {n} and other {names} filled in."""
    return filled(translated_number(one, many, n), {"n": n, **values})


def english(sentence: str) -> str:
    """A sentence of a table, marked for translation; `_` says it when somebody reads it."""
    return sentence


def translated(sentence: str) -> str:
    """The sentence with its {names} still in it."""
    code = language()
    return sentence if code == SOURCE or not sentence else catalogue(code).gettext(sentence)


def translated_number(one: str, many: str, n: int) -> str:
    """The form of the number with its {names} still in it."""
    code = language()
    return (one if n == 1 else many) if code == SOURCE else catalogue(code).ngettext(one, many, n)


def filled(sentence: str, values: dict[str, object]) -> str:
    """{names} become values; a name without a value stays as it is."""
    return NAME.sub(lambda found: str(values.get(found[1], found[0])), sentence) if values else sentence


def locale() -> Locale:
    """How the language of the moment writes dates and numbers."""
    return _locale(language())


@cache
def _locale(code: str) -> Locale:
    return Locale.parse("en_GB" if code == SOURCE else LANGUAGES[code].tag, sep="-" if code != SOURCE else "_")


@cache
def catalogue(code: str) -> Translations:
    """A language's sentences."""
    compiled = io.BytesIO()
    write_mo(compiled, written(code))
    compiled.seek(0)
    return Translations(compiled)


@cache
def written(code: str) -> Catalog:
    """The catalogues as their files have them: the sentences of the pages, and the texts of the evidence library."""
    told, texts = (_read(code, name) for name in ("messages", "evidence"))
    for one in texts:
        if one.id and one.id not in told:
            told.add(one.id, one.string, locations=one.locations)
    return told


def _read(code: str, name: str) -> Catalog:
    with (CATALOGUES / code / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        return read_po(file, locale=code)
