"""Summary files: one figure of the clinic's summary to keep, as a drawing or as the numbers behind it."""

from typing import Any

from flask import Blueprint, Response, request

from tracker.charts import clinic as figures
from tracker.charts.plot import alone
from tracker.exports.figure_csv import figure_csv
from tracker.services import overview
from tracker.services.errors import NotFound
from tracker.web import gallery
from tracker.web.database import session
from tracker.web.doors import admits
from tracker.web.gallery import Question
from tracker.web.security import actor

blp = Blueprint("summary_files", __name__, url_prefix="/clinic/summary")

NAMES = "change,responders,durability,ecdf,pairs,funnel,reactions,dose"
TYPES = {"svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}
WIDTH = 640  # pixels: on paper and on slides


@blp.get(f"/<any({NAMES}):name>.<any(svg,csv):kind>")
@admits("practitioner", "clinic_admin")
def figure(name: str, kind: str) -> Response:
    """The figure of one group, with its denominators in the picture and in every row. `of`: which group."""
    asked = Question.of(request.args)
    made = overview.overview(session(), actor=actor(), **asked.filters())
    label, group = _group(made)
    body = (_drawn if kind == "svg" else _counted)(name, label, group, made)
    kept = f'attachment; filename="{name}-{made["as_of"]}.{kind}"'
    return Response(body, content_type=TYPES[kind], headers={"Content-Disposition": kept})


def _group(made: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The group asked for, else the only one; a withheld or unknown one is not there."""
    label = request.args.get("of") or next(iter(made["groups"]), "")
    group = made["groups"].get(label)
    if group is None or "withheld" in group:
        raise NotFound
    return label, group


def _drawn(name: str, label: str, group: dict[str, Any], made: dict[str, Any]) -> str:
    return alone(figures.svg(name, label, group, gallery.frame_of(made), made["month"], WIDTH))


def _counted(name: str, label: str, group: dict[str, Any], made: dict[str, Any]) -> bytes:
    frame = gallery.frame_of(made)
    table = figures.draw(name, label, group, frame, made["month"]).table
    about = {"Group": label, **dict(figures.about(name, group, frame, made["month"]))}
    return figure_csv(table.columns, table.rows, about)
