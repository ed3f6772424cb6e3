"""Access and refresh tokens: JWTs, signed with a key that each process creates, that expire by the sandbox's clock."""

import os
import re
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple

ACCESS_SECONDS = 15 * 60
REFRESH_SECONDS = 24 * 60 * 60
ALGORITHM = "HS256"
KEY_BYTES = 32
MAX_TOKEN_LENGTH = 1_000  # ours have about 250 characters
CACHED_TOKENS = 256

TokenType = Literal["access", "refresh"]

_JWT = re.compile(rf"(?=.{{1,{MAX_TOKEN_LENGTH}}}\Z)[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


class Token(NamedTuple):
    """What a token says: its customer, and when it expires, in seconds."""

    customer: int
    expires_at: int


def issue_tokens(customer: int, now: datetime, reason: str) -> dict[str, Any]:
    """Return an access token and a refresh token with their expirations, in seconds.

    `reason` is what they were issued for, such as the previous token: different ones give different tokens.
    """
    issued_at = int(now.timestamp())
    issued: dict[str, Any] = {}
    types: tuple[tuple[TokenType, int], ...] = (("access", ACCESS_SECONDS), ("refresh", REFRESH_SECONDS))
    for kind, seconds in types:
        expires_at = issued_at + seconds
        identifier = sha256(f"{kind} {reason}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
        claims = {"sub": str(customer), "type": kind, "iat": issued_at, "exp": expires_at, "jti": identifier}
        issued[f"{kind}_token"] = _encode(claims)
        issued[f"{kind}_token_expiration"] = expires_at
    return issued


def read_token(text: str, kind: TokenType) -> Token | None:
    """Return what a token of this server says, or None if it is none of this kind. It may have expired."""
    return _read(text, kind) if _JWT.fullmatch(text) else None


@cache
def _key() -> bytes:
    return os.urandom(KEY_BYTES)


def _encode(claims: dict[str, Any]) -> str:
    import jwt

    return jwt.encode(claims, _key(), ALGORITHM)


@lru_cache(CACHED_TOKENS)
def _read(text: str, kind: TokenType) -> Token | None:
    import jwt

    try:  # the sandbox's clock decides whether it has expired
        claims = jwt.decode(text, _key(), [ALGORITHM], options={"verify_exp": False, "verify_iat": False})
    except jwt.InvalidTokenError:
        return None
    return Token(int(claims["sub"]), claims["exp"]) if claims["type"] == kind else None
