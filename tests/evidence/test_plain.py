"""Plain summaries: two sentences that a twelve-year-old can read, by the formula of Flesch and Kincaid."""

import re

import pytest

from tracker.evidence.library import library
from tracker.evidence.records import Record
from tracker.evidence.words import sentences

SILENT = re.compile(
    r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$"
)  # endings that are not heard: times, needles, pooled
VOWELS = re.compile(r"[aeiouy]+")
GRADE = 7.0  # the school year of a twelve-year-old
SPREAD = 2.0  # the formula counts syllables, not whether a word is known: acupuncture and osteoarthritis are long
NAMES = re.compile(
    r"\b(?:acupuncture|acupuncturist|osteoarthritis|migraines?|physiotherapists|American|Medicare)\b", re.I
)


def syllables(word: str) -> int:
    """How many syllables an English word has, about."""
    return max(1, len(VOWELS.findall(SILENT.sub("", word.lower()) or word.lower())))


def grade(text: str) -> float:
    """The school year, Flesch-Kincaid 1975; names of what the library is about count as words of two syllables."""
    text = NAMES.sub("needle", text)
    words = re.findall(r"[A-Za-z'-]+|\d+", text)
    heard = sum(syllables(word) if word[0].isalpha() else 1 for word in words)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * heard / len(words) - 15.59


@pytest.mark.parametrize("record", library().records, ids=lambda r: r.id)
def test_a_plain_summary_is_two_sentences_for_a_twelve_year_old(record: Record):
    assert len(sentences(record.plain)) == 2
    assert grade(record.plain) <= GRADE + SPREAD


def test_the_library_as_a_whole_reads_at_that_age():
    found = sorted(grade(r.plain) for r in library().records)
    assert sum(found) / len(found) <= GRADE


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was warm.", -4, 2),
        ("People with back pain felt a bit better after six weeks. Some did not.", 0, 4),
        (
            "Heterogeneous methodological characteristics considerably complicate interpretation of comparative "
            "effectiveness investigations. Generalisability remains questionable.",
            18,
            40,
        ),
    ],
)
def test_the_formula_tells_easy_from_hard(text: str, low: float, high: float):
    assert low <= grade(text) <= high
