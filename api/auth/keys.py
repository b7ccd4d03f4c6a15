"""API keys: `ppt_<prefix>_<secret>`. The prefix finds a key, the secret proves it.

The secret has 256 random bits, so that its SHA-256 can be kept: nobody guesses one, fast hash or
not. A slow hash guards words that people choose, and would cost each first use of a key.
"""

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

_SHAPE = re.compile(r"ppt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class MadeKey(NamedTuple):
    """A new key: the text is shown once, prefix and hash are kept."""

    text: str
    prefix: str
    secret_hash: bytes


class GivenKey(NamedTuple):
    """A key as somebody sent it."""

    prefix: str
    secret: str

    def proves(self, secret_hash: bytes) -> bool:
        """Whether its secret is the one that was hashed; takes as long if it is not."""
        return hmac.compare_digest(_hash(self.secret), secret_hash)


def make_key() -> MadeKey:
    """A new key from the system's randomness."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    return MadeKey(f"ppt_{prefix}_{secret}", prefix, _hash(secret))


def parse_key(token: str) -> GivenKey | None:
    """The parts of a token that looks like a key."""
    found = _SHAPE.fullmatch(token)
    return GivenKey(found[1], found[2]) if found else None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
