"""Journal: one line a request on stderr: its id, the route's pattern, the status, how long. Nothing about anybody."""

import logging
import sys
import time
from uuid import uuid4

from flask import Flask, Response, g, request

log = logging.getLogger("tracker.requests")


def begin() -> None:
    """Before each request: its id, which answer and log share."""
    g.request_id = str(uuid4())
    g.began = time.perf_counter()


def note(response: Response) -> Response:
    """After each request: the line."""
    route = request.url_rule.rule if request.url_rule else "-"
    took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0.0
    log.info("%s %s %s %s %.1fms", g.get("request_id"), request.method, route, response.status_code, took)
    return response


def init_app(app: Flask) -> None:
    """Open the journal; Flask's own loggers would write addresses and values."""
    root = logging.getLogger("tracker")
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stderr))
        root.setLevel(logging.INFO)
        root.propagate = False
    app.before_request(begin)
    app.after_request(note)
