"""Imports: files that waited a day to be imported are removed."""

from flask import current_app

from tracker.services import upload


def tick() -> None:
    """Each minute."""
    upload.sweep(folder=current_app.config["SETTINGS"].data_dir)
