"""Static files: served under the hash of the whole tree, so that every address is immutable and cached for good.

Compressed twins (`.br`, `.gz`, made by the install step) are served to browsers that take them; the hash ignores them.
"""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise

from tracker.web.headers import immutable_headers

ROOT = Path(__file__).resolve().parents[2] / "static"
TWINS = {".br", ".gz"}
FOR_GOOD = 365 * 24 * 3600


class Shelf(WhiteNoise):
    """WhiteNoise for GET and HEAD; any other method meets the application, whose refusal carries every header."""

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
