"""Cursor: where a page ends, sealed: it says nothing to whoever reads it in an address, and nobody can make one up."""

import base64
import binascii
import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from tracker.services.errors import Invalid

NONCE = 12  # bytes, as AES-GCM has them


def sealed(key: str | None) -> str | None:
    """The key as a page's address or form carries it."""
    if not key:
        return None
    nonce = os.urandom(NONCE)
    return base64.urlsafe_b64encode(nonce + _seal().encrypt(nonce, key.encode(), None)).decode()


def opened(text: str | None) -> str | None:
    """The key again; raises Invalid for what we did not seal."""
    if not text:
        return None
    try:
        told = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        return _seal().decrypt(told[:NONCE], told[NONCE:], None).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise Invalid("unknown_page", "There is no such page.", "/after") from None


def _seal() -> AESGCM:
    """A key of its own, made of the secret that signs sessions."""
    return _made_of(current_app.config["SETTINGS"].secret_key)


@cache
def _made_of(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(f"cursor {secret}".encode()).digest())
