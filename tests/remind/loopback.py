"""Real servers on this machine: a push service whose pushes are read with the browser's own key, and a mail server."""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """A browser's side of one subscription: it alone can read what is pushed to it."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"0123456789abcdef"

    def subscription(self) -> dict[str, str]:
        """What it tells us."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": unpadded(point), "auth": unpadded(self.secret)}

    def read(self, body: bytes) -> Any:
        """What a push says."""
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"))


@dataclass(frozen=True)
class Pushed:
    """One push as the push service got it."""

    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self, public_key: str) -> dict[str, Any]:
        """What the sender claims (RFC 8292), after checking its signature with the key the browser was given."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        assert (scheme, parts["k"]) == ("vapid", public_key)
        signed, _, signature = parts["t"].rpartition(".")
        raw = padded(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), padded(parts["k"]))
        point.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
        return json.loads(padded(signed.split(".")[1]))


class PushService:
    """Takes pushes; `answer` says with which status, by path and how many came there before."""

    def __init__(self) -> None:
        self.got: list[Pushed] = []
        self.answer: Callable[[str, int], tuple[int, dict[str, str]]] = lambda path, before: (201, {})
        self.asked: dict[str, int] = {}
        self.lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.take(self)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        with self.lock:
            status, headers = self.answer(request.path, self.asked.get(request.path, 0))
            self.asked[request.path] = self.asked.get(request.path, 0) + 1
            if status < 300:
                told = {name.lower(): value for name, value in request.headers.items()}
                self.got.append(Pushed(request.path, told, body))
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class MailServer:
    """Takes mails; `answer` may refuse one, by its address and how many came for it before."""

    def __init__(self) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.answer: Callable[[str, int], str] = lambda address, before: "250 OK"
        self.asked: dict[str, int] = {}
        self.controller = Controller(self, hostname="127.0.0.1", port=0)  # type: ignore[arg-type]
        self.controller.port = _free_port()
        self.controller.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """One mail came in."""
        address = envelope.rcpt_tos[0]
        said = self.answer(address, self.asked.get(address, 0))
        self.asked[address] = self.asked.get(address, 0) + 1
        if said.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            self.got.append((address, mail))  # type: ignore[arg-type]
        return said

    def close(self) -> None:
        self.controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
