"""Exports over HTTP: ask for one, and see how far it is."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields

from tracker.jobs import queue
from tracker.science.cohort import ANCHORS
from tracker.services import exporting
from tracker.services.export import FORMATS, WHATS, Asked
from tracker.services.exporting import ExportView
from tracker.web.api.blueprint import Blueprint, Body, Shape
from tracker.web.api.fields import Flag, Id, Moment, Text, one_of
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.security import actor, lately

blp = Blueprint("exports_api", __name__, url_prefix="/clinic/exports", description="Files to take along")


class ExportBody(Body):
    """What is to be handed over; the id is of the asker's making, so that asking twice makes one."""

    id = Id(required=True)
    what = Text(required=True, validate=one_of(WHATS))
    format = Text(load_default="csv", validate=one_of(FORMATS))
    anchor = Text(load_default="end", validate=one_of(ANCHORS))
    deidentified = Flag(load_default=False)


class ExportShape(Shape):
    """One export; `files` holds addresses once it is done."""

    id = fields.UUID()
    what = fields.String()
    format = fields.String()
    anchor = fields.String()
    deidentified = fields.Boolean()
    state = fields.String()
    done = fields.Integer()
    steps = fields.Integer()
    rows = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    created_at = Moment()
    until = Moment()
    files = fields.Dict(keys=fields.String(), values=fields.String())


@blp.route("", methods=["POST"])
@admits("clinic_admin")
@blp.arguments(ExportBody)
@blp.response(202, ExportShape)
def post_export(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for an export; the same id again is a replay."""
    lately()
    id = body.pop("id")
    made = exporting.ask(session(), actor=actor(), id=id, asked=Asked(**body))
    queue.soon("export")
    return told(made)


@blp.route("/<uuid:export_id>")
@admits("clinic_admin")
@blp.response(200, ExportShape)
def get_export(export_id: UUID) -> dict[str, Any]:
    """How far it is."""
    return told(exporting.one(session(), actor=actor(), id=export_id))


def told(made: ExportView) -> dict[str, Any]:
    """An export with the addresses of its files."""
    files = {
        part: url_for("exports.file", export_id=made.id, part=part)
        for part in ("data", "codebook.csv", "manifest.json")
        if made.state == "done"
    }
    return {**vars(made), **made.asked._asdict(), "until": made.until, "files": files}
