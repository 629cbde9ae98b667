"""Static files: served under the hash of the whole tree, so that every address is immutable and cached for good.

Compressed twins (`.br`, `.gz`, made by the install step) of third-party files are served to browsers that take them;
the hash ignores them. Our own texts are compressed in memory at the start: no stale twin can ever be served.
"""

import hashlib
import re
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.responders import Response, StaticFile

from tracker.web.headers import immutable_headers

ROOT = Path(__file__).resolve().parents[2] / "static"
TWINS = {".br", ".gz"}
FOR_GOOD = 365 * 24 * 3600
TEXTS = (".js", ".css", ".svg", ".webmanifest")
QUALITY = 6  # of 11: a fifth of a second for all, a tenth larger than the smallest
TAKES_BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))")


@cache
def packed(path: str, changed: float) -> bytes:
    """A text compressed with brotli, once in a process."""
    return brotli.compress(Path(path).read_bytes(), mode=brotli.MODE_TEXT, quality=QUALITY)


class Packed:
    """A text of ours: compressed for whoever takes that, else as WhiteNoise serves it."""

    def __init__(self, plain: StaticFile, path: str) -> None:
        varied = [("Vary", "Accept-Encoding")]
        plain.alternatives = [(takes, file, [*headers, *varied]) for takes, file, headers in plain.alternatives]
        (_, _, headers), self.plain = plain.alternatives[0], plain
        self.body = packed(path, Path(path).stat().st_mtime)
        own = [("Content-Encoding", "br"), ("Content-Length", str(len(self.body)))]
        self.headers = [(name, value) for name, value in headers if name != "Content-Length"] + own

    def get_response(self, method: str, request_headers: Any) -> Response:
        """What WhiteNoise asks of a file."""
        takes = TAKES_BROTLI.search(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        if not takes or "HTTP_RANGE" in request_headers or self.plain.is_not_modified(request_headers):
            return self.plain.get_response(method, request_headers)
        return Response(HTTPStatus.OK, self.headers, BytesIO(self.body) if method == "GET" else None)


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
