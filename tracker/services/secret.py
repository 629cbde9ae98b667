"""Secret: tokens, codes and PINs that let somebody in. The store keeps only their hash."""

import secrets
from hashlib import scrypt, sha256

BYTES = 32  # of randomness: twice the 128 bits asked for
WORK = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}  # about 10 ms: a stolen table of 30-bit codes outlives the codes


def fresh() -> str:
    """A new token."""
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> str:
    """What the store keeps of a token."""
    return sha256(token.encode()).hexdigest()


def slowly_hashed(short: str, salt: bytes) -> str:
    """What the store keeps of something short enough to be guessed."""
    return scrypt(short.encode(), salt=salt, **WORK).hex()
