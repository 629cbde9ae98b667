"""Shell: what the phone keeps of the app itself, and the service worker that keeps it. No data of anybody in it."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, json, render_template

from tracker import tongue
from tracker.web import scripts
from tracker.web.doors import admits
from tracker.web.security import by_the_shell
from tracker.web.static_files import ROOT, static_url
from tracker.web.tongue import words_url

REST = ("css/*.css", "icons/icon.svg", "icons/icon-192.png", "manifest.webmanifest")
NOT_ON_A_PHONE = {
    *("css/course.css", "css/desk.css", "css/kiosk.css", "css/library.css", "css/staff.css", "css/today.css"),
    *("css/treatment.css", "css/worklist.css"),
}

blp = Blueprint("shell", __name__)


@blp.get("/sw.js")
@admits("anonymous")
def service_worker() -> Response:
    """Two lines that name this version: any changed byte of the shell changes them, and browsers see a new worker."""
    version = hashlib.sha256(page().encode()).hexdigest()[:16]
    tables = [words_url().format(lang=code) for code in tongue.LANGUAGES]
    told = f"{json.dumps(version)}, {json.dumps([*map(static_url, files()), *tables])}"
    text = f'import {{ serve }} from "{static_url("sw.js")}";\nserve({told});\n'
    return Response(text, content_type="text/javascript; charset=utf-8")


def page() -> str:
    """The shell itself, the same bytes for everybody."""
    with tongue.speaking(tongue.SOURCE):
        return render_template("patient/app.html", scripts=scripts)


def layout() -> str:
    """What a patient's page stands in: the whole page, or only its part where the shell asks for it."""
    return "part.html" if by_the_shell() else "base.html"


blp.add_app_template_global(layout)


@cache
def files(root: Path = ROOT) -> tuple[str, ...]:
    """The static files the phone's screens need, vendor's left out: the chart draws itself where there is signal."""
    found = {path.relative_to(root).as_posix() for pattern in REST for path in root.glob(pattern)}
    return tuple(sorted({*scripts.on_a_phone(root), *found} - NOT_ON_A_PHONE))
