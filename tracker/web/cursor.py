"""Cursor: where a page ends, sealed: it says nothing to whoever reads it in an address, and nobody can make one up."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from tracker.services.errors import Invalid


def sealed(key: str | None) -> str | None:
    """The key as a page's address or form carries it."""
    return _seal().encrypt(key.encode()).decode() if key else None


def opened(text: str | None) -> str | None:
    """The key again; raises Invalid for what we did not seal."""
    if not text:
        return None
    try:
        return _seal().decrypt(text.encode()).decode()
    except InvalidToken:
        raise Invalid("unknown_page", "There is no such page.", "/after") from None


def _seal() -> Fernet:
    """A key of its own, made of the secret that signs sessions."""
    secret = f"cursor {current_app.config['SETTINGS'].secret_key}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret).digest()))
