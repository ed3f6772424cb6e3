"""The command line, run in a separate process as users run it."""

import json
import os
import pty
import re
import signal
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.cli import invoke
from support.emulator import basic
from support.processes import (
    DIRECT,
    MODULE,
    SCRIPT,
    SECONDS,
    Ended,
    Server,
    drained,
    finish,
    get,
    quickest,
    run,
    serving,
    spawn,
)

import mockorders
from mockorders.cli.main import serve

END_SECONDS = 0.3


def is_open(address: str, port: int) -> bool:
    """Whether a port accepts connections."""
    try:
        socket.create_connection((address, port), timeout=SECONDS).close()
    except OSError:
        return False
    return True


def has_ipv6() -> bool:
    """Whether this machine has ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


HAS_IPV6 = has_ipv6()

Shared = Callable[..., Server]


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    """Return a function that starts a server with arguments at the first call with them; it runs for all tests.

    For tests that only read, and use their own sandboxes.
    """
    with ExitStack() as stack:
        yield cache(lambda *arguments: stack.enter_context(serving(*arguments)))


# ---- startup


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        pytest.param(SCRIPT, [], id="mockorders"),
        pytest.param(MODULE, ["serve"], id="python -m mockorders serve"),
        pytest.param(SCRIPT, ["serve"], id="mockorders serve", marks=pytest.mark.slow),
        pytest.param(MODULE, [], id="python -m mockorders", marks=pytest.mark.slow),
    ],
)
def test_ready_line_is_printed_once(command: list[str], arguments: list[str]) -> None:
    with serving(*arguments, command=command) as server:
        health = server.get("/_mockorders/health")
        ended = server.end()
    lines = [*server.greeting, *ended.out.splitlines()]
    assert re.fullmatch(r"mockorders ready on http://127\.0\.0\.1:[0-9]+", server.greeting[0])
    assert (1, 0, "") == (sum("ready" in line for line in lines), ended.code, ended.err)
    assert {"status": "ok", "version": mockorders.__version__} == health


def test_both_apis_respond_once_ready(shared: Shared) -> None:
    server = shared("--fixtures", "docs")
    universe = server.get("/api/v1/orders/latest?key=any@164")
    cratejoy = server.get("/v1/orders/75572230/", **basic("any"))
    assert (489, 75572230) == (universe["order"]["id"], cratejoy["id"])


FIXTURES: list[list[str]] = [[], ["--fixtures", "docs"], ["--fixtures", "empty"], ["--fixtures", "edge"]]


@pytest.mark.parametrize("arguments", FIXTURES, ids=" ".join)
def test_printed_curl_lines_work(shared: Shared, arguments: list[str]) -> None:
    responses = {base: shell(line) for base, line in curl_lines(shared(*arguments)).items()}
    assert ("ok", True) == (responses["/api/v1/"].get("status"), "results" in responses["/v1/"])


def test_greeting_names_base_urls_and_credentials_that_work(shared: Shared) -> None:
    server = shared("--fixtures", "docs")
    printed = re.findall(r"^(.*): (http\S+) +credential (\S+)$", "\n".join(server.greeting), re.MULTILINE)
    by_base = {urlsplit(base).path: credential for _, base, credential in printed}
    universe = server.get(f"/api/v1/orders?key={by_base['/api/v1']}")
    cratejoy = server.get("/v1/orders/", **basic(by_base["/v1"]))
    assert ("ok", 2) == (universe["status"], cratejoy["count"])


def test_default_fixtures_are_served(shared: Shared) -> None:
    server = shared()
    latest = server.get("/orders/latest?key=x")
    listed = server.get("/v1/orders/", **basic("x"))
    assert (489, True) == (latest["order"]["id"], listed["count"] > 100)


def curl_lines(server: Server) -> dict[str, str]:
    """Return the printed curl lines by base URL."""
    lines = [line.strip() for line in server.greeting if line.strip().startswith("curl ")]
    return {re.findall(r"[0-9](/\S*?/?v1/)", line)[0]: line for line in lines}


def shell(line: str) -> Any:
    """Run a printed line and return its JSON output."""
    done = finish(["sh", "-c", line])
    assert done.stdout.startswith("{"), (line, done)
    return json.loads(done.stdout)


def test_port_option_sets_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with serving("--port", str(port)) as server:
        assert f"http://127.0.0.1:{port}" == server.url


def test_host_option_sets_the_host(shared: Shared) -> None:
    server = shared("--host", "127.0.0.2")
    assert (True, "ok") == (server.url.startswith("http://127.0.0.2:"), server.get("/_mockorders/health")["status"])


@pytest.mark.parametrize(
    ("arguments", "addresses"),
    [
        ([], ["127.0.0.1", "::1"]),
        (["--host", "localhost"], ["127.0.0.1", "::1"]),
        (["--host", "127.0.0.1"], ["127.0.0.1"]),
        (["--host", "::1"], ["::1"]),
    ],
)
@pytest.mark.skipif(not HAS_IPV6, reason="this machine has no ::1")
def test_localhost_is_both_loopback_addresses(shared: Shared, arguments: list[str], addresses: list[str]) -> None:
    port = int(shared(*arguments).url.rpartition(":")[2])
    assert addresses == [each for each in ("127.0.0.1", "::1") if is_open(each, port)]


@pytest.mark.parametrize(
    ("arguments", "host"),
    [
        ([], "localhost"),
        (["--host", "0.0.0.0"], "localhost"),
        (["--host", "127.0.0.1"], "localhost"),
        (["--host", "127.0.0.2"], "127.0.0.2"),
    ],
)
def test_greeting_has_urls_for_browsers(shared: Shared, arguments: list[str], host: str) -> None:
    server = shared(*arguments)
    port = server.url.rpartition(":")[2]
    assert f"Dashboard: http://{host}:{port}/_mockorders/" == server.greeting[1]
    assert [f"http://{host}:{port}"] * 4 == re.findall(r"http://[^:]+:[0-9]+", "\n".join(server.greeting[2:]))


@pytest.mark.skipif(not HAS_IPV6, reason="this machine has no ::1")
def test_port_in_use_on_ipv6_is_a_startup_error() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        port = str(taken.getsockname()[1])
        fails(invoke("--port", port), 1, f"cannot listen on localhost:{port}", "--host 127.0.0.1 listens on IPv4 only")
        with serving("--port", port, "--host", "127.0.0.1") as server:
            assert "ok" == server.get("/_mockorders/health")["status"]


# ---- options


def test_strict_mode_rejects_forms() -> None:
    with serving("--fixtures", "docs", "--strict") as server:
        request = urllib.request.Request(
            f"{server.url}/v1/orders/75572230/", b"note=a", {**basic("docs")}, method="PUT"
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            DIRECT.open(request, timeout=SECONDS)
        with caught.value as error:
            assert (400, ["body: expected JSON, got form fields (--strict)"]) == (
                error.code,
                json.load(error)["errors"],
            )


@pytest.mark.parametrize("arguments", [["--clock", "2017-03-21T00:00:00Z"], ["--clock=2017-03-21"]], ids=" ".join)
def test_clock_option_freezes_the_clock(arguments: list[str]) -> None:
    with serving(*arguments) as server:
        clock = server.get("/_mockorders/sandboxes/any/clock")
    assert {"now": "2017-03-21T00:00:00Z", "frozen": True} == clock


def test_profile_option_sets_the_profile() -> None:
    with serving("--fixtures", "docs", "--profile", "observed") as server:
        assert dict is type(server.get("/v1/orders/75572230/?with=customer", **basic("x"))["customer"])


def test_max_sandboxes_limits_the_sandboxes() -> None:
    with serving("--fixtures", "docs", "--max-sandboxes", "1") as server:
        first = server.get("/orders?key=a")
        second = server.get("/orders?key=b")
    assert ("ok", 503) == (first["status"], second["status"])


def test_token_and_host_options_protect_the_control_api() -> None:
    with serving("--control-token", "s3cret", "--allow-host", "ci.example.com") as server:
        path = "/_mockorders/sandboxes"
        host = {"Host": "ci.example.com"}
        token = {"Authorization": "Bearer s3cret"}
        statuses = [server.get(path, **headers).get("status") for headers in ({}, host, token, {**host, **token})]
        foreign = server.get(path, **token, Host="example.com")["status"]
    assert ([401, 401, None, None], 403) == (statuses, foreign)


def test_fixtures_option_accepts_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "one.json").write_text('{"universe": {"customers": [{"id": 1}]}, "current_customer": 1}')
    (tmp_path / "two.json").write_text('{"extends": "docs", "current_customer": 164}')
    with serving("--fixtures", "sets", "--fixtures", "two.json", cwd=tmp_path) as server:
        counts = [len(server.get(f"/orders?key={key}")["orders"]) for key in ("one", "two", "any", "docs")]
    assert [0, 1, 1, 2] == counts


# ---- credentials


@pytest.fixture
def listed(tmp_path: Path) -> str:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps({"shop": "s3cret", "fans": None}))
    return str(file)


def test_only_listed_credentials_are_accepted(listed: str) -> None:
    with serving("--fixtures", "docs", "--credentials", listed) as server:
        orders = [server.get(f"/orders?key={key}")["status"] for key in ("shop", "fans@2", "other", "shopx")]
        stores = [
            "errors" not in server.get("/v1/orders/", **basic(*pair))
            for pair in (("shop", "s3cret"), ("shop", "wrong"), ("shop", ""), ("fans", "any"), ("other", "s3cret"))
        ]
    assert ["ok", "ok", "error", "error"] == orders
    assert [True, False, False, True, False] == stores


@pytest.mark.parametrize(
    "names", [{"shop": "s3cret"}, {"o'brien&co": None}, {"a$HOME`id`": "x y'z"}, {"f\u00fcr": "\u00fc"}], ids=str
)
def test_printed_curl_lines_use_a_listed_credential(tmp_path: Path, names: dict[str, Any]) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(names))
    with serving("--fixtures", "docs", "--credentials", str(file)) as server:
        responses = {base: shell(line) for base, line in curl_lines(server).items()}
    assert ("ok", 2) == (responses["/api/v1/"].get("status"), responses["/v1/"].get("count"))


# ---- TLS


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    cert = str(folder / "cert.pem")
    key = str(folder / "key.pem")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    finish(["openssl", *request.split(), *names, "-keyout", key, "-out", cert], check=True)
    return cert, key


def test_serve_uses_https_with_a_certificate(certificate: tuple[str, str]) -> None:
    cert, key = certificate
    with serving("--fixtures", "docs", "--tls-cert", cert, "--tls-key", key) as server:
        response = get(f"{server.url}/orders?key=docs@2", {}, ssl.create_default_context(cafile=cert))
    assert (True, "ok") == (server.url.startswith("https://127.0.0.1:"), response["status"])


def test_https_server_survives_a_plain_http_client(certificate: tuple[str, str]) -> None:
    cert, key = certificate
    with serving("--tls-cert", cert, "--tls-key", key) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as plain, suppress(OSError):
            plain.sendall(b"GET /orders HTTP/1.1\r\n\r\n")
            plain.recv(1024)
        response = get(f"{server.url}/_mockorders/health", {}, ssl.create_default_context(cafile=cert))
        ended = server.end()
    assert ("ok", 0, False) == (response["status"], ended.code, "Traceback" in ended.err)


# ---- failed startup: one clear line and an exit code


def fails(ended: Ended, code: int, *parts: str) -> None:
    """Check for one line on stderr with these parts, none on stdout, no traceback."""
    assert (code, "", 1) == (ended.code, ended.out, len(ended.err.splitlines())), ended.err
    assert ("mockorders: ", []) == (ended.err[:12], [part for part in parts if part not in ended.err])


def test_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        fails(invoke("--port", str(port)), 1, f"cannot listen on localhost:{port}", "--port 0 selects a free port")


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_host_of_another_machine_is_an_error(host: str) -> None:
    fails(invoke("--host", host), 1, f"cannot listen on {host}:0")


def test_busy_port_is_the_only_reason_for_the_advice_to_take_another() -> None:
    assert "--port 0" not in invoke("--host", "203.0.113.7").err


@pytest.mark.parametrize("host", ["", " ", "*", "0", "127.1", "localhost:80", "http://localhost"])
def test_host_that_is_no_explicit_address_is_an_error(host: str) -> None:
    fails(invoke("--host", host), 2, "--host: expected an address such as 127.0.0.1, ", repr(host))


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_name_of_all_interfaces_is_an_error(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    fails(
        invoke("--host", "everywhere.example"),
        2,
        "--host: expected an address or the name of one, 'everywhere.example'",
    )


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--allow-origin", "https://a.example,https://b.example", "expected one origin for each option"),
        ("--allow-origin", "https://a.example/path", "expected an origin such as"),
        ("--allow-origin", "", "expected an origin such as"),
        ("--allow-host", "https://ci.example", "expected a host name such as"),
        ("--control-token", "", "expected a token of visible characters"),
    ],
)
def test_value_that_never_matches_is_an_error(option: str, value: str, expected: str) -> None:
    fails(invoke(option, value), 2, f"{option}: {expected}")


def test_missing_fixture_is_an_error() -> None:
    fails(
        invoke("--fixtures", "nope"), 2, "--fixtures: nope: expected the name of a set (", "docs", "a file or a folder"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "broken.json: expected JSON: "),
        ('{"universe": {"orders": [5]}}', "broken.json: /universe/orders/0: expected an object, got 5"),
        ('{"extends": "nope"}', "broken.json: /extends: expected the name of a set ("),
        ('{"clock": "noon"}', "broken.json: /clock: expected a time such as "),
    ],
)
def test_invalid_fixture_file_is_an_error(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text)
    fails(invoke("--fixtures", str(file)), 1, "--fixtures: ", expected)


def test_every_violation_of_a_fixture_file_is_a_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"clok": 1, "universe": {"customers": [{"id": -1}]}}')
    ended = invoke("--fixtures", str(file))
    lines = [
        f"mockorders: --fixtures: {file}: /clok: Unknown property 'clok', did you mean 'clock'?",
        f"mockorders: --fixtures: {file}: /universe/customers/0/id: expected an integer of at least 0, got -1",
    ]
    assert (1, "", lines) == (ended.code, ended.out, ended.err.splitlines())


@pytest.mark.parametrize("clock", ["noon", "", "2017-02-30", "1e9"])
def test_invalid_clock_is_an_error(clock: str) -> None:
    fails(invoke("--clock", clock), 2, "--clock: expected a time such as 2017-03-21T00:00:00Z, got ")


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"a": 1}', '"a"', "\xff", "[" * 100_000, '{"a b": null}'], ids=range(8)
)
def test_invalid_credentials_file_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(text, encoding="latin-1")
    fails(invoke("--credentials", str(file)), 2, f"--credentials {file}: expected ")


@pytest.mark.parametrize("option", ["--credentials", "--tls-cert"])
def test_missing_file_is_a_usage_error(option: str) -> None:
    fails(invoke(option, "/no/such/file"), 2, f"{option} /no/such/file: expected ", "No such file")


def test_invalid_certificate_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "cert.pem"
    file.write_text("no certificate")
    fails(
        invoke("--tls-cert", str(file)), 2, f"--tls-cert {file}: expected a certificate in PEM, got a file without it"
    )


def test_key_without_a_certificate_is_an_error(certificate: tuple[str, str]) -> None:
    fails(invoke("--tls-key", certificate[1]), 2, "--tls-key: expected --tls-cert")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--nope"], "--nope"),
        (["--port", "70000"], "--port"),
        (["--port", "-1"], "--port"),
        (["--port", "http"], "--port"),
        (["--profile", "real"], "--profile"),
        (["--max-sandboxes", "0"], "--max-sandboxes"),
        (["--max-memory", "0"], "--max-memory"),
        (["--sandbox-idle", "-1"], "--sandbox-idle"),
        (["--keep-alive", "0"], "--keep-alive"),
        (["--keep-alive", "long"], "--keep-alive"),
        (["--fixtures"], "--fixtures"),
        (["nope"], "nope"),
        (["serve", "nope"], "nope"),
        (["serve", "--nope"], "--nope"),
    ],
)
def test_invalid_option_is_an_error(arguments: list[str], expected: str) -> None:
    ended = invoke(*arguments)
    assert (2, "", True) == (ended.code, ended.out, expected in ended.err)
    assert "Traceback" not in ended.err


# ---- the environment


@pytest.mark.parametrize(
    ("name", "value", "path", "expected"),
    [
        ("CLOCK", "2017-03-21", "/_mockorders/sandboxes/x/clock", {"now": "2017-03-21T00:00:00Z", "frozen": True}),
        ("FIXTURES", "empty", "/orders?key=x@2", {"status": "ok", "orders": []}),
        ("FIXTURES", "docs empty", "/orders?key=x@2", {"status": "ok", "orders": []}),
    ],
)
def test_environment_variable_sets_an_option(name: str, value: str, path: str, expected: Any) -> None:
    with serving(environment={f"MOCKORDERS_{name}": value}) as server:
        assert expected == server.get(path)


def test_environment_variables_set_flags() -> None:
    environment = {"MOCKORDERS_LOG_REQUESTS": "1", "MOCKORDERS_PROFILE": "observed", "MOCKORDERS_CONTROL_TOKEN": "t"}
    with serving(environment=environment) as server:
        status = server.get("/_mockorders/sandboxes")["status"]
        server.get("/orders?key=x")
        ended = server.end()
    assert (401, True) == (status, "GET /orders?key=*** 200" in ended.err)


def test_command_line_option_overrides_the_environment() -> None:
    with serving("--fixtures", "docs", environment={"MOCKORDERS_FIXTURES": "empty"}) as server:
        assert 2 == len(server.get("/orders?key=x@2")["orders"])


@pytest.mark.parametrize(("name", "value"), [("PORT", "http"), ("PROFILE", "real"), ("STRICT", "perhaps")])
def test_invalid_environment_variable_is_an_error(name: str, value: str) -> None:
    ended = invoke(environment={f"MOCKORDERS_{name}": value})
    assert (2, "", True) == (
        ended.code,
        ended.out,
        f"MOCKORDERS_{name}" in ended.err or f"--{name.lower()}" in ended.err,
    )


# ---- help


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"], ["serve", "-h"]], ids=" ".join)
def test_help_shows_examples(arguments: list[str]) -> None:
    ended = invoke(*arguments)
    assert (0, "", True) == (ended.code, ended.err, "Examples:\n" in ended.out)
    assert "  mockorders --port 0 --fixtures docs " in ended.out


def test_help_lists_every_option_and_its_variable() -> None:
    text = invoke("serve", "--help").out
    options = [option.opts[0] for option in serve.params if option.opts[0] != "--help"]
    missing = [name for name in options if name not in text]
    variables = [f"MOCKORDERS_{name.removeprefix('--').upper().replace('-', '_')}" for name in options]
    unset = [name for name in variables if name not in text.replace("\n", "")]
    assert ([], [], True) == (missing, unset, len(options) > 10)


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["mockorders", "python -m mockorders"])
def test_version_is_printed(command: list[str]) -> None:
    assert Ended(0, f"mockorders, version {mockorders.__version__}\n", "") == run("--version", command=command)


# ---- shutdown


@pytest.mark.timing
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_server_quickly(number: signal.Signals) -> None:
    def seconds() -> float:
        with serving("--fixtures", "docs") as server:
            server.get("/orders?key=x")
            before = time.monotonic()
            ended = server.end(number)
            taken = time.monotonic() - before
        assert (0, "", "") == ended
        return taken

    assert quickest(seconds, END_SECONDS, attempts=6) < END_SECONDS


def test_signal_stops_the_server_during_startup(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow")
    process = spawn([*MODULE, "--port", "0", "--credentials", str(tmp_path / "slow")])
    with open(tmp_path / "slow", "w"):  # noqa: PTH123 - returns once startup reads it
        process.terminate()
        assert 0 == process.wait(SECONDS)


@pytest.mark.timing
def test_long_responses_do_not_delay_shutdown() -> None:
    """Waits, long delays and slow responses are cut off at the same time."""
    requests = [
        ("/_mockorders/sandboxes/docs/requests?wait=30&min=99", ""),
        ("/orders?key=docs@2", "delay=9000"),
        ("/orders?key=docs@2", "drip=10"),
    ]

    def seconds() -> float:
        with serving("--fixtures", "docs") as server, ExitStack() as open_ones:
            port = int(server.url.rpartition(":")[2])
            for path, fault in requests:
                one = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
                header = f"X-Mockorders-Fault: {fault}\r\n" if fault else ""
                one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode())
            server.get("/orders?key=x")
            before = time.monotonic()
            ended = server.end()
            taken = time.monotonic() - before
        assert (0, "", "") == ended
        return taken

    assert quickest(seconds, END_SECONDS, attempts=6) < END_SECONDS


@pytest.mark.timing
def test_response_in_progress_is_finished_on_shutdown() -> None:
    with (
        serving("--fixtures", "docs") as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=SECONDS) as one,
    ):
        one.sendall(
            b"GET /orders/latest?key=docs@1 HTTP/1.1\r\nHost: localhost\r\nX-Mockorders-Fault: delay=100\r\n\r\n"
        )
        server.get("/orders?key=x")
        ended = server.end()
        response = one.makefile("rb").read()
    assert (0, True) == (ended.code, response.endswith(b'{"status":"error","messages":["No order found"]}'))


@pytest.mark.timing
def test_open_connections_do_not_delay_shutdown() -> None:
    def seconds() -> float:
        with serving("--fixtures", "docs") as server:
            port = int(server.url.rpartition(":")[2])
            idle, half = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(2)]
            with idle, half:
                idle.sendall(b"GET /orders?key=x HTTP/1.1\r\nHost: localhost\r\n\r\n")
                idle.recv(65536)
                half.sendall(b"PUT /v1/orders/75572230/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
                before = time.monotonic()
                ended = server.end()
                taken = time.monotonic() - before
            assert (0, False) == (ended.code, "Traceback" in ended.err)
        return taken

    assert quickest(seconds, END_SECONDS, attempts=6) < END_SECONDS


# ---- request log


def test_requests_are_logged_if_enabled() -> None:
    with serving("--fixtures", "docs", "--log-requests") as server:
        server.get("/orders?key=very-secret@2&order=DESC")
        server.get("/orders?callback=&k%65y=very-secret")
        server.get("/v1/orders/?id=1", **basic("very-secret", "also-secret"))
        server.get("/nope")
        lines = server.end().err.splitlines()
    expected = [
        r"GET /orders\?key=\*\*\*@2&order=DESC 200 \d+\.\d ms",
        r"GET /orders\?callback=&key=\*\*\* 200 \d+\.\d ms",
        r"GET /v1/orders/\?id=1 200 \d+\.\d ms",
        r"GET /nope 404 \d+\.\d ms",
    ]
    assert [True] * 4 == [bool(re.fullmatch(*pair)) for pair in zip(expected, lines, strict=True)]


def test_requests_are_not_logged_without_a_terminal() -> None:
    with serving() as server:
        server.get("/orders?key=x")
        assert "" == server.end().err


@pytest.mark.parametrize(("arguments", "expected"), [([], 1), (["--quiet"], 0), (["--quiet", "--log-requests"], 1)])
def test_requests_are_logged_on_a_terminal(arguments: list[str], expected: int) -> None:
    terminal, end = pty.openpty()
    try:
        with serving("--fixtures", "docs", *arguments, stderr=end) as server:
            os.close(end)
            server.get("/orders?key=very-secret")
            server.end()
        printed = drained(terminal)
    finally:
        os.close(terminal)
    assert (expected, False) == (printed.count("GET /orders?key=*** 200"), "very-secret" in printed)
