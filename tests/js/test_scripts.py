"""The phone's pure rules, tested where they run: in JavaScript, by Node's own test runner, one file at a time."""

import subprocess
from pathlib import Path

import pytest

from tests.parts import NODE

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
