"""Exports: make what was asked for, remove what is a day old."""

from flask import current_app

from tracker.services import exporting
from tracker.web.database import session


def tick() -> None:
    """Both, each minute."""
    exporting.sweep(session(), folder=_folder())
    make()


def make() -> None:
    """What somebody waits for."""
    exporting.make_all(session(), folder=_folder())


def _folder():
    return current_app.config["SETTINGS"].data_dir
