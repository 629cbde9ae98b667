"""Post: how a message leaves the house, by web push (RFC 8030, 8291, 8292) or by mail. Nothing here knows the database.

Neither carries anything about a person: a push is encrypted for the browser and says one neutral sentence all the
same. Nothing a server answers is kept or logged: it may quote what was sent.
"""

import json
import smtplib
import ssl
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from functools import cache
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

PATIENCE = 15  # seconds for one answer of a server
TOPIC = "check-in"  # of two pushes waiting for one phone the push service keeps the later
WHOLE_LINES = policy.SMTP.clone(max_line_length=500)  # an address in a header stays on the line of its name
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Came = Literal["sent", "later", "gone", "failed"]


@dataclass(frozen=True)
class Post:
    """What the operator set up; an empty word leaves that way out."""

    public_url: str
    push_key: str = field(default="", repr=False)
    push_hosts: tuple[str, ...] = ()
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The ways a message can leave."""
        return ("push",) * bool(self.push_key) + ("mail",) * bool(self.smtp_url and self.mail_from)

    @property
    def contact(self) -> str:
        """Whom a push service may ask about our pushes (RFC 8292, `sub`)."""
        if self.public_url.startswith("https:"):
            return self.public_url
        return f"mailto:{_mailbox(self.mail_from).addr_spec}" if self.mail_from else "mailto:operator@localhost"


@dataclass(frozen=True)
class Outcome:
    """What came of it: `error` in our own words; `wait`: how long the server asks us to."""

    came: Came
    error: str | None = None
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Phone:
    """Where a push goes."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True)
class Mail:
    """What a mail says. `stop_url` takes the one-click stop of RFC 8058."""

    to: str
    subject: str
    text: str
    id: str
    at: datetime
    stop_url: str | None = None


SENT = Outcome("sent")


def push(post: Post, phone: Phone, words: str, lasting: timedelta) -> Outcome:
    """One push; it waits at the push service while the phone is off, as long as it is worth something."""
    from pywebpush import WebPushException, webpush

    said = json.dumps({"say": words}, ensure_ascii=False)
    info = {"endpoint": phone.endpoint, "keys": {"p256dh": phone.p256dh, "auth": phone.auth}}
    try:
        webpush(
            info,
            said,
            vapid_private_key=post.push_key,
            vapid_claims={"sub": post.contact},
            ttl=max(0, int(lasting.total_seconds())),
            headers={"Urgency": "normal", "Topic": TOPIC},
            timeout=PATIENCE,
            requests_session=_straight(),
        )
    except WebPushException as error:
        return judged(error.status_code, error.retry_after)
    except (OSError, ValueError) as error:  # no answer; or keys that are no point of the curve
        return Outcome("later", "no answer") if isinstance(error, OSError) else Outcome("gone", "bad key")
    return SENT


def judged(status: int | None, retry_after: str | None) -> Outcome:
    """What a push service's refusal means (RFC 8030, 7.3 and 8.4)."""
    error = f"push service: {status}"
    if status in (404, 410):
        return Outcome("gone", error)
    if status == 429 or status is None or status >= 500:
        return Outcome("later", error, _wait(retry_after))
    return Outcome("failed", error)


def public_key(private: str) -> str:
    """What browsers ask for: the public point of our key, base64url."""
    return _public_key(private)


@cache
def _public_key(private: str) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid

    key = Vapid.from_string(private)
    point = key.private_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def mail(post: Post, letter: Mail) -> Outcome:
    """One mail. What the server has not taken may be tried again; where its answer is missing it is not."""
    handed_over = False
    try:
        with _server(post.smtp_url) as server:
            made = written(post, letter)
            server.ehlo_or_helo_if_needed()
            _expect(server.mail(_mailbox(post.mail_from).addr_spec))
            _expect(server.rcpt(letter.to))
            handed_over = True
            _expect(server.data(made.as_bytes()))
    except smtplib.SMTPResponseException as error:
        return Outcome(
            "failed" if error.smtp_code >= 500 and not _ours(error) else "later", f"mail server: {error.smtp_code}"
        )
    except (OSError, smtplib.SMTPException):
        return (
            Outcome("failed", "mail server: no answer at the end")
            if handed_over
            else Outcome("later", "no mail server")
        )
    return SENT


def written(post: Post, letter: Mail) -> EmailMessage:
    """The mail itself: plain text, marked as sent by a program, with one click to stop it."""
    made = EmailMessage(WHOLE_LINES)
    made["From"] = post.mail_from
    made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.id}@{urlsplit(post.public_url).hostname}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        made["List-Unsubscribe"] = f"<{letter.stop_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.text, cte="quoted-printable")
    return made


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    """A mail server, over TLS unless it is on this machine, signed in where the address has a name."""
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE)
    try:
        if parts.scheme == "smtp" and host not in LOOPBACK:
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        _leave(server)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; whether it is heard changes nothing."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _expect(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)


def _ours(error: smtplib.SMTPResponseException) -> bool:
    """Whether the server refuses us rather than this mail: the operator mends it, so the mail waits."""
    return isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError)


def _mailbox(text: str) -> Address:
    """The one mailbox of a From header."""
    made = EmailMessage()
    made["From"] = text
    return made["From"].addresses[0]


def _wait(retry_after: str | None) -> timedelta:
    """What a Retry-After header asks for, an hour at the most."""
    seconds = 0.0
    if retry_after and retry_after.isascii() and retry_after.isdigit():
        seconds = float(retry_after[:9])
    elif retry_after:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now().astimezone()).total_seconds()
        except (ValueError, TypeError):
            seconds = 0.0
    return timedelta(seconds=min(max(seconds, 0.0), 3600.0))


def _straight() -> Any:
    """A connection that follows no redirect and asks the environment for no proxy or password of its own."""
    from requests import Session

    class Straight(Session):
        """POST, and nothing after it."""

        def post(self, url: Any, *args: Any, **options: Any) -> Any:
            """One request."""
            return super().post(url, *args, **{**options, "allow_redirects": False})

    made = Straight()
    made.trust_env = False
    return made
