"""Sheet: one set of rows under columns that say what they mean; every format writes this and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "number", "whole", "day", "moment"]


@dataclass(frozen=True)
class Column:
    """One column. `kind` is its type in formats that have types; `source`: where the value comes from."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class Sheet:
    """Columns and rows; the rows are read once, so that they need never stand in memory together. A row may hold more
    than there are columns: that is not handed over.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Any, ...]]
    zone: str | None = None  # of moments, where there are any
    by: str | None = None  # the column by which neighbours have most cells in common

    @property
    def names(self) -> tuple[str, ...]:
        """The first line."""
        return tuple(column.name for column in self.columns)
