"""Static files: served under the hash of the whole tree, so that every address is immutable and cached for good.

Compressed twins (`.br`, `.gz`, made by the install step) of third-party files are served to browsers that take them;
the hash ignores them. Our own texts are read at the start and compressed at the first request: no stale twin can ever
be served. Scripts and styles leave comments and spaces behind on that way (a third of the bytes); each stays a file.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache, cached_property
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import rcssmin
import rjsmin
from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.responders import Response, StaticFile

from tracker.web.headers import immutable_headers

ROOT = Path(__file__).resolve().parents[2] / "static"
TWINS = {".br", ".gz"}
FOR_GOOD = 365 * 24 * 3600
TEXTS = (".js", ".css", ".svg", ".webmanifest")
SPARED: dict[str, Callable[[str], Any]] = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))")


@cache
def packed(text: str, kind: str) -> bytes:
    """A text without what only its readers need, compressed with brotli; once in a process."""
    return brotli.compress(SPARED.get(kind, str)(text).encode(), mode=brotli.MODE_TEXT)


class Packed:
    """A text of ours: compressed for whoever takes that, else as WhiteNoise serves it."""

    def __init__(self, plain: StaticFile, path: str) -> None:
        varied = [("Vary", "Accept-Encoding")]
        plain.alternatives = [(takes, file, [*headers, *varied]) for takes, file, headers in plain.alternatives]
        (_, _, self.plain_headers), self.plain = plain.alternatives[0], plain
        self.text, self.kind = Path(path).read_text("utf-8"), Path(path).suffix  # of this build, whatever comes later

    @cached_property
    def answer(self) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body."""
        body = packed(self.text, self.kind)
        own = [("Content-Encoding", "br"), ("Content-Length", str(len(body)))]
        return [(name, value) for name, value in self.plain_headers if name != "Content-Length"] + own, body

    def get_response(self, method: str, request_headers: Any) -> Response:
        """What WhiteNoise asks of a file."""
        takes = TAKES_BROTLI.search(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        if not takes or "HTTP_RANGE" in request_headers or self.plain.is_not_modified(request_headers):
            return self.plain.get_response(method, request_headers)
        headers, body = self.answer
        return Response(HTTPStatus.OK, headers, BytesIO(body) if method == "GET" else None)


class Shelf(WhiteNoise):
    """WhiteNoise for GET and HEAD; any other method meets the application, whose refusal carries every header."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Texts without a twin are packed."""
        super().add_file_to_dictionary(url, path, stat_cache)
        found: Any = self.files.get(url)
        if path.endswith(TEXTS) and len(found.alternatives) == 1:
            self.files[url] = Packed(found, path)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.application(environ, start_response)
        return super().__call__(environ, start_response)


def tree_hash(root: Path) -> str:
    """Sixteen hexadecimal digits that change with any name or byte below `root`."""
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix not in TWINS):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def static_url(path: str) -> str:
    """The address of a static file, for templates."""
    return f"/static/{current_app.config['STATIC_TREE']}/{path}"


def init_app(app: Flask) -> None:
    """Serve the tree in front of the application and give templates its addresses."""
    tree = app.config["STATIC_TREE"] = tree_hash(ROOT)
    app.add_template_global(static_url)
    app.wsgi_app = Shelf(  # type: ignore[method-assign]
        app.wsgi_app,
        root=ROOT if ROOT.is_dir() else None,
        prefix=f"static/{tree}/",
        max_age=FOR_GOOD,
        immutable_file_test=lambda path, url: True,
        add_headers_function=immutable_headers,
        allow_all_origins=False,
        autorefresh=False,
    )
