"""Figure CSV: one figure's table with what it means in columns of its own, so that no row travels without it."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.exports.cells import safe

BOM = "\ufeff"  # so that spreadsheets read UTF-8


def figure_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]], about: Mapping[str, str]) -> bytes:
    """UTF-8 with a byte order mark and CRLF. Numbers at full precision, None = blank; texts no spreadsheet runs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(name) for name in (*columns, *about)])
    told = [safe(words) for words in about.values()]
    writer.writerows([*map(_cell, row), *told] for row in rows)
    return (BOM + out.getvalue()).encode()


def _cell(value: Any) -> Any:
    """Numbers stay numbers: −3 is −3."""
    if value is None:
        return ""
    return safe(value) if isinstance(value, str) else value
