"""PDF: a paper of words, pictures and tables as a tagged A4 file (PDF/UA-1) that every reader can read aloud.

The words travel as data beside a fixed template (paper.typ), so nothing a person typed is ever read as markup. Chinese
and Korean letters come from the font of a dependency, else from the machine's fonts (Debian: fonts-noto-cjk). Where
neither has a letter, it stays in the text of the file, the drawing shows a box, and `unreadable` lets the paper say so.
"""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("paper.typ")
FONT_PACKAGE = "cvttf_NotoSansCJK_Regular"  # Noto Sans CJK (OFL): Latin, Korean, Chinese and Japanese in one file
FAMILIES = {  # the first that is here draws; regional forms follow the language
    "ko": ("Noto Sans CJK TC", "Noto Sans CJK KR", "Noto Sans", "DejaVu Sans", "Libertinus Serif"),
    "zh": ("Noto Sans CJK TC", "Noto Sans CJK SC", "Noto Sans", "DejaVu Sans", "Libertinus Serif"),
}
USUAL = ("Noto Sans CJK TC", "Noto Sans CJK KR", "Noto Sans", "DejaVu Sans", "Libertinus Serif")
REGION = {"zh": "CN", "ko": "KR"}
EAST_ASIAN = ((0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


@dataclass(frozen=True)
class Sheet:
    """A table on paper; every cell is text. `widths` are shares."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Part:
    """One heading with what stands under it; `picture` is SVG, `alt` its words for those who do not see it."""

    title: str
    lines: tuple[str, ...] = ()
    picture: str | None = None
    alt: str = ""
    after: tuple[str, ...] = ()
    tables: tuple[Sheet, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A whole paper in one language."""

    title: str
    author: str
    language: str
    lead: tuple[str, ...]
    parts: tuple[Part, ...]
    footer: str

    def words(self) -> str:
        """Every letter on it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def pdf(paper: Paper) -> bytes:
    """The file."""
    drawn_with = families(paper.language)
    told: dict[str, Any] = asdict(paper) | {"region": REGION.get(paper.language)}
    for part in told["parts"]:
        part["picture"] = part["picture"] and with_font(part["picture"], drawn_with)
    return compiled(TEMPLATE, told, drawn_with)


def compiled(template: Path, told: dict[str, Any], drawn_with: tuple[str, ...]) -> bytes:
    """A template with its data as a file; typst refuses to write one that breaks PDF/UA-1."""
    import typst

    return typst.compile(
        template.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps(told, ensure_ascii=False), "fonts": json.dumps(drawn_with)},
        pdf_standards=["ua-1"],
    )


def unreadable(words: str) -> bool:
    """Whether these words hold Chinese, Japanese or Korean letters that no font here can draw."""
    return any(low <= ord(c) <= high for c in words for low, high in EAST_ASIAN) and not _draws_east_asian()


def with_font(svg: str, drawn_with: tuple[str, ...]) -> str:
    """The picture in the paper's own font: the screen's fonts are not here."""
    start = svg.index("font-family=") + len('font-family="')
    return svg[:start] + ", ".join(drawn_with) + svg[svg.index('"', start) :]


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The dependency's font, the machine's, and those that typst brings; looked for once."""
    import typst

    found = find_spec(FONT_PACKAGE)
    folders = list(found.submodule_search_locations or ()) if found else []
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=list(folders))


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(_fonts().families())


def families(language: str) -> tuple[str, ...]:
    """The fonts to draw with that are here; typst warns of every other."""
    return tuple(name for name in FAMILIES.get(language, USUAL) if name in _known())


def _draws_east_asian() -> bool:
    return any("CJK" in name for name in _known())
