"""docs/evidence.md: every field of a record and of a warning sign is explained there, and its example loads."""

import re
import shutil
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from tracker.evidence.library import HERE, faults, library, load
from tracker.evidence.records import Comparison, Effect, Record, RedFlag, Threshold

DOC = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
SHAPES = (Record, Comparison, Effect, RedFlag, Threshold)


@pytest.mark.parametrize("name", sorted({f.name for shape in SHAPES for f in fields(shape)}))
def test_every_field_is_explained(name):
    assert re.search(rf"`{name}`", DOC)


EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_a_record_that_loads_and_has_no_fault(example, tmp_path):
    folder = Path(shutil.copytree(HERE, tmp_path / "evidence", ignore=shutil.ignore_patterns("*.py")))
    with (folder / "records" / "neck.yaml").open("a", encoding="utf-8") as file:
        file.write("\n" + example)
    assert len(load(folder).records) == len(library().records) + 1
    assert faults(folder, date(2026, 11, 22)) == []


def test_the_least_is_ten_lines():
    assert [len(example.splitlines()) for example in EXAMPLES][1:] == [10]
