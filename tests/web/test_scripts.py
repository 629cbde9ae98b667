"""The phone's scripts: in few files where set-up could bundle them, as they are written where it could not."""

import re
import shutil
from pathlib import Path

import pytest

from tracker.web import scripts
from tracker.web.static_files import ROOT


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the static tree as it comes from git: nothing is bundled."""
    shutil.copytree(ROOT / "js", tmp_path / "js")
    return tmp_path


@pytest.fixture
def made(tree: Path) -> Path:
    """The same after set-up."""
    if not (ROOT / scripts.BUNDLE / scripts.OF).is_file():
        pytest.skip("no bundle on this machine: apt-get install nodejs npm; make setup")
    scripts.bundle(tree)
    return tree


def test_without_a_bundle_the_modules_themselves_serve(tree: Path):
    assert scripts.start(tree) == ("js/early.js", "js/app.js")
    assert {"js/store.js", "js/late.js", "js/behaviours/report.js"} <= set(scripts.on_a_phone(tree))
    assert len(scripts.modules(tree)) > 30


def test_set_up_puts_what_the_first_screen_needs_into_two_files(made: Path):
    assert scripts.modules(made) == scripts.start(made) == ("bundle/start.js", "bundle/shell.js")


def test_a_script_that_changed_since_makes_the_bundle_worthless(made: Path):
    with (made / "js/late.js").open("a") as script:
        script.write("\n")
    scripts.bundled.cache_clear()
    assert scripts.start(made) == scripts.START


@pytest.mark.parametrize("ends", ["exit 9", "echo 'Error: no rollup' >&2; exit 1", None])
def test_set_up_goes_on_without_a_bundle_whatever_node_does(monkeypatch, tmp_path: Path, capsys, ends: str | None):
    node = tmp_path / "node"
    if ends:
        node.write_text(f"#!/bin/sh\n{ends}\n")
        node.chmod(0o755)
    shutil.copytree(ROOT / "js", tmp_path / "js")
    real = scripts.bundle
    monkeypatch.setattr(scripts, "node", lambda: str(node))
    monkeypatch.setattr(scripts, "bundle", lambda: real(tmp_path))
    scripts.main()
    assert "stay in single files" in capsys.readouterr().err
    assert scripts.start(tmp_path) == scripts.START


def test_each_script_keeps_its_name_and_what_it_exports(made: Path):
    said = re.compile(r"^export (?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
    for script in (made / "js").rglob("*.js"):
        told = (made / "bundle" / script.relative_to(made / "js")).read_text()
        for name in said.findall(script.read_text()):
            assert re.search(rf"^export\b.*\b{name}\b", told, re.MULTILINE), (script.name, name)


def test_what_stands_in_the_two_files_is_only_handed_on_elsewhere(made: Path):
    """Were it there too, it would run twice and keep two states."""
    moved = [Path(name).name for name in scripts.modules(made, scripts.START)]
    assert {"store.js", "here.js", "outbox.js", "app.js"} <= set(moved)
    for name in moved:
        told = (made / "bundle" / name).read_text()
        assert re.sub(r"(?:import|export)\b[^;]*\./(?:start|shell)\.js';", "", told).strip() == "", name


def test_no_phone_gets_what_only_a_desk_needs(made: Path):
    given = {Path(name).name for name in scripts.on_a_phone(made)}
    assert not scripts.NOT_ON_A_PHONE & given
    assert {"late.js", "report.js", "pin.js"} <= given


def test_modules_are_found_through_their_imports_those_that_begin_early_first(tmp_path: Path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js/early.js").write_text('import { c } from "./c.js";\n')
    (tmp_path / "js/c.js").write_text("export const c = 1;\n")
    (tmp_path / "js/app.js").write_text(
        'import { a } from "./a.js";\nimport "./b.js";\nimport "./c.js";\nimport("./late.js");\n'
    )
    (tmp_path / "js/a.js").write_text('export { b } from "./b.js";\n')
    (tmp_path / "js/b.js").write_text('import "./c.js";\n')
    assert scripts.modules(tmp_path) == ("js/early.js", "js/c.js", "js/app.js", "js/a.js", "js/b.js")
