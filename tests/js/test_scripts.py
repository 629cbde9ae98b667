"""The phone's pure rules, tested where they run: in JavaScript, by Node's own test runner, one file at a time."""

import subprocess
from pathlib import Path

import brotli
import pytest

from tests.parts import NODE
from tracker.web.static_files import ROOT, packed

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.test.mjs"))


@pytest.mark.skipif(NODE is None, reason="no Node.js on this machine: apt-get install nodejs")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_rules_hold(file: Path):
    done = subprocess.run([NODE, "--test", file], capture_output=True, text=True, timeout=120, check=False)  # type: ignore[list-item]
    assert done.returncode == 0, done.stdout


def test_every_file_of_rules_is_run():
    assert len(FILES) >= 4
    assert {file.name for file in HERE.glob("*.mjs")} - {file.name for file in FILES} == {"home.mjs"}


@pytest.mark.skipif(NODE is None, reason="no Node.js on this machine: apt-get install nodejs")
def test_every_script_parses_as_it_travels(tmp_path):
    for file in (ROOT / "sw.js", ROOT / "sw-push.js", *ROOT.glob("js/**/*.js"), *ROOT.glob("bundle/**/*.js")):
        sent = tmp_path / f"{file.parent.name}-{file.stem}.mjs"
        sent.write_bytes(brotli.decompress(packed(file.read_text("utf-8"), ".js")))
        assert sent.stat().st_size <= file.stat().st_size
        done = subprocess.run([NODE, "--check", sent], capture_output=True, text=True, timeout=60, check=False)  # type: ignore[list-item]
        assert done.returncode == 0, f"{file.name}: {done.stderr}"
