"""Settings: what the environment says, read once, refused where it would be unsafe (trust rule 12)."""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker.storage.engine import Unsafe

ROOT = Path(__file__).resolve().parents[1]
SHORTEST_SECRET = 32
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # FIPS 186-4, D.1.2.3
MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>]+|[^<>@\r\n]*<[^@\s<>]+@[^@\s<>]+>")
PUSH_SERVICES = (  # Chrome and all on Android, Firefox, Safari, Edge
    *("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"),
)


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
    smtp_url: str = field(default="", repr=False)
    """The mail server: smtp:// (TLS by STARTTLS) or smtps://, with name and password; nothing = no mail is offered."""
    mail_from: str = ""
    """The From of mails, such as `Check-in <reminders@example.org>`."""
    vapid_key: str = field(default="", repr=False)
    """The private key that signs web pushes, base64url; nothing = no push is offered."""
    push_hosts: tuple[str, ...] = PUSH_SERVICES
    """Hosts that pushes may be sent to, each with all below it; http://host:port stands for that origin alone."""

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
            **mail(word("TRACKER_SMTP_URL", ""), word("TRACKER_MAIL_FROM", "")),
            vapid_key=private_key(word("TRACKER_VAPID_KEY", "") or kept_vapid(folder)),
            push_hosts=tuple(word("TRACKER_PUSH_HOSTS", " ".join(PUSH_SERVICES)).split()),
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


def mail(url: str, sender: str) -> dict[str, str]:
    """The mail server and the From of mails: both, or neither."""
    if bool(url) != bool(sender):
        raise Unsafe("TRACKER_SMTP_URL and TRACKER_MAIL_FROM go together: set both, or neither")
    if url and not mail_server(url):
        raise Unsafe("TRACKER_SMTP_URL must look like smtp://name:password@mail.example.org:587, or smtps://…:465")
    if sender and not MAILBOX.fullmatch(sender):
        raise Unsafe("TRACKER_MAIL_FROM must look like Check-in <reminders@example.org>")
    return {"smtp_url": url, "mail_from": sender}


def mail_server(text: str) -> bool:
    """Whether a text is the address of a mail server."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def private_key(text: str) -> str:
    """A private key of the curve P-256: 32 bytes in base64url, and a number its points can be multiplied by."""
    try:
        number = int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except ValueError:
        number = 0
    if len(text.rstrip("=")) != 43 or not 0 < number < P256_ORDER:
        raise Unsafe("TRACKER_VAPID_KEY must be a private key of P-256 in base64url; unset, one is made and kept")
    return text


def kept_vapid(folder: Path) -> str:
    """The key of web pushes in the data folder, made once: with another every phone would have to be asked again."""
    made = (secrets.randbelow(P256_ORDER - 1) + 1).to_bytes(32, "big")
    return kept(folder, "vapid_key", urlsafe_b64encode(made).rstrip(b"=").decode())


def kept_secret(folder: Path) -> str:
    """The secret in the data folder, made once."""
    return kept(folder, "secret_key", secrets.token_urlsafe(48))


def kept(folder: Path, name: str, fresh: str) -> str:
    """What a file of the data folder holds; made once, by the first of several processes, for its owner alone."""
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(fresh, encoding="ascii")
        try:
            os.link(draft, path)  # fails where another process was faster: its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
