"""Credentials: the name of a sandbox, with an optional customer after a final `@`."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockorders import rules
from mockorders.errors import InvalidCredentials

MAX_NAME_LENGTH = 200

_SUFFIX = re.compile(r"@([0-9]+|none)\Z", re.ASCII)


class Credential(NamedTuple):
    """A parsed credential: the sandbox's name, and the digits or `none` after a final `@`, or None."""

    name: str
    suffix: str | None

    @classmethod
    def parse(cls, text: str | None) -> "Credential | None":
        """Return the parts of a credential, or None if its name is not 1 to 200 printable characters without spaces."""
        if text is None:
            return None
        suffix = _SUFFIX.search(text) if "@" in text else None
        name = text[: suffix.start()] if suffix else text
        if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable() or " " in name:  # the only printable space
            return None
        return cls(name, suffix.group(1) if suffix else None)


def check_accepted(names: Iterable[str]) -> None:
    """Raise ValueError if a name of accepted credentials can never match, because no credential has such a name."""
    for name in names:
        credential = Credential.parse(name)
        if credential is None:
            message = f"expected names of 1 to {MAX_NAME_LENGTH} visible characters without spaces, got {name[:60]!r}"
            raise ValueError(message)
        if credential.suffix is not None:
            message = f"expected names without a customer, such as {credential.name!r}, got {name[:60]!r}"
            raise ValueError(message)


def customer_suffix(text: str) -> str:
    """Return the end of a credential that selects a customer, such as `@164`; empty text without one."""
    suffix = _SUFFIX.search(text)
    return suffix.group() if suffix else ""


def authenticate(
    credential: Credential | None, secret: str | None, accepted: Mapping[str, str | None] | None
) -> Credential:
    """Check a credential against the accepted names and their secrets; `accepted` is None if all are accepted.

    Raises InvalidCredentials if it is missing, malformed or not accepted.
    """
    if credential is None:
        message = f"expected a credential whose name has 1 to {MAX_NAME_LENGTH} visible characters"
        raise InvalidCredentials(message, rule=rules.CREDENTIAL)
    if accepted is None:
        return credential
    expected = accepted.get(credential.name, "")
    if credential.name not in accepted or (None not in {expected, secret} and expected != secret):
        message = "expected a credential from the --credentials file"
        raise InvalidCredentials(message, rule=rules.CREDENTIALS_FILE)
    return credential
