"""The docs say what is there: settings, commands, links, and the commands of the README run."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import plotly
import pytest
from flask import Flask

from tracker import cli, instrument, serve, token
from tracker.config import Settings
from tracker.jobs import export_command, worker

ROOT = Path(__file__).parents[2]
DOCS = sorted(p for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
README = (ROOT / "README.md").read_text()


def commands(group: click.Group, prefix: str = "") -> list[str]:
    """Every command of ours, `clinic create` style."""
    found = []
    for name, command in group.commands.items():
        nested = isinstance(command, click.Group) and not command.invoke_without_command
        found += commands(command, f"{prefix}{name} ") if nested else [prefix + name]  # type: ignore[arg-type]
    return found


def test_the_first_two_code_blocks_of_the_readme_run_it_and_test_it():
    blocks = re.findall(r"```sh\n(.*?)\n```", README, re.S)
    assert blocks[:2] == ["make run", "make test"]


def test_every_setting_is_documented():
    told = set(re.findall(r"^\| `([A-Z_]+)`", ARCHITECTURE, re.M))
    names = {"PORT" if f.name == "port" else f"TRACKER_{f.name.upper()}" for f in fields(Settings)}
    assert names == told


def test_every_command_is_documented():
    ours = Flask("ours")
    cli.register(ours)
    ours.cli.add_command(serve.serve)
    ours.cli.add_command(instrument.instrument)
    ours.cli.add_command(token.token)
    ours.cli.add_command(worker.worker)
    ours.cli.add_command(export_command.export_file)
    told = ARCHITECTURE.split("## Commands")[1]
    assert [name for name in commands(ours.cli) if f"`{name}" not in told] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_outcomes_commands_of_the_readme_run(tmp_path: Path):
    """On the README's own example file, with groups as it shows them."""
    header = "patient,condition,group,course_start,course_end,kind,instrument,recorded_at,value\n"
    rows = [
        f"p{i},low_back,{'control' if i % 2 else 'acupuncture'},0,70,{kind},nrs_week,{day},{value}\n"
        for i in range(12)
        for kind, day, value in (("baseline", -7, 5 + i % 5), ("check_in", 91, i % 7))
    ]
    (tmp_path / "readings.csv").write_text(header + "".join(rows))
    for line in re.findall(r"^\.venv/bin/flask (--app wsgi outcomes .*)$", README, re.M):
        words = [str(tmp_path / w) if re.search(r"\.(csv|json)$", w) else w for w in line.split()]
        done = subprocess.run([sys.executable, "-m", "flask", *words], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "summary.json").read_text())["comparison"]["reference"] == "control"


def test_the_plotly_bundle_and_the_plotly_wheel_carry_one_version():
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]["node_modules/plotly.js-basic-dist-min"]
    with (Path(plotly.__file__).parent / "package_data/plotly.min.js").open(encoding="utf-8") as bundle:
        assert f"plotly.js v{locked['version']}" in bundle.read(200)


def test_the_lock_file_names_no_address():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
