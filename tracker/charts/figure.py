"""Figure: one chart as it travels: for Plotly, in words, as a table, with the ids of the evidence beside it."""

from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The figure's numbers as rows; None = no answer, never 0. `shares`: the columns that hold parts of 1."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    shares: tuple[int, ...] = ()

    def json(self) -> dict[str, Any]:
        """Plain lists for the page."""
        return {"caption": self.caption, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}


@dataclass(frozen=True)
class Figure:
    """Plain dicts for Plotly (its basic bundle: scatter and bar only), with words, table and evidence ids."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]
    words: tuple[str, ...]
    table: Table
    evidence: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """The shape the API sends."""
        return {
            "data": self.data,
            "layout": self.layout,
            "words": list(self.words),
            "table": self.table.json(),
            "evidence": list(self.evidence),
        }


def tidy(value: float | None) -> int | float | None:
    """7 rather than 7.0: shorter in JSON and calmer in a table."""
    return int(value) if value is not None and value == int(value) else value
