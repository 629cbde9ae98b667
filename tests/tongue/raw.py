"""Raw: English in a template or script that is not said through tongue, so that nobody could translate it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

QUOTE = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
SAID = re.compile(rf"\b(?:_n?|told|told_label|said_in|english|t|tn)\(\s*(?:[^\"'()`]*,\s*)?{QUOTE}(?:\s*,\s*{QUOTE})?")
JINJA = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
TRANS = re.compile(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{#.*?#\}", re.DOTALL)
QUOTED = re.compile(r""""((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'""")
WORDS = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"^[A-Z✓].*[a-z]{2,}\s+\S|[a-z]{2,}[.?!…]$|^[a-z]+( [a-z]+){3,}")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-title")
NAMES = {"Outcome Tracker", "·", "JavaScript", "JSON", "CSV", "PDF", "PIN", "QR"}
SCRIPT = re.compile(r"//[^\n]*|/\*.*?\*/|(\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)", re.DOTALL)


class Texts(HTMLParser):
    """Text nodes and spoken attributes of markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SPOKEN and value]


def raw_of_template(text: str) -> Iterator[str]:
    """Text nodes, labels, and quoted sentences inside expressions that nobody says through `_`."""
    reader = Texts()
    text = re.sub(r"(?s)\{% block (?:html|body) %\}.*?\{% endblock %\}", "", text)
    reader.feed(re.sub(r"(?s)<(script|style)\b.*?</\1>", "", JINJA.sub("", text)))
    yield from (one for one in map(str.strip, reader.found) if WORDS.search(_without_names(one)))
    for found in EXPRESSION.finditer(TRANS.sub("", text)):
        for quoted in QUOTED.finditer(SAID.sub("", found[0])):
            said = quoted[1] or quoted[2] or ""
            if SENTENCE.search(said):
                yield said


def _without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def raw_of_script(text: str) -> Iterator[str]:
    """String literals that read like a sentence and do not stand in t() or tn()."""
    said = [m.span() for m in SAID.finditer(text)]
    for found in SCRIPT.finditer(text):
        if found[1] and SENTENCE.search(found[1][1:-1]) and not any(a <= found.start(1) < b for a, b in said):
            yield found[1][1:-1]
