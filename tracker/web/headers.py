"""Headers: what every answer carries, errors and static files included."""

from typing import Any

from flask import Flask, Response, current_app, g

# Measured with Plotly basic: the one hash is that of an empty style element, which Plotly inserts.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_GOOD = "max-age=31536000, public, immutable"  # of what holds no data and whose address changes with its content
HSTS = "max-age=63072000; includeSubDomains"


def immutable_headers(headers: Any, path: str, url: str) -> None:
    """A hashed static file: everything but `no-store`."""
    for name, value in ALWAYS.items():
        headers[name] = value


def dress(response: Response) -> Response:
    """After each request: the headers of trust rule 7, and the request's id."""
    response.headers.update(ALWAYS)
    response.headers["Cache-Control"] = FOR_GOOD if g.get("kept_for_good") else "no-store"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if current_app.config["SETTINGS"].tls:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def init_app(app: Flask) -> None:
    """Dress every answer that leaves the application."""
    app.after_request(dress)
