"""Bare: what stands beside the times of B8, the least a page can be that asks for a score, of 15 kB over the line.

One document, one style sheet, one script, and one question to the server whose answer it draws as eleven buttons: three
trips. It knows nobody, keeps nothing and opens only with signal; what it takes tells the pace of a run's machine.
"""

import gzip
import secrets
from pathlib import Path

import rcssmin

from tracker.web.static_files import ROOT

BYTES = 15_000
STYLES = ("tokens", "base", "parts", "phone")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bare</title><link rel="stylesheet" href="style.css"><script type="module" src="app.js"></script>
<body class="phone"><main><div id="screen"><p>One moment …</p></div></main>"""
SCRIPT = """
const { question, scores } = await (await fetch("home.json")).json();
const head = Object.assign(document.createElement("h1"), { textContent: question });
head.dataset.head = "";
const buttons = scores.map((score) => Object.assign(document.createElement("button"), { textContent: score }));
document.getElementById("screen").replaceChildren(head, ...buttons);
//"""
HOME = '{"question": "How much pain now?", "scores": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}'


def lay(folder: Path) -> None:
    """Write the page's four files; what is missing of its bytes, headers not counted, is a comment in the script."""
    folder.mkdir()
    style = rcssmin.cssmin("\n".join((ROOT / f"css/{name}.css").read_text() for name in STYLES))
    texts = {"index.html": PAGE, "style.css": style, "app.js": SCRIPT, "home.json": HOME}
    missing = BYTES - sum(len(gzip.compress(text.encode())) for text in texts.values())
    texts["app.js"] += secrets.token_hex(max(missing, 0))  # a byte of chance in two characters: gzip makes one of them
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def site(port: int, folder: Path) -> str:
    """What Caddy is told of it."""
    return f"localhost:{port} {{\n\ttls internal\n\tencode gzip\n\troot * {folder}\n\tfile_server\n}}\n"
