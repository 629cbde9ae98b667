"""Links: one-time addresses and their QR codes. The code stands in the fragment, which no server and no log sees."""

from urllib.parse import urljoin, urlsplit

import segno
from flask import current_app, request, url_for


def sign_in(token: str) -> str:
    """Where a member of staff signs in."""
    return _public("account.sign_in", token)


def join(token: str) -> str:
    """Where a patient's phone joins."""
    return _public("join.page", token)


def shared(token: str) -> str:
    """Where somebody reads along."""
    return _public("shared.shared", token)


def host() -> str:
    """The part of our address that people type: tracker.example.org."""
    return urlsplit(current_app.config["SETTINGS"].public_url or request.host_url).netloc


def qr(address: str) -> str:
    """The address as a QR code, an SVG in a data address: black on white with its quiet zone, in dark mode too."""
    made = segno.make_qr(address, error="m")
    return made.svg_data_uri(scale=8, border=4, dark="#000", light="#fff", xmldecl=False)


def _public(endpoint: str, token: str) -> str:
    """The whole address, under the clinic's public name where one is set."""
    public = current_app.config["SETTINGS"].public_url or request.host_url
    return f"{urljoin(public, url_for(endpoint))}#{token}"
