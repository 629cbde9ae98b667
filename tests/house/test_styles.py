"""The style sheets: every rule stands by itself; one inside another is a brace forgotten."""

import re
from collections.abc import Iterator

import pytest

from tracker.web.static_files import ROOT

SHEETS = sorted((ROOT / "css").glob("*.css"))


def nested(text: str) -> Iterator[str]:
    """Each selector that stands inside another rule, and what is left open or closed too often."""
    inside: list[str] = []
    for before, brace in re.findall(r"([^{}]*)([{}])", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        selector = before.rsplit(";", 1)[-1].strip()
        if brace == "{":
            if inside and not inside[-1].startswith("@"):
                yield selector
            inside.append(selector)
        elif inside:
            inside.pop()
        else:
            yield "}"
    yield from inside


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_stands_inside_another(sheet):
    assert list(nested(sheet.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a { color: red }\nb { color: blue }", []),
        ("@media print { a { color: red } }", []),
        ("a { color: red;\nb { color: blue }", ["b", "a"]),
        ("a { color: red } }", ["}"]),
    ],
)
def test_a_forgotten_brace_is_found(text, found):
    assert list(nested(text)) == found
