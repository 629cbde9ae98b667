"""The evidence page: what each address shows, what stays out, how faithful the eight references are."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from tests.evidence.test_forest import ROWS
from tests.evidence.test_translations import BARE, languages, numbers
from tracker import tongue
from tracker.evidence import beside, forest
from tracker.evidence.library import library
from tracker.evidence.words import tradition, why
from tracker.science.scales import CONDITIONS
from tracker.web import bookshelf

SAME = {"LOINC"}  # names that every language writes alike


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


@pytest.fixture
def read_in(door):
    """The page of an address in a language, at once."""
    client = door.enter("anonymous")
    return lambda code, address="": client.get(f"/evidence?{address}", headers={"Accept-Language": code}).text


def pieces(page: str) -> list[str]:
    """What a page says between its tags, a figure's own words too; without citations, which stay as they were printed,
    and without the days on which sources were checked.
    """
    main = page.partition('<main id="main" tabindex="-1">')[2].partition("</main>")[0]
    own = re.sub(
        r"<style.*?</style>|<p[^>]* lang=\"en\".*?</p>|<p class=\"soft small checked\">.*?</p>", "", main, flags=re.S
    )
    labels = re.findall(r'(?:aria-label|data-title|data-said)="([^"]*)"', own)
    found = [part for node in (*re.split(r"<[^>]*>", own), *labels) for part in re.split(" · |;", html.unescape(node))]
    return [" ".join(part.split()) for part in found if part.strip()]


@languages
@pytest.mark.parametrize("address", ["", "condition=neck", "condition=tension_headache", "comparator=guideline"])
def test_the_page_holds_no_english_and_the_same_numbers_in_every_language(read_in, code, address):
    page, english = read_in(code, address), read_in("en", address)
    tag = tongue.LANGUAGES[code].tag
    assert f'<html lang="{tag}"' in page
    said, theirs = pieces(page), pieces(english)
    assert len(said) > 100
    same = {one for one in set(said) & set(theirs) if re.search(r"[^\W\d_]", one) and not BARE.fullmatch(one)}
    assert same - SAME == set()
    if code != "es":
        assert [one for one in said if re.search(r"[a-z]{2,}(?: [a-z]{2,}){2,}", one)] == []
    assert numbers(" ".join(said), code) == numbers(" ".join(theirs), "en")


@languages
def test_the_list_of_english_that_is_left_would_see_a_sentence(read_in, code, monkeypatch):
    told = tongue.translated
    left = "Ideas about what happens in the body"
    monkeypatch.setattr(tongue, "translated", lambda said: said if said == left else told(said))
    assert left in pieces(read_in(code, "condition=neck"))


@pytest.fixture
def holding(monkeypatch):
    """Let the page read a library whose records are these."""

    def hold(records):
        held = replace(library(), records=tuple(records))
        for module in (bookshelf, beside, forest):
            monkeypatch.setattr(module, "library", lambda: held)

    return hold


@pytest.mark.parametrize("code", tongue.LANGUAGES)
@pytest.mark.parametrize("change", [None, {"verified": False}, {"superseded_by": "acp-2017"}])
def test_a_condition_without_evidence_that_may_be_shown_says_so(read_in, holding, code, change):
    holding(replace(r, **change) for r in library().records if change)
    page = text_of(read_in(code, "condition=neck"))
    with tongue.speaking(code):
        pain = tongue._("neck pain")
        told = tongue._("No study or guideline was seen for {what}, so none stands beside this chart.", what=pain)
        assert told in page
        assert tongue._("No number was seen that can be drawn.") in page
        assert tongue._("No source fits. Choose less above.") in page
    assert 'class="forest' not in page


@pytest.mark.parametrize("code", tongue.LANGUAGES)
def test_every_source_past_its_date_bears_its_badge_in_the_readers_language(read_in, holding, code):
    holding(replace(r, valid_until=date(2020, 1, 1)) for r in library().records)
    heads = re.findall(r"<summary><h3>(.*?)</h3></summary>", read_in(code, "condition=neck"))
    with tongue.speaking(code):
        badge = f'<span class="mark">{tongue._("review due")}</span>'
    assert len(heads) > 10
    assert [head for head in heads if badge not in head] == []


def test_staff_read_the_page_in_english_and_a_patient_in_their_own_language(door):
    korean = {"Accept-Language": "ko"}
    assert "Ideas and tradition" in door.enter("practitioner").get("/evidence", headers=korean).text
    assert "Ideas and tradition" in door.enter("owner").get("/evidence", headers=korean).text


def test_the_filters_and_the_figures_keep_a_language_that_the_address_asks_for(door):
    client = door.enter("anonymous")
    page = client.get("/evidence?lang=ko&condition=neck").text
    assert '<input type="hidden" name="lang" value="ko">' in page
    address = html.unescape(re.findall(r'data-figure="([^"]+)"', page)[0])
    korean, english = (
        client.get(address).json["figures"],
        client.get(address.replace("lang=ko", "lang=en")).json["figures"],
    )
    for mine, theirs in zip(korean, english, strict=True):
        assert mine["group"] == theirs["group"]
        assert [trace["x"] for trace in mine["data"]] == [trace["x"] for trace in theirs["data"]]
        assert numbers(" ".join(mine["words"]), "ko") == numbers(" ".join(theirs["words"]), "en")
        assert set(mine["words"]) & set(theirs["words"]) == set()
    assert client.get("/api/v1/evidence/forest?condition=neck&lang=la").status_code == 422
    assert 'name="lang"' not in client.get("/evidence?lang=la").text


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_codes_of_a_condition_stand_there_each_with_where_it_was_seen(read, condition):
    shown = text_of(section(read(f"?condition={condition}"), condition))
    known = library().measures
    mine = [known.icd10[condition]] if condition in known.icd10 else []
    asked = [known.loinc[name] for name in ("nrs_now", "nrs_week", "peg")]
    for one in (*mine, *asked):
        assert one.source in shown
    assert all(code in shown for one in mine for code in (one.who, *one.cm))
    assert all(code in shown for one in asked for code in (one.code, *one.also, *one.items))
    assert all(one.note in shown for one in (*mine, *asked) if one.note)
