"""Files: YAML read strictly into entries. What is not a list of named records stops here."""

from pathlib import Path
from typing import Any

import yaml

from tracker.evidence.fields import Entry, EvidenceError

LOADER: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml reads the library ten times faster where it is there


class _Strict(LOADER):
    """PyYAML keeps the last of two equal keys in silence; here the second one is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"the field {twice!r} twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read(path: Path) -> object:
    """The contents of one file."""
    try:
        return yaml.load(path.read_text("utf-8"), _Strict)
    except OSError as problem:
        raise EvidenceError(path.name, "(whole file)", "(whole)", f"cannot be read: {problem.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise EvidenceError(path.name, "(whole file)", "(whole)", f"not YAML: {problem}".replace("\n", " ")) from None


def entries(file: str, data: object) -> list[Entry]:
    """The records of a file, each named by its id, or by its place while the id is unreadable."""
    if not isinstance(data, list):
        raise EvidenceError(file, "(whole file)", "(whole)", f"expected a list of records, found {type(data).__name__}")
    return [_named(file, place, item) for place, item in enumerate(data, start=1)]


def _named(file: str, place: int, item: object) -> Entry:
    name = item.get("id") if isinstance(item, dict) else None
    return Entry(file, name if isinstance(name, str) else f"record {place}", item)
