"""Settings: what the environment says, read once, refused where it would be unsafe (trust rule 12)."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker.storage.engine import Unsafe

ROOT = Path(__file__).resolve().parents[1]
SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """All settings; in the environment each is TRACKER_ and its name in capitals, but PORT."""

    data_dir: Path
    """Where SQLite and the made secret live."""
    database_url: str
    """SQLAlchemy's address of the database."""
    secret_key: str = field(repr=False)
    """Signs staff sessions and form tokens; at least 32 characters."""
    port: int = 8000
    """Where `make run` listens."""
    public_url: str = "http://localhost:8000"
    """The address people type; https in it turns on Secure cookies and HSTS."""
    proxies: int = 0
    """How many proxies of our own stand in front and set X-Forwarded-For and -Proto."""
    idle_minutes: int = 15
    """After how many minutes without a request a member of staff signs in again."""

    @property
    def tls(self) -> bool:
        """Whether people reach the tracker over https."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read TRACKER_* and PORT; raises Unsafe with one line where they cannot stand."""

        def word(name: str, default: str) -> str:
            return environment.get(name, "").strip() or default

        folder = writable(Path(word("TRACKER_DATA_DIR", str(ROOT / "instance"))).absolute())
        port = whole("PORT", word("PORT", "8000"), 1, 65535)
        return cls(
            data_dir=folder,
            database_url=database(word("TRACKER_DATABASE_URL", f"sqlite:///{folder / 'tracker.sqlite3'}")),
            secret_key=strong(word("TRACKER_SECRET_KEY", "") or kept_secret(folder)),
            port=port,
            public_url=address(word("TRACKER_PUBLIC_URL", f"http://localhost:{port}")),
            proxies=whole("TRACKER_PROXIES", word("TRACKER_PROXIES", "0"), 0, 9),
            idle_minutes=whole("TRACKER_IDLE_MINUTES", word("TRACKER_IDLE_MINUTES", "15"), 1, 24 * 60),
        )


def whole(name: str, text: str, low: int, high: int) -> int:
    """A whole number between two limits."""
    if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
        raise Unsafe(f"{name} must be a whole number from {low} to {high}")
    return int(text)


def address(text: str) -> str:
    """An http or https address without a path, without the slash at its end."""
    parts = urlsplit(text.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise Unsafe("TRACKER_PUBLIC_URL must look like https://tracker.example.org")
    return text.rstrip("/")


def database(text: str) -> str:
    """A database address that can be read as one."""
    try:
        make_url(text)
    except ArgumentError:
        raise Unsafe("TRACKER_DATABASE_URL is no database address, such as sqlite:////srv/tracker.sqlite3") from None
    return text


def writable(folder: Path) -> Path:
    """The data folder, made where it is missing; the proof is a file written and removed."""
    probe = folder / f".probe-{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        raise Unsafe("the data folder (TRACKER_DATA_DIR) cannot be written to") from None
    return folder


def strong(secret: str) -> str:
    """The secret, unless it is short or the same few characters over and over."""
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 8:
        raise Unsafe(
            f"TRACKER_SECRET_KEY needs at least {SHORTEST_SECRET} random characters; unset, one is made and kept"
        )
    return secret


def kept_secret(folder: Path) -> str:
    """The secret in the data folder; made once, readable by its owner alone, by the first of several processes."""
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f".secret-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # fails where another process was faster: its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
