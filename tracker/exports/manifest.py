"""Manifest: what an export is, in one small JSON beside it: definitions, filters, rows, suppressed, SHA-256."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import file_digest
from pathlib import Path
from typing import Any

from tracker.science.cohort import DEFINITIONS

SOFTWARE = "outcome-tracker 0.1.0"  # pyproject.toml's version; a test holds them together
FORMAT, VERSION = "outcome-tracker/export", 1


@dataclass(frozen=True)
class Manifest:
    """What a reader needs to trust a file. `suppressed`: how much of what was left out, and by which rule."""

    what: str
    file_format: str
    clinic: str
    synthetic: bool
    made_at: str
    filters: Mapping[str, Any]
    rows: int
    suppressed: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def text(self, files: Sequence[Path]) -> str:
        """The JSON, with the hash of every file it speaks of."""
        told = {"format": FORMAT, "version": VERSION, "software": SOFTWARE, "definitions": DEFINITIONS} | asdict(self)
        told["files"] = [{"name": f.name, "bytes": f.stat().st_size, "sha256": sha256(f)} for f in files]
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def sha256(file: Path) -> str:
    """A file's hash, read in pieces."""
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
