"""Moulds: a database that is made once and copied for each test: a SQLite file, or a database of PostgreSQL."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import Postgres

FILE = "tracker.sqlite3"


@dataclass
class Mould:
    """One; `url` is its own address, which nobody may hold open while it is copied."""

    name: str
    postgres: Postgres | None
    folder: Path
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = self.postgres.make(self.name) if self.postgres else file(self.folder)

    def again(self, name: str, folder: Path) -> "Mould":
        """A mould that begins as a copy of this one."""
        made = Mould(name, self.postgres, folder)
        self.copy(folder, name)
        return made

    def copy(self, folder: Path, name: str = "copy") -> str:
        """A copy, in the place of the one before of this folder and name; its address."""
        if self.postgres:
            return self.postgres.make(name, self.name)
        for old in folder.glob(f"{FILE}*"):
            old.unlink()
        shutil.copy(self.folder / FILE, folder / FILE)
        return file(folder)


def file(folder: Path) -> str:
    """The address of a SQLite file in a folder."""
    return f"sqlite:///{folder / FILE}"
