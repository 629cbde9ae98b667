"""Imports go down only: web, jobs, cli, app > services > storage | charts | exports > evidence > science > tongue."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2] / "tracker"
TOP = {"web", "jobs", "cli", "app", "serve", "instrument", "token", "config"}
FLOORS = [{"tongue"}, {"science"}, {"evidence"}, {"storage", "charts", "exports"}, {"services"}, TOP]
LEVEL = {part: level for level, floor in enumerate(FLOORS) for part in floor}
SIDEWAYS = {"storage", "charts", "exports"}  # never import each other

WEB_ONLY = {
    *(
        "flask",
        "werkzeug",
        "jinja2",
        "marshmallow",
        "webargs",
        "apispec",
        "flask_smorest",
        "flask_security",
        "flask_login",
    ),
    *("flask_wtf", "wtforms", "flask_migrate", "flask_sqlalchemy", "huey", "gunicorn", "whitenoise", "click"),
}
STORE = {"sqlalchemy", "alembic", "psycopg", "sqlite3"}
MAY_STORE = {"storage", "services"} | TOP
SCIENCE_MAY = {"numpy", "scipy", "tracker"} | set(sys.stdlib_module_names)

MODULES = sorted(HOUSE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The floor's part a file belongs to: science, storage, … or a file of the top floor by its name."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno} relative import"
            yield node.module or ""
            if node.module == "tracker":
                yield from (f"tracker.{alias.name}" for alias in node.names)


def wrongs(path: Path) -> Iterator[str]:
    """What a file imports and may not."""
    here = part_of(path)
    for name in imports(path):
        package, _, rest = name.partition(".")
        there = rest.split(".")[0]
        if package == "tracker" and there:
            up = LEVEL[there] > LEVEL[here]
            aside = {here, there} <= SIDEWAYS and here != there
            yield from [f"{here} imports {name}"] if up or aside else []
        if package in WEB_ONLY and here not in TOP:
            yield f"{here} imports {name}: the top floor's alone"
        if package in STORE and here not in MAY_STORE:
            yield f"{here} imports {name}: storage, services and the top floor only"
        if here == "science" and package not in SCIENCE_MAY:
            yield f"science imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(HOUSE).as_posix())
def test_imports_go_down_only(path):
    if path != HOUSE / "__init__.py":
        assert list(wrongs(path)) == []


def test_the_package_itself_imports_nothing():
    """But what it takes to say, before numpy is loaded, how numpy is to run."""
    assert list(imports(HOUSE / "__init__.py")) == ["os"]


def test_every_part_of_the_house_has_a_floor():
    assert {part_of(p) for p in MODULES} - {"__init__"} <= set(LEVEL)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("science/trend.py", "import flask"),
        ("science/trend.py", "def f():\n    import pandas"),
        ("science/trend.py", "from tracker.evidence import library"),
        ("tongue.py", "from tracker.science import scales"),
        ("evidence/load.py", "from tracker.charts import course"),
        ("charts/course.py", "from tracker.storage import read"),
        ("charts/course.py", "from tracker import exports"),
        ("exports/csv.py", "import sqlalchemy"),
        ("services/log.py", "def f():\n    from tracker.web import json"),
        ("services/log.py", "from flask import g"),
    ],
)
def test_the_rule_finds_a_wrong_import(tmp_path, monkeypatch, file, line):
    monkeypatch.setattr(sys.modules[__name__], "HOUSE", tmp_path)
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(line)
    assert list(wrongs(path)) != []
