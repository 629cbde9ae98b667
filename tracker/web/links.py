"""Links: one-time sign-in addresses. The code stands in the fragment, which no server and no log sees."""

from urllib.parse import urljoin

from flask import current_app, request, url_for


def sign_in(token: str) -> str:
    """The whole address, under the clinic's public name where one is set."""
    public = current_app.config["SETTINGS"].public_url or request.host_url
    return f"{urljoin(public, url_for('account.sign_in'))}#{token}"
