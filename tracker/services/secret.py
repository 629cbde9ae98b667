"""Secret: tokens that let somebody in. The store keeps only their hash."""

import secrets
from hashlib import sha256

BYTES = 32  # of randomness: twice the 128 bits asked for


def fresh() -> str:
    """A new token."""
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> str:
    """What the store keeps of a token."""
    return sha256(token.encode()).hexdigest()
