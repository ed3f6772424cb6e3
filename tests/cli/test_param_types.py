"""Options are validated when the command line is parsed, and commands receive typed objects."""

import json
import os
import ssl
from dataclasses import fields
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import click
import pytest
import trustme
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from support.cli import parsed

from mockorders.cli import openapi, validate
from mockorders.cli.commands import COMMANDS
from mockorders.cli.main import main, serve
from mockorders.cli.openapi import OpenapiOptions
from mockorders.cli.serve import ServeOptions
from mockorders.cli.validate import ValidateOptions
from mockorders.config import AppOptions, Settings

TIME = datetime(2017, 3, 21, tzinfo=UTC)


def invoked(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


@pytest.fixture(autouse=True)
def _no_options_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MOCKORDERS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def cert(tmp_path: Path) -> Path:
    """Write a certificate to cert.pem and its key to key.pem."""
    issued = trustme.CA().issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    return tmp_path / "cert.pem"


# ---- typed options


def test_defaults_of_serve_are_those_of_options() -> None:
    options = ServeOptions(**parsed())
    assert Settings() == Settings(**{each.name: getattr(options, each.name) for each in fields(Settings)})


@pytest.mark.parametrize(
    ("command", "options"),
    [(serve, ServeOptions), (COMMANDS["validate"], ValidateOptions), (COMMANDS["openapi"], OpenapiOptions)],
)
def test_every_option_of_a_command_has_a_field(command: click.Command, options: Any) -> None:
    assert {each.name for each in fields(options)} == set(parsed(command=command))


def test_create_app_accepts_every_option() -> None:
    assert {each.name for each in fields(Settings)} == set(AppOptions.__annotations__)


def test_validate_receives_parsed_options(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[ValidateOptions] = []
    monkeypatch.setattr(validate, "run", received.append)
    invoked("validate", "--route", "cratejoy GET /orders/{id}", "--api", "cratejoy", "x.json", "--timeout", "5")
    (options,) = received
    assert options.api is not None
    assert "cratejoy" == options.api.name
    assert "cratejoy GET /orders/{id}" == str(options.route)
    assert (("x.json",), "observed", 5) == (options.files, options.profile, options.timeout)


def test_openapi_receives_parsed_options(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[OpenapiOptions] = []
    monkeypatch.setattr(openapi, "run", received.append)
    invoked("openapi", MOCKORDERS_PROFILE="observed")
    assert [OpenapiOptions(control=False, profile="observed")] == received


# ---- timestamps


@pytest.mark.parametrize("text", ["2017-03-21", "2017-03-21T00:00:00Z", "2017-03-21 01:00+01:00"])
def test_clock_is_parsed_as_a_time_in_utc(text: str) -> None:
    assert TIME == parsed("--clock", text)["clock"]


@pytest.mark.parametrize("text", ["nonsense", "", "2017-02-30"])
def test_invalid_clock_is_a_usage_error(text: str) -> None:
    result = invoked("--clock", text)
    expected = f"mockorders: --clock: expected a time such as 2017-03-21T00:00:00Z, got {text!r}\n"
    assert (2, "", expected) == (result.exit_code, result.stdout, result.stderr)


def test_invalid_clock_in_the_environment_is_a_usage_error() -> None:
    result = invoked(MOCKORDERS_CLOCK="nonsense")
    assert 2 == result.exit_code
    assert result.stderr.startswith("mockorders: --clock: expected a time ")


# ---- credentials


def test_credentials_are_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"shop": "s3cret", "fans": None}))
    assert {"shop": "s3cret", "fans": None} == parsed("--credentials", str(file))["credentials"]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"a": 1}', '{"a b": null}', '{"": null}', '{"a@1": null}', '{"a\\u0000": null}']
)
def test_invalid_credentials_file_is_a_usage_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text)
    result = invoked("--credentials", str(file))
    assert (2, 1) == (result.exit_code, len(result.stderr.splitlines()))
    assert result.stderr.startswith(f"mockorders: --credentials {file}: expected ")


def test_missing_credentials_file_is_a_usage_error() -> None:
    result = invoked("--credentials", "missing.json")
    assert 2 == result.exit_code
    assert result.stderr.startswith("mockorders: --credentials missing.json: expected a readable JSON file: ")


# ---- certificates


