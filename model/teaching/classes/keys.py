"""Codes, secrets and tokens of classes.

code     short, to be typed from a screen: 6 consonants without look-alikes (some 10^8). It opens only the
         form to join.
secret   128 random bits, shown once to the instructor; kept as a salted hash, compared in constant time.
token    128 random bits for each learner, kept as a hash: it is the key by which the row is found.

A plain SHA-256 is enough for both hashes: slow hashes are for words that can be tried out, and 128 random
bits cannot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; no digits, so nothing to confuse with a letter."""
CODE_LETTERS = 6
BYTES = 16


def new_code() -> str:
    """Return a class code."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))


def read_code(text: str) -> str:
    """Return a typed code without spaces and dashes, in capitals.

    Examples
    --------
    >>> read_code(" bcd-fgh ")
    'BCDFGH'
    """
    return re.sub(r"[^A-Z]", "", text.upper())[: 2 * CODE_LETTERS]


def new_secret() -> str:
    """Return a secret of 128 bits as 26 letters and digits in groups, easy to copy and to type."""
    word = base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=")
    return "-".join(word[start : start + 5] for start in range(0, len(word), 5))


def read_secret(text: str) -> str:
    """Return a typed secret without spaces and dashes, in capitals; 0 and 1 are read as O and I."""
    letters = re.sub(r"[^A-Z0-9]", "", text.upper())[:64]
    return letters.replace("0", "O").replace("1", "I")


def new_token() -> str:
    """Return a learner's token of 128 bits, fit for an address."""
    return secrets.token_urlsafe(BYTES)


def new_key() -> str:
    """Return an id of 128 bits that holds nothing."""
    return secrets.token_hex(BYTES)


def salted(secret: str, salt: str) -> str:
    """Return the hash of a secret."""
    return hashlib.sha256(f"{salt}:{read_secret(secret)}".encode()).hexdigest()


def fits(secret: str, salt: str, hashed: str) -> bool:
    """Return whether a secret has this hash, in constant time."""
    return hmac.compare_digest(salted(secret, salt), hashed)


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.strip().encode()).hexdigest()


def who_hash(who: str, pepper: str) -> str:
    """Return the hash of a client's address, so that no address is kept."""
    return hmac.new(pepper.encode(), who.encode(), hashlib.sha256).hexdigest()
