"""PostgreSQL for tests: a server of this run alone, on a socket of its own folder, with nothing worth keeping in it."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

ROLE = "tracker"
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # where files lie in memory, and how many bytes must be free there
SETTINGS = "-c listen_addresses= -c fsync=on -c max_connections=60 -c shared_buffers=64MB"


def programs() -> Path | None:
    """Where the server's programs lie, the newest; None where there are none."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(found) if (folder / "initdb").exists()), None)


@dataclass(frozen=True)
class Postgres:
    """A server that runs."""

    sockets: Path

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql+psycopg://{ROLE}@/{name}?host={self.sockets}"

    def make(self, name: str, template: str = "template1") -> str:
        """A new database of this name, a copy of that one, in the place of any before; its address."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.url(name)


@contextmanager
def server() -> Iterator[Postgres]:
    """A server in a folder of its own; both go with the block."""
    here = programs()
    assert here is not None
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(dir=MEMORY if roomy else None) as name:
        folder = Path(name)
        data = folder / "data"
        shutil.chown(folder, _owner())
        _run(here / "initdb", "-D", data, "-A", "trust", "-U", ROLE, "--no-locale", "-E", "UTF8")
        _run(here / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", f"-k {folder} {SETTINGS}", "start")
        try:
            yield Postgres(folder)
        finally:
            _run(here / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _owner() -> str:
    """Whose server it is: it refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run(program: Path, *arguments: object) -> None:
    """One of its programs, as its owner; its words are told when it fails."""
    command = [str(program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={_owner()}", f"--regid={_owner()}", "--clear-groups", *command]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
    assert done.returncode == 0, done.stderr


def starts() -> bool:
    """Whether a server of its own can be started here; where one is installed and does not, it says why."""
    if programs() is None:
        return False
    try:
        with server():
            return True
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        print(f"cannot run here: the store in PostgreSQL, which does not start: {error}")  # noqa: T201
        return False


if __name__ == "__main__":
    sys.exit(not starts())
