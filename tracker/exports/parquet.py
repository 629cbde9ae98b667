"""Parquet: a sheet in typed columns, a group of rows at a time. Needs pyarrow, which not everybody installs."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tracker.exports.sheet import Column, Sheet

GROUP = 20_000  # rows written together
UNDATED = ("day", "moment")


class Missing(Exception):
    """pyarrow is not installed."""


def write(sheet: Sheet, path: Path, days: bool = False) -> None:
    """The file; days: dates are numbers of days. Missing where pyarrow is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise Missing from None
    schema = pyarrow.schema([_field(pyarrow, column, sheet.zone, days) for column in sheet.columns])
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as file:
        rows = iter(sheet.rows)
        ready = [_ready(column, sheet.zone, days) for column in sheet.columns]
        while group := list(islice(rows, GROUP)):
            columns = islice(zip(*group, strict=True), len(schema))
            arrays = [
                pyarrow.array(make(values), field.type)
                for make, values, field in zip(ready, columns, schema, strict=True)
            ]
            file.write_table(pyarrow.table(arrays, schema=schema))


def _field(pyarrow: Any, column: Column, zone: str | None, days: bool) -> Any:
    """A column's name, type and meaning."""
    types = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "whole": pyarrow.int32(),
        "day": pyarrow.float64() if days else pyarrow.date32(),
        "moment": pyarrow.float64() if days else pyarrow.timestamp("us", tz=zone),
    }
    return pyarrow.field(column.name, types[column.kind], metadata={"meaning": column.meaning, "unit": column.unit})


def _ready(column: Column, zone: str | None, days: bool) -> Callable[[Any], Iterator[Any]]:
    """A column's values as pyarrow takes them; a moment that names no offset stands on the clinic's wall."""
    if column.kind != "moment" or days or zone is None:
        return iter
    from zoneinfo import ZoneInfo

    wall = ZoneInfo(zone)
    return lambda values: (v if v is None or v.tzinfo else v.replace(tzinfo=wall) for v in values)
