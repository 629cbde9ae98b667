"""Imports: the clinic's page to send a file, to see what would come of it, to import it, and to take it back."""

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.exports.rows import told
from tracker.services import take_back, upload
from tracker.services.errors import Conflict, NotFound, Refused
from tracker.services.upload import Asked, Upload
from tracker.services.views import BatchView
from tracker.web import desk, forms
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor

blp = Blueprint("imports", __name__, url_prefix="/clinic/imports")
SENT = "/clinic/imports"
FORM = upload.LARGEST + (1 << 20)  # bytes of a body: the file, its mapping, what stands around them
SPELLED = 40  # stretches of refused lines on the page; the list has all of them


@blp.get("")
@admits("clinic_admin")
def imports() -> str:
    """A form for a file, and what was imported lately."""
    return page()


@blp.post("")
@admits("clinic_admin")
def send() -> str | tuple[str, int] | Answer:
    """Send a file; the answer is what would come of it, and nothing is written."""
    form = forms.uuid("id") or uuid4()
    try:
        sent = asked()
        id = sent.id(form)
        upload.keep(session(), actor=actor(), id=id, asked=sent, folder=folder())
    except Refused as error:
        session().rollback()
        return page(problem=error.message), 422
    return redirect(url_for("imports.one", import_id=id), 303)


@blp.get("/<uuid:import_id>")
@admits("clinic_admin")
def one(import_id: UUID) -> str:
    """What would come of a file, or what came of it."""
    return preview(import_id)


@blp.post("/<uuid:import_id>")
@admits("clinic_admin")
def take(import_id: UUID) -> str | tuple[str, int] | Answer:
    """Import it; sent twice, it is imported once."""
    if batch(import_id) is None:
        try:
            upload.take(session(), actor=actor(), id=import_id, folder=folder(), skip_bad="skip_bad" in request.form)
        except Conflict as error:
            return preview(import_id, problem=error.message), 422
    return redirect(url_for("imports.one", import_id=import_id), 303)


@blp.post("/<uuid:import_id>/undo")
@admits("clinic_admin")
def undo(import_id: UUID) -> str | tuple[str, int] | Answer:
    """Take it back, within a day."""
    try:
        take_back.take_back(session(), actor=actor(), batch_id=import_id)
    except Conflict as error:
        return preview(import_id, problem=error.message), 422
    return redirect(url_for("imports.one", import_id=import_id), 303)


@blp.get("/<uuid:import_id>/refusals.csv")
@admits("clinic_admin")
def refusals(import_id: UUID) -> Response:
    """Every refused row: line, column, why."""
    found = waiting(import_id)
    if found is None:
        if batch(import_id) is None:
            raise NotFound
        raise Conflict("gone", "The list of refused rows is kept for a day.")
    answer = Response("\ufeff" + "".join(upload.listed(found.refusals)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=refused-rows.csv"
    return answer


def page(problem: str = "") -> str:
    """The form with an id of its own, so that a file sent twice waits once."""
    listed = take_back.latest(session(), actor=actor())
    about = {"largest": upload.LARGEST >> 20, "fresh": uuid4(), "typed": request.form}
    return render_template("clinic/imports.html", listed=listed, problem=problem, **about)


def preview(import_id: UUID, problem: str = "") -> str:
    """What would come of it, or what came of it. NotFound where there is neither."""
    done, found = batch(import_id), waiting(import_id)
    if done is None and found is None:
        raise NotFound
    spelled = list(told(found.refusals)) if found else []
    about = {"done": done, "found": found, "spelled": spelled[:SPELLED], "more": len(spelled[SPELLED:])}
    return render_template("clinic/import.html", import_id=import_id, problem=problem, **about)


def batch(import_id: UUID) -> BatchView | None:
    """The import, if it was made."""
    try:
        return take_back.one(session(), actor=actor(), batch_id=import_id)
    except NotFound:
        return None


def waiting(import_id: UUID) -> Upload | None:
    """The file, if it waits or was imported within the last day."""
    try:
        return upload.find(actor=actor(), id=import_id, folder=folder())
    except NotFound:
        return None


def asked() -> Asked:
    """What the form sent."""
    sent = request.files.get("file")
    file = forms.needed("file", sent if sent and sent.filename else None, "Choose a file.")
    said = request.files.get("mapping")
    mapping = said.read() if said and said.filename else None
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return Asked(name, file.read(), mapping, forms.day("day_zero"), forms.text("instrument", 120))


def folder() -> Path:
    """Where uploads lie."""
    return current_app.config["SETTINGS"].data_dir


@blp.app_template_filter("on_minute")
def on_minute(moment: datetime) -> str:
    """12 May 2026, 14:05, where the clinic is."""
    return f"{desk.on_day(moment)}, {moment.astimezone(desk.zone()):%H:%M}"


def allow_more() -> None:
    """Before a file: it may be larger than other bodies."""
    if request.method == "POST" and request.path == SENT:
        request.max_content_length = FORM


def init_app(app: Flask) -> None:
    """Let this one form be large."""
    app.before_request(allow_more)
