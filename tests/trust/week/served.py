"""The real application, with one thing changed: it reads its clock from a file, so that a week passes in a second.

Run as `gunicorn tests.trust.week.served:app` with TRACKER_DATA_DIR set; nothing else differs from `wsgi:app`. The Date
header, which gunicorn writes, follows the same clock.
"""

import os
from email.utils import format_datetime
from pathlib import Path

from gunicorn import util

from tests.trust.week.clocks import WorldClock
from tracker.app import create_app
from tracker.services import clock


def on(world: WorldClock) -> None:
    """Let this process live by the world's clock."""
    clock.now = world.now
    util.http_date = lambda timestamp=None: format_datetime(world.now(), usegmt=True)


if "TRACKER_DATA_DIR" in os.environ:
    on(WorldClock(Path(os.environ["TRACKER_DATA_DIR"])))
    app = create_app()
