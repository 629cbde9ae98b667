"""Where our numbers come from: every sign, limit, choice, question, code and reaction, each with its source."""

import html
import re

import pytest

from tracker.evidence.library import library
from tracker.evidence.reactions import LISTS, reactions

PATH = "/clinic/evidence/numbers"


def row(page: str, id: str) -> str:
    """One row of a table, as text."""
    found = re.search(rf'<tr id="{id}">.*?</tr>', page, re.DOTALL)
    assert found, id
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def title(id: str) -> str:
    record = library().get(id)
    assert record is not None
    return record.title


@pytest.fixture
def page(door):
    return door.enter("clinic_admin").get(PATH).text


def test_every_warning_sign_names_where_it_was_seen_and_what_is_still_to_be_done(page):
    for flag in library().red_flags:
        told = row(page, f"sign-{flag.id}")
        assert flag.ask in told
        assert flag.source in told
        assert ("not seen yet" in told) == (not flag.verified)
        assert "not signed" in told
        assert all(also.ask in told for also in flag.also)


def test_every_limit_names_its_record_and_its_value(page):
    for one in library().thresholds:
        told = row(page, f"limit-{one.id}")
        assert title(one.source) in told
        assert f"{one.value:g}" in told
        assert one.unit in told
        assert ("judges nothing here" in told) == (not one.used)


def test_every_choice_of_our_own_says_why(page):
    for one in library().measures.choices:
        told = row(page, f"choice-{one.id}")
        assert one.why in told
        assert f"{one.value:g}" in told


def test_every_question_names_its_words_and_its_record(page):
    for code, one in library().measures.instruments.items():
        told = row(page, f"question-{code}")
        assert title(one.source) in told
        assert one.text in told


def test_every_code_stands_with_where_it_was_seen(page):
    text = html.unescape(page)
    for one in library().measures.icd10.values():
        assert all(code in text for code in (one.who, *one.cm))
        assert one.source in text
    for one in library().measures.loinc.values():
        assert all(code in text for code in (one.code, *one.also, *one.items))
        assert one.source in text


def test_every_kind_of_reaction_has_its_rate_with_its_record_or_says_that_none_was_seen(page):
    for one in reactions().kinds:
        told = row(page, f"kind-{one.code}")
        assert one.words in told
        assert (one.rate or "no rate seen") in told
        assert one.source is None or title(one.source) in told
    assert all(html.escape(reactions().sources[name]) in page for name in LISTS)


def test_the_page_is_the_admins_and_the_way_there_stands_on_the_evidence_page(door):
    for name in ("owner", "front_desk", "practitioner"):
        assert door.enter(name).get(PATH).status_code == 403
        assert PATH not in door.enter(name).get("/evidence").text
    assert f'href="{PATH}"' in door.enter("clinic_admin").get("/evidence").text
