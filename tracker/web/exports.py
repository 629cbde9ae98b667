"""Exports: the clinic's page to ask for files, to see how far they are, and to fetch them."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as Answer

from tracker.jobs import queue
from tracker.science.cohort import ANCHORS
from tracker.services import exporting
from tracker.services.errors import Invalid
from tracker.services.export import FORMATS, WHATS, Asked
from tracker.web import forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, lately

blp = Blueprint("exports", __name__, url_prefix="/clinic/exports")
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
    "fhir": "application/fhir+ndjson",
}
PARTS = {"codebook.csv": KINDS["csv"], "manifest.json": "application/json"}


@blp.get("")
@admits("clinic_admin")
def exports() -> str:
    """What can be asked for, and what was."""
    return page()


@blp.post("")
@admits("clinic_admin")
def ask() -> str | tuple[str, int] | Answer:
    """Ask for one; a worker makes it."""
    lately()
    what = forms.needed("what", forms.one_of("what", WHATS), "Choose readings or summary.")
    form = forms.needed("format", forms.one_of("format", FORMATS), "Choose a format.")
    asked = Asked(what, form, forms.one_of("anchor", ANCHORS) or "end", "deidentified" in request.form)
    try:
        exporting.ask(session(), actor=actor(), id=forms.uuid("id") or uuid4(), asked=asked)
    except Invalid as error:
        return page(problem=error.message, asked=asked), 422
    queue.soon("export")
    return redirect(url_for("exports.exports"), 303)


@blp.get("/<uuid:export_id>/<any('data','codebook.csv','manifest.json'):part>")
@admits("clinic_admin")
def file(export_id: UUID, part: str) -> Response:
    """One of its files; a download that broke off goes on where it stopped (Range, ETag)."""
    lately()
    folder = current_app.config["SETTINGS"].data_dir
    made, path = exporting.fetch(session(), actor=actor(), id=export_id, part=part, folder=folder)
    kind = PARTS.get(part) or KINDS[made.asked.format]
    tag: Any = made.sha256 if part == "data" else f"{made.sha256}-{part}"
    return send_file(path, mimetype=kind, as_attachment=True, download_name=path.name, conditional=True, etag=tag)


def page(problem: str = "", asked: Asked | None = None) -> str:
    """The page; a form with an id of its own, so that sending it twice asks once."""
    listed = exporting.latest(session(), actor=actor())
    choices = {"whats": WHATS, "formats": FORMATS, "anchors": ANCHORS}
    busy = any(one.state in ("queued", "running") for one in listed)
    fresh = forms.uuid("id") or uuid4()
    return render_template(
        "clinic/exports.html", listed=listed, busy=busy, problem=problem, asked=asked, fresh=fresh, **choices
    )
