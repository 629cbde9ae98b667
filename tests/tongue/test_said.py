"""Everything a patient sees is said through tongue, and stands in every catalogue."""

from pathlib import Path

import pytest

from tests.tongue.raw import raw_of_script, raw_of_template
from tests.tongue.test_catalogues import OTHERS, entries
from tests.tongue.words import ROOT, file_of, here, literature, scripts, source, updated

TEMPLATES = ROOT / "tracker" / "web" / "templates"
STAFF = {"clinic"}  # folders of pages in English only
STAFF_SCRIPTS = {"desk_qr.js"}
NOT_WORDS = {
    "XXXX-XXX-XXX",  # how a code looks
    "Who needs me",  # a tab of staff's pages, which are in English
    "the store gave up",  # the text of an error nobody is shown
    "the twin missed a write",  # another
    "changed right after saving",  # a reason the API keeps, shown through words
    "You have a check-in.",  # where a push cannot be read: the browser must show something, and no page is there to ask
}


def patients_templates() -> list[Path]:
    """Every page, part and mail that a patient may see."""
    return [path for path in sorted(TEMPLATES.rglob("*.*")) if not STAFF & set(path.relative_to(TEMPLATES).parts)]


@pytest.mark.parametrize("path", patients_templates(), ids=here)
def test_a_page_says_nothing_that_nobody_could_translate(path):
    assert set(raw_of_template(path.read_text(encoding="utf-8"))) - NOT_WORDS == set()


@pytest.mark.parametrize("path", [path for path in scripts() if path.name not in STAFF_SCRIPTS], ids=here)
def test_a_script_says_nothing_that_nobody_could_translate(path):
    assert set(raw_of_script(path.read_text(encoding="utf-8"))) - NOT_WORDS == set()


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<p>Saved today.</p>", ["Saved today."]),
        ('<p>{{ _("Saved today.") }}</p>', []),
        ('<button aria-label="Close this">×</button>', ["Close this"]),
        ('{{ button("Say it again") }}', ["Say it again"]),
    ],
)
def test_raw_english_in_a_page_is_seen(markup, found):
    assert list(raw_of_template(markup)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('show("Saved at last.")', ["Saved at last."]),
        ('show(t("Saved at last."))', []),
        ('// "Only a comment here."', []),
        ('go("/app/progress")', []),
    ],
)
def test_raw_english_in_a_script_is_seen(text, found):
    assert list(raw_of_script(text)) == found


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize(("name", "gathered"), [("messages", source), ("evidence", literature)])
def test_every_sentence_stands_in_the_catalogue(code, name, gathered):
    """What differs: `make words` has not been run."""
    assert file_of(code, name).read_text(encoding="utf-8") == updated(code, gathered(), name)


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_is_translated(code):
    assert [english[0] for _, english, said in entries(code) if not said or not all(said)] == []
