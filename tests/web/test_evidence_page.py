"""The evidence page: what each address shows, what stays out, how faithful the eight references are."""

import html
import re

import pytest

from tests.evidence.test_forest import ROWS
from tracker.evidence.library import library
from tracker.evidence.words import tradition, why
from tracker.science.scales import CONDITIONS


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found[0]


@pytest.fixture
def read(door):
    client = door.enter("anonymous")
    return lambda address="": client.get(f"/evidence{address}").text


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_page_of_a_condition_prints_every_number_of_its_sources(read, condition):
    page = text_of(read(f"?condition={condition}"))
    for _, _, unit, _, value, interval in ROWS[condition]:
        shown = f"{value} (interval not seen)" if interval == "not seen" else f"{value} ({interval})"
        assert shown in page
        assert unit in page.lower()


def test_a_comparison_narrows_plots_answers_and_sources(read):
    page = read("?condition=knee_oa&comparator=sham")
    shown = text_of(section(page, "knee_oa"))
    assert "−0.4 (−1.2 to 0.4)" in shown
    assert "−1.1 (−1.8 to −0.4)" not in shown
    assert "Against usual care" not in shown.replace(
        "Sources differ here: Against sham acupuncture; Against usual care", ""
    )
    assert "Guidelines, side by side" not in page
    assert 'id="source-nice-ng226"' not in page


def test_guidelines_alone_stand_side_by_side(read):
    page = read("?condition=knee_oa&comparator=guideline")
    sides = re.findall(r"<h4>(.*?)</h4>(.*?)(?=<h4>|</section>)", section(page, "guidelines"), re.DOTALL)
    assert [title for title, _ in sides] == ["In favour", "In between", "Against"]
    for (_, told), id in zip(sides, ("acr-2019-oa", "aaos-2021-knee", "nice-ng226"), strict=True):
        assert f"#source-{id}" in told
    assert 'class="forest' not in page


def test_a_side_that_no_guideline_takes_says_so(read):
    assert "None seen." in text_of(section(read("?condition=neck&comparator=guideline"), "guidelines"))


def test_anything_unknown_in_the_address_shows_all(read):
    assert read("?condition=gout&comparator=luck&chronicity=old") == read()


def test_the_front_page_names_every_condition_and_every_source_once(read):
    page = read()
    assert all(f'<h2 id="{condition}">' in page for condition in CONDITIONS)
    assert sorted(re.findall(r'id="source-([^"]+)"', page)) == sorted(r.id for r in library().rendering)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", ["", "?condition=low_back", "?comparator=sham", "?condition=neck&chronicity=acute"])
def test_every_link_into_the_page_leads_somewhere(read, address):
    page = read(address)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'\bid="([^"]+)"', page))


def test_every_rate_of_harm_says_what_it_is_out_of(read):
    shown = text_of(section(read(), "safety"))
    for r in library().rendering:
        if r.theme == "safety":
            told = f"Out of: {r.denominator}" if r.denominator else "Out of: not known, so no rate can be read from it"
            assert shown.count(told) >= len(r.comparisons)
    assert "cannot be compared with each other" in shown


def test_the_eight_references_say_what_the_text_claims_and_how_faithful_that_is(read):
    shown = section(read(), "claims")
    assert re.findall(r'<li value="(\d)"', shown) == [*"12345678"]
    for r in library().rendering:
        if r.seed_ref:
            assert html.escape(r.seed_claim or "", quote=False) in shown.replace("&#39;", "'")
            assert html.escape(r.seed_faithful or "", quote=False) in shown.replace("&#39;", "'")


@pytest.mark.parametrize("address", ["", *(f"?condition={c}" for c in CONDITIONS)])
def test_what_has_no_source_stays_out_and_tradition_stands_apart(read, address):
    page = read(address)
    shown = text_of(page)
    assert not re.search(r"\blymph|\bblood (?:flow|circulation)|nerve (?:recovery|repair|regeneration)", shown, re.I)
    ideas = text_of(section(page, "ideas"))
    assert "Hypotheses, not results." in ideas
    assert "no study on this page measures them" in ideas
    assert not re.search(r"\d\.\d|interval|per cent", ideas)
    for record in library().rendering:
        shown = shown.replace(record.citation, "")  # an author may be called Yang
    assert tradition(shown.replace(ideas, "")) == []
    assert why(re.sub(r"<style.*?</style>", "", shown)) == []


@pytest.mark.parametrize("address", ["", "?condition=low_back"])
def test_no_band_is_a_line_and_the_courses_stand_in_words(read, address):
    lasting = section(read(address), "lasting")
    assert "average 56, 48, 43 and 40 points of 100" in text_of(lasting)
    assert len(re.findall(r"<rect", lasting)) == 8
    assert "<path" not in lasting


def test_records_that_may_not_render_are_nowhere(read):
    page = read()
    hidden = [r for r in library().records if not r.renders]
    assert hidden
    assert [r.id for r in hidden if r.id in page or r.citation in page] == []


def test_a_source_past_its_date_bears_its_badge(read):
    shown = re.search(r"<summary><h3>American College of Physicians guideline.*?</h3>", read(), re.DOTALL)
    assert shown
    assert "review due" in shown[0]


def test_icon_arrays_have_their_sentence_and_stand_on_the_page_of_the_condition(read):
    page = read("?condition=tension_headache")
    said = (
        "52 of 100 people with acupuncture had at least 50 % fewer headaches, against 43 of 100 with sham acupuncture."
    )
    assert said in text_of(page)
    assert page.count('class="people"') == 4
    assert 'class="people"' not in read()


@pytest.mark.parametrize("condition", CONDITIONS)
def test_plotly_gets_the_axes_that_the_page_drew(door, read, condition):
    page = read(f"?condition={condition}&comparator=usual")
    keys = re.findall(r'data-group="([^"]+)"', page)
    addresses = set(re.findall(r'data-figure="([^"]+)"', page))
    assert len(addresses) == 1
    answer = door.enter("anonymous").get(html.unescape(addresses.pop())).json
    assert [figure["group"] for figure in answer["figures"]] == keys


def test_the_api_refuses_what_it_does_not_know(door):
    client = door.enter("anonymous")
    for query in ("", "?condition=gout", "?condition=neck&comparator=guideline", "?condition=neck&who=me"):
        assert client.get(f"/api/v1/evidence/forest{query}").status_code == 422


def test_the_frame_speaks_the_readers_language_and_the_library_says_that_it_is_english(door):
    page = door.enter("anonymous").get("/evidence?condition=neck", headers={"Accept-Language": "ko"}).text
    assert '<html lang="ko"' in page
    frame, shelves = page.split('<div class="library stack" lang="en"')
    assert re.search("[가-힣]", frame)
    assert not re.search("[가-힣]", shelves.split("<script")[0])
    assert "Neck pain" in shelves
