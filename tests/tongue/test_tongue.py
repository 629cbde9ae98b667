"""Tongue: whose language is spoken, how a sentence is filled, and what is said when a translation is missing."""

import pytest
from markupsafe import Markup

from tracker import tongue
from tracker.tongue import _, _n, speaking


def test_english_is_spoken_when_nobody_is_known():
    assert (tongue.language(), _("A sentence nobody translated.")) == ("en", "A sentence nobody translated.")


def test_speaking_ends_where_its_block_ends_also_when_it_breaks():
    def breaks():
        with speaking("ko"):
            assert tongue.here().name == "한국어"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert tongue.language() == "en"


@pytest.mark.parametrize("code", ["xx", "", None])
def test_a_language_we_do_not_have_is_english(code):
    with speaking("ko"), speaking(code):
        assert tongue.language() == "en"


def test_names_are_filled_and_what_is_not_named_stays():
    assert _("Hello {name}, {other} of {100}", name="Kim {other}") == "Hello Kim {other}, {other} of {100}"


def test_the_number_chooses_its_form():
    assert [_n("1 answer", "{n} answers", n) for n in (0, 1, 2)] == ["0 answers", "1 answer", "2 answers"]


def test_templates_escape_the_sentence_and_its_values_but_not_markup(house):
    say = house.jinja_env.from_string('<i title="{{ _("5 > {x}", x=x) }}">{{ _("see {link}", link=link) }}</i>').render
    assert say(x='"<b>', link=Markup("<a>here</a>")) == '<i title="5 &gt; &#34;&lt;b&gt;">see <a>here</a></i>'


def test_a_trans_block_has_the_same_names_as_every_other_floor(house):
    block = "{% trans n=2, who=who %}\n one <b>{{ who }}</b>\n of 5 %{% pluralize %}{{ n }} {{ who }}{% endtrans %}"
    found = [message[:2] for _, _, message in house.jinja_env.extract_translations(block)]
    assert found == [("one <b>{who}</b> of 5 %", "{n} {who}")]
    assert house.jinja_env.from_string(block).render(who="<x>") == "2 &lt;x&gt;"
