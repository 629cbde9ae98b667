"""Tables: every column says what it means; every table with patient data leads with its clinic."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from tracker.science import windows
from tracker.storage import Base
from tracker.storage.outcome import MONTHS

FOLDER = Path(__file__).resolve().parents[2] / "tracker" / "storage"
SHARED = {"clinic", "store", "user", "wrong_code"}  # no patient data
FINDS_THE_CLINIC = {"token_hash", "handle", "stop_hash"}  # a token or a typed code is what tells the clinic
OWN_NAME = {"id", "clinic_id", "course_id"}  # keys: the table's docstring says it


def columns() -> list[tuple[str, str, bool]]:
    """(table class, column, explained)."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for line, after in zip(node.body, [*node.body[1:], None], strict=True):
                    if isinstance(line, ast.AnnAssign) and "Mapped" in ast.unparse(line.annotation):
                        told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                        found.append((node.name, ast.unparse(line.target), told))
    return found


def test_every_column_says_what_it_means():
    assert [(table, name) for table, name, told in columns() if not told and name not in OWN_NAME] == []


def test_there_are_columns_to_explain():
    assert len(columns()) > 100


@pytest.mark.parametrize(
    "table", [t for t in Base.metadata.sorted_tables if t.name not in SHARED], ids=lambda t: t.name
)
def test_keys_and_indexes_lead_with_the_clinic(table: Table):
    keys = [list(table.primary_key.columns), *(list(index.columns) for index in table.indexes)]
    keys += [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    firsts = {key[0].name for key in keys} - FINDS_THE_CLINIC
    assert firsts <= ({"clinic_id"} if table.name != "membership" else {"clinic_id", "user_id"})


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda t: t.name)
def test_every_constraint_has_a_name(table: Table):
    assert all(constraint.name for constraint in table.constraints)


def test_the_follow_up_months_are_those_of_science():
    assert windows.MONTHS == MONTHS
