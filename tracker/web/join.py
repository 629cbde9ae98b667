"""Join: the page behind a QR code or a typed address. It holds no data; its script reads the fragment and redeems."""

from flask import Blueprint, render_template

from tracker.web.doors import admits

blp = Blueprint("join", __name__)


@blp.get("/join")
@admits("anonymous")
def page() -> str:
    """Opening redeems nothing; *Start* does, by POST."""
    return render_template("join.html")
