"""The TLS context of a certificate and its key, with errors that name the file at fault."""

import ssl
from pathlib import Path
from typing import NoReturn

from mockorders.cli.errors import CommandUsageError

CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
PRIVATE_KEY = b"PRIVATE KEY-----"
DER_SEQUENCE = b"\x30"


def load_tls_context(cert: Path, key: Path | None) -> ssl.SSLContext:
    """Return a TLS context; the certificate's file may contain its key.

    Raises CommandUsageError if a file is unreadable or not PEM, if the key is encrypted, or if the two do not match.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, password=_reject_encrypted)
    except EncryptedKeyError as error:
        message = f"{_key_label(cert, key)}: expected a key that is not encrypted (openssl pkey -in KEY -out NEW)"
        raise CommandUsageError(message) from error
    except OSError as error:
        raise CommandUsageError(_reason(cert, key, error)) from error
    return context


class EncryptedKeyError(Exception):
    """The key needs a password."""


def _reject_encrypted() -> NoReturn:
    raise EncryptedKeyError


def _key_label(cert: Path, key: Path | None) -> str:
    return f"--tls-cert {cert}" if key is None else f"--tls-key {key}"


def _reason(cert: Path, key: Path | None, error: OSError) -> str:
    """Return what is wrong, beginning with the option and the file at fault."""
    certificate = _file_problem(f"--tls-cert {cert}", cert, CERTIFICATE, "a certificate")
    if certificate:
        return certificate
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        return f"{_key_label(cert, key)}: expected the key of the certificate in {cert}, got another one"
    if not _is_certificate(cert):
        return f"--tls-cert {cert}: expected a certificate in PEM: {_words(error)}"
    label = _key_label(cert, key)
    missing = _file_problem(label, key or cert, PRIVATE_KEY, "a private key")
    if missing and key is None:
        return f"{label}: expected the key of the certificate in the same file, or --tls-key"
    return missing or f"{label}: expected a private key in PEM: {_words(error)}"


def _file_problem(label: str, file: Path, mark: bytes, expected: str) -> str:
    """Return why a file is not PEM with a mark, or an empty text."""
    try:
        content = file.read_bytes()
    except OSError as error:
        return f"{label}: expected a readable file: {error.strerror}"
    if mark in content:
        return ""
    if not content.strip():
        return f"{label}: expected {expected} in PEM, got an empty file"
    found = "DER, a binary form" if content.startswith(DER_SEQUENCE) else "a file without it"
    return f"{label}: expected {expected} in PEM, got {found}"


def _is_certificate(cert: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(cert)
    except OSError:
        return False
    return True


def _words(error: OSError) -> str:
    return str(getattr(error, "reason", "") or error.strerror or error).lower().replace("_", " ")
