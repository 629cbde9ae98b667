"""Shared: what somebody sees who was given a link. The page itself holds nothing; the code in its fragment is sent by
POST, so that programs that open every link in a mail open nothing.
"""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from markupsafe import Markup

from tracker.charts import course as charts
from tracker.charts.svg_progress import progress_svg
from tracker.services import share
from tracker.services.errors import Refused
from tracker.services.views import Shared, SharedPlace
from tracker.web import literature, looks, places, signing
from tracker.web.database import session
from tracker.web.doors import admits

LONGEST_CODE = 200  # characters
AUDIENCE = "clinic"  # the sentences speak of "the pain", not of "your pain"

blp = Blueprint("shared", __name__, url_prefix="/shared")


@blp.get("")
@admits("anonymous")
def shared() -> str:
    """The page behind every shared link, without data."""
    return render_template("shared.html", problem="")


@blp.post("")
@admits("anonymous")
def opened() -> str | tuple[str, int]:
    """The progress behind a code. Wrong, ended and taken-back ones are answered alike."""
    token = request.form.get("token", "").rsplit("#", 1)[-1].strip()[:LONGEST_CODE]
    try:
        found = share.opened(session(), token=token, source=request.remote_addr)
    except Refused as error:
        if error.code != "link_not_usable":
            raise
        return render_template("shared.html", problem=error.message), 422
    return render_template("shared_progress.html", **told(found))


def told(found: Shared) -> dict[str, Any]:
    """Everything on the page."""
    signing.read_at(found.clinic.id)
    ends = looks.moment(found.expires_at, ZoneInfo(found.clinic.timezone))
    shown = [place(one) for one in found.places]
    panels = {one.course.condition: panel(one) for one in found.places}
    about = {"initials": found.initials, "synthetic": found.clinic.synthetic, "ends": ends}
    return {**about, "places": shown, "panels": list(panels.values())}


def place(one: SharedPlace) -> dict[str, Any]:
    """One place: words, drawing, table."""
    drawn = charts.progress(one.progress, AUDIENCE)
    svg = Markup(progress_svg(one.progress, 358, 300, AUDIENCE))
    return {"title": places.words(one.course, one.place), "words": drawn.words, "svg": svg, "table": drawn.table}


def panel(one: SharedPlace) -> Any:
    """What studies found about the condition."""
    return literature.of_course(one.course, one.progress)
