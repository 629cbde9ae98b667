"""Words: every sentence marked for translation, gathered from Python, templates, scripts, warning signs and evidence.

`make words` (python -m tests.tongue.words) brings the catalogues up to date: new sentences come in empty, those nobody
says any more go, translations stay.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from tracker.tongue import CATALOGUES, LANGUAGES, SOURCE
from tracker.web.tongue import Sentences

ROOT = Path(__file__).parents[2]
PYTHON = {"_": None, "english": None, "_n": (1, 2)}
SCRIPTS = {"t": None, "tn": (2, 3)}
TEMPLATES = ("gettext", "ngettext", "_", "_n", "told", "told_label", "said_in")
NOTE = "Translators:"
SIGNED = "Safety: a clinician who speaks this language must sign this sentence off."
RECORD = (  # the fields of a source that are said
    *("title", "design", "n_detail", "plain", "clinician", "limits", "durability", "denominator"),
    *("seed_claim", "seed_faithful"),
)
COMPARISON, EFFECT, CODE = ("at", "note"), ("text", "unit"), ("source", "note")
SAFETY = ("tracker/web/signs.py", "tracker/web/templates/partials/seek.html")
HEAD = """# {name}. No native clinician has signed these sentences yet (docs/languages.md).
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plural};\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
Found = tuple[str | tuple[str, str], str, list[str]]  # sentence or (one, many), file, notes


def found() -> Iterator[Found]:
    """Every marked sentence, in the order of files and lines."""
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        yield from python(path)
    for path in sorted((ROOT / "tracker" / "web" / "templates").rglob("*.*")):
        yield from template(path)
    yield from signs(ROOT / "tracker" / "evidence" / "red_flags.yaml")
    yield from reports(ROOT / "tracker" / "evidence" / "reactions.yaml")
    yield from codes(ROOT / "tracker" / "evidence" / "thresholds.yaml")
    for path in scripts():
        yield from script(path)


def scripts() -> list[Path]:
    """Our own scripts, as they are written."""
    return sorted(p for p in (ROOT / "static").rglob("*.js") if not {"vendor", "bundle"} & {*p.parts})


