"""No text of this house says a banned word: templates, scripts, messages, translations, evidence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tracker.evidence.words import why

ROOT = Path(__file__).parents[2]
EXEMPT = "seed_claim"  # the seed text's own claim, quoted so that its reading can stand beside it
FLOORS = ("web", "charts", "exports", "services", "jobs")
COMMENT_OF = {
    ".html": r"\{#.*?#\}|<!--.*?-->",
    ".txt": r"\{#.*?#\}",
    ".po": r"(?m:^)(?:#[^\n]*|msg(?:id|id_plural|ctxt)\s[^\n]*(?:\n\"[^\n]*)*)",
}
SCRIPT = re.compile(
    r"""//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""",
    re.DOTALL,
)


def text_of_markup(text: str, suffix: str) -> Iterator[str]:
    """A template or translation without its comments."""
    yield re.sub(COMMENT_OF[suffix], " ", text, flags=re.DOTALL)


def texts_of_script(text: str) -> Iterator[str]:
    """String and template literals of a script; comments are for us."""
    yield from (m.group(1)[1:-1] for m in SCRIPT.finditer(text) if m.group(1))


def texts_of_python(text: str) -> Iterator[str]:
    """String literals of a module, f-strings as a whole; docstrings and bare strings under a column are for us."""
    tree = ast.parse(text)
    skipped = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    joined = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr)]
    skipped |= {id(part) for node in joined for part in node.values}
    yield from ("".join(_piece(part) for part in node.values) for node in joined)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def _piece(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "…"


def texts_of_data(value: object) -> Iterator[str]:
    """Strings of a YAML or JSON value, but for the exempt field."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from () if key == EXEMPT else texts_of_data(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of_data(item)
    elif isinstance(value, str):
        yield value


def texts(path: Path) -> Iterator[str]:
    """Everything a reader may see of one file."""
    text = path.read_text("utf-8")
    if path.suffix in COMMENT_OF:
        return text_of_markup(text, path.suffix)
    if path.suffix == ".js":
        return texts_of_script(text)
    return texts_of_python(text) if path.suffix == ".py" else texts_of_data(yaml.safe_load(text))


def files() -> list[Path]:
    """Every file whose words reach a person, whatever is there by now."""
    found = [*(ROOT / "tracker" / "evidence").rglob("*.yaml"), *(ROOT / "tracker" / "evidence").glob("*.py")]
    found += (ROOT / "tracker" / "translations").rglob("*.po")
    for floor in FLOORS:
        for suffix in ("py", "html", "txt", "po", "json", "yaml", "js"):
            found += (ROOT / "tracker" / floor).rglob(f"*.{suffix}")
    for suffix in ("js", "html", "json"):
        found += (p for p in (ROOT / "static").rglob(f"*.{suffix}") if "vendor" not in p.parts)
    return sorted(p for p in found if p.name != "words.py" or p.parent.name != "evidence")


@pytest.mark.parametrize("path", files(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_text_says_a_banned_word(path: Path):
    assert [line for text in texts(path) for line in why(text)] == []


def test_the_evidence_is_among_what_is_read():
    names = {p.name for p in files()}
    assert {"low_back.yaml", "red_flags.yaml", "card.py", "messages.po"} <= names
    assert "words.py" not in {p.name for p in files() if p.parent.name == "evidence"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<p>It works {# a comment #}</p>"),
        ("page.html", '<button aria-label="a proven cure">x</button>'),
        ("page.html", "<p>{{ _('Less pain due to needles') }}</p>"),
        ("app.js", "say('It works');"),
        ("app.js", "say(`pain ${n} due to needles`);"),
        ("app.js", 'say("a quote \\" and a cure");'),
        ("words.py", 'X = "It works"'),
        ("words.py", 'def f(n):\n    return f"{n} cured"'),
        ("words.py", 'X = ("less pain due "\n     "to needles")'),
        ("fr.po", 'msgid "x"\nmsgstr "It works"'),
        ("es.json", '{"a": {"b": ["El tratamiento funciona"]}}'),
        ("low.yaml", "- plain: It works."),
    ],
)
def test_a_banned_word_is_found_wherever_a_reader_may_see_it(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    assert [line for words in texts(tmp_path / name) for line in why(words)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<p>{# this works because of flex #} Saved.<!-- works --></p>"),
        ("app.js", "// works\n/* due to\n Safari */ save('Saved'); const works = 1;"),
        ("words.py", '"""It works."""\n\n\ndef works():\n    """A cure."""\n    return "Saved"  # works\n'),
        ("columns.py", 'class A:\n    b = 1\n    """It works."""\n'),
        ("fr.po", '# works\nmsgid ""\n"It works"\nmsgstr "Gespeichert"'),
        ("low.yaml", "- seed_claim: It works.\n  plain: Saved."),
    ],
)
def test_comments_names_docstrings_and_the_seeds_claim_are_not_text(tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    assert [line for words in texts(tmp_path / name) for line in why(words)] == []
