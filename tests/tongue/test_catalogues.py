"""The catalogues: what a translation must keep of its English sentence, and what it never says."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.tongue.words import NOTE, SIGNED, file_of, source, updated
from tracker import tongue
from tracker.evidence.words import why

OTHERS = [code for code in tongue.LANGUAGES if code != tongue.SOURCE]
TAG = re.compile(r"</?[a-z][^>]*>")
RUDE = {  # how each language speaks to a person it does not know, always the same way
    "es": r"\b(?:tú|tus?|te|ti|contigo|puedes|tienes|eres|elige|guarda tu|vosotros|vuestr[oa]s?)\b",
    "ko": r"니다[.!?]|(?:해라|하라|하시오)[.!?]|당신|귀하",
    "zh": r"你|妳",
}


def entries(code: str) -> Iterator[tuple[Message, list[str], list[str]]]:
    """Every sentence of the pages and of the evidence: itself, its English forms, its translated forms."""
    for name in ("messages", "evidence"):
        with file_of(code, name).open("rb") as file:
            for one in read_po(file, locale=code):
                if one.id:
                    english = [one.id] if isinstance(one.id, str) else list(one.id)
                    yield one, english, [one.string] if isinstance(one.string, str) else list(one.string or ())


def names(text: str) -> set[str]:
    """The {names} of a sentence."""
    return set(tongue.NAME.findall(text))


def faults_of(one: Message, english: list[str], said: list[str], forms: int) -> Iterator[str]:
    """What is wrong with one translation."""
    if not all(said):
        return  # what is not translated is said in English; test_everything_is_said refuses it
    if one.pluralizable and len(said) != forms:
        yield f"{len(said)} forms instead of {forms}"
    needed, allowed = names(english[-1]), names(english[0]) | names(english[-1])
    if names(said[-1]) != needed or any(not names(text) <= allowed for text in said):
        yield f"names {sorted(names(said[-1]))} instead of {sorted(needed)}"
    for text in said:
        if sorted(TAG.findall(text)) != sorted(TAG.findall(english[0])):
            yield "other markup"
        if text != text.strip() or "  " in text:
            yield "spaces too many"
        if english[0].endswith(".") != text.endswith((".", "。")):
            yield "a full stop too many or too few"
        if english[0].endswith("?") != text.endswith(("?", "？")):
            yield "no question or a new one"


@pytest.mark.parametrize("code", OTHERS)
def test_every_translation_keeps_names_forms_markup_and_stops(code):
    with file_of(code).open("rb") as file:
        forms = read_po(file, locale=code).num_plurals
    wrong = [(e[0], f) for one, e, said in entries(code) for f in faults_of(one, e, said, forms)]
    assert wrong == []


@pytest.mark.parametrize(
    ("english", "said", "fault"),
    [
        ("Saved: {n}.", "저장: {m}.", "names"),
        ("Saved: {n}.", "저장.", "names"),
        ("Saved.", "저장", "full stop"),
        ("<b>Saved</b>", "저장", "markup"),
        ("Is it?", "그래요", "question"),
        ("Saved", " 저장", "spaces"),
        (("1 day", "{n} days"), ["{n} día", "{n} días", "{n} días"], "forms"),
        (("1 day", "{n} days"), ["1 día", "días"], "names"),
    ],
)
def test_a_spoilt_translation_is_found(english, said, fault):
    forms = [english] if isinstance(english, str) else list(english)
    told = [said] if isinstance(said, str) else said
    assert any(fault in f for f in faults_of(Message(english), forms, told, 2))


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_fuzzy(code):
    with file_of(code).open("rb") as file:
        assert [one.id for one in read_po(file, locale=code) if one.id and one.fuzzy] == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_translation_speaks_politely_and_always_the_same_way(code):
    rude = re.compile(RUDE[code], re.IGNORECASE)
    assert [text for _, _, said in entries(code) for text in said if rude.search(text)] == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_says_a_banned_word(code):
    assert [line for _, _, said in entries(code) for text in said for line in why(text)] == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_emergency_number_stays_in_every_sentence_that_has_it(code):
    calls = [said for _, english, said in entries(code) for e in english if "{number}" in e and "Call" in e]
    assert len(calls) >= 3
    assert all("{number}" in text for said in calls for text in said)


@pytest.mark.parametrize("code", OTHERS)
def test_what_a_clinician_must_sign_off_says_so(code):
    marked = {english[0] for one, english, _ in entries(code) if SIGNED in " ".join(one.auto_comments)}
    assert "Get medical help now. Call {number}. Do not wait for the clinic." in marked
    assert "Thoughts of harming yourself." in marked
    assert "New chest pain, short breath or a dry cough" in marked


def test_what_is_gathered_carries_its_notes():
    template = source()
    assert NOTE in " ".join(template["%-d %B %Y"].auto_comments)  # type: ignore[union-attr]
    assert template["1 answer was not accepted"].pluralizable  # type: ignore[union-attr]
    assert template['If it gets worse, look at the <a href="{href}">warning signs</a>.']


def test_bringing_a_catalogue_up_to_date_keeps_what_is_translated_and_drops_what_nobody_says():
    template = source()
    template.add("A brand new sentence.")
    template.delete("no pain")
    told = updated("ko", template)
    assert 'msgid "A brand new sentence."\nmsgstr ""' in told
    assert 'msgid "no pain"\n' not in told
    assert 'msgid "worst pain you can imagine"\nmsgstr "상상할 수 있는 가장 심한 통증"' in told
