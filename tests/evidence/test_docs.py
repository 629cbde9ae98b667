"""docs/evidence.md: every field of a record and of a warning sign is explained there, and its example loads."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from tracker.evidence.library import HERE, load
from tracker.evidence.records import Comparison, Effect, Record, RedFlag, Threshold

DOC = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text("utf-8")
SHAPES = (Record, Comparison, Effect, RedFlag, Threshold)


@pytest.mark.parametrize("name", sorted({f.name for shape in SHAPES for f in fields(shape)}))
def test_every_field_is_explained(name):
    assert re.search(rf"`{name}`", DOC)


def test_the_example_is_a_record_that_loads(tmp_path):
    [example] = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "neck.yaml").write_text(example, "utf-8")
    for name in ("red_flags.yaml", "thresholds.yaml"):
        (tmp_path / name).write_text((HERE / name).read_text("utf-8"), "utf-8")
    assert len(load(tmp_path).records) == len(yaml.safe_load(example)) == 1
