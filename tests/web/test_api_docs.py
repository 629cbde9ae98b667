"""The examples of docs/api.md run, in their order, and answer what stands beneath them."""

import json
import re
import shlex
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.web.test_tokens import made
from tracker.config import ROOT

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(sh|json)\n(.*?)\n```", re.DOTALL)
HERE = "http://localhost:8000"
ANY = "…"  # differs each time


def blocks() -> list[tuple[str, str]]:
    """The examples of the page, and the answers that stand right beneath one."""
    kept, below = [], -1
    for found in BLOCK.finditer(PAGE):
        if found[1] == "sh" or (below >= 0 and not PAGE[below : found.start()].strip()):
            kept.append((found[1], found[2]))
        below = found.end() if found[1] == "sh" else -1
    return kept


def commands(text: str) -> list[tuple[str, int]]:
    """Each curl of a block with the status that is written behind it."""
    return [(line, int(status)) for line, status in re.findall(r"^(curl .*?)  # (\d{3})$", text, re.DOTALL | re.M)]


def run(client: Any, line: str, known: dict[str, str]) -> TestResponse:
    """One curl, by the application itself."""
    told = re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], line.replace("\\\n", " "))
    _curl, *words = shlex.split(told)
    how: dict[str, Any] = {"headers": {}, "method": "GET"}
    while words:
        match words.pop(0):
            case "-X":
                how["method"] = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                how["headers"][name] = value
            case "-d":
                how["data"] = words.pop(0)
                how["method"] = "POST" if how["method"] == "GET" else how["method"]
            case address:
                assert address.startswith(HERE), address
                how["path"] = address.removeprefix(HERE)
    return client.open(**how)


def says(shown: Any, answer: Any) -> bool:
    """Whether an answer holds what is shown; what is not shown may stand beside it."""
    if shown == ANY:
        return answer is not None
    if isinstance(shown, dict):
        return isinstance(answer, dict) and all(name in answer and says(v, answer[name]) for name, v in shown.items())
    if isinstance(shown, list):
        return isinstance(answer, list) and len(shown) == len(answer) and all(map(says, shown, answer))
    return shown == answer


@pytest.mark.parametrize(
    ("shown", "answer", "fits"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": None}, {}, False),
        ({"a": ANY}, {"a": None}, False),
        ([1], [1, 2], False),
        ([{"a": ANY}], [{"a": 5}], True),
    ],
)
def test_the_comparison_sees_what_differs(shown, answer, fits):
    assert says(shown, answer) is fits


def test_the_examples_run_and_answer_what_is_shown(app, world):
    client = app.test_client()
    known = {
        "TOKEN": made(app, world, "courses:read", "courses:write")["Authorization"].removeprefix("Bearer "),
        "EXPORTER": made(app, world, "exports:read", "exports:write")["Authorization"].removeprefix("Bearer "),
        "COURSE": str(world.courses["owner"]),
        **{name: str(uuid4()) for name in ("READING", "CORRECTION", "EXPORT")},
    }
    answer, ran = None, 0
    for kind, text in blocks():
        if kind == "json":
            assert answer is not None
            assert says(json.loads(text), answer.json), (text, answer.json)
            continue
        for line, status in commands(text):
            answer = run(client, line, known)
            assert answer.status_code == status, (line, answer.text)
            known["ETAG"] = answer.headers.get("ETag", "")
            known["NEXT"] = str((answer.json or {}).get("next")) if answer.data else ""
            ran += 1
    assert ran == PAGE.count("\ncurl ") >= 10