def here(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python(path: Path) -> Iterator[Found]:
    """`_`, `_n` and `english` with a text as it stands."""
    notes = [SIGNED] if here(path) in SAFETY else []
    with path.open("rb") as file:
        for _line, message, told, _context in extract("python", file, PYTHON, [NOTE], {"encoding": "utf-8"}):
            yield message, here(path), [*told, *notes]  # type: ignore[misc]


def template(path: Path) -> Iterator[Found]:
    """Calls and {% trans %} blocks, as they run."""
    environment = Environment(extensions=[Sentences])
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    notes = [SIGNED] if here(path) in SAFETY else []
    for _line, _name, told in extract_from_ast(environment.parse(path.read_text("utf-8")), TEMPLATES):
        texts = [told] if isinstance(told, str) else [one for one in told or () if isinstance(one, str)]
        if texts:
            yield (texts[0] if len(texts) == 1 else (texts[0], texts[1])), here(path), notes


def signs(path: Path) -> Iterator[Found]:
    """Every warning sign, and what stands beside it."""
    for entry in yaml.safe_load(path.read_text("utf-8")):
        for one in (entry, *entry.get("also", ())):
            yield one["ask"], here(path), [SIGNED]


def reports(path: Path) -> Iterator[Found]:
    """What a person may report, and the advice beside it; the rest of the file is for staff."""
    for entry in yaml.safe_load(path.read_text("utf-8"))["phone"]:
        for name in ("words", "advice"):
            if name in entry:
                yield entry[name], here(path), [SIGNED]


def codes(path: Path) -> Iterator[Found]:
    """Where the codes of conditions and questions were seen; the rest of the file is for staff."""
    for table in yaml.safe_load(path.read_text("utf-8"))["codes"].values():
        for entry in table.values():
            yield from ((entry[name], here(path), []) for name in CODE if name in entry)


def evidence(path: Path) -> Iterator[Found]:
    """What each source says, in reading order, named by record and field."""
    for record in yaml.safe_load(path.read_text("utf-8")):
        told = [(record, name) for name in RECORD]
        for comparison in record["comparisons"]:
            told += [(comparison, name) for name in COMPARISON] + [(comparison["effect"], name) for name in EFFECT]
            told += list(_shares(comparison["effect"].get("shares")))
        for part, name in told:
            if part.get(name):
                yield part[name], here(path), [f"{record['id']}: {name}"]


def _shares(shares: dict[str, Any] | None) -> Iterator[tuple[dict[str, Any], str]]:
    """Absolute numbers: of whom, and what is true of them."""
    if shares:
        yield shares, "what"
        yield from ((group, "who") for group in shares["groups"])


def literature() -> Catalog:
    """The texts of the evidence library as a catalogue without translations; a sentence of the pages stands there."""
    catalog, pages = Catalog(fuzzy=False), source()
    for path in sorted((ROOT / "tracker" / "evidence" / "records").glob("*.yaml")):
        for message, file, notes in evidence(path):
            if message not in pages:
                catalog.add(message, locations=[(file, 0)], auto_comments=notes)
    for one in catalog:
        one.locations = list(dict.fromkeys(one.locations))
        one.auto_comments = list(dict.fromkeys(one.auto_comments))
    return catalog


def script(path: Path) -> Iterator[Found]:
    """`t` and `tn`."""
    with path.open("rb") as file:
        for _line, message, told, _context in extract("javascript", file, SCRIPTS, [NOTE], {}):
            yield message, here(path), told  # type: ignore[misc]


def source() -> Catalog:
    """All sentences as a catalogue without translations."""
    catalog = Catalog(fuzzy=False)
    for message, file, notes in found():
        catalog.add(message, locations=[(file, 0)], auto_comments=notes)
    for one in catalog:
        one.locations = list(dict.fromkeys(one.locations))
        one.flags -= {"python-format", "python-brace-format"}
    return catalog


def file_of(code: str, name: str = "messages") -> Path:
    """A language's catalogue: messages, or evidence."""
    return CATALOGUES / code / "LC_MESSAGES" / f"{name}.po"


def updated(code: str, template: Catalog, name: str = "messages") -> str:
    """The catalogue as its file should read, with what is translated: by alphabet, the evidence in reading order."""
    old = Catalog(locale=code)
    if file_of(code, name).exists():
        with file_of(code, name).open("rb") as file:
            old = read_po(file, locale=code)
    new = Catalog(locale=code, fuzzy=False)
    for one in template:
        if one.id:
            known = old.get(one.id)
            said = known.string if known is not None and known.pluralizable == one.pluralizable else None
            new.add(one.id, said, locations=one.locations, auto_comments=one.auto_comments)
    for one in new:
        one.flags -= {"python-format", "python-brace-format"}
    text = io.BytesIO()
    write_po(text, new, width=0, omit_header=True, sort_output=name == "messages", include_lineno=False)
    head = HEAD.format(name=LANGUAGES[code].name, code=code, plural=new.plural_forms.removesuffix(";"))
    return head + text.getvalue().decode().strip() + "\n"


def main() -> None:
    """Write every catalogue anew and say what is still to be translated."""
    for name, template in (("messages", source()), ("evidence", literature())):
        for code in LANGUAGES:
            if code != SOURCE:
                file_of(code, name).write_text(updated(code, template, name), "utf-8")
                print(f"{code}: {len(template)} sentences of {name}, {empty(code, name)} to be translated")  # noqa: T201


def empty(code: str, name: str) -> int:
    """How many sentences of a catalogue nobody has translated yet."""
    with file_of(code, name).open("rb") as file:
        told = [[one.string] if isinstance(one.string, str) else one.string or [""] for one in read_po(file) if one.id]
    return sum(not all(forms) for forms in told)


if __name__ == "__main__":
    main()