@pytest.mark.parametrize("order", [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")], ids=" ".join)
def test_certificate_and_key_become_one_context(cert: Path, order: tuple[str, str]) -> None:
    files = {"--tls-cert": str(cert), "--tls-key": str(cert.with_name("key.pem"))}
    options = parsed(*chain.from_iterable((name, files[name]) for name in order))
    assert isinstance(options["tls"], ssl.SSLContext)


def test_key_may_be_in_the_certificates_file(cert: Path) -> None:
    both = cert.with_name("both.pem")
    both.write_bytes(cert.read_bytes() + cert.with_name("key.pem").read_bytes())
    assert isinstance(parsed("--tls-cert", str(both))["tls"], ssl.SSLContext)


def test_without_a_certificate_there_is_no_context() -> None:
    assert parsed()["tls"] is None


def test_key_without_a_certificate_is_a_usage_error(cert: Path) -> None:
    result = invoked("--tls-key", str(cert.with_name("key.pem")))
    assert (2, "mockorders: --tls-key: expected --tls-cert as well\n") == (result.exit_code, result.stderr)


def test_certificate_without_its_key_is_a_usage_error(cert: Path) -> None:
    result = invoked("--tls-cert", str(cert))
    expected = f"mockorders: --tls-cert {cert}: expected the key of the certificate in the same file, or --tls-key\n"
    assert (2, expected) == (result.exit_code, result.stderr)


def write_key(cert: Path, name: str, algorithm: serialization.KeySerializationEncryption) -> Path:
    """Write the key of a certificate again, encrypted or not."""
    key = serialization.load_pem_private_key(cert.with_name("key.pem").read_bytes(), None)
    forms = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    cert.with_name(name).write_bytes(key.private_bytes(*forms, algorithm))
    return cert.with_name(name)


def test_key_may_be_before_the_certificate(cert: Path) -> None:
    both = cert.with_name("both.pem")
    both.write_bytes(cert.with_name("key.pem").read_bytes() + cert.read_bytes())
    assert isinstance(parsed("--tls-cert", str(both))["tls"], ssl.SSLContext)


@pytest.mark.parametrize("apart", [True, False])
def test_encrypted_key_is_an_error_without_a_prompt(cert: Path, *, apart: bool) -> None:
    key = write_key(cert, "encrypted.pem", serialization.BestAvailableEncryption(b"secret"))
    both = cert.with_name("both.pem")
    both.write_bytes(cert.read_bytes() + key.read_bytes())
    arguments = ["--tls-cert", str(cert), "--tls-key", str(key)] if apart else ["--tls-cert", str(both)]
    result = invoked(*arguments)
    place = f"--tls-key {key}" if apart else f"--tls-cert {both}"
    expected = f"mockorders: {place}: expected a key that is not encrypted (openssl pkey -in KEY -out NEW)\n"
    assert (2, expected) == (result.exit_code, result.stderr)


KEY_FILES: list[tuple[bytes | None, str]] = [
    (None, "expected a readable file: No such file or directory"),
    (b"", "expected a private key in PEM, got an empty file"),
    (b" \n", "expected a private key in PEM, got an empty file"),
    (b"hello", "expected a private key in PEM, got a file without it"),
    (b"\x30\x82\x01\x02", "expected a private key in PEM, got DER, a binary form"),
    (b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n", "expected a private key in PEM: "),
]


@pytest.mark.parametrize(("content", "expected"), KEY_FILES, ids=[row[1] for row in KEY_FILES])
def test_unusable_key_file_is_named(cert: Path, content: bytes | None, expected: str) -> None:
    key = cert.with_name("other.pem")
    if content is not None:
        key.write_bytes(content)
    result = invoked("--tls-cert", str(cert), "--tls-key", str(key))
    assert (2, 1) == (result.exit_code, len(result.stderr.splitlines()))
    assert result.stderr.startswith(f"mockorders: --tls-key {key}: {expected}")


CERTIFICATES: list[tuple[bytes | None, str]] = [
    (None, "expected a readable file: No such file or directory"),
    (b"", "expected a certificate in PEM, got an empty file"),
    (b"\x30\x82\x01\x02", "expected a certificate in PEM, got DER, a binary form"),
    (b"-----BEGIN PRIVATE KEY-----", "expected a certificate in PEM, got a file without it"),
    (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "expected a certificate in PEM: "),
]


@pytest.mark.parametrize(("content", "expected"), CERTIFICATES, ids=[row[1] for row in CERTIFICATES])
def test_unusable_certificate_file_is_named(cert: Path, content: bytes | None, expected: str) -> None:
    file = cert.with_name("other.pem")
    if content is not None:
        file.write_bytes(content)
    result = invoked("--tls-cert", str(file), "--tls-key", str(cert.with_name("key.pem")))
    assert (2, 1) == (result.exit_code, len(result.stderr.splitlines()))
    assert result.stderr.startswith(f"mockorders: --tls-cert {file}: {expected}")


def test_key_of_another_certificate_is_named(cert: Path) -> None:
    other = cert.with_name("other.pem")
    trustme.CA().issue_cert("localhost").private_key_pem.write_to_path(str(other))
    result = invoked("--tls-cert", str(cert), "--tls-key", str(other))
    expected = f"mockorders: --tls-key {other}: expected the key of the certificate in {cert}, got another one\n"
    assert (2, expected) == (result.exit_code, result.stderr)


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_folder_is_not_a_key_or_certificate(cert: Path, option: str) -> None:
    result = invoked("--tls-cert", str(cert), option, str(cert.parent))
    assert (2, True) == (result.exit_code, f"'{option}'" in result.stderr and "is a directory" in result.stderr)


# ---- APIs and endpoints


def test_unknown_api_is_a_usage_error() -> None:
    result = invoked("validate", "--api", "x", "file")
    expected = "mockorders: --api: expected one of cratejoy, universe, got 'x'\n"
    assert (2, expected) == (result.exit_code, result.stderr)


@pytest.mark.parametrize("order", [1, -1])
def test_endpoint_of_another_api_is_a_usage_error(order: int) -> None:
    options = [("--api", "universe"), ("--route", "cratejoy GET /orders")][::order]
    result = invoked("validate", *chain.from_iterable(options), "file")
    assert 2 == result.exit_code
    assert result.stderr.startswith("mockorders: --route: expected one of universe GET ")
