"""The patients' languages: every text of the library is said in each, with the same numbers and without a claim."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from tests.tongue.words import evidence, literature
from tracker import tongue
from tracker.evidence.beside import beside, red_flags
from tracker.evidence.card import card
from tracker.evidence.library import HERE, library
from tracker.evidence.records import Record
from tracker.evidence.words import banned, tradition
from tracker.science.scales import CONDITIONS, MODALITIES
from tracker.web import signs

OTHERS = [code for code in tongue.LANGUAGES if code != tongue.SOURCE]
OWN_SCRIPT = {"ko": re.compile(r"[가-힣]"), "zh": re.compile(r"[一-鿿]"), "es": re.compile(r"[a-záéíóúñ]")}
BARE = re.compile(r"[\s\d.,;:%()/<>=−-]*(?:[A-Z][A-Za-z-]*[\s\d.,;:%()/]*)*")  # figures and names alone
UNREFERENCED = {  # blood, lymph and nerves that recover: in the seed text, and in none of its references
    "ko": re.compile(r"림프|혈류|혈액\s?순환|신경\s?(?:회복|재생)"),
    "zh": re.compile(r"淋巴|血流|血液循环|神经(?:恢复|修复|再生)"),
    "es": re.compile(r"linf|sangu[ií]ne|circulación|(?:recuperación|regeneración) (?:de los )?nerv", re.IGNORECASE),
}
ENDORPHINS = {"ko": "엔도르핀", "zh": "内啡肽", "es": "endorfina"}
languages = pytest.mark.parametrize("code", OTHERS)
record = pytest.mark.parametrize("record", library().records, ids=lambda r: r.id)


def texts(r: Record) -> Iterator[str]:
    """Everything of a record that a person may read, in English."""
    yield from (r.title, r.design, r.plain, r.clinician, r.limits, r.durability)
    yield from (text for text in (r.n_detail, r.denominator, r.seed_claim, r.seed_faithful) if text)
    for c in r.comparisons:
        yield from (text for text in (c.at, c.note, c.effect.text, c.effect.unit) if text)
        if c.effect.shares:
            yield from (c.effect.shares.what, *(one.who for one in c.effect.shares.groups))


def numbers(text: str, code: str) -> list[Fraction]:
    """Every number of a text, smallest first: 10,000 and 3.5, in Spanish 10.000 and 3,5."""
    if code == "es":
        text = re.sub(r"(?<=\d)\.(?=\d{3}(?!\d))", "", text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return sorted(Fraction(found) for found in re.findall(r"\d+(?:\.\d+)?", text))


@record
@languages
def test_every_text_of_a_record_is_translated(record: Record, code: str):
    missing = [text for text in texts(record) if not (one := tongue.written(code).get(text)) or not one.string]
    assert missing == []


@record
@languages
def test_a_translation_holds_the_numbers_of_its_source_and_no_other(record: Record, code: str):
    with tongue.speaking(code):
        said = {text: tongue.translated(text) for text in texts(record)}
    assert [text for text, other in said.items() if numbers(text, "en") != numbers(other, code)] == []


@languages
@pytest.mark.parametrize("flag", red_flags(), ids=lambda f: f.id)
def test_a_warning_sign_holds_the_numbers_of_its_source_and_no_other(flag, code: str):
    for text in (flag.ask, *(also.ask for also in flag.also)):
        with tongue.speaking(code):
            assert numbers(tongue.translated(text), code) == numbers(text, "en")


@pytest.mark.parametrize(
    ("english", "other", "code", "same"),
    [
        ("12.3 points of 100", "12,3 puntos de 100", "es", True),
        ("per 10,000", "por 10.000", "es", True),
        ("12.3 points", "12.3 puntos", "es", True),
        ("12.3 points", "13,2 puntos", "es", False),
        ("41 of 100", "100명 중 41명", "ko", True),
        ("41 of 100", "100명 중 47명", "ko", False),
        ("41 of 100", "100명 중 여러 명", "ko", False),
        ("about half", "약 50 %", "ko", False),
    ],
)
def test_a_changed_number_is_found(english: str, other: str, code: str, same: bool):
    assert (numbers(english, "en") == numbers(other, code)) == same


@record
@languages
def test_no_translation_says_a_banned_word_or_a_term_of_tradition(record: Record, code: str):
    with tongue.speaking(code):
        said = "\n\n".join(tongue.translated(text) for text in texts(record))
    assert banned(said) == []
    assert tradition(said) == []


@languages
def test_no_translation_brings_back_what_the_seed_says_without_a_reference(code: str):
    with tongue.speaking(code):
        told = [tongue.translated(text) for r in library().records for text in texts(r)]
        claims = {tongue.translated(r.seed_claim) for r in library().records if r.seed_claim}
    assert [text for text in told if UNREFERENCED[code].search(text)] == []
    assert [text for text in set(told) - claims if ENDORPHINS[code] in text.lower()] == []
    assert any(ENDORPHINS[code] in text.lower() for text in claims)


@languages
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_panel_is_in_the_readers_language_throughout(condition: str, code: str):
    asked = {"chronicity": "chronic", "month": 6, "modalities": MODALITIES, "today": date(2030, 1, 1)}
    with tongue.speaking(code):
        shown, english = beside(condition, **asked), None
    with tongue.speaking("en"):
        english = beside(condition, **asked)
    pairs = [(shown.summary, english.summary), (shown.disagreement, english.disagreement), (shown.span, english.span)]
    for mine, theirs in zip(shown.groups, english.groups, strict=True):
        pairs += [(mine.heading, theirs.heading), (mine.none_seen, theirs.none_seen)]
    said = ("heading", "comparator", "direction_words", "effect", "interval", "certainty", "limits", "at", "time_zero")
    said += ("badge", "denominator", "note", "plain", "clinician", "durability", "kind_words")
    for mine, theirs in zip(shown.cards, english.cards, strict=True):
        pairs += [(getattr(mine, name), getattr(theirs, name)) for name in said]
    left = {theirs for mine, theirs in pairs if theirs and mine == theirs and not BARE.fullmatch(theirs)}
    assert left == set()
    assert all(OWN_SCRIPT[code].search(mine) for mine, theirs in pairs if theirs and not BARE.fullmatch(theirs))


@languages
def test_warning_signs_are_in_the_readers_language_throughout(code: str):
    with tongue.speaking(code):
        told = [
            (sign.words, sign.when, *(words for _, words in sign.also))
            for s in signs.by_speed(red_flags())
            for sign in s.signs
        ]
    assert all(OWN_SCRIPT[code].search(text) for sign in told for text in sign if text)
    assert {text for sign in told for text in sign} & {flag.ask for flag in red_flags()} == set()


def test_a_number_of_a_card_is_written_as_the_reader_writes_it():
    mu = library().get("mu-2020-cochrane-lbp")
    assert mu is not None
    [care] = [c for c in mu.comparisons if c.comparator == "usual_care"]
    with tongue.speaking("es"):
        assert card(mu, care, "usual", date(2026, 11, 22)).interval.startswith("intervalo −17,11 a −3,4 puntos de 100")


def test_the_catalogue_for_reviewers_names_record_and_field_of_each_text():
    named = literature()
    unit = named["per cent of responders"]
    assert unit is not None
    assert {"linde-2016-cochrane-tth: unit", "tu-2021-knee: unit"} <= set(unit.auto_comments)
    found = [text for path in sorted((HERE / "records").glob("*.yaml")) for text, _file, _notes in evidence(path)]
    assert set(found) == {text for r in library().records for text in texts(r)}
